"""All flags of `create` and `run` as the body of POST /containers/create."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dsock.flags import mounts, ports, since
from dsock.flags.environment import environment, labels
from dsock.flags.healthcheck import healthcheck
from dsock.flags.host import host_config
from dsock.flags.networks import endpoints
from dsock.flags.values import bad, given, integer

STREAMS = {"stdin", "stdout", "stderr"}


def body(
    image: str,
    command: Sequence[str],
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    detach: bool = False,
    version: str = "1.51",
    proxies: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The body of POST /containers/create: what is set, keys as Docker spells them.

    `flags` are those of create_options. `version` is the API version that the engine speaks,
    `proxies` what config.json says for it. Reads the files that flags name. Raises BadFlag for
    flags that make no sense, DsockError for what the engine is too old for.
    """
    if flags["health_start_interval"] is not None:
        since.flag("--health-start-interval", since.START_INTERVAL, version)
    per_network_mac = since.speaks(version, since.MAC_PER_NETWORK)
    network, attached = endpoints(flags, per_network_mac)
    bound = ports.bindings(flags["publish"])
    binds, anonymous = mounts.volumes(flags["volume"])
    found = given(
        {
            "Image": image,
            "Cmd": list(command),
            **_streams(flags, detach),
            "Hostname": flags["hostname"],
            "Domainname": flags["domainname"],
            "User": flags["user"],
            "WorkingDir": flags["workdir"],
            "Env": environment(
                flags["env_file"], flags["env"], environ, proxies or {}, flags["dotenv_file"]
            ),
            "Labels": labels(flags["label_file"], flags["label"]),
            "ExposedPorts": {port: {} for port in (*bound, *ports.exposed(flags["expose"]))},
            "Volumes": {path: {} for path in anonymous},
            "Healthcheck": healthcheck(flags),
            "MacAddress": None if per_network_mac else flags["mac_address"],
            "StopSignal": flags["stop_signal"],
            "StopTimeout": integer(flags["stop_timeout"], "--stop-timeout"),
        }
    )
    if flags["entrypoint"] is not None:  # [""]: not even the image's
        found["Entrypoint"] = [flags["entrypoint"]]
    found["HostConfig"] = {
        **given({"NetworkMode": network, "PortBindings": bound, "Binds": binds}),
        **host_config(flags, version),
    }
    if attached:
        found["NetworkingConfig"] = {"EndpointsConfig": attached}
    since.check(found, version)
    return found


def _streams(flags: Mapping[str, Any], detach: bool) -> dict[str, bool]:
    """Who is attached when the container starts; to a detached one nobody is."""
    attach = {stream.lower() for stream in flags["attach"]}
    if not attach <= STREAMS:
        raise bad("--attach", flags["attach"][-1], "valid streams are STDIN, STDOUT and STDERR")
    stdin = bool(flags["interactive"])
    return {
        "AttachStdin": not detach and (stdin or "stdin" in attach),
        "AttachStdout": not detach and (not attach or "stdout" in attach),
        "AttachStderr": not detach and (not attach or "stderr" in attach),
        "Tty": flags["tty"],
        "OpenStdin": stdin,
        "StdinOnce": stdin and not detach,
    }
