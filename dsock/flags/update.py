"""The flags of `update` as the body of POST /containers/{id}/update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dsock.errors import BadFlag, DsockError
from dsock.flags import since
from dsock.flags.host import restart_policy
from dsock.flags.resources import resources
from dsock.flags.values import given, size

# Limits that only a new container can have, as who gave none of those flags has them.
_NOT_HERE: dict[str, Any] = {
    **dict.fromkeys(("memory_swappiness", "oom_kill_disable", "oom_score_adj", "shm_size")),
    **dict.fromkeys(("blkio_weight_device", "device_read_bps", "device_write_bps"), ()),
    **dict.fromkeys(("device_read_iops", "device_write_iops", "ulimit"), ()),
}


def body(flags: Mapping[str, Any], version: str = "1.51") -> dict[str, Any]:
    """What is to change, {} if nothing is. `flags` are those of update_options, `version` is the
    API version that the engine speaks. A limit of 0 leaves the one that is there, as in docker.

    Raises BadFlag, DsockError for a restart policy that is none.
    """
    found = given(resources({**_NOT_HERE, **flags}))
    if not since.speaks(version, since.NO_KERNEL_MEMORY):
        found |= given({"KernelMemory": size(flags["kernel_memory"], "--kernel-memory")})
    if flags["restart"]:
        found["RestartPolicy"] = _restart(flags["restart"])
    return {key: value for key, value in found.items() if value != 0}


def _restart(text: str) -> dict[str, Any]:
    try:
        return restart_policy(text)
    except BadFlag as err:  # docker's exit code is 1 here and 125 in run
        raise DsockError(err.message, err.hint) from None
