// What a page loads to report a visit.
const page = encodeURIComponent(location.href);
new Image().src = new URL(`matomo.php?idsite=1&rec=1&url=${page}`, document.currentScript.src);
