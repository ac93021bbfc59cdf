# SPDX-License-Identifier: BSD-2-Clause
# bash completion of portlight(1); needs nothing but bash.

# Is the first word among the others?
_portlight_has() {
    local word=$1 other; shift
    for other in "$@"; do
        [[ $word == "$other" ]] && return 0
    done
    return 1
}

_portlight() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} word typed=0 i
    # made by scripts/generate-config: words
    local options='
        -c --config --server --from --agree --places -4 --ipv4 -6 --ipv6 --json --explain --host
        --trace --packets --pcap --timeout --expect --watch --watch-for --timestamps --tls
        --starttls --survey --min-days --chain --prometheus -v --version -h --help'
    local files='
        -c --config --pcap --chain'
    local states='
        --expect'
    local others='
        --server --from --agree --timeout --watch --watch-for --starttls --min-days'
    local state_words='
        open closed filtered'
    local services='
        ftp ssh telnet smtp domain http pop3 imap ldap https microsoft-ds submissions submission
        domain-s imaps pop3s ms-sql-s mysql ms-wbt-server postgresql rfb redis http-alt
        https-alt minecraft'
    # end

    COMPREPLY=()
    # bash splits --expect=open into three words
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if _portlight_has "$prev" $files; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
    elif _portlight_has "$prev" $states; then
        mapfile -t COMPREPLY < <(compgen -W "$state_words" -- "$cur")
        return
    elif _portlight_has "$prev" $others; then
        return
    fi
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
        return
    fi
    # the host, then the ports: count the words before the cursor that are no option or value
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if _portlight_has "$word" $files $states $others; then
            if [[ ${COMP_WORDS[i + 1]} == = ]]; then ((i += 2)); else ((i += 1)); fi
            # bash splits a URL: https : //host : 8443
            while [[ $word == --server && ${COMP_WORDS[i + 1]} == : ]]; do ((i += 2)); done
        elif [[ $word != -* ]]; then
            ((typed++))
        fi
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
