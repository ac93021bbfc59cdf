# SPDX-License-Identifier: BSD-2-Clause
# bash completion of portlight(1); needs nothing but bash.

_portlight() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} word typed=0 i
    local options='--config --server --ipv4 --ipv6 --json --explain --trace --packets --pcap
        --timeout --expect --watch --version --help -c -4 -6 -h'
    local services='ftp ssh telnet smtp domain http pop3 imap ldap https microsoft-ds submissions
        submission domain-s imaps pop3s ms-sql-s mysql ms-wbt-server postgresql rfb redis http-alt
        https-alt minecraft'

    COMPREPLY=()
    # --expect=open comes as three words
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $prev in
    -c | --config | --pcap)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    --expect)
        mapfile -t COMPREPLY < <(compgen -W 'open closed filtered' -- "$cur")
        return
        ;;
    --server | --timeout | --watch) return ;;
    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
        return
    fi
    # the host, then the ports: how many words before are neither option nor value?
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case $word in
        -c | --config | --pcap | --expect | --server | --timeout | --watch)
            if [[ ${COMP_WORDS[i + 1]} == = ]]; then ((i += 2)); else ((i += 1)); fi
            # a URL comes in pieces: https : //host : 8443
            while [[ $word == --server && ${COMP_WORDS[i + 1]} == : ]]; do ((i += 2)); done
            ;;
        -*) ;;
        *) ((typed++)) ;;
        esac
    done
    if ((typed == 0)); then
        mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur")
    elif ((typed == 1)) && [[ $cur == *,* ]]; then
        compopt -o nospace 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -P "${cur%,*}," -W "$services" -- "${cur##*,}")
    elif ((typed == 1)); then
        compopt -o nospace 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -W "$services" -- "$cur")
    fi
}

complete -F _portlight portlight
