<?php
// What pages, background jobs and commands share: settings, database, accounts.

const ROOT = __DIR__ . '/..';
const OWN = ROOT . '/config/config.php';

// The settings that the application wrote itself.
function own_settings(): array
{
    $CONFIG = [];
    if (is_file(OWN)) {
        include OWN;
    }
    return $CONFIG;
}

// Those and what the files *.config.php say over them, in the order of their names.
function settings(): array
{
    $settings = own_settings();
    foreach (glob(ROOT . '/config/*.config.php') as $file) {
        $CONFIG = [];
        include $file;
        $settings = array_merge($settings, $CONFIG);
    }
    return $settings;
}

function keep(array $changed): void
{
    $settings = array_merge(own_settings(), $changed);
    file_put_contents(OWN . '.new', "<?php\n\$CONFIG = " . var_export($settings, true) . ";\n");
    chmod(OWN . '.new', 0640);
    rename(OWN . '.new', OWN);
}

function database(array $settings): PDO
{
    $source = "pgsql:host={$settings['dbhost']};dbname={$settings['dbname']}";
    return new PDO($source, $settings['dbuser'], $settings['dbpassword']);
}

// The distributed cache, if the settings name one.
function cache(array $settings): ?Redis
{
    if (!isset($settings['redis'])) {
        return null;
    }
    $cache = new Redis();
    $cache->connect($settings['redis']['host'], $settings['redis']['port'] ?? 6379);
    if (isset($settings['redis']['password'])) {
        $cache->auth($settings['redis']['password']);
    }
    return $cache;
}

function remember(PDO $database, string $app, string $key, string $value): void
{
    $database->prepare('INSERT INTO oc_appconfig VALUES(?, ?, ?)'
        . ' ON CONFLICT(appid, configkey) DO UPDATE SET configvalue = excluded.configvalue')
        ->execute([$app, $key, $value]);
}

function recall(PDO $database, string $app, string $key): string
{
    $value = $database->prepare('SELECT configvalue FROM oc_appconfig WHERE appid = ? AND configkey = ?');
    $value->execute([$app, $key]);
    return (string) $value->fetchColumn();
}

function knows(PDO $database, string $user, string $password): bool
{
    $account = $database->prepare('SELECT password FROM oc_users WHERE uid = ?');
    $account->execute([$user]);
    return password_verify($password, (string) $account->fetchColumn());
}

function version(): string
{
    include ROOT . '/version.php';
    return $OC_VersionString;
}

// For every page: none for strangers' names, none while there is maintenance.
function serve(): array
{
    $settings = settings();
    if (empty($settings['installed']) || !empty($settings['maintenance'])) {
        http_response_code(503);
        header('Retry-After: 120');
        exit("Nextcloud is not available now.\n");
    }
    if (!in_array($_SERVER['HTTP_HOST'] ?? '', $settings['trusted_domains'], true)) {
        http_response_code(400);
        exit("Access through untrusted domain\n");
    }
    return $settings;
}
