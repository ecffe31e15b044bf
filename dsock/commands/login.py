"""`dsock login`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dsock import configfile, tree
from dsock.api import system
from dsock.app import App
from dsock.engine.curl import variable
from dsock.errors import ApiError, DsockError
from dsock.registry import names
from dsock.registry.auth import Auth
from dsock.registry.credentials import ENVIRONMENT
from dsock.registry.names import HUB, HUB_KEY

# What Go takes for white space; docker takes it off what comes from a pipe.
BLANKS = " \t\n\v\f\r\x85\xa0"
UNENCRYPTED = """
WARNING! Your credentials are stored unencrypted in '{path}'.
A credential helper keeps them safe: "credsStore": "pass" in that file, for one, with the
program docker-credential-pass. See https://docs.docker.com/go/credential-store/
"""


@tree.command()
@click.option("-p", "--password", metavar="TEXT", help="Password or access token; others see it")
@click.option("--password-stdin", is_flag=True, help="Read password or access token from stdin")
@click.option("-u", "--username", metavar="NAME", help="User name")
@click.argument("server", required=False)
@click.pass_obj
def command(
    app: App, server: str | None, username: str | None, password: str | None, password_stdin: bool
) -> None:
    """Log in to a registry.

    To Docker Hub if no SERVER is named. The engine tries the credentials; then they are kept for
    pull, push and build: in a credential helper if config.json names one, else in config.json.
    """
    if username == "" or password == "":
        raise DsockError(f"{'username' if username == '' else 'password'} is empty")
    if password is not None:
        app.note("WARNING! --password can be seen by others on this host. Use --password-stdin.")
    if password_stdin:
        password = _from_stdin(username, password)
    if app.environ.get(ENVIRONMENT):
        app.note(f"WARNING: {ENVIRONMENT} is set and goes before what is kept now")
    key = HUB_KEY if server in (None, "", HUB) else names.hostname(server or "")
    configfile.load(app.config_dir)  # a broken one is found before anything is asked
    if app.dry_run:
        name, word = username or variable("USERNAME"), variable("PASSWORD")
        app.engine.json(system.auth(Auth(key, name, word).body()))
        return
    kept = app.credentials.get(key) if username is None and password is None else Auth(key)
    status = _again(app, kept) if kept.username and kept.password else None
    if status is None:
        status = _anew(app, key, username, password, kept.username)
    app.tell(f"{status}\n")


def _from_stdin(username: str | None, password: str | None) -> str:
    if password is not None:
        raise DsockError("conflicting options: cannot specify both --password and --password-stdin")
    if username is None:
        raise DsockError("the --password-stdin option requires --username to be set")
    text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    text = text.strip(BLANKS)
    if not text:
        raise DsockError("password is empty", "nothing came from stdin")
    return text


def _again(app: App, kept: Auth) -> str | None:
    """Log in with the credentials that are there. The engine's answer, None if refused."""
    app.note(
        f"Authenticating with existing credentials... [Username: {kept.username}]\n"
        "`dsock logout` first to log in as somebody else"
    )
    try:
        return _login(app, kept)
    except ApiError as err:
        app.complain(f"Login did not succeed: {err.reason}")
        return None


def _anew(app: App, key: str, username: str | None, password: str | None, usual: str) -> str:
    """Log in with other credentials; asks for what is not given. The engine's answer."""
    if (username is None or password is None) and not app.stdin_is_terminal:
        raise DsockError(
            "Error: Cannot perform an interactive login from a non TTY device",
            "`dsock login -u NAME --password-stdin` reads the password from a pipe",
        )
    from dsock.terminal import prompt

    if key == HUB_KEY and password is None:
        app.note("Log in to Docker Hub with a password or an access token (PAT):")
        app.note("https://app.docker.com/settings makes one")
    if username is None:
        username = prompt.line(f"Username ({usual}): " if usual else "Username: ").strip() or usual
        if not username:
            raise DsockError("Error: Non-null Username Required")
    if password is None:
        password = prompt.secret("Password: ")
        if not password:
            raise DsockError("Error: Password Required")
    return _login(app, Auth(key, username, password))


def _login(app: App, wanted: Auth) -> str:
    """Have the engine try credentials, and keep them if they are right.

    Where a registry gives a token for a password, the token is kept. POST /auth.
    """
    answer = app.engine.json(system.auth(wanted.body())) or {}
    token = answer.get("IdentityToken") or ""
    found = Auth(wanted.server, wanted.username, "" if token else wanted.password, token)
    if app.credentials.store(wanted.server, found) and not token:
        app.note(UNENCRYPTED.format(path=Path(app.config_dir, configfile.NAME)))
    return str(answer.get("Status") or "Login Succeeded")
