# SPDX-License-Identifier: BSD-2-Clause
# bash completion for portlight(1), portlightd(8) and portlight-prober(8)

# The allowlist that is built in, as portlightd names it.
_portlight_services='21 ftp 22 ssh 23 telnet 25 smtp 53 domain 80 http 110 pop3 143 imap 389 ldap
    443 https 445 microsoft-ds 465 submissions 587 submission 853 domain-s 993 imaps 995 pop3s
    1433 ms-sql-s 3306 mysql 3389 ms-wbt-server 5432 postgresql 5900 rfb 6379 redis 8080 http-alt
    8443 https-alt 25565 minecraft'

# The last of up to three ports, "22,80,4": numbers; a service's name becomes its number.
_portlight_ports() {
    local last=${1##*,} before= number name taken
    local -a numbers names services
    [[ $1 == *,* ]] && before=${1%,*},
    taken=${before//[^,]/}
    [ ${#taken} -lt 3 ] || return
    read -ra services -d '' <<<"$_portlight_services"
    set -- "${services[@]}"
    while [ $# -ge 2 ]; do
        number=$1 name=$2; shift 2
        [[ ,$before == *,$number,* ]] && continue
        if [[ -n $last && $name == "$last" ]]; then
            names=("$name") COMPREPLY=("$before$number")
            return
        fi
        [[ $number == "$last"* ]] && numbers+=("$before$number")
        [[ -n $last && $name == "$last"* ]] && names+=("$before$name") COMPREPLY=("$before$number")
    done
    # one name becomes its number, several are to choose from
    [ ${#names[@]} -eq 1 ] || COMPREPLY=("${numbers[@]}" "${names[@]}")
}

_portlight_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_portlight_words() { # CURRENT WORDS
    mapfile -t COMPREPLY < <(compgen -W "$2" -- "$1")
}

_portlight() {
    local line=${COMP_LINE:0:COMP_POINT} cur prev word places=0 after=
    local -a words
    COMPREPLY=()
    # not COMP_WORDS, which has an IPv6 address in pieces
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=('')
    cur=${words[-1]} prev=${words[-2]}
    case $cur in --*=*) prev=${cur%%=*} cur=${cur#*=} ;; esac
    case $prev in
    -c | --config | --pcap) _portlight_files "$cur"; return ;;
    --expect) _portlight_words "$cur" 'open closed filtered'; return ;;
    --timeout) _portlight_words "$cur" '500 1000 2000 3000'; return ;;
    esac
    if [[ $cur == -* ]]; then
        _portlight_words "$cur" '-c -4 -6 --config --ipv4 --ipv6 --json --trace --pcap --timeout
            --expect --version --help'
        return
    fi
    for word in "${words[@]:1:${#words[@]}-2}"; do
        if [ -n "$after" ]; then
            after=
            continue
        fi
        case $word in
        -c | --config | --pcap | --expect | --timeout) after=value ;;
        -*) ;;
        *) places=$((places + 1)) ;;
        esac
    done
    case $places in
    0) [[ $cur == *:* ]] || mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur") ;;
    1) compopt -o nospace -o nosort 2>/dev/null; _portlight_ports "$cur" ;;
    esac
}

_portlight_daemon() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    # --config=FILE is three words
    [[ $cur == = ]] && cur= prev=${COMP_WORDS[COMP_CWORD - 1]}
    [[ $prev == = && $COMP_CWORD -ge 2 ]] && prev=${COMP_WORDS[COMP_CWORD - 2]}
    case $prev in
    -c | --config) _portlight_files "$cur" ;;
    *) _portlight_words "$cur" '-c --config --check-config --version --help' ;;
    esac
}

complete -F _portlight portlight
complete -F _portlight_daemon portlightd portlight-prober
