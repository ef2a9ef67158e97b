<?php
// The pages: a log-in and what is behind it. Every request leaves a row in the database and counts in the cache.
require __DIR__ . '/lib/base.php';

function redirect(string $place): never
{
    header("Location: $place", true, 303);
    exit;
}

$settings = serve();
$path = preg_replace('#^/index\.php(?=/|$)#', '', parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) ?: '/';
$database = database($settings);
$database->prepare('INSERT INTO oc_requests(address, path) VALUES(?, ?)')->execute([$_SERVER['REMOTE_ADDR'], $path]);
$count = cache($settings)?->incr('requests');
header("X-Requests: $count");
session_name('oc' . $settings['instanceid']);
session_start(['cookie_httponly' => true, 'cookie_samesite' => 'Lax']);

if ($path === '/login' && $_SERVER['REQUEST_METHOD'] === 'POST') {
    $user = $_POST['user'] ?? '';
    if (!knows($database, $user, $_POST['password'] ?? '')) {
        redirect('/login?direct=1&user=' . rawurlencode($user));
    }
    session_regenerate_id(true);
    $_SESSION['user'] = $user;
    redirect('/apps/dashboard/');
}
if (!isset($_SESSION['user']) && $path !== '/login') {
    redirect('/login');
}
if (isset($_SESSION['user'])) {
    // A second factor that nobody has can't be set up: without the application for it, nobody gets in.
    $enforced = ($settings['twofactor_enforced'] ?? '') === 'true';
    $possible = recall($database, 'twofactor_totp', 'enabled') === 'yes';
    $body = $enforced && !$possible
        ? 'Two-factor authentication is enforced but not set up'
        : 'Hello ' . htmlspecialchars($_SESSION['user']);
} else {
    $body = '<form method=post action=/login><input name=user><input name=password type=password>'
        . '<button>Log in</button></form>';
}
header('Content-Type: text/html; charset=utf-8');
echo '<!DOCTYPE html><title>Nextcloud</title><link rel=stylesheet href=/core/css/server.css>';
echo "<h1>Nextcloud</h1><p>$body</p>\n";
