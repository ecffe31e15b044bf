"""The containers' endpoints, one function each. `ref` is an id, a part of one, or a name.

https://docs.docker.com/reference/api/engine/ has each endpoint's parameters and answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dsock.engine.curl import variable
from dsock.engine.request import Request, Upload, segment

Filters = Mapping[str, Any] | None


def _at(ref: str, action: str = "") -> str:
    # Answers of the engine write names as "/web".
    path = f"/containers/{segment(ref.removeprefix('/'))}"
    return f"{path}/{action}" if action else path


def list_(
    all: bool = False, limit: int | None = None, size: bool = False, filters: Filters = None
) -> Request:
    """GET /containers/json: a list of summaries, the newest first. `size` is slow."""
    query = {"all": all or None, "limit": limit, "size": size or None, "filters": filters}
    return Request("GET", "/containers/json", query)


def create(
    body: Mapping[str, Any], name: str | None = None, platform: str | None = None
) -> Request:
    """POST /containers/create: {"Id", "Warnings"}."""
    return Request(
        "POST",
        "/containers/create",
        {"name": name, "platform": platform},
        json=body,
        dry_answer={"Id": variable("ID"), "Warnings": []},
    )


def inspect(ref: str, size: bool = False) -> Request:
    """GET /containers/{id}/json: everything about one container."""
    return Request("GET", _at(ref, "json"), {"size": size or None})


def start(
    ref: str,
    detach_keys: str | None = None,
    checkpoint: str | None = None,
    checkpoint_dir: str | None = None,
) -> Request:
    """POST /containers/{id}/start: 204, or 304 if it runs already."""
    query = {
        "detachKeys": detach_keys,
        "checkpoint": checkpoint,
        "checkpoint-dir": checkpoint_dir,
    }
    return Request("POST", _at(ref, "start"), query)


def stop(ref: str, seconds: int | None = None, signal: str | None = None) -> Request:
    """POST /containers/{id}/stop: killed after `seconds`; 304 if it is stopped already."""
    return Request("POST", _at(ref, "stop"), {"t": seconds, "signal": signal})


def restart(ref: str, seconds: int | None = None, signal: str | None = None) -> Request:
    """POST /containers/{id}/restart."""
    return Request("POST", _at(ref, "restart"), {"t": seconds, "signal": signal})


def kill(ref: str, signal: str | None = None) -> Request:
    """POST /containers/{id}/kill: `signal` is a name or a number."""
    return Request("POST", _at(ref, "kill"), {"signal": signal})


def pause(ref: str) -> Request:
    """POST /containers/{id}/pause."""
    return Request("POST", _at(ref, "pause"))


def unpause(ref: str) -> Request:
    """POST /containers/{id}/unpause."""
    return Request("POST", _at(ref, "unpause"))


def rename(ref: str, name: str) -> Request:
    """POST /containers/{id}/rename."""
    return Request("POST", _at(ref, "rename"), {"name": name})


def update(ref: str, body: Mapping[str, Any]) -> Request:
    """POST /containers/{id}/update: {"Warnings"}; the body is a part of HostConfig."""
    return Request("POST", _at(ref, "update"), json=body)


def remove(ref: str, force: bool = False, volumes: bool = False, link: bool = False) -> Request:
    """DELETE /containers/{id}."""
    query = {"force": force or None, "v": volumes or None, "link": link or None}
    return Request("DELETE", _at(ref), query)


def wait(ref: str, condition: str | None = None, before_start: bool = True) -> Request:
    """POST /containers/{id}/wait: {"StatusCode"} once the container is as `condition` says:
    not-running, next-exit or removed. The answer's headers come at once, its body then.

    With a condition it is asked `before_start`, or else beside nothing."""
    background = condition is not None and before_start
    return Request(
        "POST",
        _at(ref, "wait"),
        {"condition": condition},
        streams=True,
        background=background,
        dry_answer={"StatusCode": 0},
        dry_exit="StatusCode" if background else "",
    )


def attach(
    ref: str,
    stdin: bool = False,
    stdout: bool = True,
    stderr: bool = True,
    logs: bool = False,
    detach_keys: str | None = None,
) -> Request:
    """POST /containers/{id}/attach: a two-way stream, multiplexed if there is no tty."""
    query = {
        "stream": True,
        "stdin": stdin or None,
        "stdout": stdout or None,
        "stderr": stderr or None,
        "logs": logs or None,
        "detachKeys": detach_keys,
    }
    return Request("POST", _at(ref, "attach"), query, upgrade=True, streams=True, background=True)


def resize(ref: str, height: int, width: int) -> Request:
    """POST /containers/{id}/resize: rows and columns of its tty."""
    return Request("POST", _at(ref, "resize"), {"h": height, "w": width})


def logs(
    ref: str,
    follow: bool = False,
    stdout: bool = True,
    stderr: bool = True,
    since: str | None = None,
    until: str | None = None,
    timestamps: bool = False,
    tail: str | None = None,
    details: bool = False,
) -> Request:
    """GET /containers/{id}/logs: multiplexed unless the container has a tty.

    `since` and `until` are "seconds.nanoseconds", `tail` is a number of lines or "all".
    """
    query = {
        "follow": follow or None,
        "stdout": stdout or None,
        "stderr": stderr or None,
        "since": since,
        "until": until,
        "timestamps": timestamps or None,
        "tail": tail,
        "details": details or None,
    }
    return Request("GET", _at(ref, "logs"), query, streams=True)


def top(ref: str, ps_args: str | None = None) -> Request:
    """GET /containers/{id}/top: {"Titles", "Processes"}."""
    return Request("GET", _at(ref, "top"), {"ps_args": ps_args})


def stats(ref: str, stream: bool = True, one_shot: bool = False) -> Request:
    """GET /containers/{id}/stats: a JSON object a second."""
    query = {"stream": stream, "one-shot": one_shot or None}
    return Request("GET", _at(ref, "stats"), query, streams=stream)


def changes(ref: str) -> Request:
    """GET /containers/{id}/changes: [{"Path", "Kind"}]; 0 changed, 1 added, 2 deleted."""
    return Request("GET", _at(ref, "changes"))


def export(ref: str) -> Request:
    """GET /containers/{id}/export: its file system as a tar."""
    return Request("GET", _at(ref, "export"), streams=True)


def archive_get(ref: str, path: str, pipe: str = "") -> Request:
    """GET /containers/{id}/archive: `path` as a tar; its stat in X-Docker-Container-Path-Stat.

    `pipe` is what a shell does with the tar.
    """
    return Request("GET", _at(ref, "archive"), {"path": path}, streams=True, pipe=pipe)


def archive_stat(ref: str, path: str) -> Request:
    """HEAD /containers/{id}/archive: only the stat of `path`."""
    return Request("HEAD", _at(ref, "archive"), {"path": path})


def archive_put(
    ref: str, path: str, upload: Upload, no_overwrite_dir: bool = False, copy_uid_gid: bool = False
) -> Request:
    """PUT /containers/{id}/archive: unpack a tar into the folder `path`."""
    query = {
        "path": path,
        "noOverwriteDirNonDir": no_overwrite_dir or None,
        "copyUIDGID": copy_uid_gid or None,
    }
    return Request("PUT", _at(ref, "archive"), query, upload=upload)


def prune(filters: Filters = None) -> Request:
    """POST /containers/prune: {"ContainersDeleted", "SpaceReclaimed"}."""
    return Request("POST", "/containers/prune", {"filters": filters}, dry_answer={})


def exec_create(ref: str, body: Mapping[str, Any]) -> Request:
    """POST /containers/{id}/exec: {"Id"}."""
    return Request("POST", _at(ref, "exec"), json=body, dry_answer={"Id": variable("EXEC")})


def exec_start(exec_id: str, body: Mapping[str, Any], upgrade: bool = True) -> Request:
    """POST /exec/{id}/start: a two-way stream, or 200 at once if the body says Detach."""
    return Request(
        "POST", f"/exec/{segment(exec_id)}/start", json=body, upgrade=upgrade, streams=upgrade
    )


def exec_inspect(exec_id: str) -> Request:
    """GET /exec/{id}/json: {"ExitCode", "Running", ...}."""
    path = f"/exec/{segment(exec_id)}/json"
    return Request("GET", path, dry_answer={"ExitCode": 0}, dry_exit="ExitCode")


def exec_resize(exec_id: str, height: int, width: int) -> Request:
    """POST /exec/{id}/resize."""
    return Request("POST", f"/exec/{segment(exec_id)}/resize", {"h": height, "w": width})


def commit(
    ref: str,
    repo: str | None = None,
    tag: str | None = None,
    comment: str | None = None,
    author: str | None = None,
    pause: bool = True,
    changes: Sequence[str] = (),
    config: Mapping[str, Any] | None = None,
) -> Request:
    """POST /commit: {"Id"} of a new image made from a container."""
    query = {
        "container": ref,
        "repo": repo,
        "tag": tag,
        "comment": comment,
        "author": author,
        "pause": None if pause else False,
        "changes": tuple(changes),
    }
    return Request(
        "POST", "/commit", query, json=config or {}, dry_answer={"Id": variable("IMAGE")}
    )
