# PHP: a program compiles and a configuration file can be read, both without a warning.
# packages: php-cli
. /vpsgen/native/lib.sh
need php

quiet='error_reporting(E_ALL); set_error_handler(function ($_, $what) { exit("$what\n"); });'
while IFS= read -r file; do
    judged "$file"
    accept "php -l $file" php -d error_reporting=-1 -d display_errors=1 -l "$file"
done < <(generated '*.php')
while IFS= read -r file; do
    judged "$file"
    silent "parse_ini_file $file" php -r "$quiet exit(parse_ini_file(\$argv[1], true) ? 0 : 1);" "$file"
done < <(generated '/opt/docker/*.ini')
