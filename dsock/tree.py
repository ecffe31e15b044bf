"""Commands in click with docker's grammar: a group whose subcommands are the modules of a package,
imported when they are called, and a command whose flags read as docker's do."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

TRUE, FALSE = {"1", "t", "T", "true", "TRUE", "True"}, {"0", "f", "F", "false", "FALSE", "False"}


def contexts(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of docker's contexts, for TAB."""
    from dsock import completion

    return completion.contexts(ctx, param, incomplete)


def _set(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value:
        setattr(ctx.obj, param.name or "", value)


def global_options() -> list[click.Option]:
    """The long root options, accepted after a subcommand too."""
    shared: dict[str, Any] = {"expose_value": False, "callback": _set}
    return [
        click.Option(["--host"], metavar="URL", help="Engine's socket to talk to", **shared),
        click.Option(
            ["--context"], metavar="NAME", help="docker context to use",
            shell_complete=contexts, **shared,
        ),
        click.Option(["--debug"], is_flag=True, help="Say more about errors", **shared),
        click.Option(
            ["--curl"], is_flag=True, help="Print each call as curl on stderr", **shared
        ),
        click.Option(
            ["--dry-run"], is_flag=True, help="Print the calls as a script, change nothing",
            **shared,
        ),
    ]  # fmt: skip


class Command(click.Command):
    """A click command that reads flags as docker's parser does (`--rm=false`), takes the global
    options, and ends with docker's exit codes for a wrong command line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = {name for param in self.params for name in param.opts}
        self.globals = [o for o in global_options() if not taken.intersection(o.opts)]
        self.module = ""  # where it is defined, as `load` found it
        self.params += self.globals

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, plain_flags(self, ctx, args))
        except click.MissingParameter as err:
            err.exit_code = 1  # type: ignore[misc]
            raise
        except click.UsageError as err:
            if ctx.resilient_parsing:  # TAB offers what it can
                return super().parse_args(ctx, [])
            extra = err.message.startswith("Got unexpected extra")
            err.exit_code = 1 if extra else 125  # type: ignore[misc]
            raise

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # click would list the arguments too, of which the usage line has told already.
        options = [p for p in self.params if isinstance(p, click.Option)]
        own = [p for p in options if p not in self.globals] + [self.get_help_option(ctx)]
        for title, params in (("Options", own), ("Global options", self.globals)):
            records = [r for r in (p.get_help_record(ctx) for p in params if p) if r]
            records = [(names.replace(" [=", "[="), text) for names, text in records]
            with formatter.section(title):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from dsock import endpoints

        super().format_epilog(ctx, formatter)
        if called := endpoints.of(self.module):
            with formatter.section("Endpoints"):
                formatter.write_dl(called)


def plain_flags(command: click.Command, ctx: click.Context, args: list[str]) -> list[str]:
    """`args` with docker's `--flag=true`, `-it=false` and `-n=3` in click's words."""
    params = [*command.params, command.get_help_option(ctx)]
    options = {o: p for p in params if isinstance(p, click.Option)
               for o in (*p.opts, *p.secondary_opts)}  # fmt: skip
    interspersed = ctx.allow_interspersed_args
    out: list[tuple[str, click.Option | None]] = []  # a word, and the flag that it is
    rest = iter(args)
    for arg in rest:
        positional = arg == "-" or not arg.startswith("-")
        if arg == "--" or (positional and not interspersed):
            out += [(word, None) for word in (arg, *rest)]
            break
        for name, value in [(arg, None)] if positional else _names(arg, options):
            option = options.get(name)
            if option is None:  # an argument, or what click will refuse
                out.append((name if value is None else f"{name}={value}", None))
            elif not option.is_flag:
                if value is None and isinstance(option.flag_value, str):
                    value = option.flag_value  # only "=" gives it another one
                out.append((name, None))
                out += [(word, None) for word in [next(rest, None) if value is None else value]
                        if word is not None]  # fmt: skip
            elif value is None or value in TRUE:
                out.append((name, option))
            elif value not in FALSE:
                raise click.UsageError(f'invalid argument "{value}" for "{name}" flag', ctx)
            elif option.secondary_opts:
                out.append((option.secondary_opts[0], option))
            else:
                out = [(word, flag) for word, flag in out if flag is not option]
    return [word for word, _ in out]


def _names(arg: str, options: Mapping[str, click.Option]) -> Iterator[tuple[str, str | None]]:
    """(name, value or None) of each option in the word `arg`: `--name=value`, `-it`, `-n3`."""
    if arg.startswith("--"):
        name, equals, value = arg.partition("=")
        yield name, value if equals else None
        return
    for at in range(1, len(arg)):
        name, value = f"-{arg[at]}", arg[at + 1 :]
        if name not in options:
            yield arg if arg[at] == "-" else f"-{arg[at:]}", None  # never "--", which ends flags
            return
        if value.startswith("=") and len(value) > 1:
            yield name, value[1:]
            return
        if value and not options[name].is_flag:
            yield name, value
            return
        yield name, None


def command(interspersed: bool = True, **attrs: Any) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command. With `interspersed` false, flags end at the first argument."""
    settings = {"allow_interspersed_args": interspersed, "max_content_width": 100}
    return click.command(cls=Command, context_settings=settings, **attrs)


class Group(click.Group):
    """The commands of a package: its `HELP`, its `COMMANDS` {name: one line}, and `ALIASES`.

    The table is there so that --help and TAB import no command.
    """

    def __init__(self, name: str, package: str) -> None:
        super().__init__(name, no_args_is_help=False, invoke_without_command=True)
        self.package = package
        self.callback = self._show_help
        self.options_metavar = ""
        self.subcommand_metavar = "COMMAND"

    @property
    def table(self) -> dict[str, str]:
        found: dict[str, str] = import_module(self.package).COMMANDS
        return found

    @property
    def aliases(self) -> dict[str, str]:
        found: dict[str, str] = getattr(import_module(self.package), "ALIASES", {})
        return found

    def get_short_help_str(self, limit: int = 45) -> str:
        return str(import_module(self.package).HELP)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = self.aliases.get(cmd_name, cmd_name)
        return load(f"{self.package}.{name}") if name in self.table else None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        return subcommands(self, ctx, incomplete, self.table)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        formatter.write_text(self.get_short_help_str())

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.table.items()))

    def _show_help(self) -> None:
        ctx = click.get_current_context()
        if ctx.invoked_subcommand is None:
            click.echo(ctx.get_help(), err=True)  # as docker does


def subcommands(
    group: click.Group, ctx: click.Context, incomplete: str, table: Mapping[str, str]
) -> list[CompletionItem]:
    """What TAB offers after `group`: the names in `table` {name: one line}, and its flags.

    click would import every command to ask it for its line: half of the time.
    """
    from click.shell_completion import CompletionItem

    names = (name for name in sorted(table) if name.startswith(incomplete))
    items = [CompletionItem(name, help=table[name]) for name in names]
    return items + click.Command.shell_complete(group, ctx, incomplete)


def load(path: str) -> click.Command:
    """The command at a dotted path: the module's `command`."""
    head, _, name = path.rpartition(".")
    module = name.replace("-", "_") + ("_" if keyword.iskeyword(name) else "")
    found: click.Command = import_module(f"{head}.{module}").command
    if isinstance(found, Command):
        found.module = f"{head}.{module}"
    return found
