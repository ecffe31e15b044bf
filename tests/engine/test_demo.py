"""`make demo`: what a newcomer sees first."""

from __future__ import annotations

import re

from tests.engine import engines

DEMO = str(engines.CHECKOUT / ".ci/demo")


def check(done):
    assert done.returncode == 0, done.stdout + done.stderr
    steps = re.findall(r"^\d\. ", done.stdout, re.MULTILINE)
    assert steps == ["1. ", "2. ", "3. ", "4. ", "5. ", "6. ", "7. "]
    assert "<h1>Welcome to nginx!</h1>" in done.stdout
    events = re.findall(r"^\d{4}-\S+ (\w+ \w+) ", done.stdout, re.MULTILINE)
    assert events[:3] == ["container create", "network connect", "container start"]
    assert len(re.findall(r"^curl .*/start", done.stdout, re.MULTILINE)) == 3
    assert done.stderr == ""


def test_the_demo_uses_the_engine_that_is_there_and_leaves_it_as_it_was(private_engine):
    live = private_engine()
    check(live.inside([DEMO]))
    assert live.docker("ps", "-aq").stdout == ""


def test_the_demo_starts_an_engine_where_none_is(engine):
    done = engine.run([DEMO], env={**engine.env, "DOCKER_HOST": "unix:///nowhere"})
    assert done.stdout.startswith("This system's engine has no nginx (or there is none)")
    check(done)
