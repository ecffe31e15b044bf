"""The walkthrough's texts, and its lines of curl and JSON; playing it is in tests/engine."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess

import pytest

from dsock.render.curl_lines import curl_lines
from dsock.walkthrough import answers, en, ko
from dsock.walkthrough.leaving import Leaving
from dsock.walkthrough.steps import STEPS
from dsock.walkthrough.texts import language

BODIES = [
    {"Image": "nginx", "Labels": {"a": "1"}, "Env": ["A=1", "B=2"], "Cmd": ["x"] * 20},
    {"Cmd": ['it\'s, a "test",', ",", "'", 'a,"b', "\\,"] * 4, "Image": "nginx" * 9},
    {"Cmd": ["컨테이너, 이미지" * 3, '-d \'{"a":1,"b":2}\''] * 3},
    {},
]


def test_both_languages_say_the_same_things() -> None:
    assert [step.name for step in STEPS] == list(en.STEPS) == list(ko.STEPS)
    assert en.WORDS.keys() == ko.WORDS.keys()
    assert [line for line, _ in en.NEXT] == [line for line, _ in ko.NEXT]
    for key, text in en.WORDS.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", ko.WORDS[key])), key


def test_every_korean_text_is_korean() -> None:
    texts = [text for pair in ko.STEPS.values() for text in pair]
    texts += [what for _, what in ko.NEXT]
    assert [text for text in texts if not re.search("[가-힣]", text)] == []


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ko_KR.UTF-8", "LC_ALL": ""}, "ko"),
        ({"LANG": "kok_IN.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_locale_says_the_language(environ: dict[str, str], wanted: str) -> None:
    assert language(environ) == wanted


@pytest.mark.parametrize("columns", [20, 60, 80, 200])
@pytest.mark.parametrize("body", BODIES)
def test_a_shell_takes_broken_lines_as_the_same_command(body: object, columns: int) -> None:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    words = ["curl", "-sS", "-H", "Content-Type: application/json", "-d", text, "http://h/x?a=1&b"]
    lines = curl_lines(shlex.join(words), columns)
    script = "curl() { printf '%s\\0' curl \"$@\"; }\n" + "\n".join(lines)
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    came = done.stdout.split("\0")[:-1]
    assert came[:5] + came[6:] == words[:5] + words[6:]
    assert json.loads(came[5]) == body


def test_lines_are_broken_where_there_is_no_room() -> None:
    line = "curl -sS --unix-socket /var/run/docker.sock -X POST http://localhost/v1.41/c/web/start"
    assert curl_lines(line, 60) == [
        "curl -sS --unix-socket /var/run/docker.sock -X POST \\",
        "  http://localhost/v1.41/c/web/start",
    ]
    assert curl_lines(line, 120) == [line]


def test_a_long_url_is_broken_between_its_parameters() -> None:
    url = "http://localhost/v1.41/events?since=1795536529.802033000&until=1795536530.149000000&a=b"
    lines = curl_lines(shlex.join(["echo", url]), 60)
    assert len(lines) == 4
    done = subprocess.run(["sh", "-c", "\n".join(lines)], capture_output=True, text=True)
    assert done.stdout == f"{url}\n"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b"OK", ["OK"]),
        (b"", []),
        (b'{"Id":"a","Warnings":[]}', ["{", '  "Id": "a",', '  "Warnings": []', "}"]),
        (b'[{"Id":"a"},{"Id":"b"}]', ["[", "  {", '    "Id": "a"', "  },", '  {"Id": "b"}', "]"]),
        (b"[]", ["[]"]),
        (b'{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}']),
        (b'{"a":"\\u001b[2J\\u202e"}', ["{", '  "a": "\\u001b[2J\\u202e"', "}"]),
        (b'{"message":"' + b"x" * 90 + b'"}', ["{", '  "message": "' + "x" * 25 + "…", "}"]),
        (json.dumps({str(n): n for n in range(20)}).encode(),
         ["{", *(f'  "{n}": {n},' for n in range(6)), "15 more"]),
    ],
)  # fmt: skip
def test_an_answer_takes_few_lines(body: bytes, wanted: list[str]) -> None:
    assert list(answers.lines(body, 40, lambda n: f"{n} more")) == wanted


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_middle_of_a_call_waits_for_its_end(number: signal.Signals) -> None:
    leaving, done = Leaving(), []
    with pytest.raises(BaseException) as raised, leaving.caught():
        with leaving.held():
            os.kill(os.getpid(), number)
            done.append("called")
        done.append("and went on")
    assert done == ["called"]
    code = getattr(raised.value, "code", None)
    assert raised.type is KeyboardInterrupt if number == signal.SIGINT else code == 128 + number


def test_the_third_ctrl_c_does_not_wait() -> None:
    leaving, done = Leaving(), []
    with pytest.raises(KeyboardInterrupt), leaving.caught(), leaving.held():
        for number in range(1, 10):
            done.append(number)
            os.kill(os.getpid(), signal.SIGINT)
    assert done == [1, 2, 3]
