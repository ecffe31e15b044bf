"""Registries for tests: docker-registry in the network of an engine, which is who connects."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.engine.live import LiveEngine

CONFIG = """\
version: 0.1
log: {{level: warn, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {folder}}}}}
http: {{addr: {address}}}
"""
AUTH = "auth: {{htpasswd: {{realm: test, path: {path}}}}}\n"
# Who may come in. The password of the second needs the letters that base64 has for URLs only.
USERS = {"alice": "s3cret", "bob": "~~~???>>>ÿ"}
HASHES = """\
alice:$2b$04$pJPa9njmX2bkQz72ChUVpOMNj1V20ftJtuHSAAEXf1J5tcyNJ6G3q
bob:$2b$04$N3h7MiIu5p19Swpng7SfSOfEHadQGYrccmejj/Nj6cqVSdci4MPYi
"""


def start(
    engine: LiveEngine, folder: Path, address: str, locked: bool = False
) -> subprocess.Popen[bytes]:
    """A registry at `address` inside, its files in `folder`; `locked` is for `USERS` only."""
    assert shutil.which("docker-registry"), "apt-get install docker-registry"
    folder.mkdir(exist_ok=True)
    text = CONFIG.format(folder=folder / "data", address=address)
    if locked:
        (folder / "htpasswd").write_text(HASHES)
        text += AUTH.format(path=folder / "htpasswd")
    (folder / "registry.yml").write_text(text)
    inside = ["nsenter", "--target", str(engine.box.init), "--net"]
    argv = [*inside, "docker-registry", "serve", str(folder / "registry.yml")]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    user = "alice:s3cret@" if locked else ""
    engine.curl(f"http://{user}{address}/v2/")
    return process
