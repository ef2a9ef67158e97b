"""cloud-init's own verdict on the paste."""

import json

OF_THE_DESIGN = False
# Said before it reads the paste: the emulated machine doesn't boot over iSCSI.
OF_THE_IMAGE = {"Could not obtain network configuration from initramfs. Falling back to IMDS."}


def ask(cloud, instance, report):
    result = json.loads(instance.ask("cat /run/cloud-init/result.json"))["v1"]
    report.expect("cloud-init's errors", result["errors"], [])
    report.expect("its data source", "DataSourceOracle" in result["datasource"], True)
    status = json.loads(instance.ssh("sudo cloud-init status --wait --format json").stdout)
    warnings = {text for texts in status["recoverable_errors"].values() for text in texts}
    report.expect("its recoverable errors", warnings - OF_THE_IMAGE, set())
    report.expect("the paste is gone", instance.ask("ls /var/lib/cloud/scripts/per-boot").split(), [])
