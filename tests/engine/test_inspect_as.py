"""inspect --as: what it prints makes the same container again, on real engines."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from dsock.api import containers
from dsock.commands.container.options import create_options
from dsock.engine.client import Engine
from dsock.engine.endpoint import parse
from dsock.flags import create
from tests import create_lines
from tests.engine import engines
from tests.engine.live import LiveEngine

HERE = "dsock-test-as"
NET, NET2, IMAGE, OTHER = f"{HERE}-net", f"{HERE}-net2", f"{HERE}-image", f"{HERE}-other"

# Flags, and after them image and command; ENGINE's image has one of every kind of default.
LINES = f'''
busybox
busybox echo 'a b' "it's" '$HOME' ''
-i -t busybox sh
-i busybox
-a stdout busybox
-a stdin -a stderr -i busybox
--entrypoint /bin/echo busybox hi
--entrypoint '' busybox echo hi
{IMAGE}
{IMAGE} other command
--entrypoint /bin/ls {IMAGE}
--entrypoint '' {IMAGE} /bin/ls
-e A=image -e C=more -e 'D= x "y" $z' {IMAGE}
-e B=changed {IMAGE}
-e A {IMAGE}
-e PATH=/bin busybox
-l image=other -l own=1 -l empty -l 'com.example.text=a, b=c' {IMAGE}
--health-cmd 'curl -f "http://localhost" || exit 1' --health-retries 4 busybox
--health-interval 1m30s --health-timeout 500ms --health-start-period 1h {IMAGE}
--no-healthcheck {IMAGE}
-p 80 -p 8080:81 -p 127.0.0.1:8082:82/udp -p 9000-9002:9000-9002 -p '[::1]:8083:83' busybox
-p 8000-8010:80 -p 8090:80 --expose 99 --expose 100/udp {IMAGE}
-P --expose 90-92 busybox
-v /anonymous -v {HERE}-volume:/named -v /tmp:/tmp:ro -v /opt:/opt:rshared busybox
--mount type=bind,src=/tmp,dst=/tmp,readonly,bind-propagation=rprivate busybox
--mount type=volume,src={HERE}-volume,dst=/v,volume-nocopy,volume-label=a=b busybox
--mount '"type=volume","dst=/w","volume-driver=local","volume-opt=type=tmpfs",\
"volume-opt=o=""size=1m,uid=1""","volume-opt=device=tmpfs"' busybox
--mount type=tmpfs,dst=/cache,tmpfs-size=64m,tmpfs-mode=1770 --tmpfs /run --tmpfs /a:size=1m busybox
--volumes-from {OTHER}:ro --volume-driver local busybox
--restart on-failure:5 busybox
--restart unless-stopped busybox
--rm busybox
-h box --domainname example.com -u 1000:1000 -w /srv --group-add audio --group-add 99 busybox
-u root -w / {IMAGE}
--init --read-only --stop-signal SIGKILL --stop-timeout 0 busybox
--init=false --stop-timeout 7 busybox
-m 64m busybox
-m 1g --memory-reservation 100m --memory-swap 3g busybox
-m 100m --memory-swap -1 --memory-swappiness 0 --oom-kill-disable --oom-score-adj -500 busybox
--pids-limit 100 --shm-size 1g --ulimit nofile=1024:2048 --ulimit nproc=3 busybox
--pids-limit -1 --shm-size 100000 busybox
--cpus 1.5 busybox
--cpu-shares 512 --cpu-period 50000 --cpu-quota 25000 --cpuset-cpus 0-1 --cpuset-mems 0 busybox
--blkio-weight 300 busybox
--device-read-bps /dev/null:1m --device-write-bps /dev/null:1000 busybox
--device-read-iops /dev/null:10 --device-write-iops /dev/zero:20 busybox
--blkio-weight-device /dev/null:200 busybox
--cap-add NET_ADMIN --cap-add SYS_TIME --cap-drop ALL busybox
--privileged busybox
--security-opt no-new-privileges --security-opt apparmor=unconfined busybox
--security-opt seccomp=unconfined --security-opt label=disable busybox
--security-opt systempaths=unconfined busybox
--device /dev/null:/dev/nothing:r --device /dev/zero --device /dev/full:/dev/over busybox
--device-cgroup-rule 'c 42:* rmw' --sysctl net.ipv4.ip_forward=1 busybox
--gpus all busybox
--gpus '"device=0,1","capabilities=compute,utility"' busybox
--ipc shareable --pid host --uts host --cgroupns private busybox
--ipc container:{OTHER} --pid container:{OTHER} busybox
--userns host --cgroup-parent /{HERE} --runtime runc --isolation default busybox
--log-driver local --log-opt max-size=1m --log-opt max-file=3 busybox
--log-opt labels=a,b busybox
--log-driver none busybox
--add-host db:10.0.0.1 --add-host 'six:::1' --dns 9.9.9.9 --dns-search example.com \
--dns-option ndots:2 busybox
--network host busybox
--network none busybox
--network container:{OTHER} busybox
--network bridge --mac-address 02:42:ac:11:00:77 busybox
--link {OTHER}:db busybox
--network {NET} --ip 10.213.0.9 --network-alias web --network-alias api busybox
--network {NET} --link {OTHER}:db --mac-address 02:42:ac:11:00:78 busybox
--network {NET} --link-local-ip 169.254.34.68 busybox
'''

# What only some engines take.
OLD = "--kernel-memory 64m busybox\n"
NEW = f"""
--annotation a=b busybox
--health-start-interval 3s --health-cmd true busybox
--mount type=volume,src={HERE}-volume,dst=/v,volume-subpath=sub busybox
--mount type=bind,src=/tmp,dst=/t,ro,bind-recursive=writable busybox
--network {NET} --network {NET2} busybox
--network {NET} --network name={NET2},alias=a,alias=b,ip=10.214.0.7,mac-address=02:42:ac:11:00:79 \
busybox
--network name={NET2},gw-priority=3,driver-opt=com.docker.network.endpoint.ifname=eth7 --ip6 '' busybox
--device vendor.com/class=name busybox
"""  # noqa: E501
IMAGE_CONFIG = {
    "Env": ["A=image", "B=image"],
    "Labels": {"image": "1", "base": "2"},
    "ExposedPorts": {"80/tcp": {}, "443/udp": {}},
    "Volumes": {"/data": {}},
    "User": "1000",
    "WorkingDir": "/tmp",
    "StopSignal": "SIGINT",
    "Entrypoint": ["/bin/echo", "-n"],
    "Cmd": ["one", "two"],
    "Healthcheck": {"Test": ["CMD", "true", "a b"], "Interval": 7 * 10**9, "Retries": 9},
}
# Not of the container, or what its engine has to be set up for (and tests/test_remake.py has them).
NOT_HERE = {
    "attach", "cidfile", "disable_content_trust", "dotenv_file", "env_file", "label_file", "name",
    "platform", "pull", "quiet", "use_api_socket", "storage_opt", "cpu_rt_period", "cpu_rt_runtime",
}  # fmt: skip


def lines(*texts: str) -> list[str]:
    """The lines of `texts`."""
    found = [line for text in texts for line in text.strip("\n").split("\n")]
    return [*found, "-e 'E=two\nlines' busybox echo 'two\n\tlines'"]


class Bench:
    """An engine with what the lines name."""

    def __init__(self, live: LiveEngine) -> None:
        self.live = live
        self.engine = Engine(parse(live.host, "the test"))
        self.made: list[str] = []

    def create(self, line: str, name: str) -> dict[str, Any]:
        """Create a container as `dsock create LINE` does, and return its record."""
        found = create_lines.command_line(line)
        flags = {**found, "image": None, "command": None}
        body = create.body(found["image"], found["command"], flags, {}, version=self.engine.version)
        id_ = self.engine.json(containers.create(body, name))["Id"]
        self.made.append(name)
        return self.inspect(id_)

    def inspect(self, ref: str) -> dict[str, Any]:
        record: dict[str, Any] = self.engine.json(containers.inspect(ref))
        return record

    def remove(self) -> None:
        for name in self.made:
            self.engine.json(containers.remove(name, force=True, volumes=True))
        self.made = []


@pytest.fixture(scope="module", params=["docker-20.10", "docker-28.5"])
def bench(request, live_engines):
    live = live_engines(request.param)
    live.docker("network", "create", "--subnet", "10.213.0.0/16", NET)
    live.docker("network", "create", "--subnet", "10.214.0.0/16", NET2)
    live.docker("run", "-d", "--name", OTHER, "--ipc", "shareable", "--network", "bridge",
                "-v", "/shared", "busybox", "sleep", "1000")  # fmt: skip
    live.docker("network", "connect", NET, OTHER)
    live.docker("create", "--name", f"{HERE}-base", "busybox")
    made = Bench(live)
    made.engine.json(containers.commit(f"{HERE}-base", IMAGE, "latest", config=IMAGE_CONFIG))
    yield made
    made.remove()
    live.docker("rm", "-vf", OTHER, f"{HERE}-base")
    live.docker("network", "rm", NET, NET2)
    live.docker("volume", "rm", f"{HERE}-volume")
    live.docker("rmi", "-f", IMAGE)


def of(record: dict[str, Any]) -> dict[str, Any]:
    """What two containers have in common that were asked for in the same way."""
    id_ = record["Id"][:12]
    config = {k: v for k, v in record["Config"].items() if v != id_}
    networks = {
        name: {key: endpoint.get(key) for key in ("IPAMConfig", "Links", "DriverOpts",
                                                  "GwPriority", "MacAddress")}
        | {"Aliases": [a for a in endpoint.get("Aliases") or () if a != id_]}
        for name, endpoint in record["NetworkSettings"]["Networks"].items()
    }  # fmt: skip
    host = dict(record["HostConfig"])
    host["Links"] = [link.rpartition("/")[0].rpartition("/")[0] + link.rpartition("/")[2]
                     for link in host.get("Links") or ()]  # fmt: skip
    return bare({"Config": config, "HostConfig": host, "Networks": networks})


def bare(value: Any) -> Any:
    """`value` with null for what is empty: engines keep which of them a client wrote."""
    if isinstance(value, dict):
        return {key: bare(item) for key, item in value.items()} or None
    return value if value not in ([], "") else None


def test_every_flag_of_create_is_in_a_line():
    options = create_options(lambda: None).__click_params__
    named = set()
    for line in lines(LINES, OLD, NEW):
        default = create_lines.command_line("busybox")
        found = create_lines.command_line(line)
        named |= {key for key in found if found[key] != default[key]}
    assert {option.name for option in options} - named - NOT_HERE == set()


@pytest.fixture(scope="module")
def originals(bench) -> list[tuple[str, str, dict[str, Any]]]:
    """(line, name, record) of a container made by each line."""
    more = OLD if bench.engine.version == "1.41" else NEW
    return [(line, f"{HERE}-{i}", bench.create(line, f"{HERE}-{i}"))
            for i, line in enumerate(lines(LINES, more))]  # fmt: skip


def test_the_run_line_makes_the_same_container_again(bench, originals):
    names = [name for _, name, _ in originals]
    done = bench.live.dsock("inspect", "--as", "run", *names)
    assert (done.returncode, done.stderr) == (0, "")
    printed = done.stdout.removesuffix("\n").split("\ndocker ")
    assert len(printed) == len(originals)
    for (line, name, was), again in zip(originals, printed, strict=True):
        head, _, rest = again.partition(f" --name {name} ")
        assert head.removeprefix("docker ").startswith("run"), again
        now = bench.create(f"{head.partition('run')[2]} {rest}", f"{name}-run")
        assert of(now) == of(was), (line, again)


def test_the_curl_script_makes_the_same_container_again(bench, originals):
    names = [name for _, name, _ in originals]
    done = bench.live.dsock("inspect", "--as", "curl", *names)
    assert (done.returncode, done.stderr) == (0, "")
    script = "\n".join(line for line in done.stdout.splitlines() if "/start" not in line)
    for name in names:
        script = script.replace(f"create?name={name}'", f"create?name={name}-curl'")
        bench.made.append(f"{name}-curl")
    ran = bench.live.run(["sh"], input=script)
    assert ran.returncode == 0, ran.stderr
    for line, name, was in originals:
        assert of(bench.inspect(f"{name}-curl")) == of(was), line


@pytest.fixture
def running(bench):
    """A container that runs in two networks, with addresses that it chose."""
    name = f"{HERE}-running"
    network = ("--network", NET, "--ip", "10.213.0.50", "--mac-address", "02:42:ac:11:00:80")
    more = ("-v", "/data", "--health-cmd", "echo 'a b'", "-e", "TEXT=it's $HOME")
    args = ("-d", "--name", name, *network, *more, "busybox", "sleep", "1000")
    done = bench.live.dsock("run", *args)
    assert done.returncode == 0, done.stderr
    bench.live.docker("network", "connect", "--alias", "second", NET2, name)
    yield name
    bench.live.docker("rm", "-vf", name)


@pytest.mark.parametrize("form", ["run", "curl"])
def test_a_shell_that_runs_what_is_printed_makes_a_running_container_again(bench, running, form):
    was = bench.inspect(running)
    printed = bench.live.dsock("inspect", "--as", form, running).stdout
    bench.live.docker("rm", "-vf", running)
    # docker's own create cannot say a MAC address to an old engine.
    tools = f"""docker() {{
        case $1 in network) {engines.docker_cli()} "$@";; *) {sys.executable} -m dsock "$@";; esac
    }}
    """
    ran = bench.live.run(["sh", "-e"], input=tools + printed)
    assert ran.returncode == 0, ran.stderr
    now = bench.inspect(running)
    assert now["State"]["Running"]
    if form == "run" and bench.engine.version == "1.41":  # created, connected and started
        now["Config"] |= {"AttachStdout": False, "AttachStderr": False}
    del was["NetworkSettings"]["Networks"][NET2]["MacAddress"]  # nobody chose it
    del now["NetworkSettings"]["Networks"][NET2]["MacAddress"]
    assert of(now) == of(was)
    assert [m["Destination"] for m in now["Mounts"]] == ["/data"]


def test_a_compose_file_has_what_the_container_has(bench, running):
    import yaml

    done = bench.live.dsock("container", "inspect", "--as", "compose", running)
    assert (done.returncode, done.stderr) == (0, "")
    found = yaml.safe_load(done.stdout)
    service = found["services"][running]
    assert service["environment"] == ["TEXT=it's $$HOME"]
    assert service["healthcheck"] == {"test": ["CMD-SHELL", "echo 'a b'"]}
    assert service["command"] == ["sleep", "1000"]
    assert service["volumes"] == ["/data"]
    assert service["networks"][NET]["ipv4_address"] == "10.213.0.50"
    assert service["networks"][NET2] == {"aliases": ["second"]}
    assert found["networks"][NET2] == {"name": NET2, "external": True}


def test_what_a_run_line_cannot_say_is_listed(bench):
    body = {"Image": "busybox", "Entrypoint": ["sh", "-c"], "Cmd": ["true"],
            "Healthcheck": {"Test": ["CMD", "test", "-e", "/a b"]},
            "HostConfig": {"MaskedPaths": ["/proc/cpuinfo"],
                           "SecurityOpt": ["seccomp={}"]}}  # fmt: skip
    name = f"{HERE}-unsaid"
    bench.engine.json(containers.create(body, name))
    bench.made.append(name)
    done = bench.live.dsock("inspect", "--as", "run", name, "nosuch-container")
    assert done.returncode == 1
    assert (
        "--health-cmd 'test -e '\"'\"'/a b'\"'\"'' --entrypoint sh busybox -c true" in done.stdout
    )
    for part in ("Entrypoint: ", "Healthcheck.Test: ", "HostConfig.MaskedPaths: ",
                 "HostConfig.SecurityOpt: ", "No such container: nosuch-container"):  # fmt: skip
        assert part in done.stderr


def test_a_container_whose_image_is_gone_is_said_in_full(bench):
    name = f"{HERE}-imageless"
    bench.engine.json(containers.commit(f"{HERE}-base", f"{HERE}-gone", "latest",
                                        config={"Env": ["GONE=1"]}))  # fmt: skip
    bench.create(f"{HERE}-gone", name)
    bench.live.docker("rmi", "-f", f"{HERE}-gone")
    done = bench.live.dsock("inspect", "--as", "run", name)
    assert "-e GONE=1" in done.stdout
    assert "is gone" in done.stderr


def test_a_script_names_the_secrets_that_it_has_to_be_told(bench):
    name = f"{HERE}-secret"
    bench.create('-e DB_PASSWORD=hunter2 -e \'TEXT="$no" "$ID"\' busybox', name)
    done = bench.live.dsock("inspect", "--as", "curl", name)
    assert "hunter2" not in done.stdout
    assert done.stderr == f"{name}: not said: the secret DB_PASSWORD: set it first\n"
    script = done.stdout.replace(f"name={name}", f"name={name}-again").partition("\ncurl")[0]
    assert bench.live.run(["sh"], input=script).returncode != 0  # the secret is not set
    ran = bench.live.run(["sh"], input=script, env={**bench.live.env, "DB_PASSWORD": "hunter2"})
    assert ran.returncode == 0, ran.stderr
    bench.made.append(f"{name}-again")
    again, was = bench.inspect(f"{name}-again"), bench.inspect(name)
    assert again["Config"]["Env"] == was["Config"]["Env"]


def test_as_stands_alone(engine):
    done = engine.dsock("inspect", "--as", "run", "--format", "json", "any")
    assert (done.returncode, done.stderr) == (1, "--as cannot be combined with --format\n")
    assert engine.dsock("inspect", "--as", "helm", "any").returncode == 125


def test_podman_s_own_additions_are_left_out(live_engines):
    live = live_engines("podman-5.8")
    name = f"{HERE}-podman"
    live.dsock("create", "--name", name, "-e", "A=1", "-p", "8080:80", "busybox", "echo", "hi")
    done = live.dsock("inspect", "--as", "run", name)
    live.dsock("rm", name)
    image = "docker.io/library/busybox:latest"
    wanted = f"docker run -d --name {name} -p 0.0.0.0:8080:80 -e A=1 {image} echo hi\n"
    assert (done.stdout, done.stderr) == (wanted, "")
