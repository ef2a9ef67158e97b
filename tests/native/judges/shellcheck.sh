# Shell: shellcheck, and the shells that run it (dash and busybox for sh, bash for bash) parse it.
# packages: shellcheck dash busybox
. /vpsgen/native/lib.sh
need shellcheck dash busybox bash

while IFS= read -r file; do
    judged "$file"
    accept "shellcheck $file" shellcheck --color=never --external-sources "$file"
    case $(head -n 1 "$file") in
        *bash*) silent "bash -n $file" bash -n "$file" ;;
        *)
            silent "dash -n $file" dash -n "$file"
            silent "busybox sh -n $file" busybox sh -n "$file"
            ;;
    esac
done < <(scripts sh bash dash; find "$artifact" -path "$artifact/tree" -prune -o -name '*.sh' -print)
