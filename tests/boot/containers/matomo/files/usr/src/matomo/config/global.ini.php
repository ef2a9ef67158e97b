; <?php exit; ?> DO NOT REMOVE THIS LINE
[General]
enable_browser_archiving_triggering = 1
