"""The root command: global options, the top-level names, and the one boundary of errors."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from dsock import __version__, tree
from dsock.app import App
from dsock.errors import DsockError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# What stands at the top is the command of a noun under a shorter name.
TOP = {
    "run": "container.run",
    "ps": "container.ls",
    "exec": "container.exec",
    "attach": "container.attach",
    "create": "container.create",
    "start": "container.start",
    "stop": "container.stop",
    "restart": "container.restart",
    "kill": "container.kill",
    "rm": "container.rm",
    "logs": "container.logs",
    "wait": "container.wait",
    "rename": "container.rename",
    "recreate": "container.recreate",
    "pause": "container.pause",
    "unpause": "container.unpause",
    "port": "container.port",
    "top": "container.top",
    "stats": "container.stats",
    "monitor": "monitor",
    "update": "container.update",
    "cp": "container.cp",
    "diff": "container.diff",
    "export": "container.export",
    "commit": "container.commit",
    "build": "image.build",
    "inspect": "inspect",
    "images": "image.ls",
    "pull": "image.pull",
    "push": "image.push",
    "search": "search",
    "login": "login",
    "logout": "logout",
    "rmi": "image.rm",
    "tag": "image.tag",
    "save": "image.save",
    "load": "image.load",
    "import": "image.import",
    "history": "image.history",
    "events": "system.events",
    "info": "system.info",
    "version": "version",
    "where": "where",
    "api": "api",
    "audit": "audit",
    "trace": "trace",
    "render": "render",
    "walkthrough": "walkthrough",
    "proxy": "proxy",
    "completion": "completion",
    "help": "help",
}
NOUNS = ("builder", "container", "context", "image", "network", "volume", "system", "sandbox")
PACKAGE = "dsock.commands"
LEVELS = ("debug", "info", "warn", "error", "fatal")


class OutputClosed(Exception):
    """A BrokenPipeError under another name: click makes exit code 1 of that one."""


class Root(click.Group):
    """dsock itself."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, tree.plain_flags(self, ctx, args))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise OutputClosed from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*TOP, *NOUNS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in NOUNS:
            return tree.Group(cmd_name, f"{PACKAGE}.{cmd_name}")
        if cmd_name not in TOP:
            return None
        return tree.load(f"{PACKAGE}.{TOP[cmd_name]}")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        return tree.subcommands(self, ctx, incomplete, {**_top_lines(), **_noun_lines()})

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_top_lines().items()))
        with formatter.section("Management commands"):
            formatter.write_dl(list(_noun_lines().items()))


def _top_lines() -> dict[str, str]:
    """{name: one line} of the top-level names."""
    lines = {}
    for name, path in TOP.items():
        noun, _, verb = path.rpartition(".")
        package = f"{PACKAGE}.{noun}" if noun else PACKAGE
        lines[name] = import_module(package).COMMANDS[verb]
    return lines


def _noun_lines() -> dict[str, str]:
    return {noun: import_module(f"{PACKAGE}.{noun}").HELP for noun in NOUNS}


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"dsock version {__version__}")
        ctx.exit()


@click.group(
    cls=Root,
    invoke_without_command=True,
    context_settings={"max_content_width": 100, "help_option_names": ["-h", "--help"]},
)
@click.option(
    "-H", "--host", metavar="URL", help="Engine: unix:///path, ssh://user@host or tcp://host:port"
)
@click.option("-c", "--context", metavar="NAME", help="docker context to use; overrides --host",
              shell_complete=tree.contexts)  # fmt: skip
@click.option("--config", metavar="DIR", help="Folder of docker's config.json and contexts")
@click.option("-D", "--debug", is_flag=True, help="Say more about errors")
@click.option("-l", "--log-level", metavar="LEVEL", default="info",
              help=f"{', '.join(LEVELS)}; debug is --debug")  # fmt: skip
@click.option("--curl", is_flag=True, help="Print each call as curl on stderr as it is made")
@click.option("--dry-run", is_flag=True, help="Print the calls as a shell script, change nothing")
@click.option("--tls", is_flag=True, help="Speak TLS; implied by --tlsverify")
@click.option("--tlscacert", "ca", metavar="FILE", help="Believe only what this authority signed")
@click.option("--tlscert", "cert", metavar="FILE", help="Certificate that says who we are")
@click.option("--tlskey", "key", metavar="FILE", help="Its key")
@click.option("--tlsverify", "verify", is_flag=True, default=None,
              help="Speak TLS and verify the engine")  # fmt: skip
@click.option("-v", "--version", is_flag=True, is_eager=True, expose_value=False,
              callback=_version, help="Print the version and quit")  # fmt: skip
@click.pass_context
def root(
    ctx: click.Context,
    /,
    host: str | None,
    context: str | None,
    config: str | None,
    debug: bool,
    log_level: str,
    curl: bool,
    dry_run: bool,
    **tls: Any,
) -> None:
    """A docker command line that speaks to the engine's socket and hides nothing."""
    app: App = ctx.ensure_object(App)
    app.host, app.context, app.config_path = host, context, config
    app.debug, app.curl, app.dry_run = debug or log_level == "debug", curl, dry_run
    if log_level not in LEVELS:
        wanted = f"one of {', '.join(LEVELS)}"
        raise DsockError(f"Unable to parse logging level: {log_level}", wanted)
    app.tls = tls
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)  # as docker does


def run(argv: list[str]) -> int:
    """Run one command line and return its exit code; no exception leaves."""
    app = App()
    try:
        code = _guarded(argv, app)
        sys.stdout.flush()
        return code
    except (BrokenPipeError, OutputClosed):  # `dsock ps | head -1` is a success
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except OSError as err:
        app.complain(f"cannot write the output: {err.strerror}")
        return 1


def _guarded(argv: list[str], app: App) -> int:
    try:
        result = root.main(argv, prog_name="dsock", standalone_mode=False, obj=app)
        if app.script is not None:
            app.script.end()
        app.picture()
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as err:
        return err.exit_code
    except SystemExit as err:
        return err.code if isinstance(err.code, int) else 1
    except (KeyboardInterrupt, click.Abort):
        return 130
    except click.UsageError as err:
        return _usage(app, err)
    except DsockError as err:
        app.complain(err.message, err.hint)
        if app.debug and getattr(err, "call", None):
            app.complain(f"  the call was {err.call}")  # type: ignore[attr-defined]
        return err.exit_code
    except click.ClickException as err:
        app.complain(err.format_message())
        return err.exit_code
    except (BrokenPipeError, OutputClosed):
        raise
    except OSError as err:
        app.complain(f"{err.filename or 'output'}: {err.strerror or err}")
        return 1
    except Exception as err:  # a bug: one line for the user, everything for who asks
        if app.debug:
            raise
        app.complain(f"internal error: {type(err).__name__}: {err}", "--debug shows where")
        return 1


def _usage(app: App, err: click.UsageError) -> int:
    code = err.exit_code if err.exit_code in (1, 125) else 125
    if err.ctx is not None and err.message.startswith("No such command"):
        code = 1
    usage = f"\n\n{err.ctx.get_usage()}" if err.ctx else ""
    path = err.ctx.command_path if err.ctx else "dsock"
    app.complain(f"{err.format_message()}{usage}\n\nRun '{path} --help' for more information")
    return code
