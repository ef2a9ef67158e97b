#!/usr/bin/env python3
"""metadata.py USER_DATA KEY: Oracle's instance metadata service, version 2, at its own address. It takes what the cloud
takes: metadata of at most 32,000 bytes, the user-data counted in base64.
https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/gettingmetadata.htm"""

import base64
import http.server
import json
import pathlib
import sys

LIMIT = 32_000
ADDRESS = ("169.254.169.254", 80)

user_data, key = (pathlib.Path(path).read_bytes() for path in sys.argv[1:])
metadata = {"user_data": base64.b64encode(user_data).decode(), "ssh_authorized_keys": key.decode().strip()}
size = len(json.dumps(metadata))
if size > LIMIT:
    sys.exit(f"the cloud refuses metadata of {size} bytes")
DOCUMENTS = {
    "/opc/v2/instance": {
        "availabilityDomain": "test:EU-FRANKFURT-1-AD-1", "ociAdName": "eu-frankfurt-1-ad-1",
        "displayName": "oracle-vps", "hostname": "oracle-vps", "id": "ocid1.instance.oc1..test",
        "region": "eu-frankfurt-1", "canonicalRegionName": "eu-frankfurt-1", "shape": "VM.Standard.A1.Flex",
        "metadata": metadata,
    },
    "/opc/v2/vnics": [{
        "macAddr": "02:00:17:00:00:01", "privateIp": "10.0.2.15", "subnetCidrBlock": "10.0.2.0/24",
        "virtualRouterIp": "10.0.2.2", "vlanTag": 0, "vnicId": "ocid1.vnic.oc1..test",
    }],
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        document = DOCUMENTS.get(self.path.rstrip("/"))
        if document is None or self.headers["Authorization"] != "Bearer Oracle":
            return self.send_error(404)
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(ADDRESS, Handler).serve_forever()
