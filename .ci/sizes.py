#!/usr/bin/env python3
"""Holds the functions' release binaries to their budget:

    sizes.py FUNCTIONS [--write]

FUNCTIONS is the directory of the binaries; those that are not there are left out. A function may be 5 % larger
than sizes.json says, stripped and zipped; --write makes what there is the budget."""

import json
import pathlib
import sys
import zlib

BUDGET = pathlib.Path(__file__).with_name("sizes.json")
SLACK = 1.05


def measure(binary):
    """Bytes of a binary, as it is and in the zip that is deployed."""
    content = binary.read_bytes()
    return {"binary": len(content), "zip": len(zlib.compress(content))}


def main(functions, *options):
    root = pathlib.Path(__file__).parents[1]
    manifests = [*root.glob("functions/*/Cargo.toml"), *root.glob("functions/*/*/Cargo.toml")]
    names = sorted(manifest.read_text().split('name = "')[1].split('"')[0] for manifest in manifests)
    there = [name for name in names if pathlib.Path(functions, name).is_file()]
    found = {name: measure(pathlib.Path(functions, name)) for name in there}
    budget = json.loads(BUDGET.read_text()) if BUDGET.exists() else {}
    if "--write" in options:
        budget |= found
        BUDGET.write_text(json.dumps(budget, indent=2) + "\n")
    grown = False
    for name, sizes in found.items():
        over = [part for part, size in sizes.items() if size > SLACK * budget.get(name, {}).get(part, 0)]
        grown |= bool(over)
        said = ", ".join(f"{part} {size / 1e6:.2f} MB" for part, size in sizes.items())
        print(f"{name:20} {said}{' GROWN' if over else ''}")
    return "a function has grown by more than 5 %: see above" if grown else None


sys.exit(main(*sys.argv[1:]))
