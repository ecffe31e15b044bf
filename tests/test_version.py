"""Which version of the API is spoken, and what is said where none fits."""

from __future__ import annotations

import json

import pytest

from dsock.engine.client import Engine
from dsock.engine.endpoint import parse
from dsock.engine.request import Request, Upload
from dsock.engine.version import ASSUMED, OURS, message, newer
from dsock.errors import ApiError
from tests.scripted import Answer, Scripted

TOO_NEW = {"message": "client version {} is too new. Maximum supported API version is {}"}
TOO_OLD = {
    "message": "client version {} is too old. Minimum supported API version is {},"
    " please upgrade your client to a newer version"
}


def refusal(text: dict[str, str], ours: str, theirs: str) -> dict[str, str]:
    return {"message": text["message"].format(ours, theirs)}


def engine_at(scripted: Scripted, version: str | None = None) -> Engine:
    return Engine(parse(scripted.host, "the test"), version)


@pytest.mark.parametrize(
    ("theirs", "spoken"),
    [("1.24", "1.24"), ("1.9", "1.9"), (OURS, OURS), ("1.99", OURS), ("2.0", OURS)],
)
def test_the_lower_of_both_versions_is_spoken(scripted: Scripted, theirs: str, spoken: str) -> None:
    scripted.api_version = theirs
    scripted.expect("GET", "/info", json={})
    engine_at(scripted).json(Request("GET", "/info"))
    assert [call.target for call in scripted.calls] == [f"/v{spoken}/info"]


def test_the_engine_is_asked_once(scripted: Scripted) -> None:
    scripted.expect("GET", "/info", json={}, repeat=True)
    engine = engine_at(scripted)
    for _ in range(3):
        engine.json(Request("GET", "/info"))
    assert len(scripted.pings) == 1
    assert engine.server == scripted.server
    assert len(scripted.pings) == 1


@pytest.mark.parametrize("text", ["1.40", "v1.40"])
def test_docker_api_version_is_spoken_without_asking(scripted: Scripted, text: str) -> None:
    scripted.expect("GET", "/containers/json", json=[])
    done = scripted.dsock("ps", env={"DOCKER_API_VERSION": text})
    assert (done.returncode, done.stderr) == (0, "")
    assert [call.target for call in scripted.calls] == ["/v1.40/containers/json"]
    assert scripted.pings == []


@pytest.mark.parametrize("text", ["abc", "1", "1.41/../..", "１.４１", "1.41\n"])
def test_docker_api_version_must_be_one(scripted: Scripted, text: str) -> None:
    done = scripted.dsock("ps", env={"DOCKER_API_VERSION": text})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"DOCKER_API_VERSION is no API version: {text!r}\nhint: 1.41 is one\n"


@pytest.mark.parametrize(
    "ping",
    [
        Answer(body_bytes=b"OK"),
        Answer(status=403, body_bytes=b"<html><body><h1>403 Forbidden</h1>"),
        Answer(status=401),
    ],
)
def test_an_engine_that_tells_no_version_is_spoken_to_in_a_common_one(
    scripted: Scripted, ping: Answer
) -> None:
    scripted.ping = ping
    assert engine_at(scripted).version == ASSUMED


@pytest.mark.parametrize(("text", "theirs"), [(TOO_OLD, "1.44"), (TOO_NEW, "1.40")])
def test_a_refused_version_is_replaced_once_by_what_the_engine_names(
    scripted: Scripted, text: dict[str, str], theirs: str
) -> None:
    scripted.ping = Answer(status=403)
    scripted.expect("GET", f"/v{ASSUMED}/info", status=400, json=refusal(text, ASSUMED, theirs))
    scripted.expect("GET", f"/v{theirs}/info", json={"ID": "x"}, repeat=True)
    engine = engine_at(scripted)
    for _ in range(2):
        assert engine.json(Request("GET", "/info")) == {"ID": "x"}
    targets = [call.target for call in scripted.calls]
    assert targets == [f"/v{ASSUMED}/info", f"/v{theirs}/info", f"/v{theirs}/info"]


def test_a_second_refusal_is_the_users(scripted: Scripted) -> None:
    scripted.ping = Answer(status=403)
    scripted.expect("GET", "/info", status=400, json=refusal(TOO_OLD, "1.41", "1.44"))
    scripted.expect("GET", "/info", status=400, json=refusal(TOO_OLD, "1.44", "1.45"))
    with pytest.raises(ApiError, match=r"1\.44 is too old"):
        engine_at(scripted).json(Request("GET", "/info"))


def test_an_engine_that_is_too_new_is_quoted(scripted: Scripted) -> None:
    scripted.api_version = "1.70"
    answer = refusal(TOO_OLD, OURS, "1.60")
    scripted.expect("GET", "/containers/json", status=400, json=answer)
    done = scripted.dsock("ps")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Error response from daemon: {answer['message']}\n"
        "hint: this engine wants another dsock; DOCKER_API_VERSION=1.60 may do for now\n"
    )


def test_a_version_that_the_user_asks_for_is_not_replaced(scripted: Scripted) -> None:
    answer = refusal(TOO_NEW, "1.99", "1.41")
    scripted.expect("GET", "/v1.99/containers/json", status=400, json=answer)
    done = scripted.dsock("ps", env={"DOCKER_API_VERSION": "1.99"})
    assert done.returncode == 1
    assert done.stderr == (
        f"Error response from daemon: {answer['message']}\n"
        "hint: DOCKER_API_VERSION asks for 1.99: unset it, or set it to 1.41\n"
    )


def test_a_body_that_was_streamed_is_not_sent_twice(scripted: Scripted) -> None:
    scripted.ping = Answer(status=403)
    answer = refusal(TOO_OLD, ASSUMED, "1.44")
    scripted.expect("PUT", "/x", body=b"tar", status=400, json=answer)
    with pytest.raises(ApiError):
        engine_at(scripted).open(Request("PUT", "/x", upload=Upload("x.tar", iter([b"tar"]))))


def test_any_other_400_is_only_an_error(scripted: Scripted) -> None:
    scripted.expect("GET", "/info", status=400, json={"message": "no"})
    with pytest.raises(ApiError, match="no"):
        engine_at(scripted).json(Request("GET", "/info"))


def test_versions_are_compared_as_numbers() -> None:
    assert newer("1.41", "1.9")
    assert not newer("1.41", "1.41")
    assert newer("2.0", "1.99")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (json.dumps({"message": " no such x\n"}).encode(), "no such x"),
        (b"page not found\n", "page not found"),
        (b"first\nsecond", "first"),
        (b"<html>nginx</html>", "the engine answered with status 500"),
        (b"", "the engine answered with status 500"),
        (b'{"message": 1}', '{"message": 1}'),
        (b"[]", "[]"),
        (b"x" * 100_000, "x" * 500),
        (b"\xff", "\ufffd"),
    ],
)
def test_an_error_is_in_the_engines_words(body: bytes, text: str) -> None:
    assert message(500, body) == text
