"""Policies that are ready to use, each with the risk that remains, in words."""

from __future__ import annotations

from typing import NamedTuple

from dsock.api import routes

_PING = ("HEAD /_ping", "GET /_ping", "GET /version")
_LISTS = ("GET /containers/json", "GET /images/json", "GET /networks", "GET /volumes")


class Profile(NamedTuple):
    """The calls, what is hidden in the answers, and what the clients can still do or learn."""

    calls: tuple[str, ...]
    risk: str
    hide: tuple[str, ...] = ()
    unlimited: bool = False  # bodies are not looked into


PROFILES = {
    "ping": Profile(
        _PING,
        "Tells that an engine is there, its version and the kernel's.",
    ),
    "list": Profile(
        (*_PING, *_LISTS),
        "Tells names, images, commands, labels, ports and addresses of everything; secrets that"
        " stand in commands or labels are told with them.",
        ("mounts",),
    ),
    "inspect-noenv": Profile(
        (*_PING, *_LISTS, "GET /containers/{id}/json", "GET /images/{image}/json"),
        "As list, and how each container is configured. Environments and mounts are hidden;"
        " secrets in commands, labels and health checks are not.",
        ("env", "mounts"),
    ),
    "events": Profile(
        (*_PING, "GET /events"),
        "Tells what happens to all containers, with names and labels. Commands of exec are cut.",
    ),
    "load-balancer": Profile(
        (*_PING, "GET /containers/json", "GET /containers/{id}/json", "GET /events"),
        "For traefik, caddy: names, labels, commands and addresses of all containers. A label"
        " decides what they route: who may label containers steers them.",
        ("env", "mounts"),
    ),
    "docker-gen": Profile(
        (*_PING, "GET /info", "GET /containers/json", "GET /containers/{id}/json",
         "GET /networks", "GET /events"),
        "Reads the environment of all containers, which docker-gen's templates need: with it every"
        " password that stands there. Signals to a container want a rule of their own.",
        ("mounts",),
    ),
    "metrics": Profile(
        (*_PING, "GET /info", "GET /containers/json", "GET /containers/{id}/json",
         "GET /containers/{id}/stats", "GET /networks"),
        "For prometheus, cadvisor, telegraf: names, labels, addresses and load of all containers,"
        " and what the host is. Stats of many containers keep the engine busy.",
        ("env", "mounts", "command"),
    ),
    "dashboard": Profile(
        (*_PING, *_LISTS, "GET /info", "GET /system/df", "GET /events",
         "GET /containers/{id}/json", "GET /containers/{id}/stats", "GET /images/{image}/json",
         "GET /images/{image}/history", "GET /networks/{network}", "GET /volumes/{volume}"),
        "For portainer and others that only show: how everything is set up, but environments and"
        " mounts; secrets in commands and labels are shown. Disk usage is costly to ask for.",
        ("env", "mounts"),
    ),
    "autoheal": Profile(
        (*_PING, "GET /containers/json", "GET /containers/{id}/json", "GET /events",
         "POST /containers/{id}/restart"),
        "Can restart any container, as often as it likes; an owner in a policy limits which.",
        ("env", "mounts", "command"),
    ),
    "logs": Profile(
        (*_PING, "GET /containers/json", "GET /containers/{id}/json", "GET /containers/{id}/logs",
         "GET /events"),
        "Reads all that containers write, with whatever secrets and personal data are in it.",
        ("env", "mounts"),
    ),
    "lifecycle": Profile(
        (*_PING, "GET /containers/json", "GET /containers/{id}/json",
         "POST /containers/{id}/start", "POST /containers/{id}/stop",
         "POST /containers/{id}/restart", "POST /containers/{id}/pause",
         "POST /containers/{id}/unpause", "POST /containers/{id}/wait"),
        "Can stop everything that runs, also what guards the host.",
        ("env", "mounts"),
    ),
    "pull": Profile(
        (*_PING, "GET /images/json", "GET /images/{image}/json", "POST /images/create"),
        "Fills the disk, and moves tags: what is started next may be another image.",
        ("env",),
    ),
    "ci-build": Profile(
        (*_PING, "GET /images/json", "GET /images/{image}/json", "GET /images/{image}/history",
         "POST /build", "POST /images/create", "POST /images/{image}/tag",
         "POST /images/{image}/push", "GET /info"),
        "Runs any command as root in build containers without privileges, in the default network;"
        " reads every local image, fills disk and cache (an archive may unpack to any size), moves"
        " and pushes any tag; ADD fetches what only the host may reach. The context is not looked"
        " into. Classic builds only (DOCKER_BUILDKIT=0): `# syntax=` is a comment to them.",
    ),
    "run": Profile(
        (*_PING, "GET /containers/json", "GET /containers/{id}/json", "GET /images/json",
         "GET /images/{image}/json", "POST /containers/create", "POST /containers/{id}/start",
         "POST /containers/{id}/attach", "POST /containers/{id}/wait", "POST /containers/{id}/stop",
         "POST /containers/{id}/kill", "POST /containers/{id}/resize",
         "GET /containers/{id}/logs", "DELETE /containers/{id}"),
        "Runs containers without privileges, mounts of the host or its namespaces; uses memory,"
        " ports and networks; stops and removes any container unless a policy names an owner.",
        ("env", "mounts"),
    ),
    "all": Profile(
        tuple(map(str, routes.all_routes())),
        "Everything: root on the host. Only what is no plain HTTP is refused.",
        unlimited=True,
    ),
}  # fmt: skip
