"""The applications behind the web server: closed until they are set up, then pages through FastCGI, static files, a row in
their database and a key in the cache for each request, limits on logins, their timers. The applications are stand-ins
(containers/matomo, containers/nextcloud); servers, databases and all between them are real."""

import concurrent.futures
import json
import subprocess
import time
import urllib.parse

from cloud import wait_for
from internet import ATTACKER, INSTANCE
from questions.web import fetch

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OWNER = {"login": "owner", "password": "correct horse battery staple"}


def ask(cloud, instance, report):
    analytics(cloud, instance, report)
    files(instance, report)


def analytics(cloud, instance, report):
    """The installer is open to nobody but the owner, who comes through SSH."""
    name = "analytics.example.com"
    if instance.ssh("sudo test -e /mnt/public/matomo-files/config/.installed").returncode:
        report.expect("strangers don't find the installer", fetch(name, "/").status, 503)
        install(cloud, report, name)
        wait_for("mark of the installation", lambda: fetch(name, "/").status == 200)
    report.expect("it is installed", "Sign in" in fetch(name, "/").text, True)
    report.expect("a static file", "idsite" in fetch(name, "/matomo.js").text, True)
    for path in ("/config/config.ini.php", "/core/application.php", "/tmp/.keep"):
        report.expect(f"closed: {path}", fetch(name, path).status, 403)
    before = visits(instance)
    report.expect("a visit", fetch(name, "/matomo.php?idsite=1&url=https%3A%2F%2Fexample.com%2F").status, 200)
    report.expect("is a row in the database", visits(instance), before + 1)
    form = urllib.parse.urlencode({"form_login": "owner", "form_password": OWNER["password"]})
    report.expect("the owner logs in", fetch(name, "/index.php?module=Login", "POST", form, FORM).status, 302)
    instance.ask("systemctl start vpsgen-task@matomo-app.archive")
    report.expect("the archive's timer works", sql(instance, "SELECT visits FROM matomo_archive"), str(before + 1))


def install(cloud, report, name):
    """Through a tunnel to the web server, as the README says."""
    tunnel = subprocess.Popen(
        ["ssh", "-N", "-q", "-i", cloud.directory / "key", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
         "-L", "127.0.0.1:8443:127.0.0.1:443", f"debian@{INSTANCE}"], stdin=subprocess.DEVNULL)
    try:
        def curl(*words):
            return subprocess.run(
                ["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "--resolve", f"{name}:8443:127.0.0.1", *words,
                 f"https://{name}:8443/index.php"], stdout=subprocess.PIPE, text=True).stdout
        # curl's word for "no connection".
        wait_for("tunnel", lambda: curl() != "000")
        report.expect("the owner finds the installer", curl(), "200")
        report.expect("its first step", curl("-d", "step=database"), "302")
        report.expect("until its last, it is closed", fetch(name, "/").status, 503)
        report.expect("its last step", curl("-d", urllib.parse.urlencode({"step": "finish", **OWNER})), "302")
    finally:
        tunnel.kill()
        tunnel.wait()


def sql(instance, statement):
    command = "docker exec -i matomo-db sh -c 'MYSQL_PWD=$(cat /run/secrets/db_root_password) mariadb -uroot -N matomo'"
    return instance.ask(command, input=statement).strip()


def visits(instance):
    return int(sql(instance, "SELECT count(*) FROM matomo_log_visit"))


def query(instance, statement):
    return instance.ask(f'docker exec nextcloud-db psql -U postgres -At nextcloud -c "{statement}"').strip()


def keys(instance):
    command = "docker exec redis sh -c 'REDISCLI_AUTH=$(cat /run/secrets/redis_password) redis-cli get requests'"
    return int(instance.ask(command).strip().strip('"') or 0)


def files(instance, report):
    name = "cloud.example.com"
    report.expect("installed", json.loads(fetch(name, "/status.php").text)["installed"], True)
    report.expect("a static file", fetch(name, "/core/css/server.css").headers["Content-Type"], "text/css")
    for path in ("/config/config.php", "/data/", "/lib/base.php", "/.htaccess"):
        report.expect(f"closed: {path}", fetch(name, path).status in (403, 404), True)
    row, key = int(query(instance, "SELECT count(*) FROM oc_requests")), keys(instance)
    report.expect("a page", (fetch(name, "/index.php/login").status, fetch(name, "/login").status), (200, 200))
    report.expect("is a row in the database", int(query(instance, "SELECT count(*) FROM oc_requests")), row + 2)
    report.expect("and a key in the cache", keys(instance), key + 2)
    report.expect("the cache wants a password", "NOAUTH" in instance.ask("docker exec redis redis-cli get requests 2>&1"), True)
    logs_in(instance, report, name)
    report.expect("dav", (fetch(name, "/.well-known/caldav").status, fetch(name, "/remote.php/dav/").status), (301, 401))
    wait_for("background jobs", lambda: time.time() - last_job(instance) < 1200)
    roles = query(instance, "SELECT rolname, rolsuper FROM pg_roles WHERE rolcanlogin ORDER BY 1").split()
    report.expect("the application is no superuser", roles, ["backup|f", "nextcloud|f", "postgres|t"])
    grants = sql(instance, "SELECT user, host FROM mysql.user WHERE super_priv = 'Y' AND user != 'mariadb.sys'").splitlines()
    report.expect("MariaDB's superusers", {line.split()[1] for line in grants}, {"localhost"})


def last_job(instance):
    """When the background jobs ran, in seconds of the epoch."""
    return int(query(instance, "SELECT configvalue FROM oc_appconfig WHERE configkey = 'lastcron'") or 0)


def logs_in(instance, report, name):
    password = instance.ask("cat /run/vpsgen/secrets/nextcloud-app/admin_password").strip()

    def login(password, **options):
        form = urllib.parse.urlencode({"user": "admin", "password": password})
        return fetch(name, "/login", "POST", form, FORM, **options)

    answer = login(password)
    report.expect("the derived password logs in", (answer.status, answer.headers["Location"]), (303, "/apps/dashboard/"))
    page = fetch(name, "/apps/dashboard/", headers={"Cookie": answer.headers["Set-Cookie"].split(";")[0]})
    report.expect("the second factor can be set up", "Hello admin" in page.text, True)
    report.expect("and is enforced", instance.ask("docker exec nextcloud-app php occ config:system:get twofactor_enforced").strip(), "true")
    guesses(instance, report, login)


def guesses(instance, report, login):
    """Whoever guesses passwords is slowed down, and then shut out; others aren't."""
    def guess(_):
        try:
            return login("wrong", source=ATTACKER, timeout=20).status
        except OSError:
            return "no answer"

    # At once, so that the limit is met however slow the machine is; then one by one, until the ban.
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        found = set(pool.map(guess, range(20)))
    report.expect("guesses at once", found - {"no answer"}, {303, 429})
    report.expect("the guesser gets no answer any more", wait_for("ban", lambda: guess(None) == "no answer"), True)
    report.expect("the guesser is banned", ATTACKER in instance.ask("fail2ban-client status web"), True)
    report.expect("others log in", login("wrong").status, 303)
    instance.ask(f"fail2ban-client unban {ATTACKER}")
