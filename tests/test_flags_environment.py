"""-e, --env-file, --label and --label-file: docker's format to the letter."""

from __future__ import annotations

import pytest

from dsock.errors import BadFlag
from dsock.flags.environment import environment, labels

ENVIRON = {"HOME": "/home/ann", "EMPTY": ""}


def read(tmp_path, content: bytes) -> list[str]:
    """The variables of an --env-file."""
    file = tmp_path / "vars.env"
    file.write_bytes(content)
    return environment([str(file)], [], ENVIRON, {})


LINES = [
    (b"A=1\nB=2\n", ["A=1", "B=2"]),
    (b"A=1", ["A=1"]),
    (b"A=1\r\nB=2\r\n", ["A=1", "B=2"]),
    (b"\xef\xbb\xbfA=1\n", ["A=1"]),
    (b"# a comment\n  # another\n\n   \nA=1 # none\n", ["A=1 # none"]),
    (b"  \tA=1\n", ["A=1"]),
    (b"A= 1 \t\n", ["A= 1 \t"]),
    (b"A='1'\nB=\"2\"\n", ["A='1'", 'B="2"']),
    (b"A=$HOME\nB=a\\nb\nC=a=b\n", ["A=$HOME", "B=a\\nb", "C=a=b"]),
    (b"A=\n", ["A="]),
    (b"HOME\nEMPTY\nUNSET\n", ["HOME=/home/ann", "EMPTY="]),
    (b"export=1\na.b-c=1\n", ["export=1", "a.b-c=1"]),
    (b"A=1\nA=2\n", ["A=1", "A=2"]),
    ("Ä=ö\n".encode(), ["Ä=ö"]),
]


@pytest.mark.parametrize(("content", "expected"), LINES)
def test_an_env_file_is_taken_as_it_is(tmp_path, content, expected):
    assert read(tmp_path, content) == expected


UNREADABLE = [
    (b"A B=1\n", "variable 'A B' contains whitespaces on line 1"),
    (b"\nA =1\n", "variable 'A ' contains whitespaces on line 2"),
    (b"export A=1\n", "variable 'export A' contains whitespaces on line 1"),
    (b"OK=1\n=1\n", "no variable name on line 2: '=1'"),
    (b"OK=1\nA=\xff\n", "invalid utf8 bytes at line 2"),
]


@pytest.mark.parametrize(("content", "reason"), UNREADABLE)
def test_a_bad_line_of_an_env_file_is_named(tmp_path, content, reason):
    with pytest.raises(BadFlag) as caught:
        read(tmp_path, content)
    assert caught.value.message == f"invalid env file ({tmp_path / 'vars.env'}): {reason}"


def test_an_env_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(BadFlag, match="open /nope: no such file or directory"):
        environment(["/nope"], [], {}, {})
    with pytest.raises(BadFlag, match="is a directory"):
        environment([str(tmp_path)], [], {}, {})


def test_variables_of_the_flags_follow_those_of_the_files(tmp_path):
    file = tmp_path / "vars.env"
    file.write_text("A=file\nB=file\n")
    given = ["A=flag", "C=1", "HOME", "UNSET", "C=2"]
    assert environment([str(file)], given, ENVIRON, {}) == [
        "A=file",
        "B=file",
        "A=flag",
        "C=2",
        "HOME=/home/ann",
        "UNSET",  # which takes the image's away
    ]


@pytest.mark.parametrize("text", ["", "=", "=x"])
def test_a_variable_needs_a_name(text):
    with pytest.raises(BadFlag, match="--env"):
        environment([], [text], {}, {})


def test_labels_of_the_flags_win_over_those_of_the_files(tmp_path):
    file = tmp_path / "labels"
    file.write_text('a=file\nb="quoted"\nempty=\nnone\n')
    assert labels([str(file)], ["a=flag", "c", "d=x=y"]) == {
        "a": "flag",
        "b": '"quoted"',
        "empty": "",
        "c": "",
        "d": "x=y",
    }


@pytest.mark.parametrize("text", ["", "=x", "a b=c", "a\tb"])
def test_a_bad_label_is_refused(text):
    with pytest.raises(BadFlag, match="--label"):
        labels([], [text])
