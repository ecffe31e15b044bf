"""`dsock completion`."""

from __future__ import annotations

import click

from dsock import tree
from dsock.app import App

SHELLS = ("bash", "zsh", "fish")

# What click makes for bash gives up at the colon of `nginx:1.27` and the = of `--signal=TERM`:
# bash takes both as words of their own. Here they are put together again, and what stands before
# the last colon is left out of the answers, as bash keeps it.
BASH = r"""
_dsock_completion() {
    local IFS=$'\n' words=() word typed kept="" type value
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        typed="${words[*]: -1}"
        if [[ -n $word && ( $word == [:=]* || $typed == *[:=] ) && $COMP_LINE == *"$typed$word"* ]]
        then
            words[-1]+=$word
        else
            words+=("$word")
        fi
    done
    typed=${words[-1]##*=}
    if [[ $typed == *:* && $COMP_WORDBREAKS == *:* ]]; then
        kept=${typed%:*}:
    fi
    COMPREPLY=()
    while IFS=, read -r type value; do
        if [[ $type == plain ]]; then
            COMPREPLY+=("${value#"$kept"}")
        elif [[ $type == file || $type == dir ]]; then
            compopt -o default
        fi
    done < <(COMP_WORDS="${words[*]}" COMP_CWORD=$((${#words[@]} - 1)) \
        _DSOCK_COMPLETE=bash_complete "$1" 2> /dev/null)
}

complete -o nosort -F _dsock_completion dsock
"""


@tree.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_obj
def command(app: App, shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash:  dsock completion bash > /etc/bash_completion.d/dsock
    zsh:   dsock completion zsh > "${fpath[1]}/_dsock"
    fish:  dsock completion fish > ~/.config/fish/completions/dsock.fish
    """
    app.write(script(shell))


def script(shell: str) -> str:
    """The script for `shell`: it asks dsock, in the words of click's shell completion."""
    if shell == "bash":
        return BASH.lstrip()
    from click.shell_completion import get_completion_class

    maker = get_completion_class(shell)
    assert maker is not None
    program = maker(click.Command("dsock"), {}, "dsock", "_DSOCK_COMPLETE")
    return (program.source_template % program.source_vars()).strip() + "\n"
