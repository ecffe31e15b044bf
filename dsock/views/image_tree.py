"""Which image rests on which, and which containers on them, as lines of a tree."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from dsock.errors import DsockError
from dsock.flags import references
from dsock.render.layout import Steps
from dsock.render.listing import View
from dsock.render.table import Column
from dsock.views.images import NONE
from dsock.views.screen import state_style
from dsock.views.units import compact, short_id, size

Record = Mapping[str, Any]

TABLE = "table {{.Image}}\t{{.ID}}\t{{.Size}}\t{{.Adds}}\t{{.Status}}"
STEPS: Steps = (
    ("IMAGE", 44), ("STATUS", 14), ("IMAGE", 30), ("ADDS", 0), ("ID", 0), ("STATUS", 8),
    ("IMAGE", 20), ("STATUS", 0), ("IMAGE", 12), ("SIZE", 0),
)  # fmt: skip


class Line(NamedTuple):
    """An image or a container, behind the guides that lead to it."""

    guides: str
    name: str
    id: str
    bytes: int | None = None  # None for a container
    added: int = 0
    wanted: bool = True
    container: Record | None = None


def lines(
    images: Sequence[Record],
    details: Mapping[str, Record],
    containers: Iterable[Record],
    wanted: Collection[str],
) -> list[Line]:
    """A line for each of `images` and for each container on one, below what it rests on.

    `details` is what GET /images/{name}/json says, by id; an image without is left out. Only
    those with an id in `wanted` are shown, and what they rest on.
    """
    by_id = {image["Id"]: image for image in images if image["Id"] in details}
    tree = _Tree(by_id, _parents(by_id, details), wanted)
    for container in containers:
        tree.users.setdefault(bare(container.get("ImageID", "")), []).append(container)
    return list(tree.below(None, ""))


def view() -> View:
    """The fields of a line."""
    return {
        "Image": ("IMAGE", lambda line: line.guides + line.name),
        "ID": ("ID", lambda line: line.id),
        "Size": ("SIZE", lambda line: "" if line.bytes is None else size(line.bytes)),
        "Adds": ("ADDS", lambda line: "" if line.bytes is None else size(line.added)),
        "Status": ("STATUS", lambda line: (line.container or {}).get("Status", "")),
    }


def columns() -> list[Column]:
    """The same for a terminal."""
    field = view()
    return [
        Column("IMAGE", field["Image"][1], _style),
        Column("ID", field["ID"][1], "dim"),
        Column("SIZE", field["Size"][1], right=True),
        Column("ADDS", field["Adds"][1], "dim", right=True),
        Column("STATUS", field["Status"][1], _style, compact),
    ]


def bare(identity: str) -> str:
    """An id without "sha256:", which not every engine writes everywhere."""
    return identity.removeprefix("sha256:")


class _Tree:
    def __init__(
        self,
        images: Mapping[str, Record],
        parents: Mapping[str, str | None],
        wanted: Collection[str],
    ) -> None:
        self.images = images
        self.users: dict[str, list[Record]] = {}
        self._wanted = wanted
        self._children: dict[str | None, list[str]] = {}
        for identity in sorted(images, key=self._order):
            self._children.setdefault(parents[identity], []).append(identity)

    def below(self, parent: str | None, guides: str) -> Iterator[Line]:
        """The lines of what rests on `parent`."""
        users = self.users.get(bare(parent), []) if parent and parent in self._wanted else []
        children = [child for child in self._children.get(parent, ()) if self._shown(child)]
        rest = len(users) + len(children)
        for container in users:
            rest -= 1
            name = (container.get("Names") or ["/?"])[0].lstrip("/")
            yield Line(
                guides + _guide(rest), f"container {name}", container.get("Id", "")[:12],
                container=container,
            )  # fmt: skip
        for child in children:
            rest -= 1
            image = self.images[child]
            total = image.get("Size", 0)
            below = self.images[parent].get("Size", 0) if parent else 0
            guide, deeper = (_guide(rest), "│  " if rest else "   ") if parent else ("", "")
            yield Line(
                guides + guide, _name(image), short_id(child), total, max(0, total - below),
                child in self._wanted,
            )  # fmt: skip
            yield from self.below(child, guides + deeper)

    def _shown(self, identity: str) -> bool:
        below = self._children.get(identity, ())
        return identity in self._wanted or any(map(self._shown, below))

    def _order(self, identity: str) -> tuple[bool, str, int]:
        image = self.images[identity]
        name = _name(image)
        return name == NONE, name, image.get("Created", 0)


def _parents(images: Mapping[str, Record], details: Mapping[str, Record]) -> dict[str, str | None]:
    """The image that each rests on: the one that has most of its first layers, and no other.

    Of several with the same layers the first made is the one that others rest on.
    """
    oldest: dict[tuple[str, ...], str] = {}
    for identity in sorted(images, key=lambda i: (images[i].get("Created", 0), i)):
        oldest.setdefault(_layers(details[identity]), identity)
    found: dict[str, str | None] = {}
    for identity in images:
        layers = _layers(details[identity])
        ends = range(len(layers), 0, -1)
        below = (oldest[layers[:end]] for end in ends if layers[:end] in oldest)
        found[identity] = next((other for other in below if other != identity), None)
    return found


def _layers(detail: Record) -> tuple[str, ...]:
    return tuple((detail.get("RootFS") or {}).get("Layers") or ())


def _guide(rest: int) -> str:
    return "├─ " if rest else "└─ "


def _name(image: Record) -> str:
    tags = [tag for tag in image.get("RepoTags") or () if not tag.startswith(NONE)]
    if tags:
        return ", ".join(sorted(map(_familiar, tags)))
    digests = [name for name in image.get("RepoDigests") or () if not name.startswith(NONE)]
    return f"{_familiar(digests[0].partition('@')[0])}@<none>" if digests else NONE


def _familiar(name: str) -> str:
    try:
        return references.parse(name).familiar
    except DsockError:
        return name


def _style(line: Line) -> str:
    if line.container is not None:
        return state_style(line.container)
    return ("" if line.guides else "bold") if line.wanted and line.name != NONE else "dim"
