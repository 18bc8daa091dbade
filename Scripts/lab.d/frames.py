"""Reads the TCP segments of a capture that capture.py wrote: what the truth of a scenario is
compared with, by other code than the one that is tried.
"""

import collections
import ipaddress
import struct

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

# `frame` counts from 1, as every reader of captures counts; `length` is the text's, in octets.
Segment = collections.namedtuple(
    "Segment", "frame seconds source source_port destination destination_port hop_limit flags "
    "sequence acknowledgement length")


FILE_HEADER, FRAME_HEADER = 24, 16


def records(octets):
    """Of each frame in a capture file's octets, the time in seconds, and where it begins and ends."""
    offset = FILE_HEADER
    while offset + FRAME_HEADER <= len(octets):
        seconds, nanoseconds, length, _ = struct.unpack_from("<IIII", octets, offset)
        yield seconds + nanoseconds / 1e9, offset, offset + FRAME_HEADER + length
        offset += FRAME_HEADER + length


def segments(path):
    """Every TCP segment of a capture file, in its order."""
    octets = path.read_bytes()
    for frame, (seconds, begin, end) in enumerate(records(octets), 1):
        segment = parse(octets[begin + FRAME_HEADER:end], frame, seconds)
        if segment:
            yield segment


def begin_at(path, moment):
    """Takes out of a capture file what was recorded before a moment."""
    octets = path.read_bytes()
    path.write_bytes(octets[:FILE_HEADER] + b"".join(
        octets[begin:end] for seconds, begin, end in records(octets) if seconds >= moment))


def parse(octets, frame=0, seconds=0.0):
    """The segment of an Ethernet frame, or nothing where it holds none (or a later fragment)."""
    kind = octets[12:14]
    if kind == b"\x08\x00" and len(octets) >= 34 and octets[23] == 6:
        if (octets[20] & 0x1f) or octets[21]:
            return None
        hop_limit, source, destination = octets[22], octets[26:30], octets[30:34]
        start = 14 + (octets[14] & 15) * 4
        end = 14 + int.from_bytes(octets[16:18])
    elif kind == b"\x86\xdd" and len(octets) >= 54:
        hop_limit, source, destination = octets[21], octets[22:38], octets[38:54]
        protocol, start = octets[20], 54
        end = 54 + int.from_bytes(octets[18:20])
        while protocol in (0, 43, 60) and start + 8 <= len(octets):  # options, routing
            protocol, start = octets[start], start + 8 + octets[start + 1] * 8
        if protocol != 6:
            return None
    else:
        return None
    if start + 20 > len(octets):
        return None
    source_port, destination_port, sequence, acknowledgement, header, flags = struct.unpack_from(
        "!HHIIBB", octets, start)
    return Segment(
        frame, seconds, str(ipaddress.ip_address(source)), source_port,
        str(ipaddress.ip_address(destination)), destination_port, hop_limit, flags, sequence,
        acknowledgement, max(0, end - start - (header >> 4) * 4))


def resets(path, server):
    """The resets of a capture: pairs of the segment and its sender's side, client or server."""
    return [(segment, "server" if segment.source == server else "client")
            for segment in segments(path)
            if segment.flags & RST and server in (segment.source, segment.destination)]


def text(segment):
    """One line for people."""
    flags = "".join(letter for bit, letter in zip((SYN, FIN, RST, PSH, ACK), "SFRP.")
                    if segment.flags & bit)
    return (f"{segment.frame:4} {segment.seconds % 1000:10.6f} {segment.source}.{segment.source_port}"
            f" > {segment.destination}.{segment.destination_port} [{flags}] ttl {segment.hop_limit}"
            f" seq {segment.sequence} ack {segment.acknowledgement} len {segment.length}")
