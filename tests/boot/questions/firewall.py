"""The packet filter: UFW took over from the image's own rules, and Oracle's chain is still there."""

EXTERNAL = {"22/tcp": "SSH", "80/tcp": "HTTP redirect", "443/tcp": "HTTPS", "25/tcp": "SMTP", "587/tcp": "SMTP Submission",
            "993/tcp": "IMAPS"}


def ask(cloud, instance, report):
    for program, refusal in (("iptables", "icmp-host-prohibited"), ("ip6tables", "icmp6-adm-prohibited")):
        rules = instance.ask(f"{program} -S").splitlines()
        report.expect(f"{program}: policy", "-P INPUT DROP" in rules, True)
        report.expect(f"{program}: the image's own REJECT", [rule for rule in rules if refusal in rule], [])
    rules = instance.ask("iptables -S").splitlines()
    report.expect("InstanceServices", sum(rule.startswith("-A InstanceServices") for rule in rules), 7)
    report.expect("its jump", "-A ufw-before-output -d 169.254.0.0/16 -j InstanceServices" in rules, True)
    status = instance.ask("ufw status verbose")
    report.expect("UFW", "Status: active" in status, True)
    report.expect("its defaults", "deny (incoming), allow (outgoing)" in status, True)
    for port, comment in EXTERNAL.items():
        found = [line for line in status.splitlines() if line.startswith(port)]
        report.expect(f"UFW says {port} with its comment, v4 and v6", [comment in line for line in found], [True, True])
    report.expect("it starts at boot", instance.ask("systemctl is-enabled ufw").strip(), "enabled")
