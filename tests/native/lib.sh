# What every judge begins with. A judge runs inside the root, the generated tree lies over /,
# and the rest of the artifact is in $artifact.
set -euo pipefail
shopt -s nullglob

native=/vpsgen/native
artifact=/vpsgen/artifact
verdict=/vpsgen/verdict
failures=0

# The judge's verdict is its exit code: 0 accepted, 1 refused, 3 nothing of its kind here.
trap 'code=$?; [ $code -ne 0 ] || { [ $failures -eq 0 ] || code=1; }
      [ $code -ne 0 ] || [ -s $verdict/judged ] || code=3; exit $code' EXIT

# generated PATTERN...: the generated files at these absolute paths (a * also crosses /).
generated() {
    local path pattern
    while IFS= read -r path; do
        for pattern in "$@"; do
            # shellcheck disable=SC2053  # a pattern, not a string
            if [[ $path == $pattern ]]; then
                printf '%s\n' "$path"
                break
            fi
        done
    done < <([ ! -d $artifact/tree ] || find $artifact/tree ! -type d -printf '/%P\n' | sort)
}

# scripts INTERPRETER...: the generated files that begin with #! and one of these programs.
scripts() {
    local path line word
    while IFS= read -r path; do
        IFS= read -r line <"$path" 2>/dev/null || true
        [[ $line == '#!'* ]] || continue
        for word in "$@"; do
            if [[ $line =~ [/[:space:]]$word([0-9.]*)([[:space:]]|$) ]]; then
                printf '%s\n' "$path"
                break
            fi
        done
    done < <(generated '*')
}

# judged FILE...: these files have been put before the judge.
judged() {
    printf '%s\n' "$@" >>"$verdict/judged"
}

refuse() {
    printf '%s\n' "$*"
    failures=$((failures + 1))
}

# need PROGRAM...: a judge without its program cannot accept anything.
need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || { echo "$program is not installed in this root" && exit 1; }
    done
}

# generate_units NAME DIRECTORY [VARIABLE=FILE]: the units that systemd makes of a table at boot.
# A generator takes a read-only /sys for a container, where it leaves devices out.
generate_units() {
    local name=$1 directory=$2 output
    shift 2
    [ "$(stat -f -c %T /sys)" = tmpfs ] || mount -t tmpfs tmpfs /sys
    mkdir -p "$directory"{,.early,.late}
    output=$(env SYSTEMD_LOG_TARGET=console SYSTEMD_LOG_LEVEL=warning "$@" \
        "/usr/lib/systemd/system-generators/systemd-$name-generator" "$directory"{,.early,.late} 2>&1) ||
        refuse "systemd-$name-generator failed"
    [ -z "$output" ] || refuse "systemd-$name-generator: $output"
}

# accept WHAT COMMAND...: the command must succeed; otherwise its output is the finding.
accept() {
    local what=$1 output
    shift
    output=$("$@" 2>&1) || refuse "$what"$'\n'"$output"
}

# silent WHAT COMMAND...: the command must succeed without a word.
silent() {
    local what=$1 output
    shift
    if ! output=$("$@" 2>&1) || [ -n "$output" ]; then
        refuse "$what"$'\n'"$output"
    fi
}
