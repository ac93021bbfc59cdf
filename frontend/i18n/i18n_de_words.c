/* SPDX-License-Identifier: BSD-2-Clause */
/* What decided, evidence and explanations: the texts of common/contract/verdict.def. */
#include "frontend/i18n/i18n.h"

const struct phrase language_german_words[] = {
    {"no answer came", "es kam keine Antwort"},
    {"a SYN-ACK that acknowledges our SYN", "ein SYN-ACK, das unser SYN bestätigt"},
    {"a RST that acknowledges our SYN", "ein RST, das unser SYN bestätigt"},
    {"an ICMP error: no way to the network", "ein ICMP-Fehler: kein Weg zum Netz"},
    {"an ICMP error: no way to the host", "ein ICMP-Fehler: kein Weg zum Host"},
    {"an ICMP error: no TCP at the host", "ein ICMP-Fehler: kein TCP auf dem Host"},
    {"an ICMP error: nothing at the port; no TCP stack answers a SYN like that",
     "ein ICMP-Fehler: nichts am Port; so antwortet kein TCP-Stack auf ein SYN"},
    {"an ICMP error: the network is administratively prohibited",
     "ein ICMP-Fehler: das Netz ist administrativ gesperrt"},
    {"an ICMP error: the host is administratively prohibited",
     "ein ICMP-Fehler: der Host ist administrativ gesperrt"},
    {"an ICMP error: communication is administratively prohibited",
     "ein ICMP-Fehler: die Verbindung ist administrativ gesperrt"},
    {"an ICMP error: the TTL ran out on the way", "ein ICMP-Fehler: die TTL lief unterwegs ab"},
    {"an ICMPv6 error: no route to the target", "ein ICMPv6-Fehler: keine Route zum Ziel"},
    {"an ICMPv6 error: beyond the scope of the source address",
     "ein ICMPv6-Fehler: außerhalb des Bereichs der Quelladresse"},
    {"an ICMPv6 error: no way to the address", "ein ICMPv6-Fehler: kein Weg zur Adresse"},
    {"an ICMPv6 error: the source address failed a policy",
     "ein ICMPv6-Fehler: die Quelladresse verstößt gegen eine Regel"},
    {"an ICMPv6 error: a route that rejects", "ein ICMPv6-Fehler: eine Route, die abweist"},
    {"no machine of the checker's own network has the address",
     "kein Rechner im eigenen Netz des Prüfdienstes hat die Adresse"},
    {"the checker's own firewall stopped the SYN",
     "die Firewall des Prüfdienstes hat das SYN aufgehalten"},
    {"the checker has no route to the target", "der Prüfdienst hat keine Route zum Ziel"},
    {"the kernel refused to send the SYN", "der Kernel wollte das SYN nicht senden"},
    {"the capture lost packets while we listened",
     "die Aufzeichnung verlor Pakete, während wir lauschten"},
    {"too many packets to the target are lost", "zu viele Pakete zum Ziel gehen verloren"},
    {"the SYN did not leave the checker", "das SYN hat den Prüfdienst nicht verlassen"},
    {"one that this version has no word for: the prober or server is newer",
     "einer, für den diese Version kein Wort hat: Prober oder Server sind neuer"},
    {"the checker's own gateway does not answer: nothing is known of the target",
     "das Gateway des Prüfdienstes antwortet nicht: Über das Ziel ist nichts bekannt"},
    {"an ICMPv6 error: the host knows no TCP", "ein ICMPv6-Fehler: der Host kennt kein TCP"},
    {"the RST carries our SYN's DSCP: a full TCP stack made it",
     "das RST trägt den DSCP unseres SYN: ein vollständiger TCP-Stack hat es gemacht"},
    {"the RST lacks our DSCP: a filter, or a stack that never copies it; this alone proves nothing",
     "das RST trägt unseren DSCP nicht: ein Filter oder ein Stack, der das nie tut; allein beweist "
     "das nichts"},
    {"the IPv6 RST has a flow label: a stack made it",
     "das IPv6-RST hat ein Flow Label: ein Stack hat es gemacht"},
    {"the IPv6 RST has no flow label: a filter, or a stack that sets none",
     "das IPv6-RST hat kein Flow Label: ein Filter oder ein Stack, der keines setzt"},
    {"a SYN-ACK with window 0: SYN proxies send it, listeners never",
     "ein SYN-ACK mit Fenster 0: SYN-Proxys senden es, lauschende Programme nie"},
    {"the ICMP error came from the target's address",
     "der ICMP-Fehler kam von der Adresse des Ziels"},
    {"the ICMP error came from another address than the target's",
     "der ICMP-Fehler kam von einer anderen Adresse als der des Ziels"},
    {"TIME EXCEEDED although sent with a full TTL: a routing loop, or a shortened TTL",
     "TIME EXCEEDED trotz voller TTL: eine Routingschleife oder eine verkürzte TTL"},
    {"the target is an address of the checker itself",
     "das Ziel ist eine Adresse des Prüfdienstes selbst"},
    {"the answer came to a later SYN: the first was lost, or met an old connection",
     "die Antwort kam auf ein späteres SYN: Das erste ging verloren oder traf auf eine alte "
     "Verbindung"},
    {"a SYN was answered with a RST as well as with a SYN-ACK; the SYN-ACK counts",
     "auf ein SYN kam außer dem SYN-ACK ein RST; das SYN-ACK zählt"},
    {"an ICMP error came as well as a TCP answer", "außer der TCP-Antwort kam ein ICMP-Fehler"},
    {"no port of this check got any answer from the target",
     "kein Port dieser Prüfung bekam irgendeine Antwort vom Ziel"},
    {"another port of this check answered: the target is alive, or somebody answers for it",
     "ein anderer Port dieser Prüfung antwortete: das Ziel lebt, oder jemand antwortet für es"},
    {"it came while only listening, after the last SYN's time",
     "sie kam, als wir nur noch lauschten, nach der Zeit des letzten SYN"},
    {"of two equal SYNs the later is taken as the answered one",
     "von zwei gleichen SYNs gilt das spätere als das beantwortete"},
    {"a SYN-ACK without TCP options: no usual listener sends it",
     "ein SYN-ACK ohne TCP-Optionen: kein gewöhnliches Programm sendet es"},
    {"it travelled as far as the host's other answers",
     "sie kam so weit her wie die anderen Antworten des Hosts"},
    {"it travelled less far: somebody before the host sent it",
     "sie kam weniger weit her: jemand vor dem Host hat sie gesendet"},
    {"it travelled farther: somebody behind the host's address sent it",
     "sie kam weiter her: jemand hinter der Adresse des Hosts hat sie gesendet"},
    {"its TTL did not start where the host's other answers' do",
     "ihre TTL begann nicht dort, wo die der anderen Antworten des Hosts begannen"},
    {"SYNs with a small TTL, or the TTL that an ICMP error quotes, show the same distance",
     "SYNs mit kleiner TTL oder die TTL, die ein ICMP-Fehler zitiert, zeigen dieselbe Entfernung"},
    {"the target's own address forwards our SYNs: NAT",
     "die Adresse des Ziels selbst leitet unsere SYNs weiter: NAT"},
    {"an ICMP error in the target's name, from nearer",
     "ein ICMP-Fehler im Namen des Ziels, aus geringerer Entfernung"},
    {"another RST of the host carries our DSCP: so its TCP did not make this one",
     "ein anderes RST des Hosts trägt unseren DSCP: Dieses hat also nicht sein TCP gemacht"},
    {"its echo reply carries our DSCP: so its TCP probably does, too",
     "seine Echo-Antwort trägt unseren DSCP: sein TCP tut es also wahrscheinlich auch"},
    {"the RST of our control port carries none either: no sign of a filter",
     "auch das RST unseres Vergleichsports trägt keinen: kein Zeichen eines Filters"},
    {"the path or the host clears the DSCP: reflection can't be seen",
     "der Weg oder der Host löscht den DSCP: ob er zurückkommt, ist nicht zu sehen"},
    {"the RST has a TOS that we did not send, as those of pf and ipfw",
     "das RST hat ein TOS, das wir nicht gesendet haben, wie die von pf und ipfw"},
    {"the RST has a window: no host's TCP sends one",
     "das RST hat ein Fenster: kein TCP eines Hosts sendet eines"},
    {"its DF bit or IP ID is unlike another RST of the host's",
     "sein DF-Bit oder seine IP-ID weicht von einem anderen RST des Hosts ab"},
    {"the target answers ICMP echo: it is alive", "das Ziel beantwortet ICMP-Echos: es lebt"},
    {"a lone ACK to the silent port got the host's RST: only SYNs are dropped, or the program's "
     "queue is full",
     "ein einzelnes ACK an den stummen Port bekam ein RST des Hosts: nur SYNs werden verworfen, "
     "oder die Warteschlange des Programms ist voll"},
    {"the error came after 2.5 s or more: a router's neighbour search failed",
     "der Fehler kam nach 2,5 s oder mehr: die Nachbarsuche eines Routers ist gescheitert"},
    {"the trace meets the same router again", "die Verfolgung trifft denselben Router noch einmal"},
    {"the hop behind the last one answers echoes, but not our SYNs",
     "der Hop hinter dem letzten beantwortet Echos, aber unsere SYNs nicht"},
    {"answers about the target came so fast, or so late, that a limit may hold this one back",
     "Antworten zum Ziel kamen so schnell oder so spät, dass eine Begrenzung diese zurückhalten "
     "kann"},
    {"the checker's own machine rewrites the source of our packets",
     "der Rechner des Prüfdienstes ändert die Absenderadresse unserer Pakete"},
    {"the RST carries our SYN's IP ID: a filter turned the packet around in place",
     "das RST trägt die IP-ID unseres SYN: ein Filter hat das Paket auf der Stelle umgedreht"},
    {"SYNs with our DSCP and without are answered differently",
     "SYNs mit unserem DSCP und ohne werden verschieden beantwortet"},
    {"SYNs from the ports that clients use and from others are answered differently",
     "SYNs von den Ports, die Clients nehmen, und von anderen werden verschieden beantwortet"},
    {"some connections are answered otherwise than others: a group of machines, or of ways",
     "manche Verbindungen werden anders beantwortet als andere: eine Gruppe von Rechnern oder "
     "Wegen"},
    {"a port of our own choice was accepted, too: here open says nothing",
     "auch ein Port unserer Wahl wurde angenommen: offen sagt hier nichts"},
    {"a check seconds ago found the port open: a limit on connections is likely",
     "eine Prüfung vor Sekunden fand den Port offen: eine Begrenzung der Verbindungen ist "
     "wahrscheinlich"},
    {"the address is a CDN's edge, which answers for everybody: nothing is known of the server "
     "behind "
     "it",
     "die Adresse ist der Randserver eines CDN, der für alle antwortet: über den Server dahinter "
     "ist "
     "nichts bekannt"},
    {"a program on the host accepts", "ein Programm auf dem Host nimmt an"},
    {"a device before the host accepts in its name",
     "ein Gerät vor dem Host nimmt in seinem Namen an"},
    {"the address forwards the port to another machine, which accepts",
     "die Adresse leitet den Port an einen anderen Rechner weiter, der annimmt"},
    {"a SYN proxy on the host accepts", "ein SYN-Proxy auf dem Host nimmt an"},
    {"a SYN proxy before the host accepts", "ein SYN-Proxy vor dem Host nimmt an"},
    {"a SYN proxy behind the address accepts", "ein SYN-Proxy hinter der Adresse nimmt an"},
    {"the host's TCP refuses; its RSTs bear the DSCP of the SYN",
     "das TCP des Hosts verweigert; seine RSTs tragen den DSCP des SYN"},
    {"the host's TCP refuses; its RSTs never bear a DSCP",
     "das TCP des Hosts verweigert; seine RSTs tragen nie einen DSCP"},
    {"netfilter on the host rejects", "netfilter auf dem Host weist ab"},
    {"pf or ipfw on the host rejects", "pf oder ipfw auf dem Host weist ab"},
    {"another packet filter on the host rejects", "ein anderer Paketfilter auf dem Host weist ab"},
    {"a filter on the host turns the SYN around, as XDP programs do",
     "ein Filter auf dem Host dreht das SYN um, wie XDP-Programme es tun"},
    {"a device before the host turns the SYN around", "ein Gerät vor dem Host dreht das SYN um"},
    {"a packet filter before the host rejects in its name",
     "ein Paketfilter vor dem Host weist in seinem Namen ab"},
    {"a device before the host takes the connection and refuses it",
     "ein Gerät vor dem Host nimmt die Verbindung und verweigert sie"},
    {"the address forwards the port to another machine, whose TCP refuses",
     "die Adresse leitet den Port an einen anderen Rechner weiter, dessen TCP verweigert"},
    {"the address forwards the port, and a packet filter behind it rejects",
     "die Adresse leitet den Port weiter, und ein Paketfilter dahinter weist ab"},
    {"a device on the way injects the RST", "ein Gerät auf dem Weg schiebt das RST ein"},
    {"one of several machines or ways says so, others may not",
     "einer von mehreren Rechnern oder Wegen sagt das, andere vielleicht nicht"},
    {"a packet filter on a router rejects", "ein Paketfilter auf einem Router weist ab"},
    {"a router has no route, or its neighbour is dead",
     "ein Router hat keine Route, oder sein Nachbar ist tot"},
    {"the target's own address says that it can't be reached",
     "die Adresse des Ziels selbst sagt, dass es nicht erreichbar ist"},
    {"the address forwards the port to a machine that is down",
     "die Adresse leitet den Port an einen Rechner weiter, der aus ist"},
    {"the host has no TCP", "der Host hat kein TCP"},
    {"the SYN goes round in a loop", "das SYN läuft im Kreis"},
    {"a router on the way shortens the TTL", "ein Router auf dem Weg verkürzt die TTL"},
    {"a filter drops the SYN, or nothing leads on from there",
     "ein Filter verwirft das SYN, oder von dort führt nichts weiter"},
    {"the answers are dropped on the way back", "die Antworten werden auf dem Rückweg verworfen"},
    {"a limit on connections or on answers holds them back",
     "eine Begrenzung von Verbindungen oder Antworten hält sie zurück"},
    {"nobody has the address, and nobody says so", "niemand hat die Adresse, und niemand sagt es"},
    {"the program's queue is full, or only SYNs are dropped",
     "die Warteschlange des Programms ist voll, oder nur SYNs werden verworfen"},
    {"circumstance: several ways of different length", "Umstand: mehrere Wege verschiedener Länge"},
    {"circumstance: another machine answers the echoes",
     "Umstand: ein anderer Rechner beantwortet die Echos"},
    {"circumstance: echoes are answered with what is left of their TTL",
     "Umstand: Echos werden mit dem Rest ihrer TTL beantwortet"},
    {"circumstance: TCP and ICMP start with different TTLs",
     "Umstand: TCP und ICMP beginnen mit verschiedenen TTLs"},
    {"circumstance: the way sets the TTL", "Umstand: der Weg setzt die TTL"},
    {"circumstance: the way clears the DSCP", "Umstand: der Weg löscht den DSCP"},
    {"circumstance: the way sets a DSCP of its own", "Umstand: der Weg setzt einen eigenen DSCP"},
    {"circumstance: a router reports expired TTLs in the target's name",
     "Umstand: ein Router meldet abgelaufene TTLs im Namen des Ziels"},

    /* --- whose address it is: network_words.c, provider.def, host_render.c, host_page.c --- */
    {"This is the CDN's edge, which accepts for everybody: it does not say whether your own server "
     "answers. Test your server's own address.",
     "Dies ist der Randserver des CDN, der für alle annimmt: Ob Ihr eigener Server antwortet, sagt "
     "das nicht. Prüfen Sie die Adresse des Servers selbst."},
    {"This is the CDN's edge, which forwards only some ports: what it does with this one says "
     "nothing about your server. Test your server's own address, or take the name out of the proxy "
     "(“DNS only”).",
     "Dies ist der Randserver des CDN, der nur manche Ports weiterleitet: Was er mit diesem macht, "
     "sagt nichts über Ihren Server. Prüfen Sie die Adresse des Servers selbst, oder nehmen Sie "
     "den Namen aus dem Proxy („DNS only“)."},
    {"This is the CDN's edge, not your server: test your server's own address.",
     "Dies ist der Randserver des CDN, nicht Ihr Server: Prüfen Sie die Adresse des Servers "
     "selbst."},
    {"Oracle's own images come with iptables rules that reject all but ssh: put an ACCEPT rule "
     "before the REJECT (sudo iptables -I INPUT …), and save it with netfilter-persistent save.",
     "Oracles eigene Images bringen iptables-Regeln mit, die alles außer ssh abweisen: Setzen Sie "
     "eine ACCEPT-Regel vor das REJECT (sudo iptables -I INPUT …), und sichern Sie sie mit "
     "netfilter-persistent save."},
    {"This is the address of an access line: the router at home must forward the port to your "
     "machine. "
     "If the provider shares the address among customers (CGNAT), no forward helps: compare it "
     "with "
     "the one that the router shows.",
     "Dies ist die Adresse eines Internetanschlusses: Der Router zu Hause muss den Port an Ihren "
     "Rechner weiterleiten. Teilt der Anbieter die Adresse unter Kunden auf (CGNAT), hilft keine "
     "Weiterleitung: Vergleichen Sie sie mit der, die der Router zeigt."},
    {"This is an address of a mobile network: these usually share one among customers (CGNAT) and "
     "let nobody in. Use IPv6, a relay, or ask for an address of your own.",
     "Dies ist eine Adresse eines Mobilfunknetzes: Dort teilen sich meist mehrere Kunden eine "
     "(CGNAT), "
     "und niemand kommt herein. Nehmen Sie IPv6 oder eine Zwischenstation, oder bitten Sie um eine "
     "eigene Adresse."},
    {"From inside your own network the same address may fail, or show the router, although it "
     "works "
     "outside: many routers don't lead such connections back in (NAT loopback). Inside, use the "
     "machine's own address.",
     "Aus Ihrem eigenen Netz kann dieselbe Adresse scheitern oder den Router zeigen, obwohl sie "
     "von "
     "außen geht: Viele Router führen solche Verbindungen nicht wieder hinein (NAT-Loopback). "
     "Nehmen "
     "Sie innen die Adresse des Rechners selbst."},
    {"your own address", "Ihre eigene Adresse"},
    {"data of", "Daten vom"},
    {" and ", " und "},
    {"points at", "zeigt auf"},
    {"is an edge of", "ist ein Randserver von"},
    {"What answers there is the CDN's edge, not your server.",
     "Was dort antwortet, ist der Randserver des CDN, nicht Ihr Server."},
    {"It forwards web ports only.", "Er leitet nur Web-Ports weiter."},
    {"It forwards only the ports", "Er leitet nur diese Ports weiter:"},
    {"Of the ports you asked about it never forwards:",
     "Von den gefragten Ports leitet er nie weiter:"},
    {"To check your own server, enter its own address, or a name that leads straight to it.",
     "Um Ihren eigenen Server zu prüfen, geben Sie dessen Adresse ein oder einen Namen, der direkt "
     "zu ihm führt."},

    /* --- provider.def --- */
    {"At Amazon Web Services it is usually the security group of the instance's network interface, "
     "or the subnet's network ACL, which must let the replies out, too; in Lightsail the "
     "instance's Networking tab, for IPv4 and IPv6 apart.",
     "Bei Amazon Web Services ist es meist die Security Group der Netzwerkschnittstelle oder die "
     "Netzwerk-ACL des Subnetzes, die auch die Antworten hinauslassen muss; in Lightsail der "
     "Reiter „Networking“ der Instanz, für IPv4 und IPv6 getrennt."},
    {"At Azure it is usually the network security group, of the network interface and of its "
     "subnet: both must allow the port.",
     "Bei Azure ist es meist die Netzwerksicherheitsgruppe, die der Netzwerkschnittstelle und die "
     "ihres Subnetzes: Beide müssen den Port erlauben."},
    {"At Google Cloud it is usually the VPC firewall: a rule must allow the port for the machine's "
     "network tag.",
     "Bei Google Cloud ist es meist die VPC-Firewall: Eine Regel muss den Port für das "
     "Netzwerk-Tag der Maschine erlauben."},
    {"At Oracle Cloud it is usually the subnet's security list or the network security group.",
     "Bei Oracle Cloud ist es meist die Security List des Subnetzes oder die Network Security "
     "Group."},
    {"At Hetzner it is usually the firewall in the Cloud console, or in Robot for a dedicated "
     "server, which keeps no state: it must let replies to ports 32768 to 65535 in.",
     "Bei Hetzner ist es meist die Firewall der Cloud Console, oder im Robot die eines dedizierten "
     "Servers, die keinen Zustand führt: Sie muss Antworten an die Ports 32768 bis 65535 "
     "hereinlassen."},
    {"At DigitalOcean it is usually the Cloud Firewall that the droplet is in.",
     "Bei DigitalOcean ist es meist die Cloud Firewall, zu der das Droplet gehört."},
    {"At Linode it is usually the Cloud Firewall of the instance.",
     "Bei Linode ist es meist die Cloud Firewall der Instanz."},
    {"At Vultr it is usually the firewall group of the instance.",
     "Bei Vultr ist es meist die Firewall-Gruppe der Instanz."},
    {"At Scaleway it is usually the instance's security group.",
     "Bei Scaleway ist es meist die Security Group der Instanz."},
    {"At OVHcloud it is usually the Edge Network Firewall, which keeps no state and knows IPv4 "
     "only.",
     "Bei OVHcloud ist es meist die Edge Network Firewall, die keinen Zustand führt und nur IPv4 "
     "kennt."},
    {"At IONOS it is usually the firewall policy in the Cloud Panel.",
     "Bei IONOS ist es meist die Firewall-Richtlinie im Cloud Panel."},
    {"At Contabo it is usually the firewall of the customer panel.",
     "Bei Contabo ist es meist die Firewall des Kundenbereichs."},
    {"At netcup it is usually the firewall in the Server Control Panel.",
     "Bei netcup ist es meist die Firewall im Server Control Panel."},
    {"At Hostinger it is usually the VPS firewall in hPanel.",
     "Bei Hostinger ist es meist die VPS-Firewall im hPanel."},

    {"At Amazon Web Services filters are silent: this answer came from the instance itself, or its "
     "load balancer. So most likely the security group lets the port through.",
     "Bei Amazon Web Services schweigen die Filter: Diese Antwort kam von der Instanz selbst oder "
     "von "
     "ihrem Load Balancer. Höchstwahrscheinlich lässt die Security Group den Port also durch."},
    {"Machines at Azure answer no ping by default: that it is silent, too, says little.",
     "Maschinen bei Azure antworten ohne Weiteres auf keinen Ping: Dass auch er ohne Antwort "
     "bleibt, "
     "sagt wenig."},
    {"If it shows an error 521, 522 or 523 in the browser, it can't reach your server: let "
     "Cloudflare's "
     "addresses (cloudflare.com/ips) through your firewall.",
     "Zeigt er im Browser einen Fehler 521, 522 oder 523, so erreicht er Ihren Server nicht: "
     "Lassen "
     "Sie Cloudflares Adressen (cloudflare.com/ips) durch Ihre Firewall."},
    {"Hetzner keeps outgoing mail (ports 25 and 465) closed for new accounts. This check is about "
     "what "
     "comes in; whether the server can send is another question: ask Hetzner to open it.",
     "Hetzner hält ausgehende Mail (Ports 25 und 465) für neue Konten geschlossen. Diese Prüfung "
     "gilt "
     "dem, was hereinkommt; ob der Server senden kann, ist eine andere Frage: Bitten Sie Hetzner, "
     "es "
     "zu öffnen."},
    {"Many providers of servers keep outgoing mail (ports 25 and 465) closed for new customers. "
     "This "
     "check is about what comes in; whether the server can send is another question: ask yours to "
     "open it.",
     "Viele Anbieter von Servern halten ausgehende Mail (Ports 25 und 465) für neue Kunden "
     "geschlossen. Diese Prüfung gilt dem, was hereinkommt; ob der Server senden kann, ist eine "
     "andere "
     "Frage: Bitten Sie Ihren, es zu öffnen."},

    /* --- /host --- */
    {"Whose address is it?", "Wem gehört die Adresse?"},
    {"Who runs the network, what the address is called, where the name leads. No packet is sent to "
     "the host.",
     "Wer das Netz betreibt, wie die Adresse heißt, wohin der Name führt. An den Host wird kein "
     "Paket gesendet."},
    {"Look up", "Nachsehen"},
    {"A link led you here with a question. Press Look up to ask it.",
     "Ein Link hat Sie mit einer Frage hergeführt. Drücken Sie „Nachsehen“, um sie zu stellen."},
    {"The data about networks are old: they may have changed since.",
     "Die Daten über Netze sind alt: Sie können sich seither geändert haben."},
    {"This name of dynamic DNS points at another address than the one that you come from. If it is "
     "yours: its entry is out of date, or you are now coming through a VPN, a proxy or another "
     "line.",
     "Dieser Name aus dynamischem DNS zeigt auf eine andere Adresse als die, von der Sie kommen. "
     "Wenn "
     "es Ihrer ist: Sein Eintrag ist veraltet, oder Sie kommen gerade über ein VPN, einen Proxy "
     "oder "
     "einen anderen Anschluss."},
    {"You come from", "Sie kommen von"},
    {"This name points at you: your own address is among its addresses.",
     "Dieser Name zeigt auf Sie: Ihre eigene Adresse ist unter seinen Adressen."},
    {"This is your own address.", "Dies ist Ihre eigene Adresse."},
    {"This name points elsewhere, not at the address that you come from. With dynamic DNS: the "
     "entry is out of date, or you are now coming through a VPN, a proxy or another line.",
     "Dieser Name zeigt woandershin, nicht auf die Adresse, von der Sie kommen. Bei dynamischem "
     "DNS: Der Eintrag ist veraltet, oder Sie kommen gerade über ein VPN, einen Proxy oder einen "
     "anderen Anschluss."},
    {"This is not the address that you come from.",
     "Dies ist nicht die Adresse, von der Sie kommen."},
    {"This name has no address of the family that you come by (IPv4 or IPv6), so it can't be "
     "compared with yours.",
     "Dieser Name hat keine Adresse der Familie, über die Sie kommen (IPv4 oder IPv6), und lässt "
     "sich darum nicht mit Ihrer vergleichen."},
    {"This address is of the other family than the one you come from, so they can't be compared.",
     "Diese Adresse ist von der anderen Familie als die, von der Sie kommen; vergleichen lassen "
     "sie sich nicht."},
    {"by the provider's own list of addresses", "nach der eigenen Adressliste des Anbieters"},
    {"likely, by who announces the address",
     "wahrscheinlich, danach, wer die Adresse im Internet ankündigt"},
    {"by the name that this one is an alias of", "nach dem Namen, für den dieser ein Alias ist"},
    {"CDN: proxies that forward to servers elsewhere",
     "CDN: Proxys, die an Server anderswo weiterleiten"},
    {"cloud: machines of customers", "Cloud: Maschinen von Kunden"},
    {"hosting company: machines of customers", "Hoster: Maschinen von Kunden"},
    {"internet provider: lines of customers", "Internetanbieter: Anschlüsse von Kunden"},
    {"mobile network: lines of customers", "Mobilfunknetz: Anschlüsse von Kunden"},
    {"Provider", "Anbieter"},
    {"Reverse name (PTR)", "Rückwärtsname (PTR)"},
    {"none", "keiner"},
    {"not known: the name servers did not answer",
     "nicht bekannt: Die Nameserver haben nicht geantwortet"},
    {"which leads back to this address", "der zu dieser Adresse zurückführt"},
    {"which does not lead back to this address: anybody can write such a name",
     "der nicht zu dieser Adresse zurückführt: So einen Namen kann jeder eintragen"},
    {"Yours?", "Ihre?"},
    {"yes, you come from this address", "ja, Sie kommen von dieser Adresse"},
    {"Network", "Netz"},
    {"Region", "Ort oder Region"},
    {"Kind", "Art"},
    {"Country", "Land"},
    {"Prefix", "Präfix"},
    {"Data of", "Daten vom"},
    {"not known here", "hier nicht bekannt"},
    {"Check a port of this address", "Einen Port dieser Adresse prüfen"},
    {"Is an alias of (CNAME)", "Ist ein Alias von (CNAME)"},
    {"and that of", "und der von"},
    {"Name servers", "Nameserver"},
    {"of the zone", "der Zone"},
    {"Mail hosts", "Mail-Hosts"},
    {"none: takes no mail", "keiner: nimmt keine Mail an"},
    {"of mail to", "für Mail an"},
    {"This server has no data about networks.", "Dieser Server hat keine Daten über Netze."},
    {"Where this is from", "Woher das kommt"},
    {"and # more addresses", "und # weitere Adressen"},
    {NULL, NULL},
};
