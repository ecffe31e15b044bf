"""Templates over containers: what they see, what they cannot do, what they say when they fail."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dsock.errors import BadTemplate, DsockError
from dsock.templates import Data, helpers
from dsock.templates.go import Template as Go
from dsock.templates.hosts import hosts
from dsock.templates.jinja import Template as Jinja
from dsock.templates.load import BUILT_IN, Source
from dsock.templates.records import container, of


def inspected(name: str, ip: str = "10.0.0.2", **more: Any) -> dict[str, Any]:
    """The engine's answer about a container that runs."""
    config = {"Image": "ghcr.io/team/app:1", "Env": ["A=1=2", "EMPTY="], "Labels": {}}
    state: dict[str, Any] = {"Status": "running", "Running": True, "ExitCode": 0}
    if "health" in more:
        state["Health"] = {"Status": more.pop("health")}
    for key in ("Labels", "Env", "ExposedPorts"):
        if key in more:
            config[key] = more.pop(key)
    return {
        "Id": (name.encode().hex() * 64)[:64],
        "Name": f"/{name}",
        "Config": config,
        "State": {**state, **more.pop("State", {})},
        "NetworkSettings": {
            "Networks": {"front": {"IPAddress": ip, "NetworkID": "n1"},
                         "back": {"IPAddress": "10.9.0.2", "NetworkID": "n2"}},
            "Ports": {"443/tcp": None, "80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]},
        },
        **more,
    }  # fmt: skip


def jinja(text: str, *containers: dict[str, Any], **more: Any) -> str:
    return Jinja(text, "t.j2", Path()).render(Data(list(containers), **more))


def go(text: str, *containers: dict[str, Any], **more: Any) -> str:
    return Go(text, "t.tmpl").render(Data(list(containers), **more))


def test_containers_come_by_name_and_everything_in_them_in_order() -> None:
    some = [inspected(name, Labels={"b": "1", "a": "2"}) for name in ("c", "a", "b")]
    text = "{{ containers | map(attribute='name') | join }} {{ containers[0] | json }}"
    wanted = jinja(text, *some)
    assert wanted.startswith("abc ")
    for _ in range(5):
        random.shuffle(some)
        for one in some:
            for table in (one["Config"]["Labels"], one["NetworkSettings"]["Networks"],
                          one["NetworkSettings"]["Ports"]):  # fmt: skip
                pairs = list(table.items())
                random.shuffle(pairs)
                table.clear()
                table.update(pairs)
        assert jinja(text, *some) == wanted


def test_a_container_has_plain_names() -> None:
    seen = container(inspected("web", Labels={"com.docker.compose.project": "shop"}))
    assert seen["image"] == {"name": "ghcr.io/team/app:1", "id": "", "registry": "ghcr.io",
                             "repository": "team/app", "tag": "1"}  # fmt: skip
    assert (seen["name"], seen["project"], seen["env"]) == (
        "web", "shop", {"A": "1=2", "EMPTY": ""}
    )  # fmt: skip
    assert [on["name"] for on in seen["networks"]] == ["back", "front"]
    assert [(one["port"], one["host_port"]) for one in seen["ports"]] == [(80, 8080), (443, 0)]


@pytest.mark.parametrize(
    ("more", "ready"),
    [({}, True), ({"health": "healthy"}, True), ({"health": "none"}, True),
     ({"health": "starting"}, False), ({"health": "unhealthy"}, False),
     ({"State": {"Paused": True}}, False), ({"State": {"Running": False}}, False),
     ({"State": {"Restarting": True}}, False)],
)  # fmt: skip
def test_ready_is_who_runs_and_is_not_known_to_be_ill(more: dict[str, Any], ready: bool) -> None:
    assert container(inspected("web", **more))["ready"] is ready


def test_networks_tell_who_is_on_them() -> None:
    networks = [{"Id": "n1", "Name": "front", "IPAM": {"Config": [{"Subnet": "10.0.0.0/8"}]}},
                {"Id": "n3", "Name": "empty"}]  # fmt: skip
    seen = of(Data([inspected("b"), inspected("a")], networks))["networks"]
    assert [(one["name"], one["containers"]) for one in seen] == [
        ("empty", []), ("front", ["a", "b"])
    ]  # fmt: skip


def test_a_missing_label_is_false_and_a_field_that_does_not_exist_an_error() -> None:
    text = "{% for c in containers if c.labels.role %}{{ c.name }}{% endfor %}"
    assert jinja(text, inspected("a"), inspected("b", Labels={"role": "x"})) == "b"
    assert jinja("{{ containers[0].labels.role == 'x' }}", inspected("a")) == "False"
    with pytest.raises(BadTemplate, match=r"t\.j2:1: no field 'lables'; there are id, "):
        jinja("{% if containers[0].lables.role %}{% endif %}", inspected("a"))
    with pytest.raises(BadTemplate, match=r"t\.j2:3: there is no 'role'; `\| default\(''\)`"):
        jinja("\n\n{{ containers[0].labels.role }}", inspected("a"))


@pytest.mark.parametrize(
    "text",
    ["{% for %}", "{{ 1 / 0 }}", "{{ nope }}", "{{ containers[3].name }}", "{% include 'no' %}",
     "{{ ''.__class__.__mro__ }}", "{{ containers.append(1) }}", "{{ containers[0].clear() }}",
     "{{ range(10**9) | list }}", "{{ '{0.__class__}'.format(env) }}",
     "{% include '/etc/passwd' %}", "{% include '../conftest.py' %}", "{{ 'x' | parse_json }}",
     "{{ 'x' | parse_bool }}"],
)  # fmt: skip
def test_what_a_template_does_wrong_is_one_line_with_its_name(text: str) -> None:
    with pytest.raises(BadTemplate, match=r"^t\.j2(:1)?: [^\n]+$"):
        jinja(text, inspected("a"))


def test_deep_values_are_found_also_where_keys_have_dots() -> None:
    item = {"labels": {"com.example.role": "db", "com": "x"}, "image": {"tag": "1"}}
    assert helpers.deep(item, "labels.com.example.role") == "db"
    assert helpers.deep(item, "image.tag") == "1"
    for path in ("labels.com.example", "image.tag.x", "labels.com.x", "x", "..", ".", "image."):
        assert helpers.deep(item, path) is helpers.MISSING


def test_the_helpers_do_what_docker_gens_do() -> None:
    a = inspected("a", Env=["VIRTUAL_HOST=x.example, y.example"], Labels={"n": "10", "r": "db"})
    b = inspected("b", Env=["VIRTUAL_HOST=x.example"], Labels={"n": "9"})
    c = inspected("c")

    def seen(expression: str) -> str:
        return jinja("{{" + expression + "}}", a, b, c)

    names = "| map(attribute='name') | join(',')"
    by_host = "containers | group_by_multi('env.VIRTUAL_HOST', ',')"
    assert seen(f"({by_host})['x.example'] {names}") == "a,b"
    assert seen(f"{by_host} | list | join(',')") == "x.example,y.example"
    assert seen("containers | group_by_keys('labels.n') | join(',')") == "10,9"
    assert seen(f"(containers | group_by_with_default('labels.r', '-'))['-'] {names}") == "b,c"
    assert seen(f"containers | where('labels.r', 'db') {names}") == "a"
    assert seen(f"containers | where_not('labels.r', 'db') {names}") == "b,c"
    assert seen(f"containers | where_exist('labels.n') {names}") == "a,b"
    assert seen(f"containers | where_not_exist('labels.n') {names}") == "c"
    hosts_of = "containers | where_%s('env.VIRTUAL_HOST', ', ', ['y.example', 'x.example'])"
    assert seen(f"{hosts_of % 'any'} {names}") == "a,b"
    assert seen(f"{hosts_of % 'all'} {names}") == "a"
    assert seen(f"containers | where_label_value_matches('n', '^1') {names}") == "a"
    assert seen(f"containers | where_label_does_not_exist('n') {names}") == "c"
    assert seen(f"containers | sort_by('labels.n') {names}") == "c,b,a"
    assert seen("closest(['ex', 'example', 'no'], 'a.example')") == "example"
    assert seen("coalesce(none, '', 'x')") == "x"
    assert seen("intersect(['b', 'a'], ['a', 'b', 'c']) | join") == "ab"
    assert seen("'a' | sha1") == "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"
    assert seen("{'b': [1], 'a': 'é'} | json") == '{"a":"é","b":[1]}'
    assert seen("({'a': [1]} | to_yaml | from_yaml).a[0]") == "1"
    assert seen("split_n('a,b,c', ',', 2) | join(' ')") == "a b,c"
    assert seen("exists('/') and dir('/nonexistent') == []") == "True"
    assert seen("'a b&' | query_escape") == "a+b%26"


def test_nothing_in_a_word_for_nginx_ends_it() -> None:
    assert helpers.nginx_quote('a"; } \\') == '"a\\"; } \\\\"'


def test_go_templates_read_docker_gens_names() -> None:
    web = inspected("web", Labels={"a.b": "x"}, Env=["VIRTUAL_HOST=x,y"], health="healthy")
    text = """{{ range $at, $c := . }}
{{ $at }} {{ $c.Name }} {{ .Image.Registry }} {{ (index .Addresses 0).HostPort }}

{{ (index .Networks 0).IP }} {{ index .Labels "a.b" }} {{ .State.Health.Status }}{{ end }}
{{ range $host, $cs := groupByMulti $ "Env.VIRTUAL_HOST" "," }}{{ $host }}={{ len $cs }} {{ end }}
{{ (first (whereLabelExists $ "a.b")).Name | trimPrefix "we" }} {{ .Env.HOME | toUpper }}
{{ eval "t" (dict "k" "v") }}{{ define "t" }}<{{ .k }}>{{ end }}
{{ splitList "," "x,y" | join "-" }} {{ has 2 (list 1 2) }} {{ sprigContains "b" "abc" }}
{{- include "/nonexistent" }} {{ mustBeIntInRange 1 99 "80" }} {{ mustBeOneOf (list "a") "a" }}
{{ range (index . 0).PublishedAddresses }}{{ .Port }}{{ end }}
{{- regexReplaceAll "x(.)" "xa" "$1" }}
{{- dict "b" "<" | json }}
"""
    assert go(text, web, environ={"HOME": "/r"}) == (
        "0 web ghcr.io 8080\n10.9.0.2 x healthy\nx=1 y=1 \nb /R\n<v>\n"
        'x-y true true 80 a\n80a{"b":"\\u003c"}\n'
    )


def test_what_is_nil_to_docker_gen_is_nil_to_its_templates() -> None:
    text = (
        '{{ $me := where $ "ID" .Docker.CurrentContainerID | first }}'
        "{{ range $me.Networks }}{{ .Name }} {{ end }}"
        '{{ $port := coalesce (index . 0).Env.VIRTUAL_PORT "80" }}{{ $port }} '
        '{{ with where (index . 0).Addresses "Port" $port | first }}{{ .HostPort }}{{ end }} '
        '{{ eq (or ($.Env.NOPE) "") "true" }} {{ trim (or (first (groupByKeys $ "Env.NO")) "x") }}'
        ' [{{ coalesce (first (groupByKeys $ "Env.NO")) "" }}] {{ len (index . 0).Addresses }}'
    )
    web = inspected("web")
    both = [{"HostIp": ip, "HostPort": "8080"} for ip in ("0.0.0.0", "::")]
    web["NetworkSettings"]["Ports"] = {"80/tcp": both}
    assert go(text, web) == "80 8080 false x [] 1"
    own = {"HOSTNAME": web["Id"][:12]}
    assert go(text, web, environ=own) == "back front 80 8080 false x [] 1"


@pytest.mark.parametrize(
    "text",
    ["{{ range }}", "{{ .Nope }}", "{{ range . }}{{ .Nmae }}{{ end }}", "{{ nope }}",
     "{{ range . }}{{ .Name.format }}{{ end }}", "{{ index . 9 }}",
     '{{ mustBeInt "x" }}', '{{ fail "no" }}', '{{ eval "nope" }}', '{{ parseBool "x" }}'],
)  # fmt: skip
def test_what_a_go_template_does_wrong_is_one_line_with_its_name(text: str) -> None:
    with pytest.raises(BadTemplate, match=r"^t\.tmpl:[^\n]+$"):
        go(text, inspected("a"))


def test_hosts_are_served_by_those_who_are_ready_where_they_are_reached() -> None:
    named = {"Labels": {"dsock.host": "A.example, *.b.example"}}
    found = [
        inspected("one", "10.0.0.3", **named, ExposedPorts={"80/tcp": {}, "443/tcp": {}}),
        inspected("two", "10.0.0.4", Env=["VIRTUAL_HOST=a.example", "VIRTUAL_PORT=81"]),
        inspected("ill", "10.0.0.5", **named, health="unhealthy"),
        inspected("lost", "", **named, State={}),
        inspected("other", "10.0.0.6"),
    ]
    seen = hosts(map(container, found), "front")
    assert [(one["name"], [f"{s['address']}:{s['port']}" for s in one["servers"]])
            for one in seen] == [("*.b.example", ["10.0.0.3:80"]),
                                 ("a.example", ["10.0.0.3:80", "10.0.0.4:81"])]  # fmt: skip


HOSTILE = ["x; } evil {", "a\nb", "$host", "a'b", 'a"b', "{{x}}", "~.*", "a b", "\x1b[31m", "é",
           "a.example/", "-a", "a" * 300, "*", "..", "#"]  # fmt: skip


@pytest.mark.parametrize("name", BUILT_IN)
def test_no_label_gets_into_the_configuration_of_nginx_as_anything_but_a_name(
    name: str, tmp_path: Path
) -> None:
    good = inspected("good", Labels={"dsock.host": "good.example, _"})
    evil = [inspected(f"e{at}", Labels={"dsock.host": text}) for at, text in enumerate(HOSTILE)]
    evil += [inspected(f"p{at}", Labels={"dsock.host": "good.example", "dsock.port": text})
             for at, text in enumerate([*HOSTILE, "0", "65536", "80;", "-1", "８０"])]  # fmt: skip
    template = Source(name).load()
    assert template.render(Data([good, *evil])) == template.render(Data([good]))
    text = template.render(Data([good]))
    assert text.count("server_name ") == 2 and text.count("10.9.0.2:80 ") == 2
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin")
    assert nginx is not None, "nginx-light belongs to these tests"
    file = tmp_path / "nginx.conf"
    if name == "nginx-sites":
        text = f"events {{}}\nhttp {{\n{text}\n}}\n"
    file.write_text(text)
    done = subprocess.run(
        [nginx, "-t", "-c", file], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_a_host_that_nobody_is_ready_for_is_refused_politely() -> None:
    text = Source("nginx").load().render(Data([inspected("a", Labels={"dsock.host": "a.example"},
                                                         health="starting")]))  # fmt: skip
    assert "upstream" not in text and text.count("return 503;") == 2


def test_a_template_may_take_in_its_neighbours_and_the_built_in_ones(tmp_path: Path) -> None:
    (tmp_path / "part.j2").write_text("part")
    whole = tmp_path / "whole.j2"
    whole.write_text("{% include 'part.j2' %}\n{% include 'nginx-sites.conf.j2' %}")
    assert Source(str(whole)).load().render(Data()).startswith("part# Made by dsock")


def test_a_template_that_is_not_there_or_no_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(DsockError, match=r"no\.j2: No such file") as caught:
        Source(str(tmp_path / "no.j2")).load()
    assert "nginx" in str(caught.value.hint)
    (tmp_path / "bytes").write_bytes(b"\xff")
    with pytest.raises(DsockError, match="not UTF-8"):
        Source(str(tmp_path / "bytes")).load()


def test_a_template_that_was_edited_is_known_to_be_another_one(tmp_path: Path) -> None:
    file = tmp_path / "t.j2"
    file.write_text("a")
    source = Source(str(file))
    source.load()
    assert not source.changed()
    file.write_text("ab")
    assert source.changed()
    assert source.load().render(Data()) == "ab"
