"""Finds what the lab runs: the built executables, and lwIP's host, which is compiled here."""

import os
import pathlib
import shutil
import subprocess

from network import LabError

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SOURCE = pathlib.Path(__file__).resolve().parent / "lwip-host.c"


def rstprobe():
    """The rstprobe under test: $RSTPROBE, else the release build."""
    path = pathlib.Path(os.environ.get("RSTPROBE") or ROOT / ".build/release/rstprobe")
    if not os.access(path, os.X_OK):
        raise LabError(f"no rstprobe at {path}; swift build -c release, or set RSTPROBE")
    return path.resolve()


def find():
    """The directory with lab-wire, lab-actor and lwip-host.

    It is $LAB_TOOLS, else the release build.
    """
    if os.geteuid() != 0:
        raise LabError("namespaces, links and filters need root: use sudo")
    for program in ("ip", "nft", "iptables-nft", "ip6tables-nft", "ethtool", "bash"):
        if not shutil.which(program):
            raise LabError(f"{program} is missing; apt-get install iproute2 nftables iptables "
                           "ethtool")
    directory = pathlib.Path(os.environ.get("LAB_TOOLS") or ROOT / ".build/release").resolve()
    for program in ("lab-wire", "lab-actor"):
        if not os.access(directory / program, os.X_OK):
            raise LabError(f"no {program} in {directory}; swift build -c release")
    compile_lwip_host(directory)
    return directory


def compile_lwip_host(directory):
    """Compiles lwIP's host where its library is installed and the program is older than its
    source; without the library only its scenarios fail."""
    program = directory / "lwip-host"
    if program.exists() and program.stat().st_mtime >= SOURCE.stat().st_mtime:
        return
    compiler = shutil.which("cc") or shutil.which("clang") or shutil.which("gcc")
    if not compiler or not os.path.exists("/usr/include/lwip/lwip/tcp.h"):
        return
    fresh = directory / f"lwip-host.{os.getpid()}"
    done = subprocess.run(
        [compiler, "-O1", "-Wall", "-I/usr/include/lwip", str(SOURCE), "-o", str(fresh),
         "-llwip", "-lpthread"], capture_output=True, text=True)
    if done.returncode != 0:
        raise LabError(f"lwip-host.c: {done.stderr.strip()}")
    fresh.rename(program)
