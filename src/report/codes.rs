//! The catalogue of every mistake vpsgen knows: its name, how bad it is, one sentence and the
//! explanation that `vpsgen explain CODE` prints. A new mistake is one new row.
//!
//! Names are stable: people put them into scripts and search for them.

use super::Severity;

macro_rules! catalogue {
    ($($variant:ident $id:literal $severity:ident $sentence:literal $explanation:literal)*) => {
        /// The stable name of one kind of mistake.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $sentence] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name that the user sees, such as `unknown-key`.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// Whether it stops the build.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What the mistake is, in one sentence.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }

            /// What it means, why it matters and how to put it right.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)* }
            }
        }
    };
}

impl Code {
    /// The code with this name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.id() == id)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.id())
    }
}

catalogue! {
    MissingFile "missing-file" Error
    "a file that was named does not exist"
    "The blueprint, an overlay or a file that `use:` names is not where the command says. Paths are \
relative to the directory the command runs in; a fragment's path (`use: ./my-app.yaml`) is relative to \
the blueprint. `vpsgen init` writes the blueprints that come with the program into a directory."

    NotAFile "not-a-file" Error
    "a directory was named where a file is needed"
    "Name the blueprint inside the directory, for example `vpsgen build blueprints/oracle-vps.yaml`."

    TooLarge "too-large" Error
    "a file is larger than any blueprint"
    "vpsgen reads files of up to 4 MiB. A blueprint of a thousand services is a quarter of that, so the \
file is probably something else, such as a backup or an image."

    NotUtf8 "not-utf8" Error
    "a file is not UTF-8 text"
    "Blueprints are UTF-8. The place is the first byte that is not; usually an editor saved the file as \
Latin-1 or UTF-16. Save it again as UTF-8."

    EmptyFile "empty-file" Error
    "a file has no content"
    "The file is empty or holds only comments. An overlay that changes nothing should not be named, and \
an empty blueprint is more likely a file that was not saved. Write `{}` to mean an empty mapping."

    YamlSyntax "yaml-syntax" Error
    "a text is not YAML"
    "The file cannot be read past the place that is shown, so mistakes after it appear in the next run. \
The usual causes are a line indented with a tab or by one space too many, a quote or bracket that is \
never closed, and a value with `: ` or ` #` in it that is not quoted:

    # wrong
    note: Warning: do not touch
    # right
    note: \"Warning: do not touch\""

    SeveralDocuments "several-documents" Error
    "a file holds more than one YAML document"
    "A line `---` starts another document. Only one would be read, so vpsgen refuses to guess which. Put \
the second into a file of its own and name it as an overlay."

    UnsupportedTag "unsupported-tag" Error
    "a value has a YAML tag"
    "Tags such as `!include` or `!!int` ask the reader to do something with a value; vpsgen does nothing \
with them and refuses instead of ignoring them. To make a value text, quote it."

    NulCharacter "nul-character" Error
    "a text contains a NUL character"
    "No file name, argument or configuration file can contain the character with the number 0. Only the \
escape `\\0` (or `\\x00`, `\\u0000`) in double quotes makes one. To say the two characters, use single quotes."

    UnknownAlias "unknown-alias" Error
    "an alias names an anchor that is not defined above it"
    "`*name` repeats the value that `&name` marked earlier in the same file. Anchors of other files are \
not known; use a reference such as `${host.domain}` for those. A text that begins with `*` needs quotes."

    RecursiveAlias "recursive-alias" Error
    "an alias stands inside the value that it repeats"
    "The value would contain itself without end. Move the anchor to a part that does not hold the alias."

    AliasBudget "alias-budget" Error
    "aliases expand to more values than any blueprint needs"
    "Aliases of aliases multiply: a page of text can stand for billions of values. vpsgen copies a limited \
number and then stops. Write a fragment and `use:` it where the same lines are needed many times."

    MergeKey "merge-key" Error
    "the YAML merge key `<<` is not part of the language"
    "`<<` belongs to YAML 1.1 and readers disagree about what it does to nested mappings. To share lines \
between services, put them into a file and name it:

    services:
      web: {use: ./my-app.yaml}"

    DuplicateKey "duplicate-key" Error
    "a mapping has the same key twice"
    "Most YAML readers silently keep the last of the two, which hides the first. Remove one, or give it \
the name that was meant."

    NonStringKey "non-string-key" Error
    "a key is not a string"
    "YAML reads a plain `80`, `true` or `null` as a number, a truth value or nothing, not as a name. \
Quote it: `\"80\": …`. A list or a mapping cannot be a key at all."

    TooDeep "too-deep" Error
    "a value is nested too deeply"
    "The language needs about ten levels; vpsgen reads 64. Deeper nesting is nearly always a bracket that \
is never closed."

    UnknownKey "unknown-key" Error
    "a key is not part of the language"
    "vpsgen never ignores a key, because a misspelled one would silently leave its default in force. \
The message names the nearest key if there is one, else all that are known at this place."

    MissingKey "missing-key" Error
    "a key is needed and not there"
    "The mapping that is shown needs this key, and no fragment or overlay gives it."

    WrongType "wrong-type" Error
    "a value is of another kind than is needed"
    "Text was given where a number is needed, a list where a mapping is needed, and so on. YAML decides \
the kind of a plain value by its look: `5` is a number, `true` a truth value, an empty value is nothing. \
Quotes make anything text:

    version: \"11.4\""

    UnknownValue "unknown-value" Error
    "a value is not one of those that are known"
    "This key takes one of a few words. The message names the nearest, or all of them."

    InvalidValue "invalid-value" Error
    "a value has the right kind and the wrong form"
    "The value is text or a number as it should be, but not a valid address, size, name, path or whatever \
the key needs. The message says what is wrong with it."

    OverlayConflict "overlay-conflict" Error
    "an overlay puts another kind of value over the one below"
    "Mappings merge, everything else replaces; an overlay cannot turn a mapping into text or a list, \
because a slip of indentation would silently remove all that stood there. Remove the value first in an \
earlier overlay (`key: null`) if that is really meant. The same holds for a service over its fragment."

    NothingToRemove "nothing-to-remove" Error
    "an overlay removes something that is not there"
    "In an overlay, `key: null` (or `key:` with nothing after it) removes the key. The files below have no \
such key, so the name is probably misspelled. To add an empty mapping write `key: {}`."

    UnknownFragment "unknown-fragment" Error
    "`use:` names a fragment that does not exist"
    "`use: NAME` takes an application from the catalogue, `use: ./my-app.yaml` one from a file beside \
the blueprint. `vpsgen init` writes the catalogue out, and a fragment of your own may begin as a copy."

    FragmentCycle "fragment-cycle" Error
    "a fragment uses itself"
    "A fragment may `use:` another one, but following them must come to an end."

    UnknownReference "unknown-reference" Error
    "a reference names no value"
    "`${host.domain}` stands for the value at that path. The path must end at a text, a number or a truth \
value. Inside a service, `${service.name}`, `${service.X}`, `${with.X}`, `${zone.name}` and `${zone.X}` \
are known too; inside a site, `${site.key}` and `${site.X}`. `${with.size:-1G}` brings a default for what \
may be left out, and one name of the path may be a reference itself: `${sites.${with.site}.name}`. Write `$${` for the two characters `${`."

    MalformedReference "malformed-reference" Error
    "a text has a `${` that is not a reference"
    "A reference is `${`, names joined by dots, and `}`. Write `$${` for the two characters `${`, for \
example in a shell command: `echo $${HOME}`."

    MissingParameter "missing-parameter" Error
    "a service does not give a parameter that its fragment needs"
    "A fragment says `${with.data}` for what differs between the services that use it, and each such \
service gives it:

    services:
      shop-db:
        use: NAME
        with: {data: /mnt/private/shop-db}"

    ReferenceCycle "reference-cycle" Error
    "references lead back to where they started"
    "Each value of the circle is defined by the next, so none has a value. Write one of them out."

    ReferenceBudget "reference-budget" Error
    "references expand to more text than any blueprint needs"
    "References of references multiply: a page of text can stand for gigabytes. vpsgen fills in a limited \
amount and then stops."

    TooManyMistakes "too-many-mistakes" Error
    "there are more mistakes than one run tells"
    "vpsgen stops looking after a thousand values that it cannot use. Put those right first; often they \
have one cause, such as a wrong indentation."

    UnknownName "unknown-name" Error
    "a name leads to nothing"
    "Services, zones, volumes, networks and certificates are named in one section and used in others. The \
name that is shown is used, and the section that should have it doesn't. If an overlay removed the entry \
with `null`, remove its uses too."

    MemoryExceeded "memory-exceeded" Error
    "the services' memory limits add up to more than the host has"
    "Memory can't be shared like CPU time: when all services use what they may, the kernel kills one of \
them, and it may be a database. One gigabyte is kept for the host itself. Lower `limits.memory` of some \
services, or name a larger shape in `host.memory`."

    CpusExceeded "cpus-exceeded" Error
    "a service may use more CPUs than the host has"
    "Docker refuses to start such a container. Set `limits.cpus` to what the host has, or less."

    CpusOvercommitted "cpus-overcommitted" Warning
    "the services' CPU limits add up to more than declared"
    "CPU time is shared, so limits may add up to more than the host has: when all services are busy, each \
is slower. How far is yours to say: `host.cpu_overcommit: 3` allows three times the host's CPUs."

    DockerGroup "docker-group" Warning
    "the login user is root through the docker group"
    "A member of the docker group can start a container that sees the whole host, so the group is root \
without a password. `sudo docker` does the same and leaves a trace."

    BadKey "bad-key" Error
    "a public key can't be used"
    "The program that reads the key would refuse it or ignore it silently, and you would find out when you \
need it. Paste the whole line of the `.pub` file, or for GnuPG the output of `gpg --armor --export`."

    RecoveryMissing "recovery-missing" Warning
    "nobody could recover the host's secrets"
    "All passwords and disk keys come from one seed that the host makes. It seals the seed to a public key \
of yours, so that a lost machine is not lost data. Without one the host waits and writes no data:

    vpsgen keygen recovery.key      # keep this file, not on the host
    # in the blueprint or an overlay
    access:
      recovery: age1...            # the public key that it printed"

    RecoveryUnusable "recovery-unusable" Error
    "age can't seal to the recovery recipient"
    "The recipient is an age public key (`age1...`), or an `ssh-ed25519` or `ssh-rsa` public key of at least \
2048 bits. age refuses ECDSA keys, keys on security tokens (`sk-`) and lines with options in front of the \
key; a mistyped recipient fails its checksum."

    SshClosed "ssh-closed" Error
    "the host could not be repaired over SSH"
    "SSH goes straight to the host and is the way in when everything else fails. Keep `22/tcp: SSH` in \
`firewall.external`."

    BadComment "bad-comment" Error
    "ufw can't keep a comment"
    "`ufw status` shows these comments. ufw takes one line without single quotes."

    LabelTooLong "label-too-long" Error
    "a volume's name is too long for a label"
    "Volumes are found by their label, which is their name, and an ext4 label has at most 16 characters."

    MountPoint "mount-point" Error
    "a volume would hide a part of the system"
    "A volume at /var or /etc would hide what is there, and a host whose volume comes late would not start. \
Mount data below /mnt, /srv, /media or /data."

    EncryptionWithoutDevice "encryption-without-device" Error
    "a directory of the boot volume can't be encrypted by itself"
    "`encryption: luks` encrypts a whole block volume. A volume without `device` is a directory of the boot \
volume. Attach a block volume and give its path."

    DevicePath "device-path" Error
    "a device's path can't be right"
    "Give the path that was chosen when the volume was attached, such as /dev/oracleoci/oraclevdb. \
/dev/oracleoci/oraclevda is the boot volume and is never a data volume."

    DeviceUnstable "device-unstable" Warning
    "a device's name can mean another disk after a boot"
    "/dev/sdb is whichever disk answered second. The host never formats what is not proved blank, but it \
can't find a volume by such a name. Use the consistent path of the attachment."

    DuplicateMount "duplicate-mount" Error
    "two volumes are mounted at or inside the same directory"
    "One would hide the other, in an order that depends on which comes first."

    DuplicateDevice "duplicate-device" Error
    "two volumes are the same device"
    "Each volume is a device of its own."

    BadSubnet "bad-subnet" Error
    "a network's subnet can't be used"
    "A subnet is written with its first address and a prefix from /16 to /29: `172.20.0.0/24`."

    SubnetReserved "subnet-reserved" Error
    "a network's subnet has another meaning"
    "Addresses of this range are used for something that the host or its containers need to reach. \
172.16.0.0/12 has room for sixteen networks of 65,536 addresses."

    SubnetPublic "subnet-public" Warning
    "a network's subnet belongs to somebody on the internet"
    "The host could not reach the real owner of these addresses any more. Use a private range (RFC 1918)."

    SubnetOverlap "subnet-overlap" Error
    "two networks' subnets overlap"
    "Docker refuses to make the second network. Give each network a subnet of its own."

    Unused "unused" Warning
    "something is declared and nothing uses it"
    "It costs nothing, but usually a name was mistyped elsewhere, or what used it was removed."

    ZoneCrossing "zone-crossing" Error
    "an attacker could leave a zone through a shared network"
    "A breach has to end in its zone. Services that are in one network reach each other, so a network with \
services of two zones is a way from one into the other. Where zones really have to meet, say why: then \
the declared flows are the only ones.

    networks:
      db_bridge:
        internal: true
        shared: the backup agent dumps every database over it"

    ZoneReached "zone-reached" Error
    "a breach of one zone would reach another"
    "Whoever takes a service over can use its flows, write what others read, and go on from whatever falls next. \
The whole way is in the message. A zone says which others it may reach; whatever isn't said is a mistake.

    zones:
      backup:
        network: db_bridge
        reaches: [public, private]"

    HostTaken "host-taken" Error
    "somebody from the internet could take the host over"
    "A service that can be reached from the internet, directly or over others, has a right that is as good as \
root's on the host: Docker's socket, a namespace of the host, a strong capability, or a writable part of the host. \
The whole way is in the message. `vpsgen audit` shows what each service could do."

    SecretCrossing "secret-crossing" Error
    "a service holds a secret of another zone"
    "With the secret of a service, whoever takes its holder over can act in the other zone. Zones that have to \
(such as the backup's) say so with `reaches`."

    NetworkCapability "network-capability" Error
    "a container could forge addresses"
    "The packet filter knows a container by its address and MAC. With NET_ADMIN or NET_RAW it could send as its \
neighbour. Such a program belongs on the host, or needs another setting: many images ask for NET_RAW only to ping."

    DuplicateAddress "duplicate-address" Error
    "two services have the same address"
    "Docker starts the first and refuses the second. Addresses are fixed, because flows are allowed by them."

    BadAddress "bad-address" Error
    "a service's address can't be used in its network"
    "An address lies inside the network's subnet, and is neither its first (the host's own) nor one of its ends."

    VolumeShared "volume-shared" Error
    "two zones share a volume"
    "A breach has to end in its zone; a shared volume would carry files across. Give each zone a volume of \
its own."

    ZoneUnencrypted "zone-unencrypted" Error
    "private data would lie on an unencrypted volume"
    "Zones are confidential unless they say otherwise, and confidential data needs `encryption: luks` on its \
volume. A zone that holds nothing private says `confidential: false`."

    ImageWithoutTag "image-without-tag" Error
    "an image has no tag"
    "Without a tag Docker takes whatever is newest on the day, so a rebuilt host runs something else than \
the one that was lost. Name a version: `my-app:1.4`."

    ImageLatest "image-latest" Warning
    "an image's tag is `latest`"
    "`latest` is another image after every release, and its data format may be too. Name a version."

    ImageAndBuild "image-and-build" Error
    "a service has both an image and a recipe for one"
    "`image` is pulled, `build` is made on the host from the operating system's packages. Keep one."

    NoNetwork "no-network" Error
    "a service is in no network"
    "Every service is in at least one declared network, with a fixed address, or shares the host's network \
and says why."

    HostNetworkConflict "host-network-conflict" Error
    "a service uses the host's network and has networks or ports of its own"
    "With `host_namespaces: [network]` a container has the host's addresses and ports. Docker ignores or \
refuses everything else."

    FlowWithoutRoute "flow-without-route" Error
    "a flow has no way"
    "A service reaches another one only on a network that both are in, and the internet only from a network \
that is not internal."

    SecretInEnvironment "secret-in-environment" Warning
    "a secret stands in the environment"
    "The blueprint, the artifact, `docker inspect` and every process of the container show the environment. \
Secrets are derived on the host and given as files:

    secrets: {password: my-database/password}
    environment: {DATABASE_PASSWORD_FILE: /run/secrets/password}"

    BadEnvironment "bad-environment" Error
    "a variable's value is no text"
    "Environment variables are text; lists and mappings have no place there."

    DuplicateTarget "duplicate-target" Error
    "two things are mounted at one place of a container"
    "The second would hide the first."

    AfterOtherZone "after-other-zone" Error
    "a service waits for one of another zone"
    "Zones start and fail independently, so that one zone's trouble is not another's. A service waits only \
for services of its own zone."

    AfterWithoutHealth "after-without-health" Error
    "a service waits for the health of one that has no test"
    "`after` means: started and healthy. Give the other service a `health` test."

    AfterCircle "after-circle" Error
    "services wait for each other"
    "None of them would ever start. Remove one `after` of the circle that is shown."

    DatabaseShared "database-shared" Error
    "two services share a database"
    "One database per service: whoever takes over one application must not read another's data through a \
common server. Give each application a database service of its own (two services may `use:` the same fragment)."

    ReasonMissing "reason-missing" Error
    "an exception from the strictest profile has no reason"
    "Services run with a read-only root, no capabilities, no new privileges, in user and network namespaces \
of their own. What an application can't bear is switched off one by one, each with the reason in words: \
a breach of this service will be judged by it.

    cap_add: [CHOWN]
    reasons: {cap_add: the entry point hands its data directory to the database user}"

    ReasonUnneeded "reason-unneeded" Warning
    "a reason is given for an exception that is not made"
    "The exception was removed and its reason stayed, or its name was mistyped."

    VolumeCrossing "volume-crossing" Error
    "a service sees another zone's volume"
    "A volume belongs to one zone; mounted from a second one it would carry a breach across."

    WholeVolume "whole-volume" Error
    "a service sees a whole volume"
    "It would see the data of every other service of the zone. Mount a directory of the volume."

    WritableReadOnly "writable-read-only" Error
    "a directory that is declared read-only is mounted writable"
    "`volumes.NAME.read_only` lists directories that no service may write, so that a breached web server \
can't change the site. Set `read_only: true` on the mount."

    WritableHostPath "writable-host-path" Error
    "a service could take the host over through its files"
    "Writing to /etc, /usr, /opt/docker or the like is root on the host, whatever else is forbidden."

    DirectoryShared "directory-shared" Error
    "two services can write the same directory"
    "One could plant files for the other. Let one of them read only, or give each a directory of its own."

    PublishedUndeclared "published-undeclared" Error
    "a port is published to the internet without being declared"
    "Docker's published ports pass by UFW: what a container publishes on 0.0.0.0 is open, whatever \
`ufw status` says. Publish on 127.0.0.1, or declare the port in `firewall.external`."

    PublishedInternal "published-internal" Error
    "a port is published from an internal network"
    "Docker silently publishes nothing from a container whose networks are all internal. Loopback TCP ports \
are passed on by a socket of the host instead; others are not possible."

    DuplicatePort "duplicate-port" Error
    "two programs would listen on one port of the host"
    "The second fails to start. Ports 22, 80 and 443 belong to the host's sshd and NGINX."

    ExternalUnanswered "external-unanswered" Warning
    "a port is open and nothing answers there"
    "An open port without a service waits for whatever listens there next. Close it, or publish the service."

    SitesUnreachable "sites-unreachable" Error
    "web sites could not be reached"
    "Sites need 443/tcp, and 80/tcp for redirects and for proving the names to the certificate authority."

    DuplicateSiteName "duplicate-site-name" Error
    "two sites have the same name"
    "NGINX would serve the first and ignore the second."

    SiteWithoutCertificate "site-without-certificate" Error
    "a site or the mail server names no certificate"
    "Everything is served over TLS. Name the certificate and list its names:

    certificates:
      blog: [blog.example.com]
    sites:
      blog: {name: blog.example.com, service: blog, certificate: blog}"

    CertificateName "certificate-name" Error
    "a certificate doesn't cover a name that it is used for"
    "Browsers and mail clients would refuse it. Add the name to the certificate's list."

    DuplicateCertificateName "duplicate-certificate-name" Error
    "a name is listed in certificates twice"
    "What the web server is told of a name, such as HSTS, comes with its certificate, so there has to be one; and \
certificate authorities limit how many they issue for a name. A site and the mail server may share a certificate."

    SiteWithoutWeb "site-without-web" Error
    "a site's service can't be reached by the web server"
    "The service says on which port it speaks HTTP or FastCGI: `web: {port: 8080}`, and it has an address in \
a network."

    FastcgiWithoutRoot "fastcgi-without-root" Error
    "NGINX can't see a FastCGI application's files"
    "With FastCGI the web server itself serves images and scripts, so it needs the document root. `web.root` \
is a directory of the container that lies on one of the service's volumes."

    MailHostname "mail-hostname" Error
    "the mail server has the mail domain's name"
    "The server would think that every address of the domain is a user of the machine. Give it a name of \
its own, such as mail.example.com."

    MailWithoutAccount "mail-without-account" Error
    "there is no mail account"
    "The mail server stops after two minutes without one, and starts again, for ever. Add at least `postmaster: {}`."

    DuplicateMailName "duplicate-mail-name" Error
    "a mail name is both an account and an alias"
    "Mail would go to one of them only. Keep one."

    MailWithoutRelay "mail-without-relay" Warning
    "outgoing mail will not leave the cloud"
    "Oracle blocks outgoing port 25 for tenancies made after June 2021. Mail is received, but sent mail \
stays in the queue. Send through a relay; the tenancy's own Email Delivery is one:

    mail:
      relay:
        host: smtp.email.eu-frankfurt-1.oci.oraclecloud.com
        port: 587
        user: ocid1.user...
        spf_include: eu.rp.oracleemaildelivery.com"

    MailRelay "mail-relay" Error
    "a mail relay can't be used as it is written"
    "A relay has a host, a port from 1 to 65535 and a user name without spaces or colons."

    BackupUnreached "backup-unreached" Error
    "a database would be missing in the backup"
    "The backup agent dumps every service with `backup.dump`, over a declared flow and with that database's \
own read-only credential. Both are missing or one of them."

    BackupRemote "backup-remote" Error
    "the backup's remote is no rclone remote"
    "Sets are uploaded to NAME:PATH, where NAME is what `rclone config` calls the remote."

    RetentionZero "retention-zero" Error
    "no backup would be kept"
    "`retention.daily` is how many of the newest daily sets stay; with 0 none does."

    MetricsUnreached "metrics-unreached" Error
    "the collector can't reach a service's metrics"
    "Nothing gets through that is not declared: give the collector a flow to the service, or take the \
service's `metrics` out."

    BadTemplate "bad-template" Error
    "an NGINX template can't be rendered"
    "Templates are strict: a value that is not there, or one that would need quotes, is a mistake. \
`{{ value | quote }}` quotes for the file."

    BudgetExceeded "budget-exceeded" Error
    "the user-data is larger than the cloud takes"
    "Oracle Cloud takes 32,000 bytes of metadata, counted on the base64 form and with the login keys. \
`vpsgen show budget` lists what takes the room."

    BudgetFileOnly "budget-file-only" Warning
    "the user-data is too large to be pasted"
    "Oracle Cloud takes 32,000 bytes of metadata, counted on the base64 form. What is too large as the text that a \
form takes still fits compressed: launch with `oci/launch.sh`, which sends `user-data.gz`. \
`vpsgen show budget` lists what takes the room."

    BudgetNear "budget-near" Warning
    "the user-data is near the cloud's limit"
    "More than 80 % of what the cloud takes is used; the next service may not fit. `vpsgen show budget` \
lists what takes the room."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_kebab_case_and_lead_back_to_the_code() {
        for &code in Code::ALL {
            let plain =
                |character: char| character.is_ascii_lowercase() || matches!(character, '-' | '0'..='9');
            assert!(code.id().chars().all(plain), "{code}");
            assert_eq!(Code::from_id(code.id()), Some(code));
        }
        assert_eq!(Code::from_id("nonsense"), None);
    }

    /// Names keep their capitals (`FastCGI`); a sentence that begins like one does not.
    fn begins_a_sentence(text: &str) -> bool {
        let word = text.split(' ').next().unwrap_or_default();
        word.starts_with(char::is_uppercase) && !word[1..].contains(char::is_uppercase)
    }

    #[test]
    fn sentences_are_lowercase_without_a_full_stop_and_explanations_end_with_one_or_an_example() {
        for &code in Code::ALL {
            assert!(!begins_a_sentence(code.sentence()) && !code.sentence().ends_with('.'), "{code}");
            let example = code.explanation().lines().last().is_some_and(|line| line.starts_with("    "));
            assert!(code.explanation().ends_with('.') || example, "{code}");
        }
    }
}
