<?php
// The pages: the set-up until it is through, then the log-in and what is behind it.
require __DIR__ . '/core/application.php';

function page(string $title, string $body): never
{
    header('Content-Type: text/html; charset=utf-8');
    exit("<!DOCTYPE html><title>$title</title><h1>$title</h1>$body\n");
}

function redirect(string $place): never
{
    header("Location: $place", true, 302);
    exit;
}

$settings = settings();
$trusted = $settings['General']['trusted_hosts'] ?? [];
if ($trusted && !in_array($_SERVER['HTTP_HOST'] ?? '', $trusted, true)) {
    page('Matomo', '<p>You are visiting from an untrusted host.</p>');
}
$answer = $_SERVER['REQUEST_METHOD'] === 'POST' ? $_POST : [];
if (!isset($settings['database']) || isset($settings['General']['installation_in_progress'])) {
    if (($answer['step'] ?? '') === 'database') {
        set_up_database($answer);
        redirect('index.php?action=setupSuperUser');
    }
    if (($answer['step'] ?? '') === 'finish') {
        isset($settings['database']) || set_up_database($answer);
        finish($answer);
        redirect('index.php');
    }
    $host = htmlspecialchars((string) getenv('MATOMO_DATABASE_HOST'));
    $form = "<form method=post><input name=host value='$host'><input name=step value=database></form>";
    page('Matomo installer', $form);
}
session_name('MATOMO_SESSID');
session_save_path(ROOT . '/tmp');
session_start(['cookie_httponly' => true, 'cookie_samesite' => 'Lax']);
if (isset($answer['form_login']) && knows($settings, $answer['form_login'], $answer['form_password'] ?? '')) {
    session_regenerate_id();
    $_SESSION['login'] = $answer['form_login'];
    redirect('index.php?module=CoreHome');
}
if (!isset($_SESSION['login'])) {
    $wrong = $answer ? '<p>Wrong username and password combination.</p>' : '';
    page('Sign in', "$wrong<form method=post action='index.php?module=Login'><input name=form_login>"
        . '<input name=form_password type=password><button>Sign in</button></form>');
}
$visits = database($settings['database'])->query('SELECT count(*) FROM matomo_log_visit')->fetchColumn();
page('Visits', '<p>' . htmlspecialchars($_SESSION['login']) . " sees $visits visits</p>");
