"""--dotenv-file: quotes, comments, export and variables."""

from __future__ import annotations

import pytest

from dsock.errors import BadFlag
from dsock.flags.dotenv import variables
from dsock.flags.environment import environment

ENVIRON = {"HOME": "/home/ann", "EMPTY": "", "A": "of the environment"}


def read(tmp_path, content: str | bytes) -> list[str]:
    file = tmp_path / ".env"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return variables([str(file)], ENVIRON)


LINES = [
    ("", []),
    ("B=1", ["B=1"]),
    ("B=1\r\nC=2\r\n", ["B=1", "C=2"]),
    ("\ufeffB=1\n", ["B=1"]),
    ("# one\n\n   # two\n\t\nB=1", ["B=1"]),
    ("export B=1\nexport\tC=2\nexport = 3\nexport=4", ["B=1", "C=2", "export=4"]),
    ("  B = 1 \n", ["B=1"]),
    ("B=", ["B="]),
    ("B=''\nC=\"\"", ["B=", "C="]),
    ("B=one two # a comment", ["B=one two"]),
    ("B=one#two", ["B=one#two"]),
    ("B=# a comment", ["B="]),
    ("B= # a comment", ["B="]),
    ("B='1 # no' # yes", ["B=1 # no"]),
    ("B='${HOME} $HOME \\n \\x'", ["B=${HOME} $HOME \\n \\x"]),
    ("B='it\\'s'", ["B=it's"]),
    ("B='C:\\'", ["B=C:\\"]),
    ("B='one\ntwo'\nC=3", ["B=one\ntwo", "C=3"]),
    ('B="one\ntwo"\nC=3', ["B=one\ntwo", "C=3"]),
    ('B="a\\nb\\t\\"c\\" \\\\ \\x \\$"', ['B=a\nb\t"c" \\ \\x $']),
    ('B="\\${HOME}"', ["B=${HOME}"]),
    ("B=a\\nb", ["B=a\\nb"]),
    ("B=it's", ["B=it's"]),
    ("B=a=b", ["B=a=b"]),
    ("B=$HOME pa$$word", ["B=$HOME pa$$word"]),
    ("B=${HOME}/x", ["B=/home/ann/x"]),
    ('B="${HOME}/x"', ["B=/home/ann/x"]),
    ("B=1\nC=${B}${B}", ["B=1", "C=11"]),
    ("A=1\nC=${A}", ["A=1", "C=of the environment"]),
    ("B=${NO}|${NO:-x y}|${NO-x}|${EMPTY-x}|${EMPTY:-x}|", ["B=|x y|x||x|"]),
    ("B=${HOME:+yes}|${NO:+yes}|${EMPTY:+yes}|${EMPTY+yes}|", ["B=yes|||yes|"]),
    ("B=${HOME:?no}", ["B=/home/ann"]),
    ("HOME\nEMPTY\nNO\nexport A # yes", ["HOME=/home/ann", "EMPTY=", "A=of the environment"]),
    ("B=1\nB=2", ["B=2"]),
    ("a.b-c=1\nÄ=ö", ["a.b-c=1", "Ä=ö"]),
]


@pytest.mark.parametrize(("content", "expected"), LINES)
def test_a_dotenv_file_is_read(tmp_path, content, expected):
    assert read(tmp_path, content) == expected


WRONG = [
    ("=1", "line 1: there is no name"),
    ("B=1\n'C'=1", "line 2: there is no name"),
    ("B=1\nC D=1", "line 2: there is no = behind C"),
    ("B='one\ntwo", "line 1: the quote is not closed"),
    ('B=1\n\nC="', "line 3: the quote is not closed"),
    ("B='1' x", "line 1: something follows the closing quote"),
    ("B=1\nC=${", "line 2: ${ begins no variable"),
    ("B=${A:-${C}}", "line 1: ${ begins no variable"),
    ("B=1\nC=${NO:?set it}", "line 2: NO: set it"),
    ("B=${NO?}", "line 1: NO: it is not set"),
    (b"B=\xff", "it is not UTF-8"),
]


@pytest.mark.parametrize(("content", "reason"), WRONG)
def test_a_wrong_line_is_named(tmp_path, content, reason):
    with pytest.raises(BadFlag) as caught:
        read(tmp_path, content)
    assert caught.value.message.startswith(f"invalid dotenv file ({tmp_path}/.env): {reason}")


def test_a_file_that_cannot_be_read_is_named():
    with pytest.raises(BadFlag, match="open /nope: no such file or directory"):
        variables(["/nope"], {})


def test_variables_stand_between_those_of_env_files_and_those_of_flags(tmp_path):
    for name, content in (("plain", "B=1\nC='1'"), ("one", "C='2'\nD=2"), ("two", "D=${C}3")):
        (tmp_path / name).write_text(content)
    plain, one, two = (str(tmp_path / name) for name in ("plain", "one", "two"))
    found = environment([plain], ["D=4"], ENVIRON, {}, [one, two])
    assert found == ["B=1", "C='1'", "C=2", "D=23", "D=4"]
