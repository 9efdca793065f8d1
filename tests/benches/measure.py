"""Doing things by turns, and how long each took."""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROUNDS = int(os.environ.get("ROUNDS", "7"))


@dataclass
class Run:
    """What came of a command: the seconds of each round, the most memory in KiB, and its result."""

    seconds: list = field(default_factory=list)
    memory: int = 0
    output: str = ""
    size: int = 0


class Timed:
    """Is begun by `time`, a small program: the kernel counts what a process was before it became another."""

    def __init__(self, argv):
        self.notes = tempfile.NamedTemporaryFile(prefix="recast-bench-")
        self.argv = ["time", "--quiet", "--format=%M", f"--output={self.notes.name}", *argv]

    def noted(self):
        """Returns the most memory that the last run and its children had, in KiB."""
        with open(self.notes.name) as file:
            return int(file.read().split()[-1])


class Program(Timed):
    """Is begun anew each time, as who has a service run a program does."""

    memory = 0

    def turn(self):
        begun = time.perf_counter()
        child = subprocess.run(self.argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        seconds = time.perf_counter() - begun
        if child.returncode:
            sys.exit(f"{shlex.join(self.argv)}: {child.stdout.decode(errors='replace')}")
        self.memory = max(self.memory, self.noted())
        return seconds

    def end(self):
        return self.memory


class Lines(Timed):
    """Is running, and does it once for each line that it is given; its answer begins with milliseconds."""

    def __init__(self, argv):
        super().__init__(argv)
        self.child = subprocess.Popen(self.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def turn(self):
        self.child.stdin.write("\n")
        self.child.stdin.flush()
        said = self.child.stdout.readline()
        found = re.match(r"([\d.]+) ms", said)
        if not found:
            sys.exit(f"{shlex.join(self.argv)}: {said}")
        return float(found[1]) / 1000

    def end(self):
        memory = max(peak(pid) for pid in descendants(self.child.pid))
        self.child.stdin.close()
        self.child.wait()
        return max(memory, self.noted())


def descendants(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            children = file.read().split()
    except OSError:
        children = []
    return [pid] + [inner for child in children for inner in descendants(int(child))]


def peak(pid):
    try:
        with open(f"/proc/{pid}/status") as file:
            found = re.search(r"VmHWM:\s+(\d+)", file.read())
    except OSError:
        found = None
    return int(found[1]) if found else 0


def binary():
    """Returns the path of the example that does one operation, built anew unless BIN names it."""
    if "BIN" in os.environ:
        return os.environ["BIN"]
    build = ["cargo", "build", "--release", "-p", "engines", "--features", "run", "--example", "convert"]
    subprocess.run(build, cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
    return os.path.join(target, "release", "examples", "convert")


def measure(commands, folder):
    """Does each of the commands by turns; returns what came of each."""
    outputs = [os.path.join(folder, f"{number}-{make.file}") for number, (_, make) in enumerate(commands)]
    turns = [make(output) for (_, make), output in zip(commands, outputs)]
    runs = [Run(output=output) for output in outputs]
    for number in range(ROUNDS + 1):
        for turn, run in zip(turns, runs):
            seconds = turn.turn()
            if number:
                run.seconds.append(seconds)
    for turn, run in zip(turns, runs):
        run.memory = turn.end()
        run.size = os.path.getsize(run.output)
    return runs
