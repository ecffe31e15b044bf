"""`make demo`: what a newcomer sees first."""

from __future__ import annotations

import re

from tests.engine import engines

DEMO = str(engines.CHECKOUT / ".ci/demo")


def check(done):
    assert (done.returncode, done.stderr) == (0, "")
    assert re.findall(r"^ (\d)/8 ", done.stdout, re.MULTILINE) == list("12345678")
    events = re.findall(r"● (\w+ \w+) .*web-", done.stdout)
    assert events[:3] == ["container create", "network connect", "container start"]
    assert len(re.findall(r"^curl .*/start", done.stdout, re.MULTILINE)) == 2


def test_the_demo_uses_the_engine_that_is_there_and_leaves_it_as_it_was(private_engine):
    live = private_engine()
    check(live.run([DEMO]))
    assert live.docker("ps", "-aq").stdout == ""


def test_the_demo_starts_an_engine_where_none_is(engine):
    done = engine.run([DEMO], env={**engine.env, "DOCKER_HOST": "unix:///nowhere"})
    assert "Starting an engine to throw away" in done.stdout
    check(done)
