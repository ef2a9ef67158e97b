<?php
$a = [;
