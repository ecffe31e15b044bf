"""`dsock sandbox`: a real engine that leaves nothing behind."""

from __future__ import annotations


def test_a_killed_engine_comes_back_with_its_containers(private_engine):
    live = private_engine()
    live.docker("create", "--name", "kept", "busybox")
    live.kill()
    assert live.docker("ps").returncode != 0
    live.start()
    assert live.docker("ps", "-a", "--format", "{{.Names}}").stdout == "kept\n"


def test_a_published_port_answers(engine):
    done = engine.docker("run", "-d", "--rm", "--name", "sb-web", "-p", "8088:80", "nginx")
    assert done.returncode == 0, done.stderr
    try:
        assert "Welcome to nginx" in engine.curl("http://127.0.0.1:8088/")
    finally:
        engine.docker("rm", "-f", "sb-web")


def test_each_engine(any_engine):
    print(any_engine.docker("version").stdout)
    name = any_engine.docker("run", "-d", "-p", "8089:80", "nginx").stdout.strip()
    assert "Welcome to nginx" in any_engine.curl("http://127.0.0.1:8089/")
    any_engine.docker("rm", "-f", name)
