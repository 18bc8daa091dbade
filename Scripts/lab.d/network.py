"""The lab's network: namespaces, links, addresses, and the wire between prober and first router.

    prober --- wire --- router1 --- router2 --- target
                                      |
                                      +-------- box

Hop 1 is router1, hop 2 router2, hop 3 the target (or the second box). Addresses come from the
documentation ranges; no namespace has a way out of the machine.
"""

import contextlib
import ctypes
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import time

NODES = ("prober", "wire", "router1", "router2", "target", "box")

# (node, interface, link address), (node, interface, link address)
LINKS = (
    (("prober", "eth0", "02:00:00:00:00:01"), ("wire", "near", "02:00:00:00:00:02")),
    (("wire", "far", "02:00:00:00:00:03"), ("router1", "left", "02:00:00:00:00:11")),
    (("router1", "right", "02:00:00:00:00:12"), ("router2", "left", "02:00:00:00:00:21")),
    (("router2", "right", "02:00:00:00:00:22"), ("target", "eth0", "02:00:00:00:00:31")),
    (("router2", "side", "02:00:00:00:00:23"), ("box", "eth0", "02:00:00:00:00:41")),
)

# The prober owns many addresses and uses another for every run: what routers and hosts remember
# of one client (the ration of ICMP errors, conntrack, TIME-WAIT) does not reach the next run.
SOURCES = 64


def source(index, family):
    number = 10 + index % SOURCES
    return f"192.0.2.{number}" if family == 4 else f"2001:db8:1::{number:x}"


ADDRESSES = {
    ("router1", "left"): ("192.0.2.1/24", "2001:db8:1::1/64"),
    ("router1", "right"): ("198.18.0.1/24", "2001:db8:2::1/64"),
    ("router2", "left"): ("198.18.0.2/24", "2001:db8:2::2/64"),
    ("router2", "right"): ("198.51.100.1/24", "2001:db8:3::1/64"),
    ("router2", "side"): ("203.0.113.1/24", "2001:db8:4::1/64"),
    ("target", "eth0"): ("198.51.100.10/24", "2001:db8:3::10/64"),
    ("box", "eth0"): ("203.0.113.10/24", "2001:db8:4::10/64"),
}

# What a scenario may ask rstprobe to probe.
DESTINATIONS = {
    "target": ("198.51.100.10", "2001:db8:3::10"),
    "box": ("203.0.113.10", "2001:db8:4::10"),
    "absent": ("198.51.100.99", "2001:db8:3::99"),
    "unrouted": ("198.19.0.1", "2001:db8:ffff::1"),
    "loopback": ("127.0.0.1", "::1"),
}

TARGET_NETWORKS = (
    ("198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/16"),
    ("2001:db8:3::/64", "2001:db8:4::/64", "2001:db8:2::/64"),
)

ROUTES = {
    "router1": (("198.51.100.0/24", "198.18.0.2"), ("203.0.113.0/24", "198.18.0.2"),
                ("2001:db8:3::/64", "2001:db8:2::2"), ("2001:db8:4::/64", "2001:db8:2::2")),
    "router2": (("192.0.2.0/24", "198.18.0.1"), ("2001:db8:1::/64", "2001:db8:2::1")),
    "target": (("default", "198.51.100.1"), ("default", "2001:db8:3::1")),
    "box": (("default", "203.0.113.1"), ("default", "2001:db8:4::1")),
}

CLONE_NEWNET = 0x40000000
NETLINK_NETFILTER = 12
_libc = ctypes.CDLL(None, use_errno=True)


class LabError(Exception):
    """The lab cannot do what was asked; the text is for people."""


def _set_namespace(descriptor):
    if _libc.setns(descriptor, CLONE_NEWNET) != 0:
        raise LabError(f"cannot enter a namespace: {os.strerror(ctypes.get_errno())}")


def flush_conntrack(netlink):
    """Deletes every conntrack entry of the namespace in which the socket was made."""
    # nlmsghdr: length, IPCTNL_MSG_CT_DELETE, REQUEST | ACK, sequence, port; then nfgenmsg.
    netlink.send(struct.pack("=IHHII", 20, 0x0102, 0x05, 1, 0) + bytes(4))
    netlink.recv(4096)


class Network:
    """One lab's network, named by its id; its state is a directory under /tmp."""

    def __init__(self, identity, tools):
        self.identity = identity
        self.tools = tools
        self.state = pathlib.Path(f"/tmp/rstprobe-lab-{identity}")
        self._namespaces = {}
        self._netlink = {}

    def name(self, node):
        return f"rst{self.identity}-{node}"

    @property
    def is_up(self):
        return os.path.exists(f"/run/netns/{self.name('prober')}")

    # Raising and taking down

    def up(self):
        if self.is_up:
            raise LabError(f"lab {self.identity} is up already")
        self.state.mkdir(mode=0o755, exist_ok=True)
        batch = [f"netns add {self.name(node)}" for node in NODES]
        for (a, a_if, a_mac), (b, b_if, b_mac) in LINKS:
            batch.append(
                f"link add {a_if} address {a_mac} netns {self.name(a)} type veth "
                f"peer name {b_if} address {b_mac} netns {self.name(b)}")
        self._ip(batch)
        started = []
        for node in NODES:
            with self.inside(node):
                self._settings(node)
                started.append(self._start_ip(self._links_and_addresses(node)))
                started.append(subprocess.Popen(
                    ["sh", "-c", "".join(
                        f"ethtool -K {interface} tx off rx off sg off tso off gso off gro off;"
                        for interface in self._interfaces(node))],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        for process in started:
            if process.wait() != 0 and process.args[0] == "ip":
                raise LabError(f"lab {self.identity}: ip could not set up the network")

    def down(self):
        """Ends every process inside and deletes what `up` made; harmless when nothing is there."""
        for node in NODES:
            path = f"/run/netns/{self.name(node)}"
            if not os.path.exists(path):
                continue
            pids = subprocess.run(
                ["ip", "netns", "pids", self.name(node)], capture_output=True, text=True)
            for pid in pids.stdout.split():
                if int(pid) != os.getpid():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(int(pid), signal.SIGKILL)
        for descriptor in self._namespaces.values():
            os.close(descriptor)
        for netlink in self._netlink.values():
            netlink.close()
        self._namespaces, self._netlink = {}, {}
        batch = [f"netns delete {self.name(node)}" for node in NODES
                 if os.path.exists(f"/run/netns/{self.name(node)}")]
        if batch:
            self._ip(batch)
        shutil.rmtree(self.state, ignore_errors=True)

    # Inside

    @contextlib.contextmanager
    def inside(self, node):
        """This thread, and what it starts meanwhile, in the namespace of a node."""
        if node not in self._namespaces:
            self._namespaces[node] = os.open(
                f"/run/netns/{self.name(node)}", os.O_RDONLY | os.O_CLOEXEC)
        here = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            _set_namespace(self._namespaces[node])
            yield
        finally:
            _set_namespace(here)
            os.close(here)

    def forget_connections(self, nodes):
        """Flushes the connection tracking of these nodes."""
        for node in nodes:
            if node not in self._netlink:
                with self.inside(node):
                    netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
                netlink.settimeout(1)
                self._netlink[node] = netlink
            with contextlib.suppress(OSError):  # a kernel without conntrack has nothing to flush
                flush_conntrack(self._netlink[node])

    def end_connections(self):
        """Ends the prober's connections on both sides: one whose peer is gone would go on repeating
        itself for minutes, into the next capture."""
        networks = ["192.0.2.0/24", "2001:db8:1::/64"]
        which = " or ".join(f"src {network} or dst {network}" for network in networks)
        running = []
        for node in NODES:
            with self.inside(node):
                running.append(subprocess.Popen(
                    ["ss", "--kill", "--tcp", "state", "connected", f"( {which} )"],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        for process in running:
            process.wait()

    def next_source(self):
        """Moves the prober to its next source address, in both families."""
        counter = self.state / "source"
        index = int(counter.read_text()) + 1 if counter.exists() else 0
        counter.write_text(str(index))
        batch = []
        for family, gateway in ((4, "192.0.2.1"), (6, "2001:db8:1::1")):
            for destination in TARGET_NETWORKS[0 if family == 4 else 1]:
                batch.append(f"route replace {destination} via {gateway} dev eth0 "
                             f"src {source(index, family)}")
        with self.inside("prober"):
            self._ip(batch)

    def wire(self, options):
        """Strings the wire anew with these options of lab-wire; returns what the last one saw."""
        counts = self.stop_wire()
        log = self.state / "wire.log"
        with self.inside("wire"), open(log, "w") as output:
            process = subprocess.Popen(
                [self.tools / "lab-wire", "near", "far", *options],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
        (self.state / "wire.pid").write_text(str(process.pid))
        deadline = time.monotonic() + 5
        while not log.read_text().startswith("ready"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise LabError(f"lab-wire does not relay: {log.read_text().strip()}")
            time.sleep(0.002)
        return counts

    def stop_wire(self):
        """Ends the wire; returns the lines in which it counted."""
        pid_file = self.state / "wire.pid"
        if not pid_file.exists():
            return []
        end(int(pid_file.read_text()))
        pid_file.unlink()
        return (self.state / "wire.log").read_text().splitlines()[1:]

    # Details

    def _interfaces(self, node):
        return [end[1] for link in LINKS for end in link if end[0] == node]

    def _settings(self, node):
        def write(name, value):
            with open(f"/proc/sys/net/{name}", "w") as file:
                file.write(str(value))
        for interface in ["all", "default", *self._interfaces(node)]:
            write(f"ipv4/conf/{interface}/rp_filter", 0)
            write(f"ipv6/conf/{interface}/accept_dad", 0)
            write(f"ipv6/conf/{interface}/accept_ra", 0)
            write(f"ipv6/conf/{interface}/router_solicitations", 0)
        if node.startswith("router"):
            write("ipv4/ip_forward", 1)
            write("ipv6/conf/all/forwarding", 1)
        if node == "wire":
            for interface in self._interfaces(node):
                write(f"ipv6/conf/{interface}/disable_ipv6", 1)

    def _links_and_addresses(self, node):
        batch = ["link set lo up"]
        batch += [f"link set {interface} up" for interface in self._interfaces(node)]
        for (owner, interface), addresses in ADDRESSES.items():
            if owner == node:
                batch.append(f"address add {addresses[0]} dev {interface}")
                batch.append(f"address add {addresses[1]} dev {interface} nodad")
        if node == "prober":
            for index in range(SOURCES):
                batch.append(f"address add {source(index, 4)}/24 dev eth0")
                batch.append(f"address add {source(index, 6)}/64 dev eth0 nodad")
            for family, gateway in ((0, "192.0.2.1"), (1, "2001:db8:1::1")):
                for destination in TARGET_NETWORKS[family]:
                    batch.append(f"route add {destination} via {gateway} dev eth0")
        for destination, gateway in ROUTES.get(node, ()):
            batch.append(f"route add {destination} via {gateway}")
        return batch + self._neighbours(node)

    def _neighbours(self, node):
        """Permanent neighbours, so that no first packet waits for a resolution."""
        batch = []
        for link in LINKS:
            for (here, interface, _), (there, far, address) in (link, link[::-1]):
                if here != node or "wire" in (here, there):
                    continue
                for text in ADDRESSES[(there, far)]:
                    batch.append(f"neighbour add {text.split('/')[0]} lladdr {address} "
                                 f"dev {interface} nud permanent")
        # Through the wire: prober and router1 are neighbours.
        if node == "prober":
            for text in ADDRESSES[("router1", "left")]:
                batch.append(f"neighbour add {text.split('/')[0]} lladdr {LINKS[1][1][2]} "
                             "dev eth0 nud permanent")
        if node == "router1":
            for index in range(SOURCES):
                for family in (4, 6):
                    batch.append(f"neighbour add {source(index, family)} lladdr "
                                 f"{LINKS[0][0][2]} dev left nud permanent")
        return batch

    def _start_ip(self, batch):
        process = subprocess.Popen(["ip", "-batch", "-"], stdin=subprocess.PIPE, text=True)
        process.stdin.write("\n".join(batch) + "\n")
        process.stdin.close()
        return process

    def _ip(self, batch):
        if self._start_ip(batch).wait() != 0:
            raise LabError(f"lab {self.identity}: ip refused one of: {'; '.join(batch)}")


def end(pid):
    """Ends a process politely, then not; what it held is free when this returns."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        if _is_gone(pid, within=0.2):
            return
        os.kill(pid, signal.SIGKILL)
        if not _is_gone(pid, within=30):
            raise LabError(f"process {pid} does not end")


def _is_gone(pid, within):
    """Waits so many seconds at most: a busy machine may not let a process run to its end sooner."""
    deadline = time.monotonic() + within
    while _runs(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)
    return True


def _runs(pid):
    """Whether the process is more than a name that its parent has not read yet.

    Its first thread may be gone while others, as HAProxy has them, still hold its ports."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        with open(f"/proc/{pid}/stat") as file:
            state = file.read().rpartition(")")[2].split()[0]
        return state not in "ZX" or len(os.listdir(f"/proc/{pid}/task")) > 1
    except (FileNotFoundError, ProcessLookupError):
        return False


def standing():
    """The ids of the labs that are up."""
    ids = set()
    for path in pathlib.Path("/run/netns").glob("rst*-*"):
        identity, _, node = path.name[3:].rpartition("-")
        if node in NODES:
            ids.add(identity)
    return sorted(ids)
