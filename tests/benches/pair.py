#!/usr/bin/env python3
"""Pairs an engine with the program a user would otherwise run, and prints a row of docs/benchmarks.md.

    pair.py NAME OURS -- PEER [-- PEER]…

OURS are the arguments of the example `convert` (IN OUT [option=value]…), each PEER is a command. `{out}` in a command
is a file of its own. They run by turns, ROUNDS times (7 unless set), each as a process of its own; the first round is
not counted. The row has medians of wall-clock time, the most memory, and size of each, and the ratio of the medians.
With pictures (png, jpg, webp), ORIGINAL=FILE adds how far each result is from that file (RMSE, 0 to 1; ImageMagick's
`compare`). BIN names the built example; else it is built first.
"""

import os
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROUNDS = int(os.environ.get("ROUNDS", "7"))


def main():
    name, *rest = sys.argv[1:]
    commands = split(rest)
    commands[0] = [binary(), *commands[0]]
    with tempfile.TemporaryDirectory() as folder:
        measure(name, commands, folder)


def split(arguments):
    commands = [[]]
    for argument in arguments:
        if argument == "--":
            commands.append([])
        else:
            commands[-1].append(argument)
    return commands


def binary():
    if "BIN" in os.environ:
        return os.environ["BIN"]
    build = ["cargo", "build", "--release", "-p", "engines", "--features", "run", "--example", "convert"]
    subprocess.run(build, cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
    return os.path.join(target, "release", "examples", "convert")


def measure(name, commands, folder):
    runs = [[] for _ in commands]
    outputs = [None] * len(commands)
    for turn in range(ROUNDS + 1):
        for index, command in enumerate(commands):
            command = [part.replace("{out}", os.path.join(folder, f"out{index}")) for part in command]
            found = [part for part in command if part.startswith(folder)]
            seconds, memory, inside = run(command)
            if turn:
                runs[index].append((seconds, memory, inside))
            outputs[index] = output(found)
    ours = statistics.median(seconds for seconds, _, _ in runs[0])
    for index, command in enumerate(commands):
        seconds = [seconds for seconds, _, _ in runs[index]]
        middle = statistics.median(seconds)
        inside = [inside for _, _, inside in runs[index] if inside]
        within = f" ({statistics.median(inside):.0f} within)" if inside else ""
        cells = [
            name,
            "Recast" if index == 0 else os.path.basename(command[0]),
            f"{middle * 1000:.0f} ms{within}",
            f"{min(seconds) * 1000:.0f} to {max(seconds) * 1000:.0f}",
            f"{max(memory for _, memory, _ in runs[index]) / 1024:.0f} MiB",
            f"{ours / middle:.2f}",
            size(outputs[index]),
            distance(outputs[index]),
        ]
        print("| " + " | ".join(cells) + " |")


def run(command):
    """Returns the seconds that a command took, the most memory in KiB, and the milliseconds that it says itself."""
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = child.stdout.read().decode(errors="replace")
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{shlex.join(command)}: {said}")
    inside = re.match(r"([\d.]+) ms, ", said)
    return seconds, usage.ru_maxrss, float(inside[1]) if inside else None


def output(files):
    there = [file for file in files if os.path.exists(file)]
    return there[-1] if there else None


def size(file):
    return f"{os.path.getsize(file)} bytes" if file else ""


def distance(file):
    original = os.environ.get("ORIGINAL")
    if not file or not original:
        return ""
    compare = ["compare", "-metric", "RMSE", file, original, "null:"]
    said = subprocess.run(compare, capture_output=True, text=True).stderr
    found = re.search(r"\(([\d.e-]+)\)", said)
    return f"RMSE {float(found[1]):.4f}" if found else said.strip()


if __name__ == "__main__":
    main()
