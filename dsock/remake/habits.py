"""What an engine does for a container that does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dsock.flags import since


@dataclass(frozen=True, slots=True)
class Habits:
    """`info` is the engine's GET /info, `version` the API version in use; `podman` if it is one."""

    info: Mapping[str, Any]
    version: str
    podman: bool = False

    def speaks(self, version: str) -> bool:
        return since.speaks(self.version, version)

    @property
    def environment(self) -> tuple[str, ...]:
        """Variables that it sets beside the image's."""
        return ("container", "HOME", "HOSTNAME") if self.podman else ()

    @property
    def config(self) -> dict[str, Any]:
        """Config of a container whose image says nothing."""
        if not self.podman:
            return {}
        check = {"Interval": 30 * 10**9, "Timeout": 30 * 10**9, "Retries": 3}
        return {"WorkingDir": "/", "StopSignal": "15", "StopTimeout": 10, "Healthcheck": check}

    @property
    def host(self) -> dict[str, Any]:
        """HostConfig of a container that says nothing; what is not here is zero or empty."""
        cgroup = "private" if self.info.get("CgroupVersion") == "2" else "host"
        if self.podman:  # it reports what it does without being asked
            return {
                "IpcMode": "shareable",
                "PidMode": "private",
                "UTSMode": "private",
                "ShmSize": 65_536_000,
                "Runtime": "oci",
                "PidsLimit": 2048,
                "MemorySwappiness": 0,
                "LogConfig": {"Type": "json-file", "Config": None},
                "CgroupnsMode": cgroup,
            }
        return {
            "IpcMode": "private",
            "ShmSize": 64 << 20,
            "Runtime": self.info.get("DefaultRuntime"),
            "CgroupnsMode": cgroup,
            "LogConfig": {"Type": self.info.get("LoggingDriver"), "Config": {}},
            "RestartPolicy": {"Name": "", "MaximumRetryCount": 0},
        }
