"""Runs every scenario against a running `recast serve`:

    python3 main.py DATA

DATA is its data directory."""

import json
import pathlib
import sys

import cloudconvert

import scenarios

endpoints = json.loads(pathlib.Path(sys.argv[1], "endpoints.json").read_text())
cloudconvert.configure(
    api_key=endpoints["api_key"],
    endpoint=endpoints["api"].removesuffix("/v2"),
    sync_endpoint=endpoints["sync"].removesuffix("/v2"),
)
for scenario in scenarios.ALL:
    scenario()
    print(f"python: {scenario.__name__}", flush=True)
