"""What each layer of an image adds, changes and deletes, and what of it nobody will ever see."""

from __future__ import annotations

import heapq
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dsock.archive.saved import Image, Layer

ADDED, CHANGED, DELETED = "added", "changed", "deleted"


@dataclass(frozen=True, slots=True)
class Change:
    """One path in a layer. `bytes` is its size; of what is deleted, the size that it had."""

    kind: str
    path: str
    bytes: int
    files: int = 1  # more for a folder that is deleted with what is in it


@dataclass(frozen=True, slots=True)
class Waste:
    """Bytes of some `layers` (from 1) that layer `by` hides by a `change`."""

    change: Change
    layers: tuple[int, ...]
    by: int


@dataclass(slots=True)
class Step:
    """A line of the history, and what the layer of it does; `number` is 0 without a layer."""

    history: Mapping[str, Any]
    number: int = 0
    bytes: int = 0
    counts: dict[str, int] = field(default_factory=dict)  # files added, changed, deleted
    biggest: list[Change] = field(default_factory=list)
    wasted: int = 0  # of these bytes, those that later layers hide


@dataclass(frozen=True, slots=True)
class Explained:
    """An image taken apart. `files` are those that a container sees."""

    steps: list[Step]
    waste: list[Waste]  # the biggest
    wasted: int
    files: int

    @property
    def bytes(self) -> int:
        return sum(step.bytes for step in self.steps)


def explain(image: Image, biggest: int) -> Explained:
    """What the layers of `image` do, with the `biggest` changes of each, and as much waste."""
    steps = _steps(image)
    layered = [step for step in steps if step.number]
    seen: dict[str, tuple[int, int]] = {}  # path -> bytes, number of the layer that brought it
    waste: list[Waste] = []
    for step, layer in zip(layered, image.layers, strict=True):
        changes, hidden = _applied(layer, seen, step.number)
        for loss, from_layers in hidden:
            for number, size in from_layers.items():
                layered[number - 1].wasted += size
            if loss.bytes:
                waste.append(Waste(loss, tuple(sorted(from_layers)), step.number))
        step.bytes = sum(layer.files.values())
        for change in changes:
            step.counts[change.kind] = step.counts.get(change.kind, 0) + change.files
        telling = (change for change in changes if change.bytes or change.kind == DELETED)
        step.biggest = heapq.nsmallest(biggest, telling, key=_order)
    worst = heapq.nsmallest(biggest, waste, key=lambda one: _order(one.change))
    return Explained(steps, worst, sum(step.wasted for step in layered), len(seen))


def _steps(image: Image) -> list[Step]:
    """The lines of the history with their layers, which are as many as lines that are not empty;
    images from elsewhere may have written down fewer."""
    history = [line for line in image.config.get("history") or () if isinstance(line, dict)]
    steps, number = [], 0
    for line in history:
        has_layer = not line.get("empty_layer") and number < len(image.layers)
        number += has_layer
        steps.append(Step(line, number if has_layer else 0))
    unknown = range(number + 1, len(image.layers) + 1)
    return steps + [Step({}, one) for one in unknown]


def _applied(
    layer: Layer, seen: dict[str, tuple[int, int]], number: int
) -> tuple[list[Change], Iterator[tuple[Change, dict[int, int]]]]:
    """The changes of a layer over what is `seen` below it, which becomes what is seen above; and
    of those that hide something, how much of which layers."""
    losses: list[tuple[Change, dict[int, int]]] = []
    changes = []
    for path, gone in _deleted(layer, seen):
        origins = _by_layer(gone)
        change = Change(DELETED, path, sum(origins.values()), len(gone))
        losses.append((change, origins))
        changes.append(change)
    for path, size in layer.files.items():
        before = seen.get(path)
        changes.append(Change(CHANGED if before else ADDED, path, size))
        if before:
            losses.append((Change(CHANGED, path, before[0]), {before[1]: before[0]}))
        seen[path] = size, number
    return changes, iter(losses)


def _deleted(
    layer: Layer, seen: dict[str, tuple[int, int]]
) -> list[tuple[str, list[tuple[int, int]]]]:
    """(path, what was there) of what the layer deletes; it is `seen` no longer."""
    gone: dict[str, list[tuple[int, int]]] = {}
    folders = set()
    for path in layer.deleted:
        gone[path] = []
        if path in seen:
            gone[path].append(seen.pop(path))
        else:
            folders.add(path)
    hiding = folders | set(layer.opaque)
    if hiding:
        for path in list(seen):
            if above := _first_above(path, hiding):
                gone.setdefault(above, []).append(seen.pop(path))
    return list(gone.items())


def _first_above(path: str, folders: set[str]) -> str | None:
    """The innermost of `folders` that `path` is in."""
    while path != "/":
        path = posixpath.dirname(path)
        if path in folders:
            return path
    return None


def _by_layer(files: Sequence[tuple[int, int]]) -> dict[int, int]:
    """{number: bytes} of (bytes, number)."""
    found: dict[int, int] = {}
    for size, number in files:
        found[number] = found.get(number, 0) + size
    return found


def _order(change: Change) -> tuple[int, str]:
    return -change.bytes, change.path
