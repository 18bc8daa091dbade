"""The lab of sweeps: one router, and behind it a machine that owns 131,072 IPv4 addresses.

    prober --- router --- target

The target has local routes for 198.18.0.0/15 and 2001:db8:9::/112, so that each of their addresses
really answers. Rules make known blocks open, rejected, dropped, rationed or lossy; the truth is
computed from the same table that the rules are made of.
"""

import contextlib
import ctypes
import ipaddress
import json
import os
import subprocess

from network import LabError

NODES = ("prober", "router", "target")
V4 = ipaddress.ip_network("198.18.0.0/15")
V6 = ipaddress.ip_network("2001:db8:9::/112")
PORT = 80
# The port of a rule that holds for all hosts, for sweeps of one host over all ports.
OPEN_HOST = "198.18.16.10"

_libc = ctypes.CDLL(None, use_errno=True)


class Block:
    """Addresses with one behaviour.

    `answers` are the verdicts that are right: pairs of port state and responder. Where nothing but
    rationed ICMP errors tells, `inconclusive` is right too.
    """

    def __init__(self, name, network, answers, node=None, rule=None, rationed=False):
        self.name = name
        self.network = ipaddress.ip_network(network)
        self.answers = answers
        self.node = node
        self.rule = rule
        self.rationed = rationed


REJECT_ICMP = {4: "reject with icmp type admin-prohibited",
               6: "reject with icmpv6 type admin-prohibited"}
REJECT_PORT = {4: "reject with icmp type port-unreachable",
               6: "reject with icmpv6 type port-unreachable"}
REJECT_RESET = {4: "reject with tcp reset", 6: "reject with tcp reset"}
DROP = {4: "drop", 6: "drop"}

BLOCKS = (
    Block("open", "198.18.16.0/24", {("open", "host")}),
    Block("router-reset", "198.18.32.0/20", {("rejected", "network-device")}, "router",
          REJECT_RESET),
    Block("host-reset", "198.18.48.0/20", {("rejected", "host-firewall")}, "target", REJECT_RESET),
    Block("router-icmp", "198.18.64.0/20", {("rejected", "network-device")}, "router", REJECT_ICMP,
          rationed=True),
    Block("host-icmp", "198.18.80.0/20", {("rejected", "host-firewall")}, "target", REJECT_PORT),
    Block("host-drop", "198.18.96.0/20", {("dropped", "none")}, "target", DROP),
    Block("router-drop", "198.18.112.0/20", {("dropped", "none")}, "router", DROP),
    Block("reset-limited", "198.19.0.0/20", {("closed", "host")}, "limited"),
    Block("lossy", "198.19.16.0/20", {("closed", "host")}, "lossy"),
    Block("unrouted", "198.19.32.0/24",
          {("unreachable", "network-device"), ("rejected", "network-device")}, "unreachable",
          rationed=True),
    Block("open", "2001:db8:9::1000/120", {("open", "host")}),
    Block("router-reset", "2001:db8:9::2000/116", {("rejected", "network-device")}, "router",
          REJECT_RESET),
    Block("host-reset", "2001:db8:9::3000/116", {("rejected", "host-firewall")}, "target",
          REJECT_RESET),
    Block("host-drop", "2001:db8:9::4000/116", {("dropped", "none")}, "target", DROP),
    Block("lossy", "2001:db8:9::5000/116", {("closed", "host")}, "lossy"),
)
CLOSED = {("closed", "host")}


def truth(address):
    """The block of an address, None for the rest, which is closed."""
    number = ipaddress.ip_address(address)
    for block in BLOCKS:
        if number.version == block.network.version and number in block.network:
            return block
    return None


def is_right(line, is_plain=False):
    """Whether a line of NDJSON says what is so."""
    block = None if is_plain else truth(line["target"]["address"])
    verdict = line["verdict"]
    answers = block.answers if block else CLOSED
    if (verdict["port"], verdict["responder"]) in answers:
        return True
    return bool(block and block.rationed and verdict["port"] == "inconclusive")


class SweepLab:
    """Raises and takes down the network of one lab."""

    def __init__(self, identity):
        self.identity = identity
        self.listener = None

    def name(self, node):
        return f"sw-{self.identity}-{node}"

    def up(self, loss=0, is_plain=False):
        """Raises it; `loss` in per cent each way, `is_plain` without any rule: all closed."""
        commands = [f"netns add {self.name(node)}" for node in NODES]
        commands += [
            f"link add eth0 netns {self.name('prober')} type veth "
            f"peer name left netns {self.name('router')}",
            f"link add right netns {self.name('router')} type veth "
            f"peer name eth0 netns {self.name('target')}",
        ]
        run(["ip", "-batch", "-"], "\n".join(commands))
        plan = {
            "prober": ["addr add 192.0.2.10/24 dev eth0",
                       "addr add 2001:db8:1::10/64 dev eth0 nodad", "link set eth0 up",
                       "route add default via 192.0.2.1",
                       "route add default via 2001:db8:1::1"],
            "router": ["addr add 192.0.2.1/24 dev left", "addr add 198.51.100.1/24 dev right",
                       "addr add 2001:db8:1::1/64 dev left nodad",
                       "addr add 2001:db8:3::1/64 dev right nodad", "link set left up",
                       "link set right up", f"route add {V4} via 198.51.100.10",
                       f"route add {V6} via 2001:db8:3::10"],
            "target": ["addr add 198.51.100.10/24 dev eth0",
                       "addr add 2001:db8:3::10/64 dev eth0 nodad", "link set eth0 up",
                       "link set lo up", "route add default via 198.51.100.1",
                       "route add default via 2001:db8:3::1", f"route add local {V4} dev lo",
                       f"route add local {V6} dev lo"],
        }
        for node, lines in plan.items():
            # A route over a link needs the other end up, and "up" comes first in all of them.
            self.inside(node, ["ip", "-batch", "-"], "\n".join(lines))
        for node in NODES:
            for key, value in (("net.ipv4.ip_forward", 1), ("net.ipv6.conf.all.forwarding", 1),
                               ("net.ipv4.conf.all.rp_filter", 0),
                               ("net.ipv4.tcp_max_syn_backlog", 65536),
                               ("net.core.somaxconn", 65536)):
                path = f"/proc/sys/{key.replace('.', '/')}"
                self.inside(node, ["sh", "-c", f"echo {value} > {path} 2> /dev/null || true"])
        # Each address stands for a machine of its own, with a ration of its own.
        for path in ("ipv4/icmp_ratelimit", "ipv6/icmp/ratelimit"):
            self.inside("target", ["sh", "-c", f"echo 0 > /proc/sys/net/{path}"])
        self.inside("target", ["sh", "-c",
                               "echo 1000000 > /proc/sys/net/ipv4/icmp_msgs_per_sec || true"])
        for node in ("router", "target"):
            self.inside(node, ["nft", "-f", "-"], self.rules(node, loss, is_plain))
        if not is_plain:
            self.inside("router", ["ip", "route", "add", "unreachable", "198.19.32.0/24"])
            self.listen()

    def rules(self, node, loss, is_plain):
        hook = "forward" if node == "router" else "input"
        lines = [f"table inet sweep {{ chain {hook} {{ type filter hook {hook} priority 0;"]
        for block in BLOCKS:
            if is_plain or block.node != node:
                continue
            version = block.network.version
            family = "ip" if version == 4 else "ip6"
            lines.append(
                f"{family} daddr {block.network} tcp dport {PORT} {block.rule[version]};")
        lines += ["}", "}"]
        if node == "target" and not is_plain:
            lines.append("table inet ration { chain output { type filter hook output priority 0;")
            for block in BLOCKS:
                family = "ip" if block.network.version == 4 else "ip6"
                if block.node == "limited":
                    lines.append(f"{family} saddr {block.network} tcp flags & rst == rst "
                                 "limit rate over 1000/second burst 50 packets drop;")
                if block.node == "lossy":
                    lines.append(f"{family} saddr {block.network} numgen random mod 100 < 20 drop;")
            lines += ["}", "}"]
        if node == "router" and loss:
            lines.append(
                "table inet loss { chain pre { type filter hook prerouting priority -300; "
                f"meta l4proto tcp numgen random mod 1000 < {int(loss * 10)} drop;\n}}\n}}")
        return "\n".join(lines)

    def listen(self):
        """Listens on each address of the open blocks."""
        code = (
            "import socket, ipaddress, sys, time\n"
            "held = []\n"
            "for text in sys.argv[1:]:\n"
            "    for address in ipaddress.ip_network(text):\n"
            "        family = socket.AF_INET if address.version == 4 else socket.AF_INET6\n"
            "        one = socket.socket(family)\n"
            "        one.setsockopt(socket.SOL_IP, 15, 1)\n"
            f"        one.bind((str(address), {PORT}))\n"
            "        one.listen(4096)\n"
            "        held.append(one)\n"
            "print('ready', flush=True)\n"
            "time.sleep(86400)\n")
        networks = [str(block.network) for block in BLOCKS if block.name == "open"]
        self.listener = subprocess.Popen(
            ["ip", "netns", "exec", self.name("target"), "python3", "-c", code, *networks],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.listener.stdout.readline().strip() != "ready":
            raise LabError(f"the open block does not listen: {self.listener.stderr.read()}")

    def inside(self, node, words, text=None):
        return run(["ip", "netns", "exec", self.name(node), *words], text)

    def gateway(self):
        """The hardware address of the prober's gateway."""
        link, = json.loads(self.inside("router", ["ip", "-json", "link", "show", "dev", "left"]))
        return link["address"]

    def down(self):
        """Ends what `up` started and deletes what it made; harmless when nothing is there."""
        if self.listener:
            self.listener.kill()
            self.listener.wait()
            self.listener = None
        for node in NODES:
            if not os.path.exists(f"/run/netns/{self.name(node)}"):
                continue
            pids = subprocess.run(["ip", "netns", "pids", self.name(node)], capture_output=True,
                                  text=True)
            for pid in pids.stdout.split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), 9)
            subprocess.run(["ip", "netns", "delete", self.name(node)], capture_output=True)


def run(words, text=None):
    done = subprocess.run(words, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise LabError(f"{' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
