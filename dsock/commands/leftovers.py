"""What each prune would remove: asked for a dry run, whose script removes it piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from dsock.api import containers, images, networks, system, volumes
from dsock.app import App
from dsock.engine.version import newer
from dsock.errors import ApiError, DsockError
from dsock.flags.filters import Filters
from dsock.flags.prune import takes
from dsock.views import leftovers as found
from dsock.views.leftovers import Leftover

_LABELS = ("label", "label!")
_UNTIL = (*_LABELS, "until")
_NO = ("0", "false", "f", "F", "FALSE", "False")


def takes_named_volumes(app: App) -> bool:
    """True if the engine prunes volumes with names even where nobody asked for all."""
    return newer("1.42", app.engine.version) or app.engine.podman


class Leftovers:
    """What is left over at the Unix time `now`, also after the containers that were asked for
    are gone. Each method takes a prune's filters; raises DsockError for those that the engine
    would refuse."""

    def __init__(self, app: App, now: float) -> None:
        self.app = app
        self.now = now
        self._gone: set[str] = set()

    def containers(self, filters: Filters) -> list[Leftover]:
        """Containers that do not run."""
        sized = self._look(containers.list_(all=True, size=True))
        out = list(found.containers(sized, takes(filters, _UNTIL, self.now)))
        self._gone = {ref for leftover in out for ref in leftover.refs}
        return out

    def networks(self, filters: Filters) -> Iterator[Leftover]:
        """Networks without a running container; in Podman those without any."""
        taken = takes(filters, _UNTIL, self.now)
        of_all = self.app.engine.podman
        using = self._staying if of_all else self._look(containers.list_())
        ends = [((c.get("NetworkSettings") or {}).get("Networks") or {}) for c in using]
        used = {known for of in ends for name, end in of.items() for known in (name, _id(end))}
        for leftover in found.networks(self._look(networks.list_()), used, taken):
            try:
                whole = self._look(networks.inspect(leftover.refs[0]))
            except ApiError as err:
                if err.status != 404:
                    raise
                continue  # gone meanwhile
            if of_all or not (whole.get("Containers") or whole.get("Services")):
                yield leftover

    def volumes(self, filters: Filters) -> Iterable[Leftover]:
        """Volumes of no container; many an engine takes only nameless ones, if not all=true."""
        named = takes_named_volumes(self.app)
        taken = takes(filters, _LABELS if named else (*_LABELS, "all"), self.now)
        all = named or any(value not in _NO for value in filters.get("all", ()))
        mounts = (mount for c in self._staying for mount in c.get("Mounts") or ())
        used = {mount.get("Name") for mount in mounts}
        records = [v for v in self._look(volumes.list_())["Volumes"] or () if v["Name"] not in used]
        usage = self._disk_usage("volume").get("Volumes") or ()
        sizes = {volume["Name"]: (volume.get("UsageData") or {}).get("Size", 0) for volume in usage}
        return found.volumes(records, sizes, taken, all)

    def images(self, filters: Filters) -> Iterable[Leftover]:
        """Images of no container; those without a tag unless dangling=false."""
        taken = takes(filters, (*_UNTIL, "dangling"), self.now)
        dangling = list(filters.get("dangling", ("true",)))
        if len(dangling) > 1 or dangling[0] not in ("1", "0", "true", "false"):
            raise DsockError(f"Invalid filter 'dangling={dangling}'")
        all = dangling[0] in ("0", "false")
        used = {c.get("ImageID", "").removeprefix("sha256:") for c in self._staying}
        records = self._look(images.list_())
        if all and self.app.engine.podman:  # dangling=false is "not dangling" there
            records = [record for record in records if record.get("RepoTags")]
        return found.images(records, used, taken, all)

    def caches(self, filters: Filters, all: bool) -> Iterable[Leftover]:
        """Build cache that no build uses; labels say nothing about it, as the engine sees it."""
        until = {key: value for key, value in filters.items() if key == "until"}
        if unknown := set(filters) - {*until, *_LABELS}:
            raise DsockError(
                f"a dry run cannot tell what the builder takes by {min(unknown)}=...",
                "only until=... works with it",
            )
        taken = takes(until, ("until",), self.now)
        return found.caches(self._disk_usage("build-cache").get("BuildCache") or (), taken, all)

    @cached_property
    def _staying(self) -> list[dict[str, Any]]:
        records = self._look(containers.list_(all=True))
        return [record for record in records if record["Id"] not in self._gone]

    def _disk_usage(self, kind: str) -> dict[str, Any]:
        """GET /system/df, only of a `kind` where the engine can tell."""
        old = newer("1.42", self.app.engine.version)
        usage: dict[str, Any] = self._look(system.disk_usage(() if old else (kind,)))
        return usage

    def _look(self, request: Any) -> Any:
        return self.app.engine.look(request)


def _id(end: dict[str, Any] | None) -> Any:
    return (end or {}).get("NetworkID")
