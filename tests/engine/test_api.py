"""`dsock api`: calls by hand on real engines."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.live import LiveEngine


@pytest.fixture
def name(engine: LiveEngine) -> Iterator[str]:
    made = f"api-{uuid.uuid4().hex[:8]}"
    yield made
    engine.docker("rm", "-fv", made)


def test_an_answer_comes_as_the_engine_sent_it(any_engine: LiveEngine) -> None:
    done = any_engine.dsock("api", "/version")
    curl = any_engine.run(
        ["curl", "-s", "--unix-socket", any_engine.host.removeprefix("unix://"),
         "http://localhost/version"]
    )  # fmt: skip
    assert done.returncode == 0
    assert json.loads(done.stdout)["ApiVersion"] == json.loads(curl.stdout)["ApiVersion"]


def test_a_container_is_made_started_and_removed_by_hand(engine: LiveEngine, name: str) -> None:
    words = ["Cmd[]=sh", "Cmd[]=-c", "Cmd[]=echo out; echo err >&2", "Labels[a b]=c"]
    made = engine.dsock("api", "/containers/create", f"name=={name}", "Image=busybox", *words)
    assert made.returncode == 0, made.stderr
    assert len(json.loads(made.stdout)["Id"]) == 64
    assert engine.dsock("api", "-X", "POST", f"/containers/{name}/start").returncode == 0
    engine.docker("wait", name)
    logs = engine.dsock("api", f"containers/{name}/logs?stdout=1", "stderr==1")
    assert (logs.stdout, logs.stderr) == ("out\n", "err\n")
    shown = engine.dsock("api", f"/containers/{name}/json", "--format", "{{.Config.Labels}}")
    assert shown.stdout == "map[a b:c]\n"


def test_a_refused_call_leaves_with_1_and_shows_what_the_engine_said(engine: LiveEngine) -> None:
    done = engine.dsock("api", "/containers/nosuch/json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"message": "No such container: nosuch"}
    assert done.stderr == "Error response from daemon: No such container: nosuch\n"


def test_status_and_headers_are_shown_beside_the_answer(engine: LiveEngine) -> None:
    done = engine.dsock("api", "-i", "/_ping")
    assert done.stdout == "OK"
    assert done.stderr.startswith("HTTP 200\n") and "Api-Version: 1.41\n" in done.stderr


def test_fields_of_a_get_are_its_query_and_a_field_may_come_from_a_file(
    engine: LiveEngine, tmp_path: Path
) -> None:
    line = ["api", "-X", "GET", "/containers/json", "-F", "all=true", "-F", 'filters:={"id":["x"]}']
    done = engine.dsock("--curl", *line)
    assert done.stdout == "[]\n" and "/json?all=1&filters=%7B%22id" in done.stderr
    (tmp_path / "text").write_text("a=b\n")
    sent = ["-F", f"Labels[x]=@{tmp_path}/text", "-F", "Labels[y]=@-"]
    shown = engine.dsock("--dry-run", "api", "/volumes/create", *sent, input="piped")
    assert '{"Labels":{"x":"a=b\\n","y":"piped"}}' in shown.stdout
    missing = engine.dsock("api", "/volumes/create", "-F", "Name=@/nosuch")
    assert missing.returncode == 1 and "/nosuch" in missing.stderr


def test_the_version_of_the_path_counts(engine: LiveEngine) -> None:
    shown = engine.dsock("--curl", "api", "/v1.30/info", "--format", "{{.ServerVersion}}").stderr
    assert "/v1.30/info" in shown and "/v1.41" not in shown


def test_jq_filters_the_answer(engine: LiveEngine) -> None:
    done = engine.dsock("api", "/info", "--jq", ".OSType, .Swarm.LocalNodeState")
    assert done.stdout == "linux\ninactive\n"
    assert engine.dsock("api", "/info", "--jq", ".[").returncode == 125


def test_events_come_at_once(engine: LiveEngine, name: str) -> None:
    argv = [sys.executable, "-m", "dsock", "api", "/events", f"since=={int(time.time())}",
            f'filters=={{"container":["{name}"]}}', "--format", "{{.Action}}"]  # fmt: skip
    events = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=engine.env)
    try:
        engine.docker("create", "--name", name, "busybox")
        assert events.stdout is not None and events.stdout.readline() == "create\n"
    finally:
        events.kill()
        events.wait()


def test_a_tar_goes_in_and_comes_out(engine: LiveEngine, name: str) -> None:
    engine.docker("create", "--name", name, "busybox")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        info = tarfile.TarInfo("hello")
        info.size = 5
        tar.addfile(info, io.BytesIO(b"world"))
    archive = f"/containers/{name}/archive"
    put = engine.dsock("api", "-X", "PUT", archive, "path==/tmp", "--input", "-",
                       input=packed.getvalue(), text=False)  # fmt: skip
    assert put.returncode == 0, put.stderr
    got = engine.dsock("api", archive, "path==/tmp/hello", text=False)
    with tarfile.open(fileobj=io.BytesIO(got.stdout)) as tar:
        file = tar.extractfile("hello")
        assert file is not None and file.read() == b"world"


def test_an_exec_is_a_pipe_in_both_directions(engine: LiveEngine, name: str) -> None:
    engine.docker("run", "-d", "--name", name, "busybox", "sleep", "600")
    made = engine.dsock(
        "api", f"/containers/{name}/exec", "AttachStdin:=true", "AttachStdout:=true",
        "AttachStderr:=true", "Cmd[]=sh", "Cmd[]=-c", "Cmd[]=wc -c; echo no >&2",
        "--format", "{{.Id}}",
    ).stdout.strip()  # fmt: skip
    done = engine.dsock("api", f"/exec/{made}/start", "Tty:=false", input="hello")
    assert (done.stdout, done.stderr, done.returncode) == ("5\n", "no\n", 0)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (["/info", "nope"], "'nope' is no field"),
        (["/info", "-H", "nope"], "'nope' is no header"),
        (["/a b"], "a path holds no ' '"),
        (["/info", "-X", "G T"], "is no method"),
        (["/build", "--input", "-", "a=1"], "cannot be used together"),
        (["/info", "--format", "{{"], "template parsing error"),
    ],
)
def test_a_wrong_line_is_refused_before_any_call(
    engine: LiveEngine, line: list[str], message: str
) -> None:
    done = engine.dsock("--curl", "api", *line)
    assert done.returncode in (1, 125) and message in done.stderr
    assert "curl" not in done.stderr


def test_tab_offers_paths_and_the_names_in_them(engine: LiveEngine, name: str) -> None:
    engine.docker("create", "--name", name, "busybox")

    def offered(word: str) -> list[str]:
        env = {**engine.env, "_DSOCK_COMPLETE": "bash_complete", "COMP_WORDS": f"dsock api {word}",
               "COMP_CWORD": "2"}  # fmt: skip
        done = engine.run([sys.executable, "-m", "dsock"], env=env)
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert "/containers/json" in offered("/containers/j")
    assert f"/containers/{name}/" in offered(f"/containers/{name[:6]}")
    assert f"/containers/{name}/logs" in offered(f"/containers/{name}/l")
