"""The boot disk is thrown away; a new instance with the same paste and the surviving volumes has all data back."""

import internet
import owner
from questions import applications, canary, cloud_init, containers, host, isolation, kept, mail, storage, web
from scenarios import Start

START = Start("fresh", "ready")


def scenario(cloud, instance, report):
    # As the command line sends it, not as it is pasted.
    cloud.stop("metadata")
    internet.metadata(cloud, cloud.artifact / "user-data.gz")
    instance.renew()
    owner.publish(cloud)
    owner.starts(instance, report)
    # Nothing is made anew where an old seed could be missed.
    reason = owner.reaches(instance, report, "seed", "waiting")["reason"]
    report.expect("it waits for its seed, and says how", "vpsctl unlock" in reason, True)
    wrong = instance.ssh("sudo vpsctl unlock", input=f"vpsgen-seed-v1 {cloud.host['name']} {'00' * 32}\n")
    report.expect("a wrong seed is refused", (wrong.returncode, "not the seed" in wrong.stdout), (1, True))
    instance.ask("vpsctl unlock", input=f"vpsgen-seed-v1 {cloud.host['name']} {cloud.remembered['seed']}\n")
    owner.bring(cloud, instance)
    owner.ready(instance, report)
    owner.ask(cloud, instance, report, cloud_init, host, storage, kept, [containers, web], [applications, mail],
              isolation, canary)
