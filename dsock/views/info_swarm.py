"""How the engine's part in a swarm looks in `docker info`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dsock.views import units


def swarm_lines(swarm: Mapping[str, Any]) -> Iterator[str]:
    """The lines below "Swarm: active". None for an engine that is in no swarm."""
    state = swarm.get("LocalNodeState", "")
    if state in ("inactive", "locked"):
        return
    error = swarm.get("Error", "")
    manager = bool(swarm.get("ControlAvailable"))
    yield f"  NodeID: {swarm.get('NodeID', '')}"
    if error:
        yield f"  Error: {error}"
    yield f"  Is Manager: {_yes(manager)}"
    if swarm.get("Cluster") and manager and not error and state != "error":
        yield from _cluster_lines(swarm, swarm["Cluster"])
    yield f"  Node Address: {swarm.get('NodeAddr', '')}"
    if swarm.get("RemoteManagers"):
        yield "  Manager Addresses:"
        for address in sorted(entry["Addr"] for entry in swarm["RemoteManagers"]):
            yield f"   {address}"


def _cluster_lines(swarm: Mapping[str, Any], cluster: Mapping[str, Any]) -> Iterator[str]:
    spec = cluster["Spec"]
    raft, dispatcher = spec.get("Raft") or {}, spec.get("Dispatcher") or {}
    yield f"  ClusterID: {cluster['ID']}"
    yield f"  Managers: {swarm.get('Managers', 0)}"
    yield f"  Nodes: {swarm.get('Nodes', 0)}"
    if cluster.get("DefaultAddrPool") is not None:
        pools = "".join(f"{pool}  " for pool in cluster["DefaultAddrPool"])
        yield f"  Default Address Pool: {pools}"
        yield f"  SubnetSize: {cluster.get('SubnetSize', 0)}"
    if cluster.get("DataPathPort"):
        yield f"  Data Path Port: {cluster['DataPathPort']}"
    yield "  Orchestration:"
    retained = (spec.get("Orchestration") or {}).get("TaskHistoryRetentionLimit") or 0
    yield f"   Task History Retention Limit: {retained}"
    yield "  Raft:"
    yield f"   Snapshot Interval: {raft.get('SnapshotInterval', 0)}"
    if raft.get("KeepOldSnapshots") is not None:
        yield f"   Number of Old Snapshots to Retain: {raft['KeepOldSnapshots']}"
    yield f"   Heartbeat Tick: {raft.get('HeartbeatTick', 0)}"
    yield f"   Election Tick: {raft.get('ElectionTick', 0)}"
    yield "  Dispatcher:"
    yield f"   Heartbeat Period: {_duration(dispatcher.get('HeartbeatPeriod', 0))}"
    yield from _authority_lines(spec.get("CAConfig") or {})
    locked = (spec.get("EncryptionConfig") or {}).get("AutoLockManagers")
    yield f"  Autolock Managers: {_yes(locked)}"
    yield f"  Root Rotation In Progress: {_yes(cluster.get('RootRotationInProgress'))}"


def _authority_lines(config: Mapping[str, Any]) -> Iterator[str]:
    yield "  CA Configuration:"
    yield f"   Expiry Duration: {_duration(config.get('NodeCertExpiry', 0))}"
    yield f"   Force Rotate: {config.get('ForceRotate', 0)}"
    certificate = config.get("SigningCACert", "").strip()
    if certificate:
        yield f"   Signing CA Certificate: \n{certificate}\n"
    if config.get("ExternalCAs"):
        yield "   External CAs:"
        yield from (f"     {ca['Protocol']}: {ca['URL']}" for ca in config["ExternalCAs"])


def _duration(nanoseconds: int) -> str:
    return units.duration(nanoseconds / 1e9)


def _yes(value: object) -> str:
    return "true" if value else "false"
