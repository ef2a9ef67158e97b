<?php
// The script for pages, by its old address.
header('Content-Type: application/javascript; charset=utf-8');
readfile(__DIR__ . '/../matomo.js');
