"""Debian packages for the base image's architecture: which ones something needs on top of it, and their files. The
machine's own apt works on the root's state, so nothing foreign is run."""

import os
import pathlib
import re
import subprocess

INSTALL = re.compile(r"^Inst ([^ :]+)\S* (?:\[\S+\] )?\((\S+) .*\[(\w+)\]\)", re.MULTILINE)
# What only people read.
UNREAD = ("doc", "man", "info", "locale", "lintian", "bug", "bash-completion", "apport", "doc-base")


class Packages:
    def __init__(self, arch, base, scratch):
        self.base, self.arch, self.scratch = base, arch, scratch
        self.archives = base / "archives"
        (self.archives / "partial").mkdir(parents=True, exist_ok=True)
        settings = {
            "Dir": base / "root",
            "Dir::Cache::archives": self.archives,
            "Dir::Etc::TrustedParts": "/etc/apt/trusted.gpg.d",
            "APT::Architecture": arch,
            "APT::Sandbox::User": "root",
            "APT::Install-Recommends": "false",
            "Dir::State::status": scratch / "status",
            "quiet": 2,
        }
        lines = [f'{name} "{value}";' for name, value in settings.items()]
        lines += [f'APT::Architectures {{ "{arch}"; }};', (base / "acquire.conf").read_text()]
        configuration = scratch / "apt.conf"
        configuration.write_text("\n".join(lines))
        self.environment = {**os.environ, "APT_CONFIG": str(configuration), "LC_ALL": "C"}
        self.used = set()
        self.pretend([])
        self.apt("update")

    def apt(self, *arguments):
        command = ["apt-get", "--yes", *arguments]
        done = subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise ChildProcessError(f"{' '.join(command)}: {done.stdout}")
        return done.stdout

    def pretend(self, names):
        """Lets apt take these for installed, so that nothing else comes with them."""
        installed = (self.base / "root/var/lib/dpkg/status").read_text()
        fields = f"Status: install ok installed\nVersion: 99:9\nArchitecture: {self.arch}\nMulti-Arch: allowed"
        pretended = "".join(f"Package: {name}\n{fields}\nMaintainer: nobody\nDescription: -\n\n" for name in names)
        (self.scratch / "status").write_text(installed + pretended)

    def needed(self, names, without=()):
        """The package files that `names` need on top of the base, except for the packages in `without`."""
        self.pretend(without)
        found = INSTALL.findall(self.apt("--simulate", "install", *names))
        self.apt("--download-only", "install", *names)
        names = [f"{name}_{version.replace(':', '%3a')}_{arch}.deb" for name, version, arch in sorted(found)]
        files = [self.archives / name for name in names]
        self.used.update(files)
        return files

    def forget(self):
        """Removes the package files that were not asked for, of other versions and recipes."""
        for file in self.archives.glob("*.deb"):
            if file not in self.used:
                file.unlink()


def unpack(files, tree):
    """Unpacks package files into a new tree, as they would be in a system whose /bin and /lib are below /usr."""
    (tree / "usr").mkdir(parents=True)
    for name in ("bin", "lib", "sbin"):
        (tree / name).symlink_to(f"usr/{name}")
        (tree / "usr" / name).mkdir()
    (tree / "var").mkdir()
    (tree / "var/run").symlink_to("/run")
    excluded = [f"--exclude=./usr/share/{name}/*" for name in UNREAD]
    excluded += [f"--exclude=./{name}" for name in ("etc/init.d", "etc/cron*", "etc/logrotate.d", "usr/lib/systemd")]
    for file in files:
        archive = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", file], stdout=subprocess.PIPE)
        extract = ["tar", "--extract", "--keep-directory-symlink", "--numeric-owner", f"--directory={tree}", *excluded]
        subprocess.run(extract, stdin=archive.stdout, check=True)
        if archive.wait():
            raise ChildProcessError(f"dpkg-deb could not read {pathlib.Path(file).name}")
