"""`dsock completion`."""

from __future__ import annotations

import click

from dsock import tree
from dsock.app import App

# Each script asks dsock, in the words of click's shell completion. The ones that click would make
# lose what stands before the = of `--signal=KILL`, and the colon of `nginx:1.27` in bash.

# bash takes = and : as words of their own, and keeps what is before them. So the words are put
# together again for dsock, and what stands before the last of them is left out of its answers.
BASH = r"""
_dsock_completion() {
    local IFS=$'\n' words=() word typed kept="" breaks=${COMP_WORDBREAKS//[^:=]/} type value
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        typed="${words[*]: -1}"
        if [[ -n $word && ( $word == [:=]* || $typed == *[:=] ) && $COMP_LINE == *"$typed$word"* ]]
        then
            words[-1]+=$word
        else
            words+=("$word")
        fi
    done
    typed=${words[-1]}
    if [[ $typed == --*=* ]]; then
        typed=${typed#*=}
    fi
    if [[ -n $breaks ]]; then
        kept=${typed%"${typed##*[$breaks]}"}
    fi
    COMPREPLY=()
    while IFS=, read -r type value; do
        if [[ $type == plain ]]; then
            COMPREPLY+=("${value#"$kept"}")
            if [[ $value == *[=:] ]]; then
                compopt -o nospace
            fi
        elif [[ $type == file || $type == dir ]]; then
            compopt -o default
        fi
    done < <(COMP_WORDS="${words[*]}" COMP_CWORD=$((${#words[@]} - 1)) \
        _DSOCK_COMPLETE=bash_complete "$1" 2> /dev/null)
}

complete -o nosort -F _dsock_completion dsock
"""


# -U: what dsock offers is taken as it is, in its order.
ZSH = r"""
#compdef dsock

_dsock() {
    local -a answer plain described open
    local type value help kept="${(M)PREFIX#--*=}"
    answer=("${(@f)$(COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) \
        _DSOCK_COMPLETE=zsh_complete "${words[1]}" 2> /dev/null)}")
    for type value help in "${answer[@]}"; do
        if [[ $type != plain ]]; then
            [[ -n $type ]] && _files
        elif [[ $value == *[=:] ]]; then
            open+=("$kept$value")
        elif [[ $help == _ ]]; then
            plain+=("$kept$value")
        else
            described+=("$kept$value:$help")
        fi
    done
    (( $#described )) && _describe -V unsorted described -U
    (( $#plain )) && compadd -U -V unsorted -a plain
    (( $#open )) && compadd -U -V unsorted -S '' -a open
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _dsock "$@"
else
    compdef _dsock dsock
fi
"""

FISH = r"""
function __dsock_complete
    set -l typed (commandline -ct)
    set -l kept (string match -r -- '^--[^=]*=' $typed)
    for row in (env COMP_WORDS=(commandline -cp) COMP_CWORD=$typed \
            _DSOCK_COMPLETE=fish_complete dsock 2> /dev/null)
        set -l found (string split -m 1 , -- $row)
        switch $found[1]
            case plain
                echo -- "$kept$found[2]"
            case file dir
                __fish_complete_path $typed
        end
    end
end

complete --no-files --command dsock --arguments '(__dsock_complete)'
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


@tree.command()
@click.argument("shell", type=click.Choice(list(SCRIPTS)))
@click.pass_obj
def command(app: App, shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash:  dsock completion bash > /etc/bash_completion.d/dsock
    zsh:   dsock completion zsh > "${fpath[1]}/_dsock"
    fish:  dsock completion fish > ~/.config/fish/completions/dsock.fish
    """
    app.write(SCRIPTS[shell].lstrip())
