# Runs on the host as root, after its checksum held; the bootstrap left the bundle in `b`.
# Everything is looked at before anything is written, everything is written beside its place before anything is
# renamed, and the marks of success (the kept bundle, the removal of this program) come last.
import json, os
from hashlib import sha256
from pathlib import Path
from subprocess import check_call

STATE = '/var/lib/vpsgen/'
NEW = '.vpsgen-new'


# Nothing may stand in the way, and no link may lead elsewhere.
def check(path):
    there = path
    while not os.path.lexists(there):
        there = there.parent
    if there.resolve() != there or there.is_dir() == (there == path):
        raise SystemExit(f'vpsgen: {there} stands in the way of {path}; nothing was written')


def write(files):
    for path, mode, content in files:
        path.parent.mkdir(0o755, True, True)
        new = Path(f'{path}{NEW}')
        # What a power cut left there; a link would be followed.
        new.unlink(missing_ok=True)
        with new.open('xb') as file:
            new.chmod(mode)
            file.write(content)
    os.sync()
    for path, mode, content in files:
        os.rename(f'{path}{NEW}', path)
    os.sync()


os.umask(0o22)
new = []
for record in b.split(b'\0')[1:]:
    head, _, content = record.partition(b'\n')
    mode, _, path = head.decode().partition('/')
    new.append((Path('/' + path), int(mode, 8), content.replace(b'\1\1', b'\0').replace(b'\1\2', b'\1')))
manifest = {f'{path}': {'mode': f'{mode:04o}', 'sha256': sha256(content).hexdigest()} for path, mode, content in new}
new.append((Path(STATE + 'manifest.json'), 0o644, json.dumps(manifest, indent=1).encode()))
for path, *_ in new:
    check(path)
write(new)
check_call(['systemctl', 'daemon-reload'])
check_call(['systemctl', 'enable', 'vpsgen.target'])
write([(Path(STATE + 'bundle'), 0o600, b)])
check_call(['systemctl', 'start', '--no-block', 'vpsgen.target'])
# Run from the paste, this program would be run again at every boot; run from the kept bundle, it has no file.
if '__file__' in globals():
    os.remove(__file__)
