#!/usr/bin/env python3
"""Checks offline what `cargo deny check licenses sources` would: the licences of all dependencies
against the list in deny.toml, and that all come from crates.io. Advisories need a database from the
network: run `cargo deny check advisories` where there is one."""

import json
import re
import subprocess
import sys
import tomllib

CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"

licenses = tomllib.load(open("deny.toml", "rb"))["licenses"]
allowed = set(licenses["allow"])
exceptions = {it["crate"]: it["allow"] for it in licenses.get("exceptions", [])}
command = ["cargo", "metadata", "--all-features", "--format-version", "1", "--locked"]
packages = json.loads(subprocess.check_output(command))["packages"]


def permits(expression):
    """Evaluates an SPDX expression of AND, OR, WITH and parentheses; `/` is an old way to write OR."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))

    def either():
        result = both()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            right = both()
            result = result or right
        return result

    def both():
        result = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            right = one()
            result = result and right
        return result

    def one():
        token = tokens.pop(0)
        if token == "(":
            result = either()
            tokens.pop(0)
            return result
        if tokens and tokens[0] == "WITH":
            tokens.pop(0)
            token += " WITH " + tokens.pop(0)
        return token in allowed

    return either()


bad = [p for p in packages if not permits(p["license"] or "none")]
bad = [p for p in bad if p["license"] not in exceptions.get(p["name"], [])]
strange = [p for p in packages if p["source"] and p["source"] != CRATES_IO]
for package in bad:
    print(f"{package['name']} {package['version']}: {package['license']}")
for package in strange:
    print(f"{package['name']} {package['version']}: from {package['source']}")
print(f"{len(packages)} packages checked")
sys.exit(1 if bad or strange else 0)
