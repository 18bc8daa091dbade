#!/usr/bin/env python3
"""The matrix of RFC 5961 as one would script it with scapy: one segment after another, each on a
connection of its own, each followed by an old octet. Only for Scripts/bench, as a measure of time.

    scapy-matrix.py ADDRESS PORT

Needs a prober whose kernel sends no resets; prints how many of the segments drew an answer.
"""

import logging
import random
import sys

logging.getLogger("scapy.runtime").setLevel(logging.ERROR)
from scapy.all import IP, TCP, Raw, conf, send, sr1  # noqa: E402

# What an answer is waited for: silence takes all of it.
PATIENCE = 0.3

# Flags, distance from RCV.NXT in windows and octets, distance of the acknowledgement, payload.
SEGMENTS = [
    ("R", 0, 0, None, b""), ("R", 0, 1, None, b""), ("R", 0.5, 0, None, b""), ("R", 1, -1, None, b""),
    ("R", 1, 0, None, b""), ("R", 1, 1, None, b""), ("R", 0, -1, None, b""), ("R", 0, 1 << 30, None, b""),
    ("S", 0, 0, None, b""), ("S", 0.5, 0, None, b""), ("S", 1, 100_000, None, b""),
    ("S", 0, -70_000, None, b""), ("SA", 0, 0, 0, b""),
    ("PA", 0, 1, 0, b"\n"), ("PA", 0, 1, -100_000, b"\n"), ("PA", 0, 1, 70_000, b"\n"),
    ("PA", 0, 1, 1 << 30, b"\n"), ("PA", 0, 0, -1, b"\r"), ("A", 0, 0, 1, b""),
    ("F", 0, 0, None, b""), ("", 0, 0, None, b""), ("RA", 0, 0, 1 << 29, b""),
]


def main():
    address, port = sys.argv[1], int(sys.argv[2])
    conf.verb = 0
    answered = 0
    for index, (flags, windows, octets, acknowledgement, payload) in enumerate(SEGMENTS):
        header = {"sport": 50_000 + index, "dport": port}
        number = random.getrandbits(32)
        reply = sr1(
            IP(dst=address) / TCP(flags="S", seq=number, **header), timeout=PATIENCE, retry=3)
        if reply is None or TCP not in reply:
            continue
        following, expected = (number + 1) % 2**32, (reply[TCP].seq + 1) % 2**32
        send(IP(dst=address) / TCP(flags="A", seq=following, ack=expected, **header))
        segment = TCP(
            flags=flags, seq=(following + int(windows * reply[TCP].window) + octets) % 2**32,
            ack=0 if acknowledgement is None else (expected + acknowledgement) % 2**32, **header)
        answered += sr1(IP(dst=address) / segment / Raw(payload), timeout=PATIENCE) is not None
        old = TCP(flags="A", seq=following - 1, ack=expected, **header)
        sr1(IP(dst=address) / old / Raw(b"\0"), timeout=PATIENCE)
        send(IP(dst=address) / TCP(flags="R", seq=following, **header))
    print(answered)


if __name__ == "__main__":
    main()
