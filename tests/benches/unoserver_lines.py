"""Starts unoserver, and converts a file by it once for each line on the standard input, as measure.Lines expects.

    unoserver_lines.py IN OUT
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from xmlrpc.client import ServerProxy


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


def main():
    source, target = sys.argv[1:]
    port, uno = free_port(), free_port()
    environment = {**os.environ, "PYTHONPATH": os.environ["UNOSERVER"]}
    with tempfile.TemporaryDirectory() as profile:
        argv = [sys.executable, "-m", "unoserver.server", "--interface", "127.0.0.1", "--port", str(port)]
        argv += ["--uno-interface", "127.0.0.1", "--uno-port", str(uno), "--user-installation", profile]
        server = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            serve(ServerProxy(f"http://127.0.0.1:{port}", allow_none=True), source, target)
        finally:
            server.terminate()
            server.wait()


def serve(proxy, source, target):
    answered(proxy)
    for _ in sys.stdin:
        begun = time.perf_counter()
        proxy.convert(source, None, target, "pdf")
        print(f"{(time.perf_counter() - begun) * 1000:.1f} ms", flush=True)


def answered(proxy):
    for _ in range(600):
        try:
            return proxy.info()
        except OSError:
            time.sleep(0.1)
    raise SystemExit("unoserver does not answer")


if __name__ == "__main__":
    main()
