<?php
$CONFIG = [
    'apps_paths' => [['path' => '/var/www/html/apps', 'url' => '/apps', 'writable' => false]],
];
