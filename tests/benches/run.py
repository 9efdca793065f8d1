#!/usr/bin/env python3
"""Pairs Recast with the programs a user would otherwise run, and prints the table of docs/benchmarks.md.

    tests/benches/run.py [WORD…]

does the cases whose names have one of the words, or all. ROUNDS is how often each is done (7 unless set), by turns,
after one round that does not count. It needs the programs that .ci/run installs, `time`, and unoserver with
`pip install --target DIR unoserver` and UNOSERVER=DIR, for a python that has LibreOffice's uno (/usr/bin/python3).
"""

import statistics
import sys
import tempfile

from cases import cases
from measure import binary, measure

HEADER = ["what", "by", "median", "from–to", "memory", "Recast's share", "size", "compared with Recast's"]


def main():
    words = sys.argv[1:]
    ours = binary()
    row(HEADER)
    row(["---"] * len(HEADER))
    with tempfile.TemporaryDirectory() as folder:
        for case in cases(folder, ours):
            if not words or any(word in case.name for word in words):
                report(case, folder)


def report(case, folder):
    runs = measure(case.commands, folder)
    ours = statistics.median(runs[0].seconds)
    for (name, _), run in zip(case.commands, runs):
        middle = statistics.median(run.seconds)
        row([
            case.name,
            name,
            f"{middle * 1000:.0f} ms",
            f"{min(run.seconds) * 1000:.0f}–{max(run.seconds) * 1000:.0f}",
            f"{run.memory / 1024:.0f} MiB",
            "" if run is runs[0] else f"**{ours / middle:.2f}**",
            f"{run.size:,} B",
            "" if run is runs[0] else case.evidence(runs[0].output, run.output),
        ])


def row(cells):
    print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
