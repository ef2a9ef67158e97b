# apt: apt-config reads the settings, and unattended-upgrades can make sense of its own.
# packages: apt unattended-upgrades
. /vpsgen/native/lib.sh
need apt-config unattended-upgrade

mapfile -t files < <(generated '/etc/apt/apt.conf.d/*')
[ ${#files[@]} -gt 0 ] || exit 0
judged "${files[@]}"
settings=$(apt-config dump 2>&1) || refuse "apt-config dump: $settings"
! grep -E '^[WE]:' <<<"$settings" || refuse "apt-config complains"

# Every value that our files set is in effect: no later file, and no spelling, loses it.
ours=/tmp/ours
mkdir -p $ours/parts
cp "${files[@]}" $ours/parts/
while IFS= read -r setting; do
    grep -qxF "$setting" <<<"$settings" || refuse "not in effect: $setting"
done < <(printf 'Dir::Etc::parts "%s";\nDir::Etc::main "-";\n' $ours/parts >$ours/conf
    APT_CONFIG=$ours/conf apt-config dump | grep -E '^(Unattended-Upgrade|APT::Periodic)' || true)

# It looks at its patterns only when a package can be upgraded, so they are put to it here.
accept "unattended-upgrades on its origins" python3 - <<'PYTHON'
import importlib.machinery
import importlib.util
import types

import apt_pkg

loader = importlib.machinery.SourceFileLoader("upgrades", "/usr/bin/unattended-upgrade")
upgrades = importlib.util.module_from_spec(importlib.util.spec_from_loader("upgrades", loader))
loader.exec_module(upgrades)
apt_pkg.init_config()
anything = types.SimpleNamespace(origin="", label="", archive="", component="", site="", codename="")
origins = upgrades.get_allowed_origins()
assert origins, "nothing may be upgraded"
for origin in origins:
    upgrades.match_whitelist_string(origin, anything)
PYTHON
accept "unattended-upgrade --dry-run" unattended-upgrade --dry-run --debug
