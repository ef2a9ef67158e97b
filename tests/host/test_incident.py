"""A service that was taken over, with a program in place of Docker that notes what it is told."""

import json
import unittest
from unittest import mock

from program import HostCase, vpsctl

DOCKER = """#!/bin/sh
echo "$*" >>"{root}/docker"
case $1 in
    inspect) cat "{root}/inspect" ;;
    logs) echo a line ;;
esac
"""


class Isolate(HostCase):
    def setUp(self):
        super().setUp()
        self.describe({"volumes": {"data": {"mount": str(self.root)}}, "zones": {"z": {"volume": "data", "services": {"app": {}, "db": {}}}}})
        container = {"State": {"Pid": 7}, "NetworkSettings": {"Networks": {"one": {"IPAddress": "172.20.0.3"}, "two": {"IPAddress": "172.23.0.3"}}}}
        (self.root / "inspect").write_text(json.dumps([container]))
        self.command("docker", DOCKER.format(root=self.root))
        self.command("nft", f'#!/bin/sh\necho "filter $(cat $2)" >>"{self.root}/docker"\n')
        self.command("nsenter", '#!/bin/sh\n[ "$1 $2" = "-nt 7" ] && echo a connection\n')

    def test_it_is_cut_off_before_anything_that_takes_time_and_kept(self):
        with mock.patch("builtins.print"):
            vpsctl.do_isolate("app")
        calls = (self.root / "docker").read_text().splitlines()
        self.assertEqual([line.split()[0] for line in calls], ["inspect", "filter", "top", "diff", "logs", "commit", "stop"])
        self.assertEqual(calls[1], "filter add element bridge vpsgen isolated {172.20.0.3,172.23.0.3}")
        (place,) = (vpsctl.STATE / "evidence").iterdir()
        self.assertEqual((place / "connections").read_text(), "a connection\n")
        self.assertEqual((place / "logs").read_text(), "a line\n")
        self.assertEqual({path.stat().st_mode & 0o777 for path in place.iterdir()}, {0o400})

    def test_it_isn_t_started_again_by_itself(self):
        with mock.patch("builtins.print"):
            vpsctl.do_isolate("app")
        with self.assertRaisesRegex(vpsctl.Problem, "app is isolated: vpsctl restore app --from SET"):
            vpsctl.step_zone("z")

    def test_only_a_service_can_be_isolated(self):
        with self.assertRaisesRegex(vpsctl.Problem, "there is no service web"):
            vpsctl.do_isolate("web")
        self.assertFalse((self.root / "docker").exists())


if __name__ == "__main__":
    unittest.main()
