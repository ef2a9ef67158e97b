"""Sees every program that starts on the machine, with its arguments, from before the first unit of the host on. The kernel
keeps the record (search.py reads it), at no cost that counts. The units come by the machine's firmware: the disk is as the
cloud made it."""

import base64

ARGUMENTS = " ".join(f"a{number}=+0(+{8 * number}($argv)):ustring" for number in range(20))
UNIT = f"""[Unit]
DefaultDependencies=no
RequiresMountsFor=/sys/kernel/tracing
Before=sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
WorkingDirectory=/sys/kernel/tracing
Environment="EVENT=e:vpsgen/exec syscalls/sys_enter_execve {ARGUMENTS}"
ExecStart=/bin/sh -ec 'echo 32768 >buffer_size_kb; echo "$$EVENT" >dynamic_events; echo 1 >events/vpsgen/exec/enable'
"""
CREDENTIALS = {
    "systemd.extra-unit.witness.service": UNIT,
    "systemd.unit-dropin.sysinit.target": "[Unit]\nWants=witness.service\n",
}


def firmware():
    """QEMU's words: systemd takes units from the strings of the firmware (systemd.system-credentials(7))."""
    for name, text in CREDENTIALS.items():
        value = base64.b64encode(text.encode()).decode()
        yield from ("-smbios", f"type=11,value=io.systemd.credential.binary:{name}={value}")
