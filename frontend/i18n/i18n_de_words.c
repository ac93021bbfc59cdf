/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of a verdict, as common/contract/verdict.def has them, and networks. */
#include "frontend/i18n/i18n.h"

const struct phrase language_german_words[] = {
#define WORD(number, word, text, german) {text, german},
#include "common/contract/verdict.def"

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
