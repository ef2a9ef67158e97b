<?php
// WebDAV in its simplest form: a user's files, flat, with the password of the account.
require __DIR__ . '/lib/base.php';

$settings = serve();
$user = $_SERVER['PHP_AUTH_USER'] ?? '';
if (!knows(database($settings), $user, $_SERVER['PHP_AUTH_PW'] ?? '')) {
    http_response_code(401);
    header('WWW-Authenticate: Basic realm="Nextcloud", charset="UTF-8"');
    exit;
}
$files = "{$settings['datadirectory']}/$user/files";
$name = basename(rawurldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)));
$file = "$files/$name";
switch ($_SERVER['REQUEST_METHOD']) {
    case 'PUT':
        http_response_code(is_file($file) ? 204 : 201);
        copy('php://input', "$file.part");
        rename("$file.part", $file);
        break;
    case 'GET':
    case 'HEAD':
        is_file($file) ? readfile($file) : http_response_code(404);
        break;
    case 'DELETE':
        http_response_code(is_file($file) && unlink($file) ? 204 : 404);
        break;
    case 'PROPFIND':
        http_response_code(207);
        header('Content-Type: application/xml; charset=utf-8');
        echo '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">';
        foreach (array_diff(scandir($files), ['.', '..']) as $entry) {
            $place = '/remote.php/dav/files/' . rawurlencode($user) . '/' . rawurlencode($entry);
            echo "<d:response><d:href>$place</d:href></d:response>";
        }
        echo '</d:multistatus>';
        break;
    default:
        http_response_code(405);
}
