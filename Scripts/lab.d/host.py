#!/usr/bin/env python3
"""A server with the manners of other stacks and of guards on the host; says "ready" first.

Nothing is forged: what it resets, its host's own stack resets.
"""

import argparse
import contextlib
import selectors
import socket
import struct
import subprocess
import time


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("port", type=int)
    parser.add_argument("--match", required=True, help="what holds this text is aborted")
    parser.add_argument("--after", type=float, default=0, help="so many s later")
    parser.add_argument("--late-acks", action="store_true",
                        help="acknowledges only with what it says itself, as far as that takes 40 ms")
    parser.add_argument("--page", type=int, default=0, help="so many octets are said before the reset")
    parser.add_argument("--idle", type=float, help="s without a word after which it aborts too")
    parser.add_argument("--farewell", action="store_true",
                        help="what was idle is told so and closed in order")
    parser.add_argument("--ban", type=float,
                        help="s after the first abort from which on nothing of that client is taken")
    parser.add_argument("--ban-noise", type=float,
                        help="s after what is no HTTP from which on nothing of that client is taken")
    parser.add_argument("--stall", type=int,
                        help="instead of an abort reads no more; with so small a buffer")
    parser.add_argument("--requests", type=int,
                        help="aborts requests of a client beyond so many, whatever they hold")
    return parser.parse_args()


class Server:
    def __init__(self, options):
        self.options = options
        self.selector = selectors.DefaultSelector()
        self.connections = {}
        self.requests = {}
        self.bans = {}
        listener = socket.create_server(("::", options.port), family=socket.AF_INET6,
                                        dualstack_ipv6=True, backlog=4096)
        listener.setblocking(False)
        if options.stall:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, options.stall)
        self.listener = listener
        self.selector.register(listener, selectors.EVENT_READ)

    def run(self):
        print("ready", flush=True)
        while True:
            for key, _ in self.selector.select(0.005):
                if key.fileobj is self.listener:
                    self.accept()
                else:
                    self.read(key.fileobj)
            now = time.monotonic()
            for client, moment in list(self.bans.items()):
                if moment <= now:
                    self.ban(client)
            for connection, (moment, _) in list(self.connections.items()):
                if moment is None or moment > now:
                    continue
                if self.options.farewell and not self.connections[connection][1]:
                    self.bid_farewell(connection)
                else:
                    self.abort(connection)

    def accept(self):
        connection, _ = self.listener.accept()
        connection.setblocking(False)
        if self.options.late_acks:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
        self.selector.register(connection, selectors.EVENT_READ)
        idle = self.options.idle
        self.connections[connection] = (time.monotonic() + idle if idle else None, b"")

    def read(self, connection):
        try:
            octets = connection.recv(65536)
        except OSError:
            octets = b""
        if not octets:
            self.forget(connection)
            connection.close()
            return
        client = connection.getpeername()[0]
        self.requests[client] = self.requests.get(client, 0) + 1
        limit = self.options.requests
        moment, text = self.connections[connection]
        text += octets
        if self.options.ban_noise is not None and b"HTTP/1." not in text:
            self.bans.setdefault(client, time.monotonic() + self.options.ban_noise)
        if self.options.stall and self.options.match.encode() in text:
            self.selector.unregister(connection)
            return
        if self.options.match.encode() in text or limit and self.requests[client] > limit:
            if self.options.page:
                with contextlib.suppress(OSError):
                    connection.send(b"." * self.options.page)
            self.connections[connection] = (time.monotonic() + self.options.after, text)
            if not self.options.after:
                self.abort(connection)
            if self.options.ban is not None and client not in self.bans:
                self.bans[client] = time.monotonic() + self.options.ban
            return
        self.connections[connection] = (moment, text)
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n")

    def bid_farewell(self, connection):
        connection.send(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
        self.forget(connection)
        connection.close()

    def abort(self, connection):
        self.forget(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def forget(self, connection):
        self.selector.unregister(connection)
        del self.connections[connection]

    def ban(self, client):
        self.bans[client] = float("inf")
        address = client.removeprefix("::ffff:")
        tables = "ip6tables-nft" if ":" in address else "iptables-nft"
        subprocess.run([tables, "-w", "-I", "INPUT", "-s", address, "-p", "tcp", "-j", "DROP"],
                       check=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        Server(parse()).run()
