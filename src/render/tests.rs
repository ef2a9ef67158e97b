//! Hosts by hand for the renderers' tests.

use crate::host::*;
use crate::value::CpuCount;
use std::net::Ipv4Addr;

static OPERATING_SYSTEM: OperatingSystem =
    OperatingSystem { id: "sample", default_user: "sample", packages: &[], update_origins: &[] };

/// Reads a scalar of the blueprint language.
pub fn parse<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect("a value of the language")
}

/// A host with a site of every kind: plain HTTP with an alias, HTTP for few, FastCGI, and one for each template of the
/// catalogue.
pub fn host() -> Host {
    let mut host = bare();
    host.sites = vec![
        Site { name: parse("example.com"), aliases: vec![parse("www.example.com")], ..http("www", 2) },
        Site { allow: vec![parse("10.1.2.3/8"), parse("2001:db8::/32")], ..http("lan", 3) },
        Site {
            login_paths: vec![parse("/sign.in")],
            body_limit: parse("512M"),
            installed_marker: Some(parse("/mnt/private/app/config/config.php")),
            ..fastcgi("app", 4)
        },
    ];
    host.sites.extend((5..).zip(templates()).map(|(number, template)| {
        let key = template.name.split('.').next().expect("a name").to_string();
        Site { template: Some(template), ..fastcgi(&key, number) }
    }));
    host.certificates = host.sites.iter().map(certificate).collect();
    host.certificates.push(Certificate { name: parse("mail"), names: vec![parse("mail.example.com")] });
    let mount = Mount {
        name: parse("log"),
        source: parse("/mnt/mail/log"),
        target: parse("/var/log/mail"),
        read_only: false,
        volume: Some(parse("mail")),
    };
    let ports =
        ["0.0.0.0:25:25", "0.0.0.0:587:587", "0.0.0.0:993:993", "127.0.0.1:8025:11334"].map(parse).to_vec();
    let service = Service { mounts: vec![mount], ports, ..service("post") };
    host.zones = vec![Zone {
        name: parse("mail"),
        volume: Some(parse("mail")),
        reaches: vec![],
        services: vec![service],
    }];
    host.mail = Some(mail());
    host.firewall.never_ban = vec![parse("203.0.113.12/32"), parse("2001:db8:1::1/48")];
    host
}

fn service(name: &str) -> Service {
    Service {
        name: parse(name),
        zone: parse("mail"),
        image: "sample".into(),
        build: None,
        pulled: None,
        command: None,
        entrypoint: None,
        user: None,
        hostname: None,
        environment: vec![],
        secrets: vec![],
        attachments: vec![],
        ports: vec![],
        is_published_by_docker: true,
        flows: vec![],
        mounts: vec![],
        files: vec![],
        tmpfs: vec![],
        health: None,
        after: vec![],
        limits: Limits { cpus: CpuCount::from_thousandths(1000), memory: parse("1G"), pids: 100 },
        stop_grace_period: None,
        init: false,
        read_only: true,
        no_new_privileges: true,
        cap_add: vec![],
        host_namespaces: vec![],
        web: None,
        metrics: None,
        backup: BackupSource::default(),
        setup: vec![],
        timers: vec![],
        logins: Vec::new(),
        records: None,
    }
}

fn mail() -> Mail {
    Mail {
        service: parse("post"),
        domain: parse("example.com"),
        hostname: parse("mail.example.com"),
        certificate: parse("mail"),
        accounts: vec![],
        aliases: vec![],
        dkim_selector: parse("mail"),
        dmarc: DmarcPolicy::None,
        dmarc_reports: None,
        spf_include: None,
    }
}

/// A host without anything.
pub fn bare() -> Host {
    Host {
        name: parse("sample"),
        domain: parse("example.com"),
        provider: Provider::Oracle,
        os: &OPERATING_SYSTEM,
        arch: Architecture::Arm64,
        cpus: CpuCount::from_thousandths(4000),
        memory: parse("24G"),
        boot_volume: parse("47G"),
        timezone: parse("Etc/UTC"),
        user_namespaces: true,
        access: Access {
            user: parse("ubuntu"),
            authorized_keys: vec![],
            recovery: None,
            docker_group: false,
        },
        firewall: Firewall { external: vec![], request_filter: RequestFilter::Plain, never_ban: vec![] },
        volumes: vec![],
        networks: vec![],
        zones: vec![],
        certificates: vec![],
        tls: Tls { email: None, acme_directory: parse("https://acme.example/directory") },
        sites: vec![],
        mail: None,
        backup: None,
        monitoring: None,
    }
}

fn http(key: &str, last_octet: u8) -> Site {
    let upstream = Upstream {
        service: parse(key),
        address: Ipv4Addr::new(172, 20, 0, last_octet),
        port: 80,
        protocol: WebProtocol::Http,
    };
    Site {
        key: parse(key),
        name: parse(&format!("{key}.example.com")),
        aliases: vec![],
        certificate: parse(key),
        allow: vec![],
        upstream,
        root: None,
        template: None,
        body_limit: parse("1M"),
        login_paths: vec![],
        rate: 20,
        burst: 40,
        installed_marker: None,
    }
}

fn fastcgi(key: &str, last_octet: u8) -> Site {
    let site = http(key, last_octet);
    let upstream = Upstream { port: 9000, protocol: WebProtocol::Fastcgi, ..site.upstream };
    let root = FastcgiRoot { host: parse(&format!("/mnt/private/{key}")), container: parse("/var/www/html") };
    Site { upstream, root: Some(root), ..site }
}

/// The server blocks that ship.
fn templates() -> impl Iterator<Item = Template> {
    crate::load::shipped().into_iter().filter_map(|(path, bytes)| {
        let name = path.file_name()?.to_str()?.to_string();
        let text = String::from_utf8(bytes.to_vec()).ok()?;
        name.ends_with(".conf.j2").then_some(Template { name, text })
    })
}

fn certificate(site: &Site) -> Certificate {
    let names = std::iter::once(&site.name).chain(&site.aliases).cloned().collect();
    Certificate { name: site.certificate.clone(), names }
}
