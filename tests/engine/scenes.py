"""Objects for the prunes to find: made and looked at through the API, which is quick."""

from __future__ import annotations

import io
import re
import tarfile
from typing import Any

from dsock.api import containers as c
from dsock.api import images as i
from dsock.api import networks as n
from dsock.api import system
from dsock.api import volumes as v
from dsock.engine.client import Engine
from dsock.engine.endpoint import parse
from dsock.engine.request import Request, Upload
from dsock.sandbox import images
from tests.engine.live import LiveEngine

ANONYMOUS = {"com.docker.volume.anonymous": ""}


class Scene:
    """An engine that nobody else uses."""

    def __init__(self, live: LiveEngine) -> None:
        self.live = live
        self.engine = Engine(parse(live.host, "the test"))

    def set(self, noun: str) -> dict[str, str]:
        """Remove everything, make what the prune of `noun` may find; {id: name} of what there
        is then."""
        self.clear()
        getattr(self, noun)()
        return self.there()

    def container(self) -> None:
        self.create("plain")
        self.create("labelled", {"keep": "1", "a": "b"})
        self.start(self.create("ended", {"a": "c"}, Cmd=["sh", "-c", "echo 12345 >/file"]))
        self.ended("ended")
        self.start(self.create("running", Cmd=["sleep", "10000"]))

    def network(self) -> None:
        self.connect("plain")
        self.connect("labelled", {"keep": "1"})
        self.connect("used")
        host = {"NetworkMode": "used"}
        self.start(self.create("running", Cmd=["sleep", "10000"], HostConfig=host))

    def volume(self) -> None:
        self.keep("plain")
        self.keep("labelled", {"keep": "1"})
        self.keep("0" * 64, ANONYMOUS)
        host = {"Binds": ["used:/used"]}
        self.create("holder", Volumes={"/x": {}}, HostConfig=host)

    def image(self) -> None:
        self.create("holder")
        self.load()
        self.engine.json(i.tag("nginx", "other", "1"))

    def cache(self) -> None:
        """What BuildKit keeps of a build, and the nameless image that it made."""
        context = {"Dockerfile": b"FROM scratch\nCOPY a /a\nCOPY b /b\n", "a": b"1", "b": b"2"}
        upload = Upload("context.tar", [_tar(context)])
        build = Request("POST", "/build", {"version": 2}, upload=upload, streams=True)
        for _ in self.engine.lines(build):
            pass

    def system(self) -> None:
        self.create("ended", Volumes={"/x": {}})
        self.connect("plain")
        self.keep("plain")
        self.load()
        self.start(self.create("running", Cmd=["sleep", "10000"]))

    def create(self, name: str, labels: dict[str, str] | None = None, **more: Any) -> str:
        # Podman would wait ten seconds for a sleep that does not hear of its end.
        body = {"Image": "busybox", "Labels": labels or {}, "StopSignal": "SIGKILL", **more}
        return str(self.engine.json(c.create(body, name))["Id"])

    def start(self, ref: str) -> None:
        self.engine.json(c.start(ref))

    def ended(self, ref: str) -> None:
        self.engine.json(c.wait(ref))

    def connect(self, name: str, labels: dict[str, str] | None = None) -> None:
        self.engine.json(n.create({"Name": name, "Labels": labels or {}}))

    def keep(self, name: str, labels: dict[str, str] | None = None) -> None:
        self.engine.json(v.create({"Name": name, "Labels": labels or {}}))

    def load(self) -> None:
        """An image without a name."""
        query = {"fromSrc": "-", "changes": ("LABEL a=b",)}
        upload = Upload("empty.tar", [_tar({})])
        for _ in self.engine.lines(Request("POST", "/images/create", query, upload=upload)):
            pass

    def clear(self) -> None:
        """Leave busybox and nginx only."""
        for record in self.engine.json(c.list_(all=True)):
            self.engine.json(c.remove(record["Id"], force=True, volumes=True))
        self.engine.json(n.prune())
        for record in self.engine.json(v.list_())["Volumes"] or ():
            self.engine.json(v.remove(record["Name"], force=True))
        tags = {tag for record in self.engine.json(i.list_()) for tag in record["RepoTags"] or ()}
        for name in ("busybox", "nginx"):
            if not any(tag.endswith(f"{name}:latest") for tag in tags):
                images.load(self.engine, name)
        for tag in tags:
            if tag.endswith("other:1"):
                self.engine.json(i.remove(tag))
        self.engine.json(i.prune({"dangling": {"true": True}}))
        if "Libpod" not in self.engine.server:
            self.engine.json(system.prune_build_cache(all=True))

    def there(self) -> dict[str, str]:
        """{id: name}; what has no name of its own is called nameless."""
        out = {r["Id"]: f"container {r['Names'][0]}" for r in self.engine.json(c.list_(all=True))}
        out |= {r["Id"]: f"network {r['Name']}" for r in self.engine.json(n.list_())}
        for record in self.engine.json(v.list_())["Volumes"] or ():
            nameless = re.fullmatch("[0-9a-f]{64}", record["Name"])
            out[record["Name"]] = "volume nameless" if nameless else f"volume {record['Name']}"
        for record in self.engine.json(i.list_()):
            tags = sorted(tag for tag in record["RepoTags"] or () if "<none>" not in tag)
            out[record["Id"]] = " ".join(["image", *(tags or ["nameless"])])
        for record in self.engine.json(system.disk_usage())["BuildCache"] or ():
            out[record["ID"]] = f"cache of {record['Size']} bytes"
        return out


def _tar(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return made.getvalue()
