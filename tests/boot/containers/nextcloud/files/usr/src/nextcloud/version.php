<?php
$OC_Version = [31, 0, 7];
$OC_VersionString = '31.0.7';
