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
