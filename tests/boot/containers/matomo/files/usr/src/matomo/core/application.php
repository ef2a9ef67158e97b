<?php
// What pages, tracker and commands share: settings, database, accounts.

const ROOT = __DIR__ . '/..';
const INSTALLED = ROOT . '/config/config.ini.php';

// The settings of all files, later ones over earlier ones.
function settings(): array
{
    $settings = [];
    foreach (['global', 'common.config', 'config'] as $name) {
        $file = ROOT . "/config/$name.ini.php";
        if (is_file($file)) {
            $settings = array_replace_recursive($settings, parse_ini_file($file, true, INI_SCANNER_RAW));
        }
    }
    return $settings;
}

function database(array $place): PDO
{
    $source = "mysql:host={$place['host']};dbname={$place['dbname']};charset=utf8mb4";
    return new PDO($source, $place['username'], $place['password']);
}

// The first two of the set-up's answers: the database, which is in the environment when the form leaves it out.
function set_up_database(array $form): void
{
    $place = [];
    foreach (['host', 'username', 'password', 'dbname'] as $key) {
        $place[$key] = $form[$key] ?? getenv('MATOMO_DATABASE_' . strtoupper($key));
    }
    $database = database($place);
    $database->exec('CREATE TABLE IF NOT EXISTS matomo_user(login VARCHAR(100) PRIMARY KEY, password VARCHAR(255))');
    $database->exec('CREATE TABLE IF NOT EXISTS matomo_log_visit(idvisit BIGINT AUTO_INCREMENT PRIMARY KEY,'
        . ' idsite INT, location_ip VARCHAR(45), url TEXT, visit_time TIMESTAMP DEFAULT CURRENT_TIMESTAMP)');
    $database->exec('CREATE TABLE IF NOT EXISTS matomo_archive(idsite INT PRIMARY KEY, visits BIGINT,'
        . ' ts_archived TIMESTAMP)');
    $lines = ['; <?php exit; ?> DO NOT REMOVE THIS LINE', '[database]'];
    foreach ($place as $key => $value) {
        $lines[] = "$key = \"$value\"";
    }
    $lines = [...$lines, 'tables_prefix = "matomo_"', '[General]', 'installation_in_progress = 1', ''];
    file_put_contents(INSTALLED, implode("\n", $lines));
}

// The last answer: who may log in.
function finish(array $form): void
{
    $settings = settings();
    $account = database($settings['database'])->prepare('REPLACE INTO matomo_user VALUES(?, ?)');
    $account->execute([$form['login'], password_hash($form['password'], PASSWORD_DEFAULT)]);
    file_put_contents(INSTALLED, preg_replace('/^installation_in_progress.*\n/m', '', file_get_contents(INSTALLED)));
}

function knows(array $settings, string $login, string $password): bool
{
    $account = database($settings['database'])->prepare('SELECT password FROM matomo_user WHERE login = ?');
    $account->execute([$login]);
    return password_verify($password, (string) $account->fetchColumn());
}
