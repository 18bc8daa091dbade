#!/usr/bin/env python3
"""One end of TCP connections, of the kernel's own stack, that takes the steps it is told.

    peer.py connect [OPTION...] STEP...
    peer.py listen [OPTION...] STEP...

Address and port are $ADDRESS and $PORT, unless given. A listener says "ready" first and takes the steps on each connection by itself. Steps:

    say TEXT            send it (\\n is a line's end); send N: so many octets
    fill S              send until nothing was taken for S seconds
    hear, hear-to-end   wait for octets; read all until the peer has closed
    pause S             wait
    mark NAME           tell the other parts of the scenario
    await NAME          wait for what another part marks
    shut                send a FIN and go on reading
    abort               send a reset (SO_LINGER 0)
    close               close; the last step of all where there is no other

What a peer does to a connection (refusal, reset, silence) ends its steps and is no failure.
"""

import argparse
import concurrent.futures
import contextlib
import os
import pathlib
import socket
import struct
import sys
import threading
import time

# Not in Python's socket module (linux/tcp.h).
TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21
TCP_SEND_QUEUE, TCP_REPAIR_OFF_WITHOUT_PROBE = 2, -1

MARKS = pathlib.Path(os.environ.get("STATE", "/tmp")) / "marks"
ARGUMENTS = {"say": 1, "send": 1, "fill": 1, "pause": 1, "mark": 1, "await": 1}


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ends = parser.add_subparsers(dest="end", required=True)
    connect = ends.add_parser("connect")
    connect.add_argument("--address", default=os.environ.get("ADDRESS"))
    connect.add_argument("--from-port", type=int, help="the client's port")
    connect.add_argument("--first", type=int, help="its initial sequence number")
    connect.add_argument("--tos", type=lambda text: int(text, 0), default=0)
    connect.add_argument("--patience", type=float, help="s after which it gives up connecting")
    connect.add_argument("--times", type=int, default=1, help="so many connections, one by one")
    connect.add_argument("--together", type=int, default=1, help="so many at once")
    listen = ends.add_parser("listen")
    listen.add_argument("--backlog", type=int, default=128)
    for end in (connect, listen):
        end.add_argument("--port", type=int, default=os.environ.get("PORT"))
        end.add_argument("--buffer", type=int, help="SO_RCVBUF in octets")
        end.add_argument("--keepalive", metavar="IDLE,INTERVAL,COUNT", help="in s")
        end.add_argument("--user-timeout", type=int, metavar="MS")
        end.add_argument("steps", nargs=argparse.REMAINDER)
    return parser.parse_args()


def set_up(sock, options):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if options.buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, options.buffer)
    if options.keepalive:
        idle, interval, count = map(int, options.keepalive.split(","))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, idle)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, interval)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, count)
    if options.user_timeout:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, options.user_timeout)


def begin_at(sock, sequence):
    """Sets the initial sequence number: a socket that has one when it connects keeps it
    (net/ipv4/tcp_ipv4.c, `tcp_v4_connect`)."""
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE)
    sock.setsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ, struct.pack("=I", sequence))
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF_WITHOUT_PROBE)


def own_address(address, family):
    """The address from which this host would speak to another."""
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.connect((address, 9))
        return sock.getsockname()[0]


def new_client(options):
    """A socket that is ready to connect; where that fails the scenario is not what it says."""
    family = socket.AF_INET6 if ":" in options.address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    set_up(sock, options)
    if options.tos:
        if family == socket.AF_INET:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, options.tos)
        else:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, options.tos)
    if options.from_port:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((own_address(options.address, family), options.from_port))
    if options.first is not None:
        begin_at(sock, options.first)
    if options.patience:
        sock.settimeout(options.patience)
    return sock


def take_steps(sock, steps):
    """Takes the steps on a connection; an error of the connection ends them."""
    try:
        words = iter(steps)
        for word in words:
            argument = next(words) if word in ARGUMENTS else None
            if step(sock, word, argument):
                return
    except OSError as error:
        print(f"{word}: {error.strerror}", file=sys.stderr, flush=True)
    sock.close()


def step(sock, word, argument):
    """One step; true when the connection is over."""
    if word == "say":
        sock.sendall(argument.replace("\\n", "\r\n").encode())
    elif word == "send":
        sock.sendall(bytes(int(argument)))
    elif word == "fill":
        fill(sock, float(argument))
    elif word == "hear":
        if not sock.recv(65536):
            sock.close()
            return True
    elif word == "hear-to-end":
        while sock.recv(65536):
            pass
    elif word == "pause":
        time.sleep(float(argument))
    elif word == "mark":
        mark(argument)
    elif word == "await":
        await_mark(argument)
    elif word == "shut":
        sock.shutdown(socket.SHUT_WR)
    elif word == "abort":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
        return True
    elif word == "close":
        sock.close()
        return True
    else:
        sys.exit(f"peer.py: no such step: {word}")
    return False


def fill(sock, patience):
    sock.settimeout(patience)
    with contextlib.suppress(TimeoutError):
        while True:
            sock.send(bytes(16384))
    sock.settimeout(None)


def mark(name):
    MARKS.mkdir(exist_ok=True)
    (MARKS / name).touch()


def await_mark(name):
    while not (MARKS / name).exists():
        time.sleep(0.002)


def connect(options):
    def one():
        for _ in range(options.times):
            sock = new_client(options)
            try:
                sock.connect((options.address, options.port))
            except OSError as error:
                print(f"connect: {error.strerror or error}", file=sys.stderr, flush=True)
                sock.close()
                continue
            sock.settimeout(None)
            take_steps(sock, options.steps)
    with concurrent.futures.ThreadPoolExecutor(options.together) as pool:
        for done in [pool.submit(one) for _ in range(options.together)]:
            done.result()


def listen(options):
    listener = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    set_up(listener, options)
    listener.bind(("", options.port))
    listener.listen(options.backlog)
    print("ready", flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=take_steps, args=(connection, options.steps), daemon=True).start()


if __name__ == "__main__":
    OPTIONS = parse()
    with contextlib.suppress(KeyboardInterrupt):
        {"connect": connect, "listen": listen}[OPTIONS.end](OPTIONS)
