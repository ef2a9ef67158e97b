<?php
// The background jobs: that they ran, and that it was from outside.
require __DIR__ . '/lib/base.php';

if (PHP_SAPI !== 'cli') {
    http_response_code(403);
    exit;
}
$settings = settings();
if (!empty($settings['installed']) && empty($settings['maintenance'])) {
    $database = database($settings);
    remember($database, 'core', 'backgroundjobs_mode', 'cron');
    remember($database, 'core', 'lastcron', (string) time());
}
