//! What the rendered files of a host with one site of every kind have to keep.

use crate::host::*;
use crate::render::tests::{bare, host, parse};
use crate::render::{Files, render};
use crate::value::{AbsolutePath, Name, Size};

fn rendered(host: &Host) -> Files {
    render(host).expect("renders")
}

fn text(files: &Files, path: &str) -> String {
    String::from_utf8(files.get(path).expect(path).bytes.clone()).expect("text")
}

fn configuration(files: &Files) -> Vec<(String, String)> {
    let of_nginx = files.iter().filter(|file| file.path.starts_with("/etc/nginx/"));
    of_nginx.map(|file| (file.path.clone(), text(files, &file.path))).collect()
}

/// The innermost block around every directive of that name, with its own directives only.
fn blocks_with<'a>(text: &'a str, directive: &str) -> Vec<Vec<&'a str>> {
    let mut open: Vec<Vec<&str>> = vec![vec![]];
    let mut closed = vec![];
    for line in text.lines().map(str::trim) {
        if line.ends_with('{') {
            open.push(vec![]);
        } else if line == "}" {
            closed.extend(open.pop());
        } else if let Some(block) = open.last_mut() {
            block.push(line);
        }
    }
    closed.extend(open);
    closed.retain(|block| block.iter().any(|line| line.starts_with(directive)));
    closed
}

#[test]
fn a_block_that_adds_a_header_has_the_common_ones() {
    for (path, text) in configuration(&rendered(&host())) {
        for block in blocks_with(&text, "add_header ") {
            let has_them = block.contains(&"include vpsgen/headers.conf;");
            assert!(has_them || path.ends_with("/headers.conf"), "{path}: {block:?}");
        }
    }
}

#[test]
fn every_site_has_limits_and_its_certificate() {
    let files = rendered(&host());
    for site in host().sites {
        let text = text(&files, &format!("/etc/nginx/sites-enabled/{}.conf", site.key));
        for line in [
            format!("limit_req zone=site_{} burst={} nodelay;", site.key, site.burst),
            "limit_req zone=login ".into(),
            format!("client_max_body_size {};", site.body_limit.bytes()),
            format!("ssl_certificate_key /etc/vpsgen/tls/{}/privkey.pem;", site.certificate),
            "if ($blocked) { return 403; }".into(),
        ] {
            assert!(text.contains(&line), "{}: {line}", site.key);
        }
    }
}

#[test]
fn a_closed_site_lets_the_tunnel_in() {
    let files = rendered(&host());
    let lan = text(&files, "/etc/nginx/sites-enabled/lan.conf");
    assert!(lan.contains("{ default 1; 10.0.0.0/8 0; 127.0.0.1/32 0; ::1/128 0; 2001:db8::/32 0; }"));
    let app = text(&files, "/etc/nginx/sites-enabled/app.conf");
    assert!(app.contains("if (-f /mnt/private/app/config/config.php) { set $closed 0; }"));
}

#[test]
fn login_paths_are_literal() {
    let server = text(&rendered(&host()), "/etc/nginx/nginx.conf");
    assert!(server.contains(r#""~^app.example.com POST (/index.php)?/sign[.]in/? " $client;"#));
}

#[test]
fn modsecurity_is_loaded_only_where_it_is_asked_for() {
    let plain = configuration(&rendered(&host()));
    assert!(plain.iter().all(|(_, text)| !text.contains("modsecurity")));
    let mut host = host();
    host.firewall.request_filter = RequestFilter::Modsecurity;
    let files = rendered(&host);
    assert!(text(&files, "/etc/nginx/nginx.conf").contains("modsecurity_rules_file"));
    assert!(text(&files, "/etc/nginx/vpsgen/modsecurity.conf").contains("SecRequestBodyLimit 536870912\n"));
    let excepted = configuration(&files).iter().filter(|(_, text)| text.contains("modsecurity off;")).count();
    assert_eq!(excepted, host.sites.iter().filter(|site| site.template.is_some()).count());
}

#[test]
fn a_host_without_web_has_no_web_server() {
    assert!(configuration(&rendered(&bare())).is_empty());
}

#[test]
fn a_template_of_the_user_gets_the_same_parts() {
    let mut host = host();
    let source = "{{ redirects }}\nserver {\n{{ server }}\n    # {{ site.name }} {{ site.upstream }}\n}\n";
    host.sites[1].template = Some(Template { name: "mine.conf.j2".into(), text: source.into() });
    let own = text(&rendered(&host), "/etc/nginx/sites-enabled/lan.conf");
    assert!(
        own.contains("# lan.example.com 172.20.0.3:80\n") && own.contains("if ($outsider_1) { return 403; }")
    );
    host.sites[1].template = Some(Template { name: "mine.conf.j2".into(), text: "\n{{ pass }}".into() });
    let error = render(&host).expect_err("HTTP has nothing to pass");
    assert_eq!((error.template.as_str(), error.line), ("mine.conf.j2", 2));
}

#[test]
fn the_longest_names_render() {
    let mut host = host();
    let label = "a".repeat(63);
    let site = &mut host.sites[2];
    site.key = parse::<Name>(&format!("a{}", "b".repeat(39)));
    site.name = parse(&format!("{label}.{label}.{label}.{}.example.com", "b".repeat(49)));
    site.login_paths = vec![parse::<AbsolutePath>(&format!("/{}", "a+@.".repeat(63)))];
    site.body_limit = Size::from_bytes((1 << 60) - 1024);
    assert_eq!(site.name.as_str().len(), 253);
    rendered(&host);
}
