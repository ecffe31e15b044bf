"""The images' endpoints, one function each. `ref` is a reference (name:tag, name@digest) or id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.engine.request import Request, Upload, segment

Filters = Mapping[str, Any] | None


def _at(ref: str, action: str = "") -> str:
    path = f"/images/{segment(ref, safe='/:@')}"
    return f"{path}/{action}" if action else path


def list_(
    all: bool = False,
    filters: Filters = None,
    digests: bool = False,
    shared_size: bool = False,
    manifests: bool = False,
) -> Request:
    """GET /images/json: a list of summaries."""
    query = {
        "all": all or None,
        "filters": filters,
        "digests": digests or None,
        "shared-size": shared_size or None,
        "manifests": manifests or None,
    }
    return Request("GET", "/images/json", query)


def inspect(ref: str, platform: str | None = None) -> Request:
    """GET /images/{name}/json: everything about one image."""
    return Request("GET", _at(ref, "json"), {"platform": platform})


def pull(name: str, tag: str, platform: str | None = None, auth: str | None = None) -> Request:
    """POST /images/create: progress as a JSON stream. A digest is a tag; no tag is every tag.

    `auth` is the value of X-Registry-Auth.
    """
    headers = {"X-Registry-Auth": auth} if auth else {}
    query = {"fromImage": name, "tag": tag, "platform": platform}
    return Request("POST", "/images/create", query, headers=headers, streams=True)


def push(
    name: str, tag: str | None, platform: str | None = None, auth: str | None = None
) -> Request:
    """POST /images/{name}/push: progress as a JSON stream. No tag is every tag of the repository.

    `platform` is JSON; `auth` is the value of X-Registry-Auth, without which engines before 1.43
    refuse the call.
    """
    headers = {"X-Registry-Auth": auth} if auth else {}
    query = {"tag": tag, "platform": platform}
    return Request("POST", _at(name, "push"), query, headers=headers, streams=True)


def search(
    term: str, limit: int | None = None, filters: Filters = None, auth: str | None = None
) -> Request:
    """GET /images/search: [{"name", "description", "star_count", "is_official"}]. Docker Hub is
    asked, or the registry that `term` begins with; `auth` is the value of X-Registry-Auth."""
    headers = {"X-Registry-Auth": auth} if auth else {}
    query = {"term": term, "limit": limit, "filters": filters}
    return Request("GET", "/images/search", query, headers=headers)


def history(ref: str, platform: str | None = None) -> Request:
    """GET /images/{name}/history: its layers, the newest first."""
    return Request("GET", _at(ref, "history"), {"platform": platform})


def tag(ref: str, repo: str, tag: str) -> Request:
    """POST /images/{name}/tag: 201."""
    return Request("POST", _at(ref, "tag"), {"repo": repo, "tag": tag})


def remove(
    ref: str, force: bool = False, no_prune: bool = False, platforms: tuple[str, ...] = ()
) -> Request:
    """DELETE /images/{name}: [{"Untagged"} or {"Deleted"}]."""
    query = {"force": force or None, "noprune": no_prune or None, "platforms": platforms}
    return Request("DELETE", _at(ref), query, dry_answer=[])


def save(refs: tuple[str, ...], platforms: tuple[str, ...] = ()) -> Request:
    """GET /images/get: a tar archive of images. Platforms are JSON objects, since API 1.48."""
    query = {"names": refs, "platform": platforms}
    return Request("GET", "/images/get", query, streams=True)


def load(archive: Upload, quiet: bool = False, platforms: tuple[str, ...] = ()) -> Request:
    """POST /images/load: what was loaded, and progress unless `quiet`, as a JSON stream."""
    query = {"quiet": quiet, "platform": platforms}
    return Request("POST", "/images/load", query, upload=archive, streams=True)


def import_(
    source: str,
    archive: Upload | None = None,
    name: str = "",
    message: str | None = None,
    changes: tuple[str, ...] = (),
    platform: str | None = None,
) -> Request:
    """POST /images/create: an image of one layer, its id at the end of a JSON stream.

    `source` is a URL, or "-" for the `archive` that is sent.
    """
    query = {
        "fromSrc": source, "repo": name, "message": message, "changes": changes,
        "platform": platform,
    }  # fmt: skip
    return Request("POST", "/images/create", query, upload=archive, streams=True)


def prune(filters: Filters = None) -> Request:
    """POST /images/prune: {"ImagesDeleted", "SpaceReclaimed"}."""
    return Request("POST", "/images/prune", {"filters": filters}, dry_answer={})


def build(
    query: Mapping[str, object],
    upload: Upload | None = None,
    registry_config: str | None = None,
    dry_answer: object = None,
) -> Request:
    """POST /build: what the builder says as a JSON stream, the image's ID in an "aux" of it.

    `upload` is the context as a tar; without one, the engine fetches the `remote` of the query.
    `registry_config` is the value of X-Registry-Config.
    """
    headers = {"X-Registry-Config": registry_config} if registry_config else {}
    return Request(
        "POST", "/build", query, upload=upload, headers=headers, streams=True,
        dry_answer=dry_answer,
    )  # fmt: skip
