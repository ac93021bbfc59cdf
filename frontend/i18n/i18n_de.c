/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/i18n/i18n.h"

const struct phrase language_german[] = {

    /* --- the page --- */
    {"Port numbers, separated by commas", "Portnummern, durch Kommas getrennt"},
    {"Address family", "Adressfamilie"},
    {"IPv4 and IPv6", "IPv4 und IPv6"},
    {"Check", "Prüfen"},
    {"Done.", "Fertig."},
    {"The connection to this checker was lost. Try again.",
     "Die Verbindung zu diesem Prüfdienst ist abgebrochen. Versuchen Sie es noch einmal."},
    {"open", "offen"},
    {"closed", "geschlossen"},
    {"filtered", "gefiltert"},
    {"unknown", "unbekannt"},
    {"accept", "angenommen"},
    {"refuse", "verweigert"},
    {"reject", "abgewiesen"},
    {"drop", "verworfen"},
    {"unreachable", "nicht erreichbar"},
    {"host", "Host"},
    {"host-firewall", "Firewall des Hosts"},
    {"path", "ein Gerät auf dem Weg"},
    {"behind-nat", "ein Host hinter NAT"},
    {"local", "dieser Prüfdienst"},
    {"guess", "vermutet"},
    {"likely", "wahrscheinlich"},
    {"certain", "sicher"},
    {"Deciding packet", "Entscheidendes Paket"},
    {"What happened to our SYN", "Was mit unserem SYN geschah"},
    {"Decided by", "Entschieden durch"},
    {"Confidence", "Sicherheit"},
    {"Round-trip time", "Umlaufzeit"},
    {"SYNs sent", "SYNs gesendet"},
    {"Answered by", "Antwort von"},
    {"TTL of the answer", "TTL der Antwort"},
    {"Distance in hops", "Entfernung in Hops"},
    {"ICMP type and code", "ICMP-Typ und -Code"},
    {"Observed", "Beobachtet"},
    {"May be", "Möglich"},
    {"The path", "Der Weg"},
    {"silent", "stumm"},
    {"private", "privat"},
    {"All packets as a pcap file", "Alle Pakete als pcap-Datei"},
    {"kept for ten minutes", "zehn Minuten lang aufbewahrt"},
    {"Try again in # seconds.", "Versuchen Sie es in # Sekunden noch einmal."},
    {"Try again in a second.", "Versuchen Sie es in einer Sekunde noch einmal."},
    {"this checker", "dieser Prüfdienst"},
    {"packets sent: #", "Pakete gesendet: #"},
    {"received: #", "empfangen: #"},
    {"The packets as text", "Die Pakete als Text"},
    {"comes back", "kommt zurück"},
    {"without an answer", "ohne Antwort"},
    {"and # more", "und # weitere"},
    {"echo request", "Echo-Anfrage"},
    {"echo reply", "Echo-Antwort"},
    {"from", "von"},

    /* --- what a verdict means --- */
    {"probably ", "wahrscheinlich "},
    {"a device", "ein Gerät"},
    {"Open: a program on %T accepted the connection.",
     "Offen: Ein Programm auf %T hat die Verbindung angenommen."},
    {"Open: %La filter on %T accepted the connection in the program's place.",
     "Offen: Die Verbindung hat %Lein Filter auf %T anstelle des Programms angenommen."},
    {"We can't tell from here whether the program behind it answers.",
     "Ob das Programm dahinter antwortet, lässt sich von hier aus nicht sagen."},
    {"Open: %La device in front of %T accepted the connection in its place.",
     "Offen: Die Verbindung hat %Lein Gerät vor %T an dessen Stelle angenommen."},
    {"We can't tell from here whether a program on the host itself answers.",
     "Ob ein Programm auf dem Host selbst antwortet, lässt sich von hier aus nicht sagen."},
    {"Open: %La host behind %T accepted the connection; the port is forwarded.",
     "Offen: Die Verbindung hat %Lein Host hinter %T angenommen; der Port wird weitergeleitet."},
    {"Open: port %P of %T accepted the connection, and so did a port that nobody asked for: here "
     "that says nothing about a program.",
     "Offen: Port %P von %T hat die Verbindung angenommen, ein Port, nach dem niemand fragte, aber "
     "auch: Das sagt hier nichts über ein Programm."},
    {"Something accepts connections to every port: only the program's own words tell more.",
     "Etwas nimmt Verbindungen zu jedem Port an: Mehr sagt nur das Programm selbst."},
    {"Open: port %P of %T accepted connections, but not with every DSCP.",
     "Offen: Port %P von %T hat Verbindungen angenommen, aber nicht mit jedem DSCP."},
    {"Open: port %P of %T accepted connections, but not from every source port.",
     "Offen: Port %P von %T hat Verbindungen angenommen, aber nicht von jedem Quellport."},
    {"Open: port %P of %T accepted some connections, but not all.",
     "Offen: Port %P von %T hat manche Verbindungen angenommen, aber nicht alle."},
    {"Open: port %P of %T accepted the connection.",
     "Offen: Port %P von %T hat die Verbindung angenommen."},
    {"It was accepted the way a protective proxy does it: we can't tell from here whether the "
     "program behind it answers.",
     "Sie wurde so angenommen, wie es ein schützender Proxy tut: Ob das Programm dahinter "
     "antwortet, lässt sich von hier aus nicht sagen."},
    {"Rejected by a firewall: %La filter on %T refused the connection to port %P with a reset.",
     "Von einer Firewall abgewiesen: Die Verbindung zu Port %P hat %Lein Filter auf %T mit einem "
     "Reset verweigert."},
    {"Rejected by a firewall: %La device in front of %T refused the connection to port %P with a "
     "reset.",
     "Von einer Firewall abgewiesen: Die Verbindung zu Port %P hat %Lein Gerät vor %T mit einem "
     "Reset verweigert."},
    {"Closed: the connection to port %P of %T was refused; a firewall refuses on its behalf, or "
     "nothing listens there.",
     "Geschlossen: Die Verbindung zu Port %P von %T wurde verweigert; eine Firewall verweigert in "
     "seinem Namen, oder dort lauscht nichts."},
    {"Closed: port %P of %T refused the connection, though it accepted one seconds ago.",
     "Geschlossen: Port %P von %T hat die Verbindung verweigert, obwohl er vor Sekunden eine "
     "annahm."},
    {"Closed: port %P of %T refused some connections, and others got no such answer.",
     "Geschlossen: Port %P von %T hat manche Verbindungen verweigert; andere bekamen keine solche "
     "Antwort."},
    {"Closed: %T can be reached, but nothing listens on port %P.",
     "Geschlossen: %T ist erreichbar, aber auf Port %P lauscht nichts."},
    {"Closed: %La device in front of %T refused the connection to port %P.",
     "Geschlossen: Die Verbindung zu Port %P hat %Lein Gerät vor %T verweigert."},
    {"Closed: %La host behind %T answered, but nothing listens on its port.",
     "Geschlossen: Geantwortet hat %Lein Host hinter %T, aber auf seinem Port lauscht nichts."},
    {"Closed: the connection to port %P of %T was refused; nothing listens there, or a firewall "
     "refuses on its behalf.",
     "Geschlossen: Die Verbindung zu Port %P von %T wurde verweigert; dort lauscht nichts, oder "
     "eine Firewall verweigert in seinem Namen."},
    {"Unreachable: %T belongs to this checker's own network, and no machine there uses it.",
     "Nicht erreichbar: %T gehört zum eigenen Netz dieses Prüfdienstes, und kein Rechner dort hat "
     "diese Adresse."},
    {"Unreachable: packets to %T run in a routing loop; %R discarded them.",
     "Nicht erreichbar: Pakete an %T laufen im Kreis; %R hat sie verworfen."},
    {"Unreachable: packets to %T reach the end of their TTL on the way; %R discarded them.",
     "Nicht erreichbar: Die TTL der Pakete an %T endet unterwegs; %R hat sie verworfen."},
    {"They go astray, or a device on the way shortens their TTL: trace the path, and tell the "
     "provider of this address.",
     "Sie gehen in die Irre, oder ein Gerät unterwegs verkürzt ihre TTL: Verfolgen Sie den Weg, "
     "und sagen Sie es dem Anbieter dieser Adresse."},
    {"No connection: port %P of %T accepted one seconds ago, and none now.",
     "Keine Verbindung: Port %P von %T hat vor Sekunden eine angenommen und nun keine."},
    {"No connection: %R says that it has no TCP; a firewall may say so, too.",
     "Keine Verbindung: %R sagt, dass es kein TCP kennt; auch eine Firewall kann das sagen."},
    {"The routing of this address is broken: tell its provider.",
     "Das Routing dieser Adresse ist defekt: Melden Sie es ihrem Anbieter."},
    {"Rejected by a firewall: %R, on the way to %T, refused the connection to port %P and said so.",
     "Von einer Firewall abgewiesen: %R, auf dem Weg zu %T, hat die Verbindung zu Port %P "
     "verweigert und es gemeldet."},
    {"Rejected by a firewall: %La host behind %T refused the connection to port %P and said so.",
     "Von einer Firewall abgewiesen: Die Verbindung zu Port %P hat %Lein Host hinter %T verweigert "
     "und das gemeldet."},
    {"Rejected by a firewall: %R refused the connection to port %P and said so.",
     "Von einer Firewall abgewiesen: %R hat die Verbindung zu Port %P verweigert und es gemeldet."},
    {"Unreachable: %T %Lforwards port %P to a machine that doesn't answer.",
     "Nicht erreichbar: %T leitet Port %P %Lan einen Rechner weiter, der nicht antwortet."},
    {"Unreachable: %T reports that it can't reach the machine that port %P leads to.",
     "Nicht erreichbar: %T meldet, dass der Rechner, zu dem Port %P führt, nicht zu erreichen "
     "ist."},
    {"Unreachable: %R reports that it can't reach the host %T.",
     "Nicht erreichbar: %R meldet, dass der Host %T nicht zu erreichen ist."},
    {"Unreachable: %R reports that it has no route to %T.",
     "Nicht erreichbar: %R meldet, dass es keine Route zu %T hat."},
    {"No answer: %T forwards port %P, and %Lthe host behind it drops the connection.",
     "Keine Antwort: %T leitet Port %P weiter, und die Verbindung verwirft %Lder Host dahinter."},
    {"No answer: %T is up and packets reach port %P, but new connections get no answer.",
     "Keine Antwort: %T ist aktiv und Pakete erreichen Port %P, aber neue Verbindungen bleiben "
     "ohne Antwort."},
    {"No answer: a limit may have held back what %T would say of port %P.",
     "Keine Antwort: Vielleicht hielt eine Begrenzung zurück, was %T zu Port %P sagen würde."},
    {"No answer: %T is up, but %Lsomething drops the connections to port %P.",
     "Keine Antwort: %T ist aktiv, aber die Verbindungen zu Port %P werden %Lverworfen."},
    {"No answer: something drops connections to port %P of %T, or the host is off.",
     "Keine Antwort: Etwas verwirft die Verbindungen zu Port %P von %T, oder der Host ist aus."},
    {"No connection: port %P of %T is filtered.",
     "Keine Verbindung: Port %P von %T ist gefiltert."},
    {"Not known: this checker's own firewall blocks its packets to port %P of %T.",
     "Nicht bekannt: Die eigene Firewall dieses Prüfdienstes sperrt seine Pakete an Port %P von "
     "%T."},
    {"Not known: this checker's own gateway does not answer, so that nothing reaches %T from here.",
     "Nicht bekannt: Das eigene Gateway dieses Prüfdienstes antwortet nicht, sodass von hier aus "
     "nichts zu %T gelangt."},
    {"Not known: this checker has no route to %T.",
     "Nicht bekannt: Dieser Prüfdienst hat keine Route zu %T."},
    {"If it is an IPv6 address, this checker may have no IPv6.",
     "Bei einer IPv6-Adresse hat dieser Prüfdienst vielleicht kein IPv6."},
    {"Not known: this checker was too busy to see every answer.",
     "Nicht bekannt: Dieser Prüfdienst war zu beschäftigt, um jede Antwort zu sehen."},
    {"Not known: too many packets to %T and back are lost.",
     "Nicht bekannt: Zu viele Pakete zu %T und zurück gehen verloren."},
    {"Not known: the packets to port %P of %T did not leave this checker.",
     "Nicht bekannt: Die Pakete an Port %P von %T haben diesen Prüfdienst nicht verlassen."},
    {"Not known: this checker could not check port %P of %T.",
     "Nicht bekannt: Dieser Prüfdienst konnte Port %P von %T nicht prüfen."},

    /* --- what to do next --- */
    {"Start the service, or check where it listens: bound to 127.0.0.1, it can't be reached from "
     "outside. Behind a router, make sure that the port forward names the right machine and port.",
     "Starten Sie den Dienst, oder prüfen Sie, wo er lauscht: An 127.0.0.1 gebunden, ist er von "
     "außen nicht erreichbar. Hinter einem Router muss die Portfreigabe den richtigen Rechner und "
     "Port nennen."},
    {"Allow the port wherever it may be blocked: in the host's own firewall, the provider's "
     "security group and the router's port forward. If your provider shares one address among "
     "customers (CGNAT), no port forward will help: compare this address with the one your router "
     "shows.",
     "Erlauben Sie den Port überall, wo er gesperrt sein kann: in der Firewall des Hosts, in der "
     "Security Group des Anbieters und in der Portfreigabe des Routers. Teilt Ihr Anbieter eine "
     "Adresse unter mehreren Kunden auf (CGNAT), so hilft keine Portfreigabe: Vergleichen Sie "
     "diese Adresse mit der, die Ihr Router anzeigt."},
    {"The device that answered stands in front of the host: change its rules, or ask its operator.",
     "Das Gerät, das geantwortet hat, steht vor dem Host: Ändern Sie seine Regeln, oder fragen Sie "
     "den Betreiber."},
    {"Make sure that the host is switched on, has this address, and is connected; then try again.",
     "Vergewissern Sie sich, dass der Host eingeschaltet ist, diese Adresse hat und verbunden ist; "
     "versuchen Sie es dann noch einmal."},
    {"If this is a router's address, make sure that its port forward names a machine that is "
     "switched on and connected; then try again. Some firewalls are set to answer like this, too.",
     "Gehört die Adresse einem Router, so muss seine Portfreigabe einen Rechner nennen, der "
     "eingeschaltet und verbunden ist; versuchen Sie es dann noch einmal. Auch manche Firewall ist "
     "so eingestellt, dass sie so antwortet."},
    {"Either a filter drops only new connections, or the program's queue of connections is full: "
     "check that the program runs and keeps up, then the host's firewall and the routers' access "
     "lists.",
     "Entweder verwirft ein Filter nur neue Verbindungen, oder die Warteschlange des Programms ist "
     "voll: Prüfen Sie, ob das Programm läuft und nachkommt, dann die Firewall des Hosts und die "
     "Zugriffslisten der Router."},
    {"Hosts and routers limit how often they answer, and others are asking, too: ask for this port "
     "alone in a minute.",
     "Hosts und Router begrenzen, wie oft sie antworten, und auch andere fragen: Fragen Sie in "
     "einer Minute nach diesem Port allein."},
    {"A limit on new connections is likely, and it takes all visitors of this checker for one: ask "
     "again in a minute.",
     "Eine Begrenzung neuer Verbindungen ist wahrscheinlich, und sie hält alle Besucher dieses "
     "Prüfdienstes für einen: Fragen Sie in einer Minute noch einmal."},
    {"Look for rules about DSCP (QoS) on the way: clients that mark their packets and those that "
     "don't are treated differently.",
     "Suchen Sie unterwegs nach Regeln zu DSCP (QoS): Wer seine Pakete markiert, wird anders "
     "behandelt als wer es nicht tut."},
    {"Look for lists without state on the way: they must let replies go to every port that clients "
     "use, from 1024 on.",
     "Suchen Sie unterwegs nach zustandslosen Listen: Sie müssen Antworten an jeden Port "
     "durchlassen, den Clients benutzen, also ab 1024."},
    {"Several servers or ways share the address, and one of them fails: ask each of them by "
     "itself.",
     "Mehrere Server oder Wege teilen sich die Adresse, und einer davon versagt: Fragen Sie jeden "
     "für sich."},
    {"Many providers block port 25, at your end or at this checker's. Ask your provider, or use "
     "port 587 to submit mail.",
     "Viele Anbieter sperren Port 25, bei Ihnen oder bei diesem Prüfdienst. Fragen Sie Ihren "
     "Anbieter, oder nehmen Sie zum Versand Port 587."},
    {"This says nothing about the target. Tell the operator of this checker.",
     "Das sagt nichts über das Ziel aus. Melden Sie es dem Betreiber dieses Prüfdienstes."},
    {"This says nothing about the target. Try again in a minute.",
     "Das sagt nichts über das Ziel aus. Versuchen Sie es in einer Minute noch einmal."},

    /* --- warnings --- */
    {"The name's IPv4 addresses could not be looked up; only IPv6 was checked.",
     "Die IPv4-Adressen des Namens waren nicht zu ermitteln; nur IPv6 wurde geprüft."},
    {"The name's IPv6 addresses could not be looked up; only IPv4 was checked.",
     "Die IPv6-Adressen des Namens waren nicht zu ermitteln; nur IPv4 wurde geprüft."},
    {"The name has more addresses; only the first of each family was checked.",
     "Der Name hat weitere Adressen; nur die erste jeder Familie wurde geprüft."},
    {"IPv4 and IPv6 give different answers.", "IPv4 und IPv6 geben verschiedene Antworten."},
    {"The name has IPv4 addresses, too, but this checker has no route to them; only IPv6 was "
     "checked.",
     "Der Name hat auch IPv4-Adressen, aber dieser Prüfdienst hat keine Route dorthin; geprüft "
     "wurde nur IPv6."},
    {"The name has IPv6 addresses, too, but this checker has no route to them; only IPv4 was "
     "checked.",
     "Der Name hat auch IPv6-Adressen, aber dieser Prüfdienst hat keine Route dorthin; geprüft "
     "wurde nur IPv4."},
    {"Not traced: too little was left of your limit, or of this address's.",
     "Nicht verfolgt: Von dem, was Ihnen oder dieser Adresse zusteht, war zu wenig übrig."},
    {"The name's IPv6 addresses were made of its IPv4 addresses by a DNS64 resolver; only IPv4 was "
     "checked.",
     "Die IPv6-Adressen des Namens hat ein DNS64-Resolver aus den IPv4-Adressen gemacht; geprüft "
     "wurde nur IPv4."},
    {"The name has an SRV record, by which clients of this service go to another host or port, "
     "such "
     "as players to a Minecraft server; that one was not checked.",
     "Der Name hat einen SRV-Eintrag, nach dem sich Clients dieses Dienstes mit einem anderen Host "
     "oder Port verbinden, etwa Spieler mit einem Minecraft-Server; der wurde nicht geprüft."},

    /* --- problems: their titles --- */
    {"Malformed request", "Fehlerhafte Anfrage"},
    {"Invalid host", "Ungültiger Host"},
    {"Port not allowed", "Port nicht erlaubt"},
    {"Too many ports", "Zu viele Ports"},
    {"Name not found", "Name nicht gefunden"},
    {"Target not allowed", "Ziel nicht erlaubt"},
    {"Request from another site", "Anfrage von einer fremden Website"},
    {"Too many requests", "Zu viele Anfragen"},
    {"Prober unavailable", "Prober nicht verfügbar"},
    {"Busy", "Ausgelastet"},
    {"Not found", "Nicht gefunden"},
    {"Method not allowed", "Methode nicht erlaubt"},
    {"Body too large", "Anfrage zu groß"},
    {"Length required", "Länge fehlt"},
    {"Misdirected request", "Fehlgeleitete Anfrage"},

    /* --- problems: their causes --- */
    {"A port is a number from 1 to 65535.", "Ein Port ist eine Zahl von 1 bis 65535."},
    {"A port is a whole number from 1 to 65535.", "Ein Port ist eine ganze Zahl von 1 bis 65535."},
    {"Port %1 is listed twice.", "Port %1 ist zweimal angegeben."},
    {"Enter at least one port.", "Geben Sie mindestens einen Port an."},
    {"The family must be \"any\", \"ipv4\" or \"ipv6\".",
     "Die Adressfamilie muss „any“, „ipv4“ oder „ipv6“ sein."},
    {"The host is an address of the other family: leave \"family\" out.",
     "Der Host ist eine Adresse der anderen Familie: Lassen Sie „family“ weg."},
    {"Your own address is of the other family.", "Ihre eigene Adresse gehört zur anderen Familie."},
    {"\"%s\" must be true or false.", "„%s“ muss true oder false sein."},
    {"\"%s\" must be a string.", "„%s“ muss eine Zeichenkette sein."},
    {"\"%s\" must be an array of whole numbers.", "„%s“ muss ein Array ganzer Zahlen sein."},
    {"\"%s\" is given twice.", "„%s“ ist zweimal angegeben."},
    {"The known keys are %k.", "Bekannt sind die Schlüssel %k."},
    {"Nothing that names a host is left of this. Enter a name or an address.",
     "Davon bleibt nichts, was einen Host nennt. Geben Sie einen Namen oder eine Adresse ein."},
    {"One host at a time: this looks like several.",
     "Ein Host auf einmal: Das sieht nach mehreren aus."},
    {"There is a space in the host. Enter one name or one address.",
     "Im Host steht ein Leerzeichen. Geben Sie einen Namen oder eine Adresse ein."},
    {"A wildcard is not a host: enter one of the names it stands for.",
     "Ein Platzhalter ist kein Host: Geben Sie einen der Namen ein, für die er steht."},
    {"An address with a zone (an interface at its end) is for a local network only.",
     "Eine Adresse mit Zone (einer Schnittstelle am Ende) gilt nur im lokalen Netz."},
    {"The brackets around the IPv6 address are not complete.",
     "Die Klammern um die IPv6-Adresse sind nicht vollständig."},
    {"What follows the colon is not a port, and the whole is not an IPv6 address.",
     "Was dem Doppelpunkt folgt, ist kein Port, und das Ganze ist keine IPv6-Adresse."},
    {"The name has two dots in a row or begins with one.",
     "Der Name hat zwei Punkte hintereinander oder beginnt mit einem."},
    {"The host must stand alone. Did you mean host=%q?",
     "Der Host muss allein stehen. Meinten Sie host=%q?"},
    {"The host must stand alone. Did you mean host=%q, ports=%1?",
     "Der Host muss allein stehen. Meinten Sie host=%q, ports=%1?"},
    {"The host must stand without brackets and quotation marks. Did you mean host=%q?",
     "Der Host muss ohne Klammern und Anführungszeichen stehen. Meinten Sie host=%q?"},
    {"The host must stand without a port. Did you mean host=%q, ports=%1?",
     "Der Host muss ohne Port stehen. Meinten Sie host=%q, ports=%1?"},
    {"\"%q\" is unknown. The known keys are %k.",
     "„%q“ ist unbekannt. Bekannt sind die Schlüssel %k."},
    {"\"%q\" is unknown; did you mean \"%s\"?", "„%q“ ist unbekannt; meinten Sie „%s“?"},
    {"The value of \"%s\" is too long or badly encoded.",
     "Der Wert von „%s“ ist zu lang oder falsch kodiert."},
    {"The body must be one JSON object, such as {\"host\":\"example.net\",\"ports\":[443]}.",
     "Der Inhalt muss ein JSON-Objekt sein, etwa {\"host\":\"example.net\",\"ports\":[443]}."},
    {"The Content-Type must be application/json.", "Der Content-Type muss application/json sein."},
    {"The request has a malformed header.", "Die Anfrage hat fehlerhafte Kopfzeilen."},
    {"This is not a valid HTTP/1.1 request.", "Das ist keine gültige HTTP/1.1-Anfrage."},
    {"A request has exactly one Host header.", "Eine Anfrage hat genau eine Kopfzeile Host."},
    {"Content-Length must be there once, in digits, and be the body's length, in a request that "
     "may have one.",
     "Content-Length muss einmal dastehen, in Ziffern, und die Länge des Inhalts nennen, in einer "
     "Anfrage, die einen haben darf."},
    {"The request line must have a path, such as /api/v1/check.",
     "Die Anfragezeile muss einen Pfad haben, etwa /api/v1/check."},
    {"A request has at most %1 header lines.", "Eine Anfrage hat höchstens %1 Kopfzeilen."},
    {"X-Forwarded-For or Forwarded, as the proxy sent them, can't be read, or they name different "
     "clients.",
     "X-Forwarded-For oder Forwarded sind so, wie der Proxy sie geschickt hat, nicht lesbar oder "
     "nennen verschiedene Besucher."},
    {"Send Content-Length: chunked bodies (Transfer-Encoding) are not taken.",
     "Senden Sie Content-Length: Inhalte in Stücken (Transfer-Encoding: chunked) werden nicht "
     "angenommen."},
    {"The prober allows less time.", "Der Prober erlaubt weniger Zeit."},
    {"The host must be an IPv4 address, an IPv6 address or a DNS name, without scheme, port, path "
     "or brackets.",
     "Der Host muss eine IPv4-Adresse, eine IPv6-Adresse oder ein DNS-Name sein, ohne Schema, "
     "Port, Pfad und Klammern."},
    {"The name has characters that international domain names do not allow.",
     "Der Name enthält Zeichen, die in internationalen Domainnamen nicht erlaubt sind."},
    {"The host looks like an IPv4 address in a form that programs read differently. Write four "
     "decimal numbers without leading zeros.",
     "Der Host sieht aus wie eine IPv4-Adresse in einer Form, die Programme verschieden lesen. "
     "Schreiben Sie vier Dezimalzahlen ohne führende Nullen."},
    {"The host is too long: a name has at most 253 characters, a label at most 63.",
     "Der Host ist zu lang: Ein Name hat höchstens 253 Zeichen, ein Teil davon höchstens 63."},
    {"Names under this domain are for local use only. Enter a public name or address.",
     "Namen unter dieser Domain gelten nur lokal. Geben Sie einen öffentlichen Namen oder eine "
     "öffentliche Adresse ein."},
    {"The name must be complete, such as www.example.net.",
     "Der Name muss vollständig sein, wie www.example.net."},
    {"Port %1 can't be checked here; /api/v1/ports lists the ports that can.",
     "Port %1 lässt sich hier nicht prüfen; /api/v1/ports nennt die erlaubten Ports."},
    {"The prober does not allow this port.", "Der Prober erlaubt diesen Port nicht."},
    {"At most %1 ports can be checked in one request.",
     "Eine Anfrage kann höchstens %1 Ports prüfen."},
    {"The prober allows fewer ports in one request.",
     "Der Prober erlaubt weniger Ports in einer Anfrage."},
    {"The name servers do not answer.", "Die Nameserver antworten nicht."},
    {"The name servers did not answer in time. Try again.",
     "Die Nameserver haben nicht rechtzeitig geantwortet. Versuchen Sie es noch einmal."},
    {"The name servers could not answer. Try again, or look at the name's zone.",
     "Die Nameserver konnten nicht antworten. Versuchen Sie es noch einmal, oder sehen Sie sich "
     "die "
     "Zone des Namens an."},
    {"There is no such name. Check its spelling.",
     "Diesen Namen gibt es nicht. Prüfen Sie, ob er richtig geschrieben ist."},
    {"The name has no address of the requested family. Look at its A and AAAA records.",
     "Der Name hat keine Adresse der gewünschten Familie. Sehen Sie sich seine A- und "
     "AAAA-Einträge "
     "an."},
    {"Only public addresses can be checked, and this one is not public. Behind a router, enter the "
     "router's public address.",
     "Nur öffentliche Adressen können geprüft werden, und diese ist nicht öffentlich. Hinter einem "
     "Router geben Sie dessen öffentliche Adresse ein."},
    {"Only public addresses can be checked, and this IPv6 address embeds an IPv4 address.",
     "Nur öffentliche Adressen können geprüft werden, und diese IPv6-Adresse enthält eine "
     "IPv4-Adresse."},
    {"This server does not check its own network: from there it would see more than others do.",
     "Dieser Server prüft sein eigenes Netz nicht: Er sähe dort mehr als andere."},
    {"The owner of this address does not want it checked.",
     "Der Inhaber dieser Adresse möchte sie nicht prüfen lassen."},
    {"The name has an address that is not public; all of them must be.",
     "Der Name hat eine Adresse, die nicht öffentlich ist; alle müssen es sein."},
    {"The owner of one of the name's addresses does not want it checked.",
     "Der Inhaber einer Adresse dieses Namens möchte sie nicht prüfen lassen."},
    {"The prober refuses to check this target.", "Der Prober prüft dieses Ziel nicht."},
    {"Another site's page can't make your browser check ports here.",
     "Die Seite einer anderen Website kann Ihren Browser hier keine Ports prüfen lassen."},
    {"You have used up your limit of %1 units in %2 seconds.",
     "Sie haben Ihr Limit von %1 Einheiten in %2 Sekunden aufgebraucht."},
    {"You have sent too many requests. Try again later.",
     "Sie haben zu viele Anfragen gesendet. Versuchen Sie es später noch einmal."},
    {"This check costs %1 units, more than are left of your limit.",
     "Diese Prüfung kostet %1 Einheiten, mehr als von Ihrem Limit übrig sind."},
    {"%1 of your checks are already running.", "Von Ihnen laufen bereits %1 Prüfungen."},
    {"You have checked too many different targets in the last hour.",
     "Sie haben in der letzten Stunde zu viele verschiedene Ziele geprüft."},
    {"This target was checked too often in the last few minutes.",
     "Dieses Ziel wurde in den letzten Minuten zu oft geprüft."},
    {"The process that sends the packets is not running.",
     "Der Prozess, der die Pakete sendet, läuft gerade nicht."},
    {"The prober does not answer.", "Der Prober antwortet nicht."},
    {"Too many checks are running.", "Es laufen schon zu viele Prüfungen."},
    {"Too many names are being looked up.", "Es werden schon zu viele Namen aufgelöst."},
    {"The server is out of memory.", "Dem Server fehlt Speicher."},
    {"There is nothing at this path.", "Unter diesem Pfad gibt es nichts."},
    {"Another frontend keeps these packets, and can't be asked right now.",
     "Diese Pakete hebt ein anderes Frontend auf, das sich gerade nicht fragen lässt."},
    {"These packets are no longer kept, or never were.",
     "Diese Pakete sind nicht mehr oder waren nie gespeichert."},
    {"Allowed methods: %s.", "Erlaubte Methoden: %s."},
    {"This server does not know the method.", "Dieser Server kennt die Methode nicht."},
    {"The body may have at most %1 bytes.", "Der Inhalt darf höchstens %1 Bytes haben."},
    {"The request is too large.", "Die Anfrage ist zu groß."},
    {"This server does not answer to this name (http.names).",
     "Dieser Server ist unter diesem Namen nicht zuständig (http.names)."},

    /* --- several places --- */
    {" from ", " von "},
    {"None of the places could tell.", "Keiner der Orte konnte es sagen."},
    {"whoever drops it looks at the source address.",
     "wer es verwirft, achtet auf die Absenderadresse."},
    {"perhaps somebody looks at the source address; a trace (\"trace\") may tell where.",
     "vielleicht achtet jemand auf die Absenderadresse; eine Wegverfolgung kann sagen, wo."},
    {"one of the ways there is cut.", "einer der Wege dorthin ist unterbrochen."},
    {"perhaps one of the ways there is cut.",
     "vielleicht ist einer der Wege dorthin unterbrochen."},
    {"several machines share the address (anycast or a balancer).",
     "mehrere Maschinen teilen sich die Adresse (Anycast oder ein Lastverteiler)."},
    {"perhaps several machines share the address.",
     "vielleicht teilen sich mehrere Maschinen die Adresse."},
    {"the one that differs has said what can't be true before.",
     "der abweichende Ort hat schon Unmögliches gemeldet."},
    {"the one that differs may be wrong.", "der abweichende Ort kann sich irren."},
    {"only by this address family.", "nur mit dieser Adressfamilie."},
    {"The place refuses to check this, by its own rules or limits.",
     "Der Ort lehnt diese Prüfung ab, nach eigenen Regeln oder Grenzen."},
    {"The place did not answer in time.", "Der Ort hat nicht rechtzeitig geantwortet."},
    {"The place is not connected.", "Der Ort ist nicht verbunden."},
    {"The place runs another version, which this one does not understand.",
     "Der Ort läuft mit einer anderen Version, die diese nicht versteht."},
    {"The place answered what can't be true.", "Der Ort hat Unmögliches geantwortet."},
    {"No place answered", "Kein Ort hat geantwortet"},
    {"None of the places answered; /api/v1/places shows which are connected.",
     "Keiner der Orte hat geantwortet; /api/v1/places sagt, welche da sind."},
    {"A place is a name that /api/v1/places lists, such as fra; \"all\" stands alone.",
     "Ein Ort ist ein Name aus /api/v1/places, etwa fra; „all“ steht allein."},
    {"Place %q is listed twice.", "Der Ort %q ist doppelt aufgeführt."},
    {"There is no place %q here; /api/v1/places lists the places.",
     "Den Ort %q gibt es hier nicht; /api/v1/places zählt auf, welche es gibt."},
    {"At most %1 places can be asked in one request.",
     "Eine Anfrage kann höchstens %1 Orte befragen."},
    {"This server checks from one place only: leave \"from\" out.",
     "Dieser Dienst prüft nur von einem Ort aus: Lassen Sie „from“ weg."},
    {"\"%s\" must be an array of places' names.", "„%s“ muss eine Liste von Namen von Orten sein."},
    {NULL, NULL},
};
