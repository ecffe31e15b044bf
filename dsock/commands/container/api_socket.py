"""--use-api-socket: the engine's socket, and the user's registry credentials, in a container."""

from __future__ import annotations

import io
import json
from typing import Any

from dsock.api import containers
from dsock.app import App
from dsock.engine.request import Upload
from dsock.errors import DsockError

SOCKET = "/var/run/docker.sock"
FOLDER = "/run/secrets/docker"  # of a config.json with nothing but the credentials


def share(app: App, body: dict[str, Any]) -> dict[str, Any]:
    """Add the socket to a container's body; {registry: credentials} still to be handed over.

    Raises DsockError if the engine has no socket.
    """
    path = app.endpoint.socket_path
    if path is None:
        raise DsockError(
            "flag --use-api-socket can only be used with unix sockets:"
            f" docker endpoint {app.endpoint.url} incompatible"
        )
    mount = {"Type": "bind", "Source": path, "Target": SOCKET, "BindOptions": {}}
    body["HostConfig"].setdefault("Mounts", []).append(mount)
    credentials = {registry: found.entry() for registry, found in app.credentials.all().items()}
    if credentials:
        body.setdefault("Env", []).append(f"DOCKER_CONFIG={FOLDER}")
    return credentials


def hand_over(app: App, container: str, credentials: dict[str, Any]) -> None:
    """Write the credentials into the container. PUT /containers/{id}/archive."""
    import tarfile

    text = json.dumps({"auths": credentials}, indent="\t").encode()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo(f"{FOLDER}/config.json"[1:])
        entry.size, entry.mode = len(text), 0o600
        tar.addfile(entry, io.BytesIO(text))
    upload = Upload("docker-config.tar", [archive.getvalue()])
    app.engine.open(containers.archive_put(container, "/", upload, no_overwrite_dir=True)).read()
