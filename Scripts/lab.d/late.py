#!/usr/bin/env python3
"""A network in which a segment went two ways: its copy arrives once a part of the scenario marks it.

    late.py INTERFACE PORT WHAT NAME

WHAT of the port's segments is repeated, the first that leaves through the interface: client-data,
server-data or server-reset. NAME is the mark that lets the copy arrive. Says "ready" first.
"""

import select
import socket
import sys

import frames
import peer

PACKET_OUTGOING = 4
IS = {
    "client-data": lambda segment, port: segment.destination_port == port and segment.length,
    "server-data": lambda segment, port: segment.source_port == port and segment.length,
    "server-reset": lambda segment, port: segment.source_port == port and segment.flags & frames.RST,
}


def main():
    interface, port, what, name = sys.argv[1:]
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sock.bind((interface, 0))
    print("ready", flush=True)
    copy = None
    while not (copy and (peer.MARKS / name).exists()):
        if not select.select([sock], [], [], 0.005)[0]:
            continue
        octets, address = sock.recvfrom(65535)
        if copy is None and address[2] == PACKET_OUTGOING:
            segment = frames.parse(octets)
            if segment and IS[what](segment, int(port)):
                copy = octets
    sock.send(copy)


if __name__ == "__main__":
    main()
