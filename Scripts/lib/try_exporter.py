#!/usr/bin/env python3
"""Tries rstprobe exporter with clients good and bad, on loopback of a network of its own.

    sudo unshare --net Scripts/lib/try_exporter.py RSTPROBE

Ends with status 1 and a line for each thing that does not hold.
"""
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time

PLACE = ("127.0.0.1", 19293)
failures = []


def hold(what, holds, seen=""):
    print(("ok  " if holds else "NO  ") + what + ("" if holds else f": {seen}"), flush=True)
    if not holds:
        failures.append(what)


class Exporter:
    """The program, from its first line on standard error to SIGTERM."""

    def __init__(self, files=None):
        limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))) if files else None
        self.process = subprocess.Popen(
            [sys.argv[1], "exporter", "--allow", "127.0.0.1:1-65535", "--allow", "localhost:9",
             "--allow", "192.0.2.1:9"],
            stderr=subprocess.PIPE, text=True, preexec_fn=limit)
        while "listens on" not in (line := self.process.stderr.readline()):
            if not line:
                sys.exit("the exporter does not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(10)
        hold("SIGTERM ends it with status 0, soon",
             status == 0 and time.monotonic() - started < 3, status)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s*(\d+)", status.read()).group(1))


def connect():
    return socket.create_connection(PLACE, timeout=40)


def answer(octets):
    """The answer to what is sent, empty where the connection is closed without one."""
    with connect() as client:
        client.sendall(octets)
        said = b""
        try:
            while part := client.recv(65536):
                said += part
                head, _, body = said.partition(b"\r\n\r\n")
                length = re.search(rb"content-length: *(\d+)", head, re.I)
                if length and (len(body) >= int(length.group(1)) or octets.startswith(b"HEAD")):
                    break
        except ConnectionResetError:
            pass
        return said.decode()


def get(path, *fields):
    return answer("\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *fields, "", ""]).encode())


def ends(client, seconds):
    """Whether the other side ends a connection within a time."""
    client.settimeout(seconds)
    try:
        return client.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def try_requests():
    closed = get("/probe?target=127.0.0.1:9", "X-Prometheus-Scrape-Timeout-Seconds: 10")
    hold("a closed port is closed", 'rstprobe_verdict{port="closed",responder="host"} 1\n' in closed, closed)
    hold("and that is success", "\nprobe_success 1\n" in closed, closed)
    for path, word in {
        "/probe?target=localhost:9&expect=open": "\nprobe_success 0\n",
        "/probe?target=127.0.0.1:19293&expect=open&checks=path": "\nprobe_success 1\n",
        "/probe?target=192.0.2.1:9": '\nrstprobe_failure{reason="route"} 1\n',
        "/probe?target=192.0.2.2:9": "403 Forbidden",
        "/probe?target=127.0.0.1:9%0d%0aX:%20y": "400 Bad Request",
        "/probe?target=%00%ff": "400 Bad Request",
        "/probe?target=" + "a" * 4000: "400 Bad Request",
        "/probe?target=127.0.0.1:9&target=127.0.0.1:9": "400 Bad Request",
        "/../../etc/passwd": "404 Not Found",
        "/-/healthy": "200 OK",
    }.items():
        said = get(path)
        hold(f"{path[:60]} gets {word.strip()}", word in said, said)
    for octets in [b"\r\n\r\n", b"GET\r\n\r\n", b"\xff / HTTP/1.1\r\n\r\n",
                   b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                   b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]:
        said = answer(octets)
        hold(f"{octets[:30]} is no request", " 200 " not in said, said)


def try_greedy(exporter):
    with connect() as client:
        sent = 0
        client.settimeout(5)
        try:
            client.sendall(b"GET / HTTP/1.1\r\nX: ")
            while sent < 1 << 28:
                sent += client.send(b"a" * 65536)
        except OSError:
            pass
    hold("a header without an end is ended", sent < 1 << 26, sent)
    hold("and costs no memory to speak of", exporter.memory() < 200_000, exporter.memory())
    with connect() as client:
        hold("who says nothing is ended", ends(client, 9))
    idle = [connect() for _ in range(300)]
    hold("behind 300 idle clients it answers", "200 OK" in get("/metrics"))
    time.sleep(1)
    held = sum(not ends(client, 0.001) for client in idle)
    hold("and holds no more than 128 of them", held <= 128, held)
    for client in idle:
        client.close()
    said = []
    threads = [threading.Thread(target=lambda port=port: said.append(get(f"/probe?target=127.0.0.1:{port}")))
               for port in range(20, 28)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hold("eight probes of one host at once are all answered",
         len(said) == 8 and all('port="closed"' in text for text in said), said)


def try_without_descriptors(exporter):
    before = exporter.descriptors()
    for _ in range(10):
        clients = []
        for _ in range(300):
            try:
                clients.append(connect())
            except OSError:
                pass
        for client in clients:
            client.close()
        end = time.monotonic() + 5
        is_back = False
        while not is_back and time.monotonic() < end:
            try:
                is_back = "200 OK" in get("/metrics")
            except OSError:
                time.sleep(0.05)
        if not is_back:
            break
    hold("after ten floods that took all descriptors it answers", is_back)
    time.sleep(1)
    hold("and has lost none", exporter.descriptors() <= before + 4, (before, exporter.descriptors()))
    restarts = re.search(r"\nrstprobe_exporter_restarts_total (\d+)\n", get("/metrics"))
    hold("and tells how often it started again", restarts and int(restarts.group(1)) > 0, restarts)
    said = get("/probe?target=127.0.0.1:9")
    hold("what it has no descriptors for is no success", '{reason="system"} 1\n' in said, said)


if len(sys.argv) != 2:
    sys.exit(__doc__)
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
with Exporter() as exporter:
    try_requests()
    try_greedy(exporter)
    gone = connect()
    gone.sendall(b"GET /probe?target=127.0.0.1:7 HTTP/1.1\r\n\r\n")
with Exporter(files=64) as exporter:
    try_without_descriptors(exporter)
sys.exit(1 if failures else 0)
