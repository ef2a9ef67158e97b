<?php
// The tracker: each request is a visit. It answers with the smallest of pictures.
require __DIR__ . '/core/application.php';

$settings = settings();
if (!isset($settings['database']) || isset($settings['General']['installation_in_progress'])) {
    http_response_code(503);
    exit;
}
if (isset($_REQUEST['idsite'])) {
    database($settings['database'])->prepare('INSERT INTO matomo_log_visit(idsite, location_ip, url) VALUES(?, ?, ?)')
        ->execute([(int) $_REQUEST['idsite'], $_SERVER['REMOTE_ADDR'], $_REQUEST['url'] ?? '']);
}
header('Content-Type: image/gif');
echo base64_decode('R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==');
