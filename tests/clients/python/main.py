"""Runs every scenario against a running `recast serve --allow-host 127.0.0.1`:

    python3 main.py DATA

DATA is its data directory. With the owner's signing secret as RECAST_SIGNING_SECRET, deliveries are
verified, too; RECAST_WITHOUT names a scenario to leave out."""

import json
import os
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
told = scenarios.TOLD if "RECAST_SIGNING_SECRET" in os.environ else []
without = os.environ.get("RECAST_WITHOUT")
for scenario in scenarios.ALL + told:
    if scenario.__name__ == without:
        continue
    scenario()
    print(f"python: {scenario.__name__}", flush=True)
