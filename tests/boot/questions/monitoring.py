"""Monitoring: every target is up, the host's own numbers arrive, an alert goes the whole way to a mailbox."""

import json

from cloud import wait_for

TARGETS = {"prometheus", "alertmanager", "grafana", "node-exporter", "cadvisor"}


def ask(cloud, instance, report):
    # Each at some moment: on a busy machine now one scrape is late, now another.
    seen = set()
    report.expect("targets", wait_for("scrape of every target", lambda: seen.update(targets(instance)) or seen == TARGETS), True)
    instance.ask("systemctl start vpsgen-run@metrics")
    for expression in ("vpsgen_ready == 1", "node_memory_MemTotal_bytes > 0", 'vpsgen_volume_used_ratio{volume="mail"} < 1',
                       'count(container_memory_working_set_bytes{id=~".*docker.*"}) > 10'):
        report.expect(f"known: {expression}", wait_for(expression, lambda: query(instance, expression)) != [], True)
    rules = json.loads(instance.ask("curl -s http://127.0.0.1:9090/api/v1/rules"))["data"]["groups"]
    report.expect("alert rules", all(rule["health"] == "ok" for group in rules for rule in group["rules"]), True)
    alerts = json.loads(instance.ask("curl -s http://127.0.0.1:9090/api/v1/alerts"))["data"]["alerts"]
    firing = [alert["labels"] for alert in alerts if alert["state"] == "firing"]
    report.expect("alerts that fire on a good host", firing, [])
    password = instance.ask("cat /run/vpsgen/secrets/grafana/admin_password").strip()
    wanted = {"": "401", f"user = admin:{password}": "200", "user = admin:admin": "401"}
    command = "curl -s -K - -o /dev/null -w %{http_code} http://127.0.0.1:3000/api/datasources"
    found = {login: instance.ask(command, input=login) for login in wanted}
    report.expect("Grafana's login", list(found.values()), list(wanted.values()))


def targets(instance):
    """Those that are up."""
    found = json.loads(instance.ask("curl -s http://127.0.0.1:9090/api/v1/targets"))["data"]["activeTargets"]
    return {target["labels"]["instance"].split(":")[0] for target in found if target["health"] == "up"}


def query(instance, expression):
    answer = instance.ask(f"curl -s http://127.0.0.1:9090/api/v1/query --data-urlencode 'query={expression}'")
    return json.loads(answer)["data"]["result"]
