"""How the engine's facts look: docker's layout of `docker info`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dsock.views.info_swarm import swarm_lines
from dsock.views.units import binary_size


def server_lines(info: Mapping[str, Any], debug: bool) -> Iterator[str]:
    """The lines of the server's section, below "Server:". With `debug`, counters too."""

    def fact(title: str, key: str) -> Iterator[str]:
        if info.get(key):
            yield f" {title}: {info[key]}"

    for indent, title, key in (
        (" ", "Containers", "Containers"),
        ("  ", "Running", "ContainersRunning"),
        ("  ", "Paused", "ContainersPaused"),
        ("  ", "Stopped", "ContainersStopped"),
        (" ", "Images", "Images"),
    ):
        yield f"{indent}{title}: {info.get(key, 0)}"
    yield from fact("Server Version", "ServerVersion")
    yield from fact("Storage Driver", "Driver")
    for pair in info.get("DriverStatus") or ():
        yield f"  {pair[0]}: {pair[1]}"
    yield from fact("Logging Driver", "LoggingDriver")
    yield from fact("Cgroup Driver", "CgroupDriver")
    yield from fact("Cgroup Version", "CgroupVersion")
    yield from _plugins(info)
    yield f" Swarm: {(info.get('Swarm') or {}).get('LocalNodeState', '')}"
    yield from swarm_lines(info.get("Swarm") or {})
    if info.get("Runtimes"):
        yield f" Runtimes: {' '.join(sorted(info['Runtimes']))}"
        yield f" Default Runtime: {info.get('DefaultRuntime', '')}"
    if info.get("OSType") == "linux":
        yield from _linux(info)
    if info.get("OSType") == "windows":
        yield f" Default Isolation: {info.get('Isolation', '')}"
    yield from fact("Kernel Version", "KernelVersion")
    yield from fact("Operating System", "OperatingSystem")
    yield from fact("OSType", "OSType")
    yield from fact("Architecture", "Architecture")
    yield f" CPUs: {info.get('NCPU', 0)}"
    yield f" Total Memory: {binary_size(info.get('MemTotal', 0))}"
    yield from fact("Name", "Name")
    yield from fact("ID", "ID")
    yield f" Docker Root Dir: {info.get('DockerRootDir', '')}"
    yield f" Debug Mode: {_yes(info.get('Debug'))}"
    if info.get("Debug") or debug:
        yield f"  File Descriptors: {info.get('NFd', 0)}"
        yield f"  Goroutines: {info.get('NGoroutines', 0)}"
        yield f"  System Time: {info.get('SystemTime', '')}"
        yield f"  EventsListeners: {info.get('NEventsListener', 0)}"
    yield from fact("HTTP Proxy", "HttpProxy")
    yield from fact("HTTPS Proxy", "HttpsProxy")
    yield from fact("No Proxy", "NoProxy")
    if info.get("Labels"):
        yield " Labels:"
        yield from (f"  {label}" for label in info["Labels"])
    yield f" Experimental: {_yes(info.get('ExperimentalBuild'))}"
    yield from _registries(info.get("RegistryConfig") or {})
    yield f" Live Restore Enabled: {_yes(info.get('LiveRestoreEnabled'))}"
    yield from fact("Product License", "ProductLicense")
    if info.get("DefaultAddressPools"):
        yield " Default Address Pools:"
        for pool in info["DefaultAddressPools"]:
            yield f"   Base: {pool['Base']}, Size: {pool['Size']}"
    yield ""


def _plugins(info: Mapping[str, Any]) -> Iterator[str]:
    plugins = info.get("Plugins") or {}
    yield " Plugins:"
    for kind in ("Volume", "Network", "Authorization", "Log"):
        names = plugins.get(kind) or ()
        if names or kind != "Authorization":
            yield f"  {kind}: {' '.join(names)}"
    if info.get("CDISpecDirs"):
        yield " CDI spec directories:"
        yield from (f"  {folder}" for folder in info["CDISpecDirs"])
    if info.get("DiscoveredDevices"):
        yield " Discovered Devices:"
        for device in info["DiscoveredDevices"]:
            yield f"  {device['Source']}: {device['ID']}"


def _linux(info: Mapping[str, Any]) -> Iterator[str]:
    yield f" Init Binary: {info.get('InitBinary', '')}"
    for title, key in (("containerd", "Containerd"), ("runc", "Runc"), ("init", "Init")):
        yield f" {title} version: {(info.get(f'{key}Commit') or {}).get('ID', '')}"
    if info.get("SecurityOptions"):
        yield " Security Options:"
        for name, options in map(_security_option, info["SecurityOptions"]):
            yield f"  {name}"
            if "profile" in options:
                yield f"   Profile: {options['profile']}"


def _registries(config: Mapping[str, Any]) -> Iterator[str]:
    indexes = (config.get("IndexConfigs") or {}).values()
    networks = config.get("InsecureRegistryCIDRs") or ()
    if indexes or networks:
        yield " Insecure Registries:"
        yield from (f"  {index['Name']}" for index in indexes if not index["Secure"])
        yield from (f"  {network}" for network in networks)
    if config.get("Mirrors"):
        yield " Registry Mirrors:"
        yield from (f"  {mirror}" for mirror in config["Mirrors"])


def _security_option(text: str) -> tuple[str, dict[str, str]]:
    """("seccomp", {"profile": "default"}) of "name=seccomp,profile=default"; engines before 1.13
    write a bare name."""
    pairs = dict(part.partition("=")[::2] for part in text.split(","))
    return (pairs.pop("name", text), pairs) if "=" in text else (text, {})


def _yes(value: object) -> str:
    return "true" if value else "false"
