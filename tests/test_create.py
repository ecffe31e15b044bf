"""dsock create: what goes to the engine, and in which order."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import tarfile
import termios

import pytest

ID = "a" * 64
MISSING = {"message": "No such image: busybox:latest"}
PULL = "/images/create?fromImage=docker.io%2Flibrary%2Fbusybox&tag=latest"
PLAIN = {
    "Image": "busybox",
    "AttachStdout": True,
    "AttachStderr": True,
    "HostConfig": {"NetworkMode": "default", "RestartPolicy": {"Name": "no"}},
}


def expect_create(scripted, target="/containers/create", body=None, **answer):
    answer = {"status": 201, "json": {"Id": ID, "Warnings": []}, **answer}
    return scripted.expect("POST", target, body=body, **answer)


def test_create_prints_the_id(scripted):
    expect_create(scripted, "/containers/create?name=web&platform=linux/arm64", body=PLAIN)
    done = scripted.dsock("create", "--name", "web", "--platform", "linux/aarch64", "busybox")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{ID}\n", "")


def test_flags_end_at_the_image(scripted):
    expect_create(scripted, body={**PLAIN, "Cmd": ["ls", "-l", "--rm"]})
    assert scripted.dsock("create", "busybox", "ls", "-l", "--rm").returncode == 0


def test_the_platform_of_the_environment_is_taken_unless_a_flag_says_otherwise(scripted):
    env = {"DOCKER_DEFAULT_PLATFORM": "linux/arm64"}
    expect_create(scripted, "/containers/create?platform=linux/arm64")
    scripted.dsock("create", "busybox", env=env)
    expect_create(scripted)
    scripted.dsock("create", "--platform=", "busybox", env=env)


def test_a_missing_image_is_pulled_with_progress_on_stderr(scripted):
    expect_create(scripted, status=404, json=MISSING)
    scripted.expect("POST", PULL, chunks=[{"status": "Pulling from library/busybox"}])
    expect_create(scripted)
    done = scripted.dsock("create", "busybox")
    assert (done.returncode, done.stdout) == (0, f"{ID}\n")
    assert done.stderr.splitlines() == [
        "Unable to find image 'busybox:latest' locally",
        "Pulling from library/busybox",
    ]
    create, pull = "POST /containers/create", "POST /images/create"
    assert scripted.names == [create, pull, create]


def test_quiet_says_nothing_of_the_pull(scripted):
    expect_create(scripted, status=404, json=MISSING)
    scripted.expect("POST", PULL, chunks=[{"status": "Pulling from library/busybox"}])
    expect_create(scripted)
    assert scripted.dsock("create", "-q", "busybox").stderr == ""


def test_pull_always_pulls_first(scripted):
    scripted.expect("POST", PULL, chunks=[{"status": "Image is up to date"}])
    expect_create(scripted)
    assert scripted.dsock("create", "--pull", "always", "busybox").stdout == f"{ID}\n"
    assert scripted.names == ["POST /images/create", "POST /containers/create"]


def test_pull_never_leaves_a_missing_image_missing(scripted):
    expect_create(scripted, status=404, json=MISSING)
    done = scripted.dsock("create", "--pull", "never", "busybox")
    assert (done.returncode, done.stdout) == (1, "")
    assert "No such image: busybox:latest" in done.stderr


def test_another_missing_thing_is_no_missing_image(scripted):
    expect_create(scripted, status=404, json={"message": "No such container: image"})
    done = scripted.dsock("create", "--volumes-from", "image", "busybox")
    assert done.returncode == 1
    assert done.stderr == "Error response from daemon: No such container: image\n"


def test_an_image_named_by_its_id_cannot_be_pulled(scripted):
    expect_create(scripted, status=404, json={"message": f"No such image: sha256:{ID}"})
    assert scripted.dsock("create", ID).returncode == 1


def test_a_pull_that_fails_ends_it(scripted):
    expect_create(scripted, status=404, json=MISSING)
    scripted.expect("POST", PULL, chunks=[{"errorDetail": {"message": "denied"}}])
    done = scripted.dsock("create", "busybox")
    assert (done.returncode, done.stdout) == (1, "")
    assert "denied" in done.stderr


def test_warnings_of_the_engine_are_on_stderr(scripted):
    expect_create(scripted, json={"Id": ID, "Warnings": ["no swap limit", "two"]})
    done = scripted.dsock("create", "busybox")
    assert done.stdout == f"{ID}\n"
    assert done.stderr == "WARNING: no swap limit\nWARNING: two\n"


def test_dangerous_flags_are_warned_of(scripted):
    expect_create(scripted)
    done = scripted.dsock("create", "--oom-kill-disable", "--dns", "127.0.0.53", "busybox")
    assert [line[:40] for line in done.stderr.splitlines()] == [
        "WARNING: OOM killer is disabled for the ",
        "WARNING: Localhost DNS (127.0.0.53) may ",
    ]


def test_the_cidfile_holds_the_id(scripted, tmp_path):
    file = tmp_path / "cid"
    expect_create(scripted)
    assert scripted.dsock("create", "--cidfile", str(file), "busybox").returncode == 0
    assert file.read_text() == ID


def test_a_cidfile_that_is_there_is_refused_before_anything_is_created(scripted, tmp_path):
    file = tmp_path / "cid"
    file.write_text("another")
    done = scripted.dsock("create", "--cidfile", str(file), "busybox")
    assert done.returncode == 1
    assert "container ID file found" in done.stderr
    assert file.read_text() == "another"
    assert scripted.calls == []


def test_run_takes_a_missing_folder_of_the_cidfile_for_a_missing_command_as_docker_does(scripted):
    for command, code in (("create", 1), ("run", 127)):
        done = scripted.dsock(command, "--cidfile", "/nosuch/cid", "busybox")
        assert (done.returncode, done.stdout) == (code, "")
        assert "open /nosuch/cid: no such file or directory" in done.stderr


def test_no_cidfile_is_left_if_the_engine_refuses(scripted, tmp_path):
    file = tmp_path / "cid"
    expect_create(scripted, status=409, json={"message": "Conflict"})
    assert scripted.dsock("create", "--cidfile", str(file), "busybox").returncode == 1
    assert not file.exists()


BAD = [
    (["-p", "bad", "busybox"], 125),
    (["-m", "bad", "busybox"], 125),
    (["--nope", "busybox"], 125),
    (["--pull", "sometimes", "busybox"], 125),
    (["--rm", "--restart", "always", "busybox"], 125),
    (["--annotation", "a=b", "busybox"], 1),
    (["--platform", "foo", "busybox"], 1),
    (["BusyBox"], 1),
    ([""], 1),
    ([], 1),
]


@pytest.mark.parametrize(("args", "code"), BAD, ids=[" ".join(args) for args, _ in BAD])
def test_bad_command_lines_end_with_dockers_exit_code(scripted, args, code):
    done = scripted.dsock("create", *args)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr
    assert scripted.calls == []


def test_flags_of_commit_end_at_the_container_as_in_docker(scripted):
    done = scripted.dsock("commit", "web", "-m", "why", "image")
    assert (done.returncode, done.stdout, scripted.calls) == (1, "", [])


def test_signatures_that_should_be_checked_are_not_passed_over(scripted):
    for args, env in ((["--content-trust"], {}), ([], {"DOCKER_CONTENT_TRUST": "1"})):
        done = scripted.dsock("create", *args, "busybox", env=env)
        assert done.returncode == 1
        assert "content trust is not supported" in done.stderr
    expect_create(scripted)
    env = {"DOCKER_CONTENT_TRUST": "1"}
    assert scripted.dsock("create", "--disable-content-trust", "busybox", env=env).stdout


def test_proxies_of_the_config_reach_the_container(scripted):
    scripted.path.with_name("config.json").write_text(
        '{"proxies": {"default": {"httpProxy": "http://proxy:3128"}}}'
    )
    variables = ["HTTP_PROXY=http://proxy:3128", "http_proxy=http://proxy:3128"]
    expect_create(scripted, body={**PLAIN, "Env": variables})
    assert scripted.dsock("create", "busybox").returncode == 0


def test_the_api_socket_and_the_credentials_are_handed_over(scripted):
    scripted.path.with_name("config.json").write_text('{"auths": {"hub": {"auth": "YTpi"}}}')

    def is_right(call):
        assert call.json["Env"] == ["DOCKER_CONFIG=/run/secrets/docker"]
        mount = call.json["HostConfig"]["Mounts"][0]
        assert (mount["Source"], mount["Target"]) == (str(scripted.path), "/var/run/docker.sock")

    expect_create(scripted, body=is_right)
    archive = scripted.expect(
        "PUT", f"/containers/{ID}/archive?path=/&noOverwriteDirNonDir=1", status=200
    )
    assert scripted.dsock("create", "--use-api-socket", "busybox").stdout == f"{ID}\n"
    with tarfile.open(fileobj=io.BytesIO(archive.call.body)) as tar:
        entry = tar.getmember("run/secrets/docker/config.json")
        content = tar.extractfile(entry).read()
    assert entry.mode == 0o600
    assert content.split() == b'{ "auths": { "hub": { "auth": "YTpi" } } }'.split()


def test_credentials_of_a_helper_are_handed_over_too(scripted, tmp_path):
    helper = tmp_path / "docker-credential-fake"
    one = '{"Username": "a", "Secret": "b"}'
    helper.write_text(f"#!/bin/sh\n[ $1 = list ] && echo '{{\"hub\": \"a\"}}' || echo '{one}'\n")
    helper.chmod(0o755)
    scripted.path.with_name("config.json").write_text('{"credsStore": "fake"}')
    expect_create(scripted)
    archive = scripted.expect(
        "PUT", f"/containers/{ID}/archive?path=/&noOverwriteDirNonDir=1", status=200
    )
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = scripted.dsock("create", "--use-api-socket", "busybox", env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert b"YTpi" in archive.call.body


def test_a_terminal_has_its_size_from_the_start(scripted):
    scripted.api_version = "1.51"
    expected = expect_create(scripted)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 99, 0, 0))
    process = scripted.start("create", "-t", "busybox", stdout=theirs)
    process.communicate(timeout=20)
    os.close(ours)
    os.close(theirs)
    assert expected.call.json["HostConfig"]["ConsoleSize"] == [33, 99]


def test_a_dry_run_creates_nothing(scripted):
    scripted.expect("GET", "/images/busybox/json", json={"Os": "linux", "Architecture": "amd64"})
    done = scripted.dsock("--dry-run", "create", "busybox")
    assert done.returncode == 0
    assert "/containers/create" in done.stdout
    assert "/images/" not in done.stdout


def test_a_dry_run_pulls_what_is_missing_first_and_writes_no_file(scripted, tmp_path):
    file = tmp_path / "cid"
    scripted.expect("GET", "/images/busybox/json", status=404, json=MISSING)
    done = scripted.dsock("--dry-run", "create", "--cidfile", str(file), "busybox")
    pull, create = done.stdout.index("/images/create"), done.stdout.index("/containers/create")
    assert pull < create < done.stdout.index(f'printf %s "$ID" >{file}')
    assert not file.exists()


def test_a_dry_run_pulls_an_image_of_another_platform(scripted):
    there = {"Os": "linux", "Architecture": "amd64"}
    scripted.expect("GET", "/images/busybox/json", json=there, repeat=True)
    for platform, pulls in (("linux/arm64", True), ("linux/amd64", False)):
        done = scripted.dsock("--dry-run", "create", "--platform", platform, "busybox")
        assert ("/images/create" in done.stdout) is pulls
