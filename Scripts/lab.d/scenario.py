"""Scenarios: one file each under Scripts/scenarios, found by listing. See its README."""

import configparser
import dataclasses
import os
import pathlib
import subprocess

from network import DESTINATIONS, NODES, LabError, end

SCENARIOS = pathlib.Path(__file__).resolve().parent.parent / "scenarios"
SETUP = pathlib.Path(__file__).resolve().parent / "setup.sh"


# Far longer than any run may take: what exceeds it has hung.
PATIENCE = 90

# What a set-up's script ends with where a program that it needs is not installed; automake's word
# for a skipped test.
SKIPPED = 77

GRADED = ("rst", "syn", "data", "fin")


class SkippedError(LabError):
    """The scenario needs something that is not here and that the lab does not install."""


@dataclasses.dataclass
class Truth:
    """What a right answer may and must say. Words are those of the verdict and the findings."""

    port: list
    responder: list
    hop: list
    dropped_between: list
    must: list
    may: list
    excused: list
    allows_inconclusive: bool
    exit: list
    grades: dict
    cells: dict
    details: dict
    after_s: list
    for_s: list
    located: list

    def holds(self, code):
        """Whether the finding is true."""
        return code in self.must or code in self.may

    def allows(self, code):
        """Whether it is true, or false but not to be told from the truth."""
        return self.holds(code) or code in self.excused


@dataclasses.dataclass
class Scenario:
    name: str
    about: str
    families: list
    port: int
    destination: str
    checks: str
    arguments: list
    seconds: int
    memory: int
    is_fresh: bool
    setup: dict
    traffic: dict
    sections: dict

    def truth(self, family, is_lossy=False):
        """The truth; [truth.4], [truth.6] and [truth.lossy] replace single lines."""
        lines = {**self.sections.get("truth", {}), **self.sections.get(f"truth.{family}", {}),
                 **(self.sections.get("truth.lossy", {}) if is_lossy else {})}
        known = {"port", "responder", "hop", "must", "may", "excused", "inconclusive",
                 "exit", "dropped_between", *GRADED, "cells", "details", "after_s", "for_s", "located"}
        if not set(lines) <= known or not ({"port", "exit"} & set(lines)):
            raise LabError(f"{self.name}: the truth is not understood: {sorted(lines)}")
        return Truth(
            port=lines.get("port", "").split(),
            responder=lines.get("responder", "").split(),
            hop=[int(word) for word in lines.get("hop", "").split()],
            dropped_between=[int(word) for word in lines.get("dropped_between", "").split()],
            must=lines.get("must", "").split(),
            may=lines.get("may", "").split(),
            excused=lines.get("excused", "").split(),
            allows_inconclusive=lines.get("inconclusive", "no") == "yes",
            exit=[int(word) for word in lines.get("exit", "").split()],
            grades={key: lines[key].split() for key in GRADED if key in lines},
            cells=self._words(lines.get("cells", ""), ":"),
            details=self._words(lines.get("details", ""), "="),
            after_s=[float(word) for word in lines.get("after_s", "").split()],
            for_s=[float(word) for word in lines.get("for_s", "").split()],
            located=[int(word) for word in lines.get("located", "").split()])

    def _words(self, text, separator):
        """Of each "name:word|word" its name and the words that are right."""
        pairs = [pair.partition(separator) for pair in text.split()]
        for name, _, words in pairs:
            if not name or not words:
                raise LabError(f"{self.name}: not a name{separator}word: {name}{words}")
        return {name: words.split("|") for name, _, words in pairs}

    def address(self, family):
        return DESTINATIONS[self.destination][0 if family == 4 else 1]

    def endpoint(self, family):
        address = self.address(family)
        return f"{address}:{self.port}" if family == 4 else f"[{address}]:{self.port}"


def names():
    return sorted(path.stem for path in SCENARIOS.glob("*.ini"))


def load(name):
    path = SCENARIOS / f"{name}.ini"
    parser = configparser.ConfigParser(interpolation=None, comment_prefixes=("#",))
    try:
        with open(path) as file:
            parser.read_file(file)
    except FileNotFoundError:
        raise LabError(f"no scenario {name}; Scripts/lab list shows them") from None
    except configparser.Error as error:
        raise LabError(f"{path.name}: {error}") from None
    head = parser["scenario"]
    setup, traffic = (dict(parser[title]) if parser.has_section(title) else {}
                      for title in ("setup", "traffic"))
    if not {*setup, *traffic} <= set(NODES):
        raise LabError(f"{name}: something for an unknown node: {sorted({*setup, *traffic})}")
    return Scenario(
        name=name,
        about=" ".join(head["about"].split()),
        families=[int(word) for word in head.get("families", "4 6").split()],
        port=head.getint("port"),
        destination=head.get("destination", "target"),
        checks=head.get("checks", "handshake,path"),
        arguments=head.get("arguments", "").split(),
        seconds=head.getint("seconds", PATIENCE),
        memory=head.getint("memory"),
        is_fresh=head.getboolean("fresh", False),
        setup=setup,
        traffic=traffic,
        sections={title: dict(parser[title]) for title in parser.sections()})


def apply(network, scenario, family):
    """Sets the scenario up in a raised lab, in place of the one before."""
    reset(network)
    (network.state / "nodes").write_text(" ".join({**scenario.setup, **scenario.traffic}))
    running = [(node, start(network, scenario, family, node, f"{lines}\napply_rules\n"))
               for node, lines in scenario.setup.items()]
    failures, skipped = [], []
    for node, process in running:
        output = process.stdout.read().strip()
        status = process.wait()
        if status == SKIPPED:
            skipped.append(f"{scenario.name}: {output}")
        elif status != 0:
            failures.append(f"{scenario.name} on {node}: {output}")
    if failures:
        raise LabError("\n".join(failures))
    if skipped:
        raise SkippedError("\n".join(skipped))


def start(network, scenario, family, node, script):
    """Starts bash lines in the namespace of a node, with the functions of setup.sh."""
    environment = {
        **os.environ, "FAMILY": str(family), "PORT": str(scenario.port),
        "ADDRESS": scenario.address(family), "STATE": str(network.state),
        "TOOLS": str(network.tools), "LAB_PARTS": str(SETUP.parent), "NODE": node,
        "PYTHONDONTWRITEBYTECODE": "1"}
    with network.inside(node):
        return subprocess.Popen(
            ["bash", "-c", f". '{SETUP}'\n{script}"], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)


def reset(network):
    """Takes away what the last scenario set up: actors, settings, rules, connection tracking."""
    pids = network.state / "pids"
    if pids.exists():
        for pid in pids.read_text().split():
            end(int(pid))
        pids.unlink()
    marker = network.state / "nodes"
    nodes = marker.read_text().split() if marker.exists() else []
    running = []
    for node in nodes:
        undo = network.state / f"undo-{node}"
        # In reverse, so that what was changed twice gets its first value back.
        script = "nft flush ruleset\n"
        if undo.exists():
            script += "\n".join(reversed(undo.read_text().splitlines()))
            undo.unlink()
        with network.inside(node):
            running.append(subprocess.Popen(["bash", "-c", script]))
    for process in running:
        if process.wait() != 0:
            raise LabError("the last scenario could not be taken away")
    network.forget_connections(("prober", "router1", "router2", "target", "box"))
    for log in network.state.glob("*-*.log"):
        log.unlink()
    marker.unlink(missing_ok=True)
