"""What containers, images and engines say of themselves steers no terminal, whatever shows it."""

from __future__ import annotations

import json
import re
import sys

import pytest

from tests.screen import on_terminal
from tests.scripted import Answer, Scripted

# Colours, a title, C1 controls, text turned around, what nobody sees, rich's markup.
EVIL = "A\x1b[35;7mB\x1b]0;t\x07C\x9b2JD\u202eE\u2066F\u200bG\u2028H\ufeffI\x7f[red]J[/]"
LONE = {"\x1b]", "\x07", "\x9b", "\u202e", "\u2066", "\u200b", "\u2028", "\ufeff", "\x7f"}
TURNED = f"{EVIL}\r\t\n"
LABELS = {"evil": TURNED, "com.docker.compose.project": TURNED, f"k{TURNED}": "v"}
MOUNT = {"Type": "volume", "Name": EVIL, "Source": EVIL, "Destination": EVIL}
NETWORK = {"bridge": {"IPAddress": "172.17.0.2", "Aliases": [EVIL]}}
LISTED = {
    "Id": "1" * 64, "Names": ["/one"], "Image": EVIL, "ImageID": "sha256:" + "2" * 64,
    "Command": TURNED, "Created": 1_700_000_000, "State": "running", "Status": f"Up {EVIL}",
    "Ports": [], "Labels": LABELS, "Mounts": [MOUNT], "NetworkSettings": {"Networks": NETWORK},
}  # fmt: skip
INSPECTED = {
    "Id": "1" * 64, "Name": "/one", "Image": "sha256:" + "2" * 64, "Path": EVIL, "Args": [TURNED],
    "Created": "2024-01-02T03:04:05Z", "RestartCount": 1, "Mounts": [MOUNT],
    "State": {"Status": "exited", "Running": False, "Paused": False, "ExitCode": 3,
              "Error": TURNED},
    "Config": {"Image": EVIL, "Env": [f"X={TURNED}"], "Cmd": [TURNED], "Labels": LABELS},
    "HostConfig": {"NetworkMode": "bridge", "AutoRemove": False, "Binds": [f"/x:/{EVIL}"]},
    "NetworkSettings": {"Networks": NETWORK},
}  # fmt: skip
IMAGE = {
    "Id": "sha256:" + "2" * 64, "RepoTags": [f"{EVIL}:1"], "RepoDigests": [], "Size": 1,
    "VirtualSize": 1, "Created": 1_700_000_000, "Labels": LABELS, "Containers": 1, "SharedSize": 0,
    "ParentId": "", "Comment": TURNED, "Config": {},
}  # fmt: skip
NET = {
    "Id": "3" * 64, "Name": EVIL, "Driver": EVIL, "Scope": "local", "Labels": LABELS,
    "Created": "2024-01-02T03:04:05Z", "IPAM": {"Config": []},
}  # fmt: skip
VOLUME = {"Name": EVIL, "Driver": "local", "Scope": "local", "Mountpoint": EVIL, "Labels": LABELS}
EVENT = {
    "Type": "container", "Action": "start", "scope": "local", "time": 1_700_000_000,
    "timeNano": 1_700_000_000_000_000_000,
    "Actor": {"ID": "1" * 64, "Attributes": {"name": EVIL, **LABELS}},
}  # fmt: skip
ANSWERS = {
    "/containers/json?all=1": [LISTED],
    "/containers/one/json": INSPECTED,
    f"/containers/{'1' * 64}/json": INSPECTED,
    "/containers/one/top?ps_args=-ef": {"Titles": ["PID", EVIL], "Processes": [["1", TURNED]]},
    "/containers/one/changes": [{"Path": TURNED, "Kind": 1}],
    f"/images/sha256:{'2' * 64}/json": IMAGE,
    "/images/evil/history": [{"Id": "4" * 64, "Created": 1, "CreatedBy": TURNED, "Tags": [EVIL],
                              "Size": 1, "Comment": TURNED}],
    "/networks": [NET],
    "/volumes": {"Volumes": [VOLUME], "Warnings": [EVIL]},
    "/images/search?limit=25&term=evil": [{"name": EVIL, "description": TURNED, "star_count": 1}],
    "/info": {"Name": EVIL, "Warnings": [EVIL], "Labels": [TURNED], "OperatingSystem": EVIL},
    "/version": {"Version": EVIL, "ApiVersion": "1.41", "Os": EVIL, "Components": []},
}  # fmt: skip
LINES = """\
ps -a
ps -a --no-trunc
ps -a --format {{.Labels}}\\t{{.Mounts}}
ps -a --format json
ps -a -x
ps -a -o yaml
ps -a -o wide
ps -a -o csv
ps -a -o json
ps -a -o ndjson
ps -a --group-by project --columns name,command,project,reason
inspect --type container one
inspect --type container one -f {{.Config.Labels}}
inspect --as run one
inspect --as compose one
--dry-run recreate one -e A=1
top one
diff one
history evil
history --no-trunc evil
network ls
network ls --format {{.Labels}}
network map
volume ls
volume ls --format {{.Labels}}
search evil
info
version
events --until 1s
events --until 1s --format {{.Actor.Attributes}}
api /volumes
api /volumes --jq .Warnings[0]
info --format {{.Name}}
network prune -f
start one""".splitlines()
RUN = """
import sys
from dsock.cli import run
for line in sys.argv[1:]:
    print("$", line, flush=True)
    run(line.split())
"""


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_nothing_that_an_engine_says_steers_a_terminal(scripted: Scripted, term: str) -> None:
    for target, answer in ANSWERS.items():
        scripted.expect("GET", target, json=answer, repeat=True)
    scripted.anything = Answer(404, json={"message": TURNED})
    scripted.expect("GET", "/events?until=1", chunks=[EVENT], repeat=True)
    pruned = {"NetworksDeleted": [TURNED]}
    scripted.expect("POST", "/networks/prune", json=pruned)
    scripted.expect("POST", "/containers/one/start", status=500, json={"message": TURNED})
    env = {**scripted.env, "TERM": term}
    shown, _ = on_terminal([sys.executable, "-c", RUN, *LINES], env, 400)
    parts = re.split(r"(?m)^\$ ", shown)[1:]
    assert len(parts) == len(LINES)
    for part in parts:
        line, _, shown = part.partition("\n")
        assert "[red]J[/]" in shown, part
        if line == "inspect --type container one":
            assert json.loads(shown) == [INSPECTED]
        steering = {what for what in LONE if what in shown} | set(re.findall("\x1b.35;7m", shown))
        assert not steering, f"{line}: {steering}\n{shown!r}"
    done = scripted.dsock("ps", "-a", "-o", "ndjson", "--columns", "image")
    assert json.loads(done.stdout) == {"image": EVIL}  # on a pipe it is as it is
