"""--format templates: a listing's fields, docker's Go types, plain JSON."""

from __future__ import annotations

import pytest

from dsock.errors import BadTemplate
from dsock.render.template import compile, heading, unescaped

FIELDS = {
    "ID": lambda record: record.get("Id", ""),
    "Names": lambda record: record.get("Name", ""),
    "Label": lambda record, name: record.get("Labels", {}).get(name, ""),
}
ROW = {"Id": "4f5a", "Name": "web-1 <é>", "Labels": {"a.b": "x"}}
CONTAINER = {
    "Id": "4f5a",
    "Name": "/web",
    "RestartCount": 0,
    "State": {"Status": "running", "Running": True, "Pid": 7, "ExitCode": 0},
    "Config": {
        "Env": ["A=1", "B=2"],
        "Labels": {"b": "2", "a": "1"},
        "ExposedPorts": {"80/tcp": {}},
        "Healthcheck": {"Test": ["CMD", "true"], "Interval": 1_500_000_000},
    },
    "HostConfig": {"RestartPolicy": {"Name": "always", "MaximumRetryCount": 3}},
    "NetworkSettings": {"Ports": {"80/tcp": [{"HostIp": "::", "HostPort": "8080"}], "9/udp": None}},
    "New": {"field": 1},
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("", ""),
        ("x", "x"),
        ("{{.ID}}", "4f5a"),
        ("{{ .ID }}%s {{.Names}}", "4f5a%s web-1 <é>"),
        ('{{.Label "a.b"}}{{.Label "no"}}', "x"),
        ("{{json .Names}}", '"web-1 <é>"'),
        ("{{json .}}", '{"ID":"4f5a","Names":"web-1 \\u003cé\\u003e"}'),
        ("{{upper .Names}}{{.Names | upper}}", "WEB-1 <É>WEB-1 <É>"),
        ("{{title .Names}}|{{pad .ID 1 2}}|{{truncate .ID 2}}", "Web-1 <É>| 4f5a  |4f"),
        ('{{split .Names "-"}}{{join (split .ID "f") "+"}}', "[web 1 <é>]4+5a"),
        ('{{printf "%-6s|%q" .ID .ID}}', '4f5a  |"4f5a"'),
        ('{{printf "%q" (split .ID "f")}}', '["4" "5a"]'),
        ('{{range $i, $e := split .ID "f"}}{{$i}}{{$e}},{{end}}', "04,15a,"),
        ("{{if .ID}}{{len .ID}}{{else}}-{{end}}", "4"),
        ('{{eq .ID "4f5a"}} {{ne .ID nil}} {{json nil}}', "true true null"),
        ("{{with .ID}}{{.}}{{end}} {{- .ID -}} .", "4f5a4f5a."),
        ("{{.ID}}{{/* nothing */}}}", "4f5a}"),
        ("{{`{{`}}{{slice .ID 0 2}}", "{{4f"),
    ],
)
def test_a_template_of_a_listing_prints_as_docker_does(template, text):
    assert compile(template, FIELDS)(ROW) == text


@pytest.mark.parametrize(
    "template",
    ["{{", "{{.ID", "{{{.ID}}", "{{foo}}", "{{end}}", "{{if}}", "{{.ID | 1}}"],
)
def test_a_text_that_is_no_template_is_refused_before_any_record(template):
    with pytest.raises(BadTemplate, match="template parsing error"):
        compile(template, FIELDS)
    with pytest.raises(BadTemplate) as caught:
        compile(template, shape="container", exit_code=64)
    assert caught.value.exit_code == 64


@pytest.mark.parametrize(
    "template",
    [
        "{{.Nope}}",
        "{{.ID.x}}",
        "{{.ID.upper}}",
        "{{.Label}}",
        "{{slice .ID 0 9}}",
        '{{join .ID ""}}',
    ],
)
def test_a_template_that_does_not_fit_the_record_is_refused(template):
    with pytest.raises(BadTemplate, match="template parsing error"):
        compile(template, FIELDS)(ROW)


def test_an_unknown_field_is_answered_with_those_that_exist():
    with pytest.raises(BadTemplate) as caught:
        compile("{{.Nope}}", FIELDS)(ROW)
    assert caught.value.hint == "there are .ID .Label .Names"


def test_a_listing_reads_the_escapes_that_a_shell_leaves():
    assert unescaped(r"{{.ID}}\t{{.Names}}\n") == "{{.ID}}\t{{.Names}}\n"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.ID}}\t{{.Names}}", "IMAGE ID\tNAMES"),
        (
            '{{upper .ID}} {{join (split .ID " ") ","}} {{truncate .ID 2}}',
            "IMAGE ID " * 2 + "IMAGE ID",
        ),
        ('{{.Label "com.example.my-app_name"}}', "my app name"),
        ("{{.Nope}}", "<no value>"),
        ("{{.ID}} {{json .}} {{.Names}}", "IMAGE ID "),
        ("{{if .ID}}x{{end}}", "x"),
    ],
)
def test_the_header_of_a_table_is_the_template_over_the_headers(template, text):
    assert heading(template, {"ID": "IMAGE ID", "Names": "NAMES"}) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.ID}} {{.State.Running}} {{.State.Pid}}", "4f5a true 7"),
        ("{{.Id}}", "4f5a"),
        ("{{.Config.Labels.a}}{{.Config.Labels.no}}", "1<no value>"),
        ('{{index .Config.Labels "no"}}|', "|"),
        ("{{.Config.Labels}} {{.Config.Env}} {{.Config.Cmd}}", "map[a:1 b:2] [A=1 B=2] []"),
        ("{{json .Config.Labels}} {{json .Config.Cmd}}", '{"a":"1","b":"2"} null'),
        ("{{.State.Health}} {{json .State.Health}}", "<nil> null"),
        ("{{if .State.Health}}y{{else}}n{{end}}", "n"),
        ("{{if .State.ExitCode}}y{{else}}n{{end}}", "n"),
        ("{{if .Id}}{{if .State.ExitCode}}y{{end}}{{end}}", "y"),  # untyped numbers are strings
        ("{{.HostConfig.RestartPolicy}}", "{always 3}"),
        ('{{printf "%+v" .HostConfig.RestartPolicy}}', "{Name:always MaximumRetryCount:3}"),
        ("{{.NetworkSettings.Ports}}", "map[80/tcp:[{:: 8080}] 9/udp:[]]"),
        ('{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostIp}}', "::"),
        ("{{range $p, $c := .NetworkSettings.Ports}}{{$p.Port}}{{len $c}} {{end}}", "801 90 "),
        ("{{.Config.Healthcheck.Interval}} {{.Config.ExposedPorts}}", "1.5s map[80/tcp:{}]"),
        ("{{json .Config.Healthcheck}}", '{"Test":["CMD","true"],"Interval":1500000000}'),
        ("{{json .HostConfig.RestartPolicy}}", '{"Name":"always","MaximumRetryCount":3}'),
        ('{{printf "%s" .Config.Env}} {{printf "%d" .RestartCount}}', "[A=1 B=2] 0"),
        ("{{.New.field}} {{json .New}}", '1 {"field":1}'),  # newer than the types: plain JSON
        ("{{.SizeRw}}", "<nil>"),
        ("{{upper .HostConfig.RestartPolicy.Name}}", "ALWAYS"),
    ],
)
def test_an_inspected_container_reads_and_prints_as_dockers_struct(template, text):
    assert compile(template, shape="container")(CONTAINER) == text


@pytest.mark.parametrize(
    "template",
    [
        "{{.Nope}}",
        "{{.State.Nope}}",
        "{{.State.Health.Status}}",
        "{{.Name.upper}}",
        "{{index .Config.Env 7}}",
        "{{range .State.Running}}{{end}}",
        '{{.Id}}{{join .Config.Env ""}}',  # as plain JSON it is no list of strings
    ],
)
def test_what_an_inspected_container_does_not_have_is_an_error(template):
    with pytest.raises(BadTemplate):
        compile(template, shape="container")(CONTAINER)


def test_an_event_is_never_read_as_plain_json():
    event = {"Type": "container", "Actor": {"ID": "4f", "Attributes": {"a": "1"}}, "time": 5}
    render = compile("{{.Type}} {{.Actor.Attributes.a}} {{.Time}}", shape="event", raw=False)
    assert render(event) == "container 1 5"
    for template in ("{{.time}}", "{{upper .Type}}"):  # to Go, a type is not just a string
        with pytest.raises(BadTemplate):
            compile(template, shape="event", raw=False)(event)


def test_json_of_a_type_has_dockers_keys_in_dockers_order():
    text = compile("{{json .}}", shape="network")({"Id": "n", "Labels": {"b": "", "a": ""}})
    assert text.startswith('{"Name":"","Id":"n","Created":"0001-01-01T00:00:00Z","Scope":"",')
    assert text.endswith('"Options":null,"Labels":{"a":"","b":""}}')


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.a}} {{.b.c}}", "1 true"),
        ("{{json .}}", '{"a":1,"b":{"c":true}}'),
        ("{{.b}}", "map[c:true]"),
    ],
)
def test_plain_json_needs_no_type(template, text):
    assert compile(template)({"b": {"c": True}, "a": 1}) == text
    with pytest.raises(BadTemplate):
        compile("{{.no}}")({})
