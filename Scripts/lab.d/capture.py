"""Records what passes at every point of a lab into capture files.

One file an interface, so that a router has two: what came in and what went out differ (a filter
stood between, a hop was counted), and merged in one file every packet would look repeated.

Packet sockets rather than a capture program: they are opened in all namespaces before the first
packet and read to the end after the last one, so that nothing is lost between the start or the end of
a process and that of the traffic.
"""

import contextlib
import select
import socket
import struct
import threading
import time

from network import LabError

# Between the prober and its destination, in the order in which a packet meets them.
POINTS = (("prober", "eth0"), ("router1", "left"), ("router1", "right"), ("router2", "left"),
          ("router2", "right"), ("target", "eth0"))
# Behind the same router, where a scenario has a second host.
BOX_POINTS = (("router2", "side"), ("box", "eth0"))
LOOPBACK_POINTS = (("prober", "lo"),)

ETH_P_ALL = 3
PACKET_OUTGOING = 4
SOL_PACKET = 263
PACKET_STATISTICS = 6
SO_RCVBUFFORCE = 33
SO_TIMESTAMPNS = 35

# Room for what comes while this process has no turn, in octets of kernel memory.
RECEIVE_BUFFER = 64 << 20
SNAP_LENGTH = 262_144
# Little-endian, with nanoseconds, and Ethernet.
FILE_HEADER = struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, SNAP_LENGTH, 1)


def points(item):
    """Where what a scenario sends may pass."""
    if item.destination == "loopback":
        return LOOPBACK_POINTS
    return POINTS + (BOX_POINTS if "box" in (item.destination, *item.setup) else ())


def point_name(node, interface):
    """As in a file's name: a router's interface counts, other nodes have one."""
    return f"{node}-{interface}" if node.startswith("router") else node


@contextlib.contextmanager
def recorded(lab, where, folder, stem, rtt_ms, quiet_s=0.1):
    """Records what passes these points in the `with` block, and on until nothing came for `quiet_s` and two round
    trips; the capture files by point, none without a folder."""
    if not folder:
        yield {}
        return
    lab.end_connections()
    time.sleep(2 * rtt_ms / 1000)
    recorder = Recorder(lab, folder, stem, where, quiet_s + 2 * rtt_ms / 1000)
    with recorder:
        yield recorder.paths
    if recorder.lost:
        raise LabError(f"{stem}: the kernel had no room for {recorder.lost} frames")


class Tap:
    """One interface and the file that it is recorded in."""

    def __init__(self, interface, path):
        self.is_loopback = interface == "lo"
        self.path = path
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.setblocking(False)
        self.file = open(path, "wb")
        self.file.write(FILE_HEADER)
        self.socket.bind((interface, ETH_P_ALL))

    def read(self, buffer):
        """Writes down one frame; false when none waits."""
        try:
            length, ancillary, _, address = self.socket.recvmsg_into([buffer], 64)
        except BlockingIOError:
            return False
        # What leaves through the loopback interface comes back, and is one frame nevertheless.
        if not (self.is_loopback and address[2] == PACKET_OUTGOING):
            seconds, nanoseconds = struct.unpack("@ll", ancillary[0][2])
            self.file.write(struct.pack("<IIII", seconds, nanoseconds, length, length))
            self.file.write(memoryview(buffer)[:length])
        return True

    def close(self):
        """Returns how many frames the kernel had no room for."""
        statistics = self.socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
        self.socket.close()
        self.file.close()
        return struct.unpack("@II", statistics)[1]


class Recorder:
    """Records while its `with` block runs, and until it is quiet.

    `paths` are the files by point. `lost` counts the frames that the kernel had no room for.
    """

    def __init__(self, lab, folder, stem, where, quiet_s):
        self.quiet_s = quiet_s
        self.lost = 0
        self.paths = {}
        self._taps = []
        self._is_over = False
        folder.mkdir(parents=True, exist_ok=True)
        for node, interface in where:
            path = folder / f"{stem}-{point_name(node, interface)}.pcap"
            self.paths[point_name(node, interface)] = path
            with lab.inside(node):
                self._taps.append(Tap(interface, path))
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over = True
        self._thread.join()
        self.lost = sum(tap.close() for tap in self._taps)

    def _run(self):
        buffer = bytearray(SNAP_LENGTH)
        by_descriptor = {tap.socket.fileno(): tap for tap in self._taps}
        poll = select.poll()
        for descriptor in by_descriptor:
            poll.register(descriptor, select.POLLIN)
        last = ended = None
        while True:
            ready = poll.poll(20)
            now = time.monotonic()
            for descriptor, _ in ready:
                last = now
                while by_descriptor[descriptor].read(buffer):
                    pass
            if self._is_over:
                ended = ended or now
                # Quiet, or a host that repeats itself for as long as nobody answers.
                if now - max(last or ended, ended) > self.quiet_s or now - ended > 5 * self.quiet_s:
                    return
