#!/usr/bin/env python3
"""Answers TCP as another stack, filter or intrusion preventer would, and says "ready" first.

What it answers is seen before the kernel's own packet filter; keep the kernel silent with a rule in
the `ingress` chain where the kernel must not answer, too. Frames go back the way they came.
"""

import argparse
import os
import select
import socket
import struct
import sys
import time

import connections

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--interface", required=True)
    parser.add_argument("--ports", default="", help="answered ports, comma separated; all without")
    parser.add_argument("--open", default="", help="ports that answer SYN with SYN ACK")
    parser.add_argument("--reactions", help="open ports keep connections, and what segments do to "
                        "them: see connections.py; comma separated")
    parser.add_argument("--ttl", default="64", help="a number, or snort: 255 less the probe's")
    parser.add_argument("--tos", default="0", help="a number, or copied")
    parser.add_argument("--id", default="0", help="a number, counter or random")
    parser.add_argument("--dont-fragment", action="store_true")
    parser.add_argument("--window", default="0", help="a number, or copied")
    parser.add_argument("--label", default="0", help="IPv6: a number, own or copied")
    parser.add_argument("--always-ack", action="store_true", help="RST ACK also for ACKs")
    parser.add_argument("--silent", default="", help="kinds that draw nothing: ack fin null xmas "
                        "syn-fin syn fin-ack, comma separated")
    parser.add_argument("--only", default="", help="kinds that are answered, the others are not")
    parser.add_argument("--least-ttl", type=int, default=1, help="answers only above that")
    parser.add_argument("--delay", type=float, default=0, help="ms before each answer")
    parser.add_argument("--options-silent", action="store_true",
                        help="packets with IP options draw nothing")
    parser.add_argument("--destination-options", action="store_true",
                        help="IPv6: a destination options header before the answer's segment")
    return parser.parse_args()


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def kind(flags):
    names = {SYN: "syn", ACK: "ack", FIN: "fin", 0: "null", FIN | ACK: "fin-ack",
             SYN | FIN: "syn-fin", SYN | ACK: "syn-ack"}
    core = flags & (FIN | SYN | RST | ACK)
    if core == FIN and flags & (PSH | URG):
        return "xmas"
    return names.get(core, "other")


class Actor:
    def __init__(self, options):
        self.options = options
        self.counter = 0x4711
        self.open = {int(word) for word in options.open.split(",") if word}
        self.ports = {int(word) for word in options.ports.split(",") if word}
        self.silent = set(options.silent.split(","))
        self.only = set(options.only.split(",")) - {""}
        self.connections = {}
        self.reactions = None if options.reactions is None else connections.reactions(
            filter(None, options.reactions.split(",")))
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind((options.interface, 0))

    def run(self):
        print("ready", flush=True)
        waiting = []
        while True:
            patience = max(waiting[0][0] - time.monotonic(), 0) if waiting else None
            if select.select([self.socket], [], [], patience)[0]:
                frame, address = self.socket.recvfrom(65535)
                answer = address[2] != socket.PACKET_OUTGOING and self.answer(frame)
                if answer:
                    waiting.append((time.monotonic() + self.options.delay / 1000, answer))
            while waiting and waiting[0][0] <= time.monotonic():
                self.socket.send(waiting.pop(0)[1])

    def answer(self, frame):
        kind_of_frame = struct.unpack("!H", frame[12:14])[0]
        if kind_of_frame == 0x0800:
            length = (frame[14] & 15) * 4
            if frame[23] != 6 or frame[20] & 0x1f or self.options.options_silent and length > 20:
                return None
            total = struct.unpack("!H", frame[16:18])[0]
            ttl, tos, source, destination = frame[22], frame[15], frame[26:30], frame[30:34]
            segment = frame[14 + length:14 + total]
        elif kind_of_frame == 0x86dd:
            if frame[20] != 6:
                return None
            first = struct.unpack("!I", frame[14:18])[0]
            ttl, tos, source, destination = frame[21], first >> 20 & 255, frame[22:38], frame[38:54]
            total = struct.unpack("!H", frame[18:20])[0]
            segment = frame[54:54 + total]
        else:
            return None
        protocol = struct.pack("!I", 6)
        pseudo = source + destination
        if len(segment) < 20 or ttl < self.options.least_ttl:
            return None
        if checksum(pseudo + struct.pack("!I", len(segment)) + protocol + segment):
            return None
        reply = self.segment(segment)
        if reply is None:
            return None
        total = checksum(destination + source + struct.pack("!I", len(reply)) + protocol + reply)
        reply = reply[:16] + struct.pack("!H", total) + reply[18:]
        hops = max(255 - ttl, 64) if self.options.ttl == "snort" else int(self.options.ttl)
        mark = tos & 0xfc if self.options.tos == "copied" else int(self.options.tos, 0)
        ethernet = frame[6:12] + frame[0:6] + frame[12:14]
        if kind_of_frame == 0x0800:
            header = struct.pack(
                "!BBHHHBBH4s4s", 0x45, mark, 20 + len(reply), self.identification(),
                0x4000 if self.options.dont_fragment else 0, hops, 6, 0, destination, source)
            header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
            return ethernet + header + reply
        label = {"copied": first & 0xfffff, "own": int.from_bytes(os.urandom(2)) | 0x10000}.get(
            self.options.label)
        label = int(self.options.label, 0) if label is None else label
        following, before = (60, bytes([6, 0, 1, 4, 0, 0, 0, 0])) \
            if self.options.destination_options else (6, b"")
        return ethernet + struct.pack(
            "!IHBB16s16s", 6 << 28 | mark << 20 | label, len(before) + len(reply), following, hops,
            destination, source) + before + reply

    def identification(self):
        if self.options.id == "random":
            return int.from_bytes(os.urandom(2))
        if self.options.id == "counter":
            self.counter = self.counter + 1 & 0xffff
            return self.counter
        return int(self.options.id, 0)

    def segment(self, segment):
        source, destination, sequence, acknowledgement, offset, flags, window = struct.unpack(
            "!HHIIBBH", segment[:16])
        name = kind(flags)
        if destination in self.open and self.reactions is not None:
            answer = self.on_connection(source, destination, segment, flags, sequence, acknowledgement)
            if answer is not NotImplemented:
                return answer
        if flags & RST or self.ports and destination not in self.ports or name in self.silent \
                or self.only and name not in self.only:
            return None
        covered = len(segment) - (offset >> 4) * 4 + (1 if flags & SYN else 0) \
            + (1 if flags & FIN else 0)
        said = window if self.options.window == "copied" else int(self.options.window)
        if destination in self.open:
            if name == "syn":
                return struct.pack(
                    "!HHIIBBHHH4s", destination, source, sequence ^ 0x5a5a5a5a, sequence + 1 &
                    0xffffffff, 0x60, SYN | ACK, said or 8192, 0, 0, b"\2\4\5\xb4")
            if name == "fin-ack" and acknowledgement == (sequence - 1 ^ 0x5a5a5a5a) + 1:
                return struct.pack(
                    "!HHIIBBHHH", destination, source, acknowledgement, sequence + 1 & 0xffffffff,
                    0x50, ACK, said or 8192, 0, 0)
            if name != "ack" or acknowledgement == (sequence - 1 ^ 0x5a5a5a5a) + 1:
                return None
        if flags & ACK:
            back = RST | ACK if self.options.always_ack else RST
            number = sequence + covered & 0xffffffff if self.options.always_ack else 0
            return struct.pack("!HHIIBBHHH", destination, source, acknowledgement, number, 0x50,
                               back, said, 0, 0)
        return struct.pack("!HHIIBBHHH", destination, source, 0, sequence + covered & 0xffffffff,
                           0x50, RST | ACK, said, 0, 0)

    def on_connection(self, source, destination, segment, flags, sequence, acknowledgement):
        """What an open port says that keeps connections; NotImplemented where it knows none."""
        flow = source, destination
        connection = self.connections.get(flow)
        if connection is None:
            if flags & (FIN | SYN | RST | ACK) != SYN:
                return NotImplemented if flags & ACK else None
            connection = connections.Connection(
                sequence, int.from_bytes(os.urandom(4)), self.reactions)
            self.connections[flow] = connection
            said = SYN | ACK, connection.own, connection.expected
        else:
            said = connection.take(flags, sequence, acknowledgement, segment[(segment[12] >> 4) * 4:])
            if connection.is_over:
                del self.connections[flow]
        if said is None:
            return None
        answer, number, covered = said
        window = 0 if answer & RST else connections.WINDOW
        return struct.pack("!HHIIBBHHH", destination, source, number, covered, 0x50, answer, window,
                           0, 0)


if __name__ == "__main__":
    try:
        Actor(parse()).run()
    except KeyboardInterrupt:
        sys.exit(0)
