# SPDX-License-Identifier: BSD-2-Clause
# fish completion of portlight(1).

# made by scripts/generate-config: words
set -l services \
    ftp ssh telnet smtp domain http pop3 imap ldap https microsoft-ds submissions submission \
    domain-s imaps pop3s ms-sql-s mysql ms-wbt-server postgresql rfb redis http-alt https-alt \
    minecraft
set -g __portlight_valued -c --config --server --from --agree --pcap --timeout --expect --watch --watch-for --starttls --min-days --chain
complete -c portlight -s c -l config -r -F -d 'Read this configuration'
complete -c portlight -l server -x -d 'Ask the portlightd at this URL'
complete -c portlight -l from -x -d 'Ask these places, or all'
complete -c portlight -l agree -x -d 'How many places must find what is expected'
complete -c portlight -l places -d 'List the places that can be asked'
complete -c portlight -s 4 -l ipv4 -d 'Only IPv4'
complete -c portlight -s 6 -l ipv6 -d 'Only IPv6'
complete -c portlight -l json -d 'Print the JSON object of the API'
complete -c portlight -l explain -d 'Say what each verdict means and what to do next'
complete -c portlight -l host -d 'Say whose address it is; no packet is sent to it'
complete -c portlight -l trace -d 'Find the hop where a silent SYN dies'
complete -c portlight -l packets -d 'Show every packet'
complete -c portlight -l pcap -r -F -d 'Write every packet to a pcap file'
complete -c portlight -l timeout -x -d 'Give each port this many milliseconds'
complete -c portlight -l expect -x -a 'open closed filtered' -d 'What counts as success'
complete -c portlight -l watch -x -d 'Check again every so many seconds until all is as expected'
complete -c portlight -l watch-for -x -d 'End --watch after this many seconds'
complete -c portlight -l timestamps -d 'Begin each line with the time'
complete -c portlight -l tls -d 'Check TLS and the certificate'
complete -c portlight -l starttls -x -a 'none smtp imap pop3 ftp postgres mysql ldap rdp tds' -d 'Use this protocol before TLS'
complete -c portlight -l survey -d 'Test all TLS versions and groups'
complete -c portlight -l min-days -x -d 'How long a certificate must remain valid'
complete -c portlight -l chain -r -F -d 'Write the certificates to a PEM file'
complete -c portlight -l prometheus -d 'Print metrics of the certificate'
complete -c portlight -s v -l version -d 'Print the version'
complete -c portlight -s h -l help -d 'Print this help'
# end

# Is this the number of words before the cursor that are no option or value?
function __portlight_typed
    set -l typed 0
    set -l value 0
    for word in (commandline -opc)[2..-1]
        if test $value = 1
            set value 0
        else if contains -- $word $__portlight_valued
            set value 1
        else if not string match -q -- '-*' $word
            set typed (math $typed + 1)
        end
    end
    test $typed = $argv[1]
end

# Appends each service to the ports already typed: "443," gives "443,ssh".
function __portlight_ports
    set -l before (string match -r -- '^.*,' (commandline -ct))
    for service in $argv
        echo "$before$service"
    end
end

complete -c portlight -f
complete -c portlight -n '__portlight_typed 0' -a '(__fish_print_hostnames)'
complete -c portlight -n '__portlight_typed 1' -a "(__portlight_ports $services)"
