#!/usr/bin/env python3
"""Sends TCP segments that no socket sends, through a raw socket of the host that they come from.

The host's own stack knows nothing of them: what is answered with SYN-ACK it resets, as behind every
scanner that works like this.
"""

import argparse
import random
import socket
import struct
import time

import peer

FLAGS = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ece": 64, "cwr": 128}


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("address")
    parser.add_argument("ports", help="comma separated; one segment to each")
    parser.add_argument("--flags", default="syn", help=f"of {'+'.join(FLAGS)}, or none")
    parser.add_argument("--from-port", type=int, help="the source port; one at random without")
    parser.add_argument("--sequence", type=int)
    parser.add_argument("--acknowledgement", type=int, default=0)
    parser.add_argument("--pause", type=float, default=0.01, help="s after each")
    return parser.parse_args()


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def segment(options, port, family):
    flags = sum(FLAGS[word] for word in options.flags.split("+") if word != "none")
    sequence = random.getrandbits(32) if options.sequence is None else options.sequence
    options_of_syn = b"\2\4\5\xb4" if flags & FLAGS["syn"] else b""
    header = struct.pack(
        "!HHIIBBHHH", options.from_port or random.randrange(20000, 60000), port, sequence,
        options.acknowledgement, 20 + len(options_of_syn) << 2, flags, 1024, 0, 0) + options_of_syn
    ends = b"".join(socket.inet_pton(family, address)
                    for address in (peer.own_address(options.address, family), options.address))
    total = checksum(ends + struct.pack("!II", len(header), socket.IPPROTO_TCP) + header)
    return header[:16] + struct.pack("!H", total) + header[18:]


def main():
    options = parse()
    family = socket.AF_INET6 if ":" in options.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_TCP) as raw:
        for port in options.ports.split(","):
            raw.sendto(segment(options, int(port), family), (options.address, 0))
            time.sleep(options.pause)


if __name__ == "__main__":
    main()
