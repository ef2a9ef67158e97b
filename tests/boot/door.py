"""Whether somebody outside could reach SSH all the while, v4 and v6: a knock every two seconds, from an address of its
own. What counts is that a packet filter lets it through; the server itself may begin anew. The image's own rules let no
answer of DHCPv6 in, so that v6 begins only when they are taken over."""

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
        # The addresses that have answered, and what came instead of an answer after that.
        self.answered, self.unanswered = set(), []

    def run(self):
        while not self.closed.wait(2):
            for source, address in ((WATCHER, INSTANCE), (WATCHER6, INSTANCE6)):
                self.knock(source, address)

    def knock(self, source, address):
        try:
            with contextlib.suppress(ConnectionError):
                socket.create_connection((address, 22), SILENCE, (source, 0)).close()
            self.answered.add(address)
        except OSError as problem:
            if address in self.answered:
                self.unanswered.append(f"{address}: {problem}")

    def end(self, report):
        self.closed.set()
        self.join()
        report.expect("somebody knocked at SSH, v4 and v6", self.answered, {INSTANCE, INSTANCE6})
        report.expect("and was never left without an answer", self.unanswered, [])
