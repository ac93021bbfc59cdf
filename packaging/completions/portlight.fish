# SPDX-License-Identifier: BSD-2-Clause
# fish completion for portlight(1), portlightd(8) and portlight-prober(8)

# The allowlist that is built in, as portlightd names it.
function __portlight_services
    printf '%s\t%s\n' 21 ftp 22 ssh 23 telnet 25 smtp 53 domain 80 http 110 pop3 143 imap \
        389 ldap 443 https 445 microsoft-ds 465 submissions 587 submission 853 domain-s \
        993 imaps 995 pop3s 1433 ms-sql-s 3306 mysql 3389 ms-wbt-server 5432 postgresql \
        5900 rfb 6379 redis 8080 http-alt 8443 https-alt 25565 minecraft
end

# How many of host and ports are already there.
function __portlight_places
    set -l after no
    set -l places 0
    for word in (commandline -opc)[2..-1]
        if test $after = yes
            set after no
            continue
        end
        switch $word
            case -c --config --pcap --expect --timeout
                set after yes
            case '-*'
            case '*'
                set places (math $places + 1)
        end
    end
    echo $places
end

complete -c portlight -f
complete -c portlight -s c -l config -r -F -d 'Read this configuration'
complete -c portlight -s 4 -l ipv4 -d 'Only IPv4'
complete -c portlight -s 6 -l ipv6 -d 'Only IPv6'
complete -c portlight -l json -d 'Print the JSON object of the API'
complete -c portlight -l trace -d 'Find where a silent SYN dies'
complete -c portlight -l pcap -r -F -d 'Write every packet to a pcap file'
complete -c portlight -l timeout -x -a '500 1000 2000 3000' -d 'Milliseconds for each port'
complete -c portlight -l expect -x -a 'open closed filtered' -d 'What counts as success'
complete -c portlight -l version -d 'Say the version'
complete -c portlight -s h -l help -d 'Say the usage'
complete -c portlight -n 'test (__portlight_places) = 0' -a '(__fish_print_hostnames)'
complete -c portlight -n 'test (__portlight_places) = 1' \
    -a '(__fish_complete_list , __portlight_services)'

for daemon in portlightd portlight-prober
    complete -c $daemon -f
    complete -c $daemon -s c -l config -r -F -d 'Read this configuration'
    complete -c $daemon -l check-config -d 'Say what is wrong with the configuration'
    complete -c $daemon -l version -d 'Say the version'
    complete -c $daemon -s h -l help -d 'Say the usage'
end
