#!/usr/bin/env python3
"""Writes a capture of very many connections at once, to measure how fast captures are explained.

Every octet follows from the seed. Clients and servers of both families open connections, send
segments of 1,400 octets in flights, acknowledge and close; so many are open at any time, and take
turns at random. One in 25 is reset, for one of several causes. All checksums are right. Addresses
come from the documentation ranges only.
"""

import argparse
import random
import struct
import sys

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
SEGMENT = 1400
WINDOW = 502
CLIENT, SERVER = 0, 1

# One in so many connections is reset, one in so many is of IPv6.
RESET_SHARE = 25
IPV6_SHARE = 4
# Microseconds from turn to turn at most, and from frame to frame of a flight.
TURN = 400
SPACING = 12


def main():
    parser = argparse.ArgumentParser(prog="Scripts/lab.d/crowd.py", description=__doc__)
    parser.add_argument("file", help="where the capture goes")
    parser.add_argument("--connections", type=int, default=50_000)
    parser.add_argument("--open", type=int, default=10_000, help="connections open at once")
    parser.add_argument("--segments", type=int, default=14, help="segments of data, on average")
    parser.add_argument("--flight", type=int, default=4, help="segments that a turn sends at most")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with open(arguments.file, "wb", buffering=1 << 20) as file:
        frames, size = write(file, arguments)
    print(f"{frames} frames, {size / 1e6:.0f} MB", file=sys.stderr)


def write(file, options):
    """Lets the connections take turns; how many frames and octets came of it."""
    rng = random.Random(options.seed)
    texts = Texts(rng)
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1))
    started = 0
    present = []
    now = 1_700_000_000_000_000
    frames, size = 0, 24
    record = struct.Struct("<IIII").pack
    while True:
        while len(present) < options.open and started < options.connections:
            present.append(talk(Connection(rng, started, texts), rng, options))
            started += 1
        if not present:
            return frames, size
        place = int(rng.random() * len(present))
        flight = next(present[place], None)
        if flight is None:
            # The last takes the place of the one that is over.
            last = present.pop()
            if place < len(present):
                present[place] = last
            continue
        now += 1 + int(rng.random() * TURN)
        for frame in flight:
            now += SPACING
            length = len(frame)
            file.write(record(now // 1_000_000, now % 1_000_000, length, length))
            file.write(frame)
            frames += 1
            size += 16 + length


# What connections do


def talk(connection, rng, options):
    """A connection from its SYN on, flight by flight; an empty flight waits for a turn."""
    cause = rng.randrange(len(RESETS)) if rng.randrange(RESET_SHARE) == 0 else None
    if cause is not None and RESETS[cause] is refused:
        yield from refused(connection)
        return
    yield [connection.frame(CLIENT, SYN)]
    yield [connection.frame(SERVER, SYN | ACK)]
    yield [connection.frame(CLIENT, ACK), connection.frame(CLIENT, PSH | ACK, 400)]
    left = 1 + rng.randrange(2 * options.segments)
    half = left // 2
    while left > (0 if cause is None else half):
        count = min(left, 1 + rng.randrange(options.flight))
        left -= count
        yield [connection.frame(SERVER, ACK, SEGMENT) for _ in range(count)]
        yield [connection.frame(CLIENT, ACK)]
    if cause is not None:
        yield from RESETS[cause](connection)
        return
    yield [connection.frame(SERVER, FIN | ACK)]
    yield [connection.frame(CLIENT, FIN | ACK)]
    yield [connection.frame(SERVER, ACK)]


def refused(connection):
    """Nobody listens on the port."""
    yield [connection.frame(CLIENT, SYN)]
    yield [connection.frame(SERVER, RST | ACK, window=0, options=False)]


def aborted(connection):
    """The client has had enough, and its socket is gone for what still comes."""
    yield [connection.frame(CLIENT, RST | ACK)]
    late = connection.frame(SERVER, ACK, SEGMENT)
    yield [late, connection.stray(CLIENT)]


def unread(connection):
    """The server closes with octets that it has not read."""
    yield [connection.frame(CLIENT, PSH | ACK, 600)]
    yield [connection.frame(SERVER, RST | ACK)]


def impatient(connection):
    """The server waits for a while, and resets what has been idle."""
    yield from ([] for _ in range(15))
    yield [connection.frame(SERVER, RST | ACK)]


def given_up(connection):
    """The server sends again and again, and resets at last."""
    for wait in (1, 2, 4, 8):
        yield [connection.again(SERVER, ACK, SEGMENT)]
        yield from ([] for _ in range(wait))
    yield [connection.frame(SERVER, RST | ACK)]


def after_close(connection):
    """The client closes, and resets what still comes."""
    yield [connection.frame(CLIENT, FIN | ACK)]
    late = connection.frame(SERVER, ACK, SEGMENT)
    yield [late, connection.stray(CLIENT)]


def injected(connection):
    """Somebody between the two resets both; the server goes on."""
    yield [connection.frame(CLIENT, PSH | ACK, 300)]
    yield [connection.forged(SERVER), connection.forged(CLIENT)]
    yield [connection.frame(SERVER, ACK, SEGMENT), connection.frame(SERVER, ACK, SEGMENT)]


RESETS = (refused, refused, aborted, unread, impatient, given_up, after_close, injected)


# What they send


class Texts:
    """Payloads by length, with their sums, so that checksums cost little."""

    def __init__(self, rng):
        self.octets = rng.randbytes(1 << 16)
        self.sums = {}

    def payload(self, number, length):
        """One of 64 payloads of a length, and the sum of its 16-bit words."""
        start = number % 64 * 512
        payload = self.octets[start:start + length]
        if (start, length) not in self.sums:
            self.sums[start, length] = word_sum(payload)
        return payload, self.sums[start, length]


class Connection:
    """Both ends of a connection: addresses, numbers and clocks."""

    def __init__(self, rng, number, texts):
        self.texts = texts
        self.is_ipv6 = rng.randrange(IPV6_SHARE) == 0
        host, service = rng.randrange(8_000), rng.randrange(400)
        # The number keeps endpoints apart that the same two hosts use.
        ports = (1_024 + (number * 7) % 60_000, (443, 443, 443, 80, 22, 5432)[service % 6])
        if self.is_ipv6:
            net = bytes.fromhex("20010db8") + bytes(8)
            ends = (net + (0x10000 + host).to_bytes(4), net + (0x20000 + service).to_bytes(4))
        else:
            ends = (bytes((198, 18 + host // 5_000, host // 250 % 20, 1 + host % 250)),
                    bytes((203, 0, 113, 1 + service % 250)))
        self.hop_limits = (64 - host % 12, 57 - service % 9)
        self.tunnel_limit = 249 - host % 5
        self.timestamps = rng.randrange(8) != 0
        self.next = [rng.getrandbits(32), rng.getrandbits(32)]
        self.clock = [rng.getrandbits(31), rng.getrandbits(31)]
        self.identification = [rng.getrandbits(16), rng.getrandbits(16)]
        self.count = number
        self.opened = [False, False]
        self.latest = [None, None]
        links = (b"\x02\0\0\0\0\1", b"\x02\0\0\0\0\2")
        self.link = [links[1 - side] + links[side] + (b"\x86\xdd" if self.is_ipv6 else b"\x08\0")
                     for side in (CLIENT, SERVER)]
        self.addresses = [ends[0] + ends[1], ends[1] + ends[0]]
        self.ports = [struct.pack(">HH", *ports), struct.pack(">HH", *ports[::-1])]
        # Both directions have the same sum of addresses.
        self.address_sum = word_sum(self.addresses[0])

    def frame(self, side, flags, length=0, window=WINDOW, options=True):
        """The next segment of a side."""
        acknowledged = self.next[1 - side] if flags & ACK else 0
        sequence = self.next[side]
        if flags & RST and not self.opened[side]:
            sequence = 0
        frame = self.segment(side, sequence, acknowledged, flags, length, window,
                             self.options(side, flags) if options else b"")
        self.latest[side] = (sequence, self.count)
        if not flags & RST:
            self.next[side] = sequence + length + bool(flags & (SYN | FIN)) & 0xFFFF_FFFF
            self.opened[side] = True
        return frame

    def again(self, side, flags, length):
        """The same segment of data once more; the first time it is new."""
        if self.latest[side] is None or self.latest[side][0] == self.next[side]:
            return self.frame(side, flags, length)
        sequence, count = self.latest[side]
        self.count = count - 1
        return self.segment(side, sequence, self.next[1 - side], flags, length, WINDOW,
                            self.options(side, flags))

    def stray(self, side):
        """What a kernel sends that knows of no connection: no ACK, and the number it was sent."""
        return self.segment(side, self.next[side], 0, RST, 0, 0, b"")

    def forged(self, side):
        """A reset in a side's name, from elsewhere."""
        return self.segment(side, self.next[side], self.next[1 - side], RST | ACK, 0, 0, b"",
                            self.tunnel_limit)

    def options(self, side, flags):
        """The option area: an opening's, then timestamps where they were agreed on."""
        self.clock[side] += 7
        stamps = struct.pack(">II", self.clock[side] & 0xFFFF_FFFF,
                             self.clock[1 - side] & 0xFFFF_FFFF if flags & ACK else 0)
        if flags & SYN:
            return (b"\2\4\5\xb4\4\2\x08\x0a" + stamps + b"\1\3\3\7" if self.timestamps
                    else b"\2\4\5\xb4\1\1\4\2\1\3\3\7")
        return b"\1\1\x08\x0a" + stamps if self.timestamps else b""

    def segment(self, side, sequence, acknowledged, flags, length, window, options,
                hop_limit=None):
        """A frame from its parts."""
        self.count += 1
        payload, payload_sum = (self.texts.payload(self.count, length) if length else (b"", 0))
        header_length = 20 + len(options)
        total = header_length + length
        if flags & SYN:
            window = 64_240
        header = self.ports[side] + struct.pack(
            ">IIBBHI", sequence, acknowledged, header_length << 2, flags, window, 0) + options
        value = word_sum(header) + payload_sum + self.address_sum + 6 + total
        header = header[:16] + (-value % 0xFFFF).to_bytes(2) + header[18:]
        limit = hop_limit or self.hop_limits[side]
        if self.is_ipv6:
            network = struct.pack(">IHBB", 0x6000_0000, total, 6, limit)
        else:
            self.identification[side] += 1
            network = struct.pack(">HHHHBBH", 0x4500, 20 + total,
                                  self.identification[side] & 0xFFFF, 0x4000, limit, 6, 0)
            value = word_sum(network) + self.address_sum
            network = network[:10] + (-value % 0xFFFF).to_bytes(2)
        return self.link[side] + network + self.addresses[side] + header + payload


def word_sum(octets):
    """The sum of 16-bit words modulo 0xffff: RFC 1071."""
    return int.from_bytes(octets + b"\0" if len(octets) % 2 else octets) % 0xFFFF


if __name__ == "__main__":
    main()
