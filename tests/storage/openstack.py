"""Serves OpenStack's object storage, Swift, with its own four servers in one process.

`python openstack.py DIRECTORY`, which must take extended attributes; a first line says where the proxy is.
It stores on a disk that is all but full, too, where Swift would answer 503 by default.
TempAuth knows the user test:tester with the password testing."""

import os
import sys

import eventlet

eventlet.monkey_patch()

from array import array  # noqa: E402

from eventlet import wsgi  # noqa: E402
from swift.common import storage_policy, utils  # noqa: E402
from swift.common.ring import RingData  # noqa: E402
from swift.common.wsgi import SwiftHttpProtocol, loadapp  # noqa: E402

directory = sys.argv[1]


def write(name, text):
    path = os.path.join(directory, name)
    with open(path, "w") as file:
        file.write(text)
    return path


class Cache:
    """What TempAuth remembers tokens in, instead of memcached."""

    def __init__(self):
        self.values = {}

    def get(self, key, **_):
        return self.values.get(key)

    def set(self, key, value, **_):
        self.values[key] = value

    def delete(self, key, **_):
        self.values.pop(key, None)

    def incr(self, key, delta=1, **_):
        self.values[key] = self.values.get(key, 0) + delta
        return self.values[key]


def serve(socket, config):
    inner, cache = loadapp(config), Cache()

    def app(environ, start_response):
        environ["swift.cache"] = cache
        return inner(environ, start_response)

    eventlet.spawn(wsgi.server, socket, app, log=open(os.devnull, "w"), protocol=SwiftHttpProtocol)


utils.SWIFT_CONF_FILE = write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = tests\n")
storage_policy.reload_storage_policies()
utils.validate_hash_conf()
os.makedirs(os.path.join(directory, "devices", "disk"))
for kind in ["account", "container", "object"]:
    socket = eventlet.listen(("127.0.0.1", 0))
    device = {
        "id": 0,
        "region": 1,
        "zone": 1,
        "device": "disk",
        "ip": "127.0.0.1",
        "port": socket.getsockname()[1],
        "replication_ip": "127.0.0.1",
        "replication_port": socket.getsockname()[1],
        "weight": 1.0,
    }
    RingData([array("H", [0, 0])], [device], 31).save(os.path.join(directory, f"{kind}.ring.gz"))
    config = f"""
[DEFAULT]
devices = {directory}/devices
mount_check = false
fallocate_reserve = 0
swift_dir = {directory}
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
recon_cache_path = {directory}
"""
    serve(socket, write(f"{kind}.conf", config))

proxy = eventlet.listen(("127.0.0.1", 0))
config = f"""
[DEFAULT]
swift_dir = {directory}
[pipeline:main]
pipeline = catch_errors proxy-logging tempauth slo dlo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:proxy-logging]
use = egg:swift#proxy_logging
[filter:tempauth]
use = egg:swift#tempauth
storage_url_scheme = http
user_test_tester = testing .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
"""
serve(proxy, write("proxy.conf", config))
print(f"http://127.0.0.1:{proxy.getsockname()[1]}/auth/v1.0", flush=True)
eventlet.event.Event().wait()
