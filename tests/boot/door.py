"""Whether somebody outside could reach SSH all the while, v4 and v6: a knock every two seconds, from an address of its
own. What counts is that a packet filter lets it through; the server itself may begin anew."""

import contextlib
import socket
import threading

from internet import INSTANCE, INSTANCE6, WATCHER, WATCHER6

# Shorter than any lock-out that somebody would notice, longer than the emulated machine ever pauses.
SILENCE = 10


class Door(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.closed = threading.Event()
        self.knocks, self.unanswered = 0, []

    def run(self):
        while not self.closed.wait(2):
            for source, address in ((WATCHER, INSTANCE), (WATCHER6, INSTANCE6)):
                self.knock(source, address)

    def knock(self, source, address):
        self.knocks += 1
        try:
            with contextlib.suppress(ConnectionError):
                socket.create_connection((address, 22), SILENCE, (source, 0)).close()
        except OSError as problem:
            self.unanswered.append(f"{address}: {problem}")

    def end(self, report):
        self.closed.set()
        self.join()
        report.expect("somebody knocked at SSH all the while, v4 and v6", self.knocks > 20, True)
        report.expect("and was never left without an answer", self.unanswered, [])
