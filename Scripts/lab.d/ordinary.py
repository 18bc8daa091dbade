#!/usr/bin/env python3
"""Ordinary traffic, in which much is reset and nobody forges anything.

    ordinary.py serve PORT          a database's line protocol
    ordinary.py use SECONDS         many clients of all that capture-ordinary.ini sets up

The clients are programs as they are: sockets of the kernel, Python's HTTP and TLS, curl, ssh. What
they do is drawn by chance; resets come of what is common: downloads given up, pools whose idle connections
the server closed meanwhile, health checks, scans, workers killed, ports closed or filtered.
"""

import asyncio
import contextlib
import http.client
import os
import random
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

ADDRESS = os.environ.get("ADDRESS", "")
WEB, TLS, BALANCER, DATABASE, WORKERS = 80, 443, 8080, 5432, 9000
REFUSED = (21, 23, 25, 110, 143, 3306, 6379, 8443)
# By the host's packet filter, and by a router's.
FILTERED = (111, 135)
# Clients at once.
CLIENTS = 40
# A database closes what was idle for so long, in s; a pool does not notice.
IDLE_S = 1.0


# The database

async def serve_line(reader, writer):
    with contextlib.suppress(OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
        while True:
            line = await asyncio.wait_for(reader.readline(), IDLE_S)
            if not line or line == b"QUIT\n":
                break
            if line == b"KILL\n":  # an administrator ends the session
                writer.transport.abort()
                return
            rows = 2000 if line == b"ALL\n" else 3
            writer.write(b"row 0123456789 0123456789 0123456789\n" * rows + b"OK\n")
            await writer.drain()
    writer.close()


async def serve(port):
    server = await asyncio.start_server(serve_line, ["0.0.0.0", "::"], port, backlog=1024)
    print("ready", flush=True)
    await server.serve_forever()


# The clients

def connected(port, timeout=5):
    return socket.create_connection((ADDRESS, port), timeout)


def abort(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def think(most=0.3):
    time.sleep(random.random() * most)


def browse():
    """Some pages on one connection, which is closed, or left to the server's time-out."""
    page = http.client.HTTPConnection(ADDRESS, random.choice((WEB, BALANCER)), timeout=5)
    for _ in range(random.randint(1, 5)):
        page.request("GET", "/")
        page.getresponse().read()
        think()
    if random.random() < 0.5:
        time.sleep(1.6)
        with contextlib.suppress(OSError, http.client.HTTPException):
            page.request("GET", "/")
    page.close()


def fetch():
    """One page, one connection."""
    page = http.client.HTTPConnection(ADDRESS, WEB, timeout=5)
    page.request("GET", "/", headers={"Connection": "close"})
    page.getresponse().read()
    page.close()


def download_and_give_up():
    with connected(WEB) as sock:
        sock.sendall(b"GET /big HTTP/1.1\r\nHost: www.example\r\n\r\n")
        for _ in range(random.randint(1, 20)):
            sock.recv(4096)


def download_with_curl():
    host = f"[{ADDRESS}]" if ":" in ADDRESS else ADDRESS
    subprocess.run(["curl", "-s", "--limit-rate", "200k", "--max-time", "0.5", "-o", "/dev/null",
                    f"http://{host}/big"], check=False)


def log_in_in_vain():
    """OpenSSH's client; without a server that is one more port that refuses."""
    subprocess.run(["ssh", "-F", "/dev/null", "-o", "BatchMode=yes", "-o", "ConnectTimeout=2",
                    "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                    f"nobody@{ADDRESS}", "true"], check=False, stderr=subprocess.DEVNULL)


def browse_securely():
    context = ssl._create_unverified_context()
    sock = connected(TLS)
    if random.random() < 0.2:  # gives up before the handshake
        sock.sendall(b"\x16\x03\x01")
        abort(sock)
        return
    with context.wrap_socket(sock, server_hostname="target.lab.invalid") as secure:
        secure.sendall(b"GET / HTTP/1.1\r\nHost: target.lab.invalid\r\n\r\n")
        if random.random() < 0.7:
            secure.recv(4096)
        think()
        if random.random() < 0.3:
            abort(secure)


def query_from_pool():
    """Connections that are taken from a pool again, some after the database closed them."""
    pool = []
    with contextlib.suppress(OSError):
        for _ in range(3):
            pool.append(connected(DATABASE))
        for _ in range(4):
            sock = random.choice(pool)
            sock.sendall(b"SELECT\n")
            if not sock.recv(4096):
                break
            time.sleep(random.choice((0.05, 0.1, 1.3)))
    for sock in pool:
        with contextlib.suppress(OSError):
            sock.sendall(random.choice((b"QUIT\n", b"SELECT\n", b"ALL\n", b"KILL\n")))
            if random.random() < 0.5:
                sock.recv(100)
        sock.close()


def be_refused():
    connected(random.choice((*REFUSED, *FILTERED))).close()


def check_health():
    abort(connected(random.choice((WEB, TLS, BALANCER, DATABASE))))


def scan():
    for port in random.sample((*REFUSED, *FILTERED, WEB, TLS, DATABASE), 6):
        with contextlib.suppress(OSError):
            abort(connected(port, 1))


def close_half():
    with connected(DATABASE) as sock:
        sock.sendall(b"ALL\n")
        sock.shutdown(socket.SHUT_WR)
        if random.random() < 0.5:
            while sock.recv(65536):
                pass


def leave_early():
    with connected(DATABASE) as sock:
        sock.sendall(b"ALL\n")


def lose_worker():
    with connected(WORKERS) as sock:
        for _ in range(5):
            sock.sendall(b"work\n")
            think()


ACTIONS = (browse, browse, fetch, fetch, download_and_give_up, download_with_curl, log_in_in_vain,
           browse_securely, query_from_pool, query_from_pool, be_refused, check_health, scan,
           close_half, leave_early, lose_worker)


def use(seconds):
    end = time.monotonic() + seconds

    def work():
        while time.monotonic() < end:
            with contextlib.suppress(OSError, http.client.HTTPException):
                random.choice(ACTIONS)()
            think()

    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        asyncio.run(serve(int(sys.argv[2])))
    else:
        use(float(sys.argv[2]))
