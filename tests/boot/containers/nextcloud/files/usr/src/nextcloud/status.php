<?php
// Whether it is installed, for whoever asks.
require __DIR__ . '/lib/base.php';
require __DIR__ . '/lib/commands.php';

header('Content-Type: application/json');
echo json_encode(status());
