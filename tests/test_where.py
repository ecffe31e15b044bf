"""`dsock where`: the choice, the engine behind it, for people and for scripts."""

from __future__ import annotations

import json

import pytest

from tests.scripted import Answer, Scripted


def test_it_shows_the_choice_and_the_engine(scripted: Scripted) -> None:
    done = scripted.dsock("where")
    assert done.stdout == (
        f"Endpoint:   {scripted.host}\n"
        "Source:     DOCKER_HOST\n"
        "Engine:     Docker\n"
        "Version:    20.10.24\n"
        "APIVersion: 1.41\n"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_scripts_read_json(scripted: Scripted) -> None:
    scripted.server, scripted.api_version = "Libpod/5.8.6 (linux)", "1.44"
    done = scripted.dsock("-H", scripted.host, "where", "--format", "json")
    assert json.loads(done.stdout) == {
        "Endpoint": scripted.host,
        "Source": "--host",
        "Engine": "Podman",
        "Version": "5.8.6",
        "APIVersion": "1.44",
    }


def test_scripts_read_a_template(scripted: Scripted) -> None:
    done = scripted.dsock("where", "--format", "{{.Engine}} {{.Version}}\t{{.APIVersion}}")
    assert done.stdout == "Docker 20.10.24\t1.41\n"


def test_a_bad_template_is_refused_before_the_engine_is_asked(scripted: Scripted) -> None:
    done = scripted.dsock("where", "--format", "{{.Engine")
    assert (done.returncode, done.stdout, scripted.pings) == (1, "", [])
    assert done.stderr.startswith("template parsing error: ")


def test_an_unknown_field_is_answered_with_those_that_there_are(scripted: Scripted) -> None:
    done = scripted.dsock("where", "--format", "{{.Nope}}")
    assert (done.returncode, done.stdout) == (1, "")
    assert ".APIVersion .Endpoint .Engine .Source .Version" in done.stderr


def test_the_version_in_use_is_what_the_user_asks_for(scripted: Scripted) -> None:
    env = {"DOCKER_API_VERSION": "v1.40"}
    assert scripted.dsock("where", "--format", "{{.APIVersion}}", env=env).stdout == "1.40\n"


@pytest.mark.parametrize("server", ["", "\x1b[31mDocker"])
def test_an_engine_without_a_sane_name(scripted: Scripted, server: str) -> None:
    scripted.ping = Answer(body_bytes=b"OK", headers={"Api-Version": "1.41", "Server": server})
    done = scripted.dsock("where")
    assert "Version:    unknown\n" in done.stdout
    assert "\x1b" not in done.stdout


def test_its_curl_is_the_ping(scripted: Scripted) -> None:
    done = scripted.dsock("where", "--curl")
    assert done.stderr == f"curl -sS --unix-socket {scripted.path} http://localhost/_ping\n"
