#!/usr/bin/env python3
"""Creates many small jobs at once against a running `recast serve` and waits for all of them.

usage: load.py DIR [JOBS [CLIENTS]]

DIR is the service's data directory. It prints how long it took and what the jobs came to. When the
service goes away it waits for it to come back, so that it can be killed in the middle.
"""

import base64
import collections
import concurrent.futures
import json
import pathlib
import sys
import time
import urllib.error
import urllib.request

PICTURE = pathlib.Path(__file__).with_name("files") / "photo.png"


def call(directory, path, body=None):
    """Asks the service, wherever it is by now, until it answers."""
    while True:
        try:
            where = json.loads((directory / "endpoints.json").read_text())
            request = urllib.request.Request(where["api"] + path, data=body and json.dumps(body).encode())
            request.add_header("Authorization", "Bearer " + where["api_key"])
            request.add_header("Content-Type", "application/json")
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                raise
        except (OSError, ValueError):
            pass
        time.sleep(0.2)


def job(picture):
    return {
        "tasks": {
            "import": {"operation": "import/base64", "file": picture, "filename": "photo.png"},
            "convert": {"operation": "convert", "input": "import", "output_format": "webp"},
            "export": {"operation": "export/url", "input": "convert"},
        }
    }


def main(directory, jobs=200, clients=16):
    picture = base64.b64encode(PICTURE.read_bytes()).decode()
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        created = list(pool.map(lambda _: call(directory, "/jobs", job(picture))["id"], range(jobs)))
        taken_in = time.monotonic() - begun

        def ended(identifier):
            while True:
                shown = call(directory, "/jobs/" + identifier)
                if shown["ended_at"]:
                    return shown
                time.sleep(0.1)

        results = list(pool.map(ended, created))
    took = time.monotonic() - begun
    statuses = collections.Counter(result["status"] for result in results)
    print(f"{jobs} jobs by {clients} clients: taken in after {taken_in:.1f} s, ended after {took:.1f} s,")
    print(f"{jobs / took:.1f} a second; {dict(statuses)}")
    return 0 if statuses == {"finished": jobs} else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:])))
