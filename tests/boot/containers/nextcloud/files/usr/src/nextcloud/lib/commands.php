<?php
// The commands of occ.

function environment(string $name): string
{
    $file = getenv("{$name}_FILE");
    return $file ? trim(file_get_contents($file)) : (string) getenv($name);
}

function install(): void
{
    keep([
        'instanceid' => bin2hex(random_bytes(6)),
        'secret' => bin2hex(random_bytes(24)),
        'trusted_domains' => ['localhost'],
        'datadirectory' => '/var/www/html/data',
        'dbtype' => 'pgsql',
        'dbhost' => environment('POSTGRES_HOST'),
        'dbname' => environment('POSTGRES_DB'),
        'dbuser' => environment('POSTGRES_USER'),
        'dbpassword' => environment('POSTGRES_PASSWORD'),
        'overwrite.cli.url' => environment('OVERWRITECLIURL'),
        'version' => version(),
    ]);
    $database = database(own_settings());
    $database->exec('CREATE TABLE IF NOT EXISTS oc_users(uid TEXT PRIMARY KEY, password TEXT NOT NULL)');
    $database->exec('CREATE TABLE IF NOT EXISTS oc_appconfig(appid TEXT, configkey TEXT, configvalue TEXT,'
        . ' PRIMARY KEY(appid, configkey))');
    $database->exec('CREATE TABLE IF NOT EXISTS oc_requests(id BIGSERIAL PRIMARY KEY, address TEXT, path TEXT,'
        . ' at TIMESTAMPTZ DEFAULT now())');
    $user = environment('NEXTCLOUD_ADMIN_USER');
    $password = password_hash(environment('NEXTCLOUD_ADMIN_PASSWORD'), PASSWORD_DEFAULT);
    $database->prepare('INSERT INTO oc_users VALUES(?, ?) ON CONFLICT(uid) DO UPDATE SET password = excluded.password')
        ->execute([$user, $password]);
    is_dir(ROOT . "/data/$user/files") || mkdir(ROOT . "/data/$user/files", 0750, true);
    keep(['installed' => true]);
    echo "Nextcloud was successfully installed\n";
}

function reset_password(string $user): void
{
    $change = database(settings())->prepare('UPDATE oc_users SET password = ? WHERE uid = ?');
    $change->execute([password_hash((string) getenv('OC_PASS'), PASSWORD_DEFAULT), $user]);
    if ($change->rowCount() !== 1) {
        echo "User does not exist\n";
        exit(1);
    }
}

function upgrade(): void
{
    if (own_settings()['version'] === version()) {
        echo "Nextcloud is already latest version\n";
        exit(3);
    }
    keep(['version' => version()]);
    echo "Update successful\n";
}

function maintenance(string $switch): void
{
    if ($switch !== '') {
        keep(['maintenance' => $switch === '--on']);
    }
    echo 'Maintenance mode ', empty(own_settings()['maintenance']) ? "disabled\n" : "enabled\n";
}

function setting(string $name): void
{
    $settings = settings();
    if (!isset($settings[$name])) {
        exit(1);
    }
    $value = $settings[$name];
    echo match (true) {
        is_array($value) => implode("\n", array_map(fn ($one) => is_string($one) ? $one : json_encode($one), $value)),
        is_bool($value) => $value ? 'true' : 'false',
        default => $value,
    }, "\n";
}

function status(): array
{
    $settings = own_settings();
    return [
        'installed' => !empty($settings['installed']),
        'maintenance' => !empty($settings['maintenance']),
        'needsDbUpgrade' => ($settings['version'] ?? '') !== version(),
        'version' => version() . '.0',
        'versionstring' => version(),
        'edition' => '',
        'productname' => 'Nextcloud',
        'extendedSupport' => false,
    ];
}

// Runs the command of these words. Returns whether there is such a one.
function command(array $words): bool
{
    $words = array_values(array_diff($words, ['-q', '-n', '--no-interaction', '--password-from-env']));
    switch ($words[0] ?? '') {
        case 'maintenance:install': install(); break;
        case 'upgrade': upgrade(); break;
        case 'user:resetpassword': reset_password($words[1]); break;
        case 'maintenance:mode': maintenance($words[1] ?? ''); break;
        case 'config:system:get': setting($words[1]); break;
        case 'app:enable':
            remember(database(settings()), $words[1], 'enabled', 'yes');
            echo "{$words[1]} enabled\n";
            break;
        case 'status':
            foreach (status() as $name => $value) {
                echo "  - $name: ", is_bool($value) ? var_export($value, true) : $value, "\n";
            }
            break;
        default: return false;
    }
    return true;
}
