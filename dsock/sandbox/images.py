"""busybox and nginx as images, put together from this host's own binaries: no registry needed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from dsock import files
from dsock.engine.client import Engine
from dsock.engine.request import Request, Upload
from dsock.errors import DsockError
from dsock.sandbox.archive import Member, file, folder, image, link
from dsock.sandbox.program import search_path

PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ACCOUNTS = [
    file("/etc/passwd", b"root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/:/bin/false\n"
                        b"nobody:x:65534:65534::/:/bin/false\n"),
    file("/etc/group", b"root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\n"),
]  # fmt: skip
NGINX_CONF = b"""error_log stderr;
pid /run/nginx.pid;
worker_processes 1;
events { worker_connections 256; }
http {
  types { text/html html; text/css css; text/plain txt; }
  access_log /dev/stdout;
  server { listen 80; root /usr/share/nginx/html; }
}
"""


def load(engine: Engine, wanted: str) -> None:
    """Load the archive at the path `wanted`, or one of `BUILT` by its name.

    POST /images/load. Raises DsockError if there is no such file, or nothing to build it from.
    """
    if wanted in BUILT:
        name, blocks = f"{wanted}.tar", iter([BUILT[wanted]()])
    else:
        name, blocks = wanted, _opened(wanted)
    upload = Upload(name, blocks)
    for _ in engine.lines(Request("POST", "/images/load", {"quiet": True}, upload=upload)):
        pass


def busybox() -> bytes:
    """busybox:latest, with a link for each of its commands."""
    binary = _program("busybox", "busybox-static")
    config = {"Env": [PATH], "Cmd": ["sh"]}
    return image("busybox", [_busybox_layer(binary)], config, binary.stat().st_mtime)


def nginx() -> bytes:
    """nginx:latest: nginx over busybox, listening on port 80."""
    binary = _program("nginx", "nginx-light")
    layer = [
        *_with_libraries(binary, str(binary)),
        file("/docker-entrypoint.sh", b'#!/bin/sh\nexec "$@"\n', 0o755),
        file("/etc/nginx/nginx.conf", NGINX_CONF),
        file("/usr/share/nginx/html/index.html", b"<h1>Welcome to nginx!</h1>\n"),
        *(folder(name) for name in ("/run", "/var/log/nginx", "/var/lib/nginx")),
    ]
    config = {
        "Env": [PATH],
        "Entrypoint": ["/docker-entrypoint.sh"],
        "Cmd": ["nginx", "-g", "daemon off;"],
        "ExposedPorts": {"80/tcp": {}},
        "Labels": {"maintainer": "dsock sandbox"},
        "StopSignal": "SIGQUIT",
    }
    base = _busybox_layer(_program("busybox", "busybox-static"))
    return image("nginx", [base, layer], config, binary.stat().st_mtime)


BUILT: dict[str, Callable[[], bytes]] = {"busybox": busybox, "nginx": nginx}


def _busybox_layer(binary: Path) -> list[Member]:
    listing = subprocess.run([binary, "--list"], capture_output=True, text=True, check=True)
    commands = [name for name in listing.stdout.split() if name != "busybox"]
    return [
        *_with_libraries(binary, "/bin/busybox"),
        *(link(f"/bin/{name}", "/bin/busybox") for name in commands),
        *ACCOUNTS,
        folder("/root", 0o700),
        folder("/tmp", 0o1777),
    ]


def _with_libraries(binary: Path, name: str) -> list[Member]:
    """The program under that name, and the libraries that ldd says it needs (static: none)."""
    needs = subprocess.run(["ldd", binary], capture_output=True, text=True, check=False).stdout
    libraries = sorted(set(re.findall(r"/[^\s()]+", needs)) - {f"{binary}:"})
    paths = [(name, binary), *((found, Path(found)) for found in libraries)]
    return [file(name, path.read_bytes(), 0o755) for name, path in paths]


def _program(name: str, package: str) -> Path:
    found = shutil.which(name, path=search_path())
    if found is None:
        raise DsockError(
            f"cannot build the image {name}: this host has no {name}",
            f"install it (on Debian: apt-get install {package}), or name an image's tar",
        )
    return Path(found)


def _opened(path: str) -> Iterator[bytes]:
    try:
        return files.blocks(path)
    except DsockError as err:
        err.hint = f"an image is a tar file, or one of {', '.join(BUILT)}"
        raise
