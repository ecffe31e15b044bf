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
