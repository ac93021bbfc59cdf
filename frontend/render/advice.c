/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/advice.h"

#include <stdio.h>
#include <string.h>

#include "common/base/compiler.h"

enum { ANY = -1, MAIL_PORT = 25 };

/*
 * The first row whose columns all match the verdict counts; evidence is a bit that must be set.
 * In a summary %T is the target's address, %R the responder's, %P the port, and %L "probably "
 * unless the verdict is certain.  It precedes conclusions, not observations.
 */
struct advice_row {
    int state, reason, disposition, actor, evidence;
    const char *summary, *advice;
};

static const char check_service[] =
    "Start the service, or check where it listens: bound to 127.0.0.1, it can't be reached from "
    "outside. Behind a router, make sure that the port forward names the right machine and port.";
static const char check_filters[] =
    "Allow the port wherever it may be blocked: in the host's own firewall, the provider's "
    "security group and the router's port forward. If your provider shares one address among "
    "customers (CGNAT), no port forward will help: compare this address with the one your router "
    "shows.";
static const char check_router[] =
    "The device that answered stands in front of the host: change its rules, or ask its operator.";
static const char check_host_up[] =
    "Make sure that the host is switched on, has this address, and is connected; then try again.";
static const char check_forward[] =
    "If this is a router's address, make sure that its port forward names a machine that is "
    "switched on and connected; then try again. Some firewalls are set to answer like this, too.";
static const char check_queue[] =
    "Either a filter drops only new connections, or the program's queue of connections is full: "
    "check that the program runs and keeps up, then the host's firewall and the routers' access "
    "lists.";
static const char ask_slowly[] = "Hosts and routers limit how often they answer, and others are "
                                 "asking, too: check only this port in a minute.";
static const char ask_later[] = "A limit on new connections is likely, and it counts all visitors "
                                "of this checker as one: check again in a minute.";
static const char check_marks[] =
    "Look for rules about DSCP (QoS) on the way: clients that mark their packets and those that "
    "don't are treated differently.";
static const char check_client_ports[] =
    "Look for stateless access lists on the way: they must let through replies to every port that "
    "clients use, from 1024 on.";
static const char check_members[] = "Several servers or paths share the address, and one of them "
                                    "fails: check each of them separately.";
static const char ask_mail_provider[] =
    "Many providers block port 25, at your end or at this checker's. Ask your provider, or use "
    "port 587 to submit mail.";
static const char ask_operator[] =
    "This says nothing about the target. Tell the operator of this checker.";
static const char try_again[] = "This says nothing about the target. Try again in a minute.";

static const struct advice_row rows[] = {
    {STATE_OPEN, ANY, ANY, ANY, EVIDENCE_EVERY_PORT_ACCEPTS,
     "Open: port %P of %T accepted the connection, but so did another port that we tried: this "
     "says nothing about a program.",
     "Something accepts connections to every port: only a reply from the program itself tells "
     "more."},
    {STATE_OPEN, ANY, ANY, ANY, EVIDENCE_DEPENDS_ON_DSCP,
     "Open: port %P of %T accepted connections, but not with every DSCP.", check_marks},
    {STATE_OPEN, ANY, ANY, ANY, EVIDENCE_DEPENDS_ON_SOURCE_PORT,
     "Open: port %P of %T accepted connections, but not from every source port.",
     check_client_ports},
    {STATE_OPEN, ANY, ANY, ANY, EVIDENCE_DEPENDS_ON_FLOW,
     "Open: port %P of %T accepted some connections, but not all.", check_members},
    {STATE_OPEN, ANY, ANY, ACTOR_HOST, ANY, "Open: a program on %T accepted the connection.", NULL},
    {STATE_OPEN, ANY, ANY, ACTOR_HOST_FIREWALL, ANY,
     "Open: %La filter on %T accepted the connection in the program's place.",
     "We can't tell from here whether the program behind it answers."},
    {STATE_OPEN, ANY, ANY, ACTOR_PATH, ANY,
     "Open: %La device in front of %T accepted the connection in its place.",
     "We can't tell from here whether a program on the host itself answers."},
    {STATE_OPEN, ANY, ANY, ACTOR_BEHIND_NAT, ANY,
     "Open: %La host behind %T accepted the connection; the port is forwarded.", NULL},
    {STATE_OPEN, ANY, ANY, ANY, EVIDENCE_WINDOW_ZERO,
     "Open: port %P of %T accepted the connection.",
     "It was accepted the way a protective proxy would do it: we can't tell from here whether the "
     "program behind it answers."},
    {STATE_OPEN, ANY, ANY, ANY, ANY, "Open: port %P of %T accepted the connection.", NULL},

    {STATE_CLOSED, ANY, ANY, ANY, EVIDENCE_RECENTLY_OPEN,
     "Closed: port %P of %T refused the connection, though it accepted one seconds ago.",
     ask_later},
    {STATE_CLOSED, ANY, ANY, ANY, EVIDENCE_DEPENDS_ON_FLOW,
     "Closed: port %P of %T refused some connections, and others got no such answer.",
     check_members},
    {STATE_CLOSED, ANY, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, ANY,
     "Rejected by a firewall: %La filter on %T refused the connection to port %P with a reset.",
     check_filters},
    {STATE_CLOSED, ANY, DISPOSITION_REJECT, ACTOR_PATH, ANY,
     "Rejected by a firewall: %La device in front of %T refused the connection to port %P with a "
     "reset.",
     check_router},
    {STATE_CLOSED, ANY, DISPOSITION_REJECT, ANY, ANY,
     "Closed: the connection to port %P of %T was refused; a firewall refuses on its behalf, or "
     "nothing listens there.",
     check_filters},
    {STATE_CLOSED, ANY, ANY, ACTOR_HOST, ANY,
     "Closed: %T can be reached, but nothing listens on port %P.", check_service},
    {STATE_CLOSED, ANY, ANY, ACTOR_PATH, ANY,
     "Closed: %La device in front of %T refused the connection to port %P.", check_router},
    {STATE_CLOSED, ANY, ANY, ACTOR_BEHIND_NAT, ANY,
     "Closed: %La host behind %T answered, but nothing listens on its port.", check_service},
    {STATE_CLOSED, ANY, ANY, ANY, ANY,
     "Closed: the connection to port %P of %T was refused; nothing listens there, or a firewall "
     "refuses on its behalf.",
     check_service},

    {STATE_FILTERED, REASON_LOCAL_ARP_FAILURE, ANY, ANY, ANY,
     "Unreachable: %T belongs to this checker's own network, and no machine there uses it.",
     check_host_up},
    {STATE_FILTERED, REASON_ICMP_TTL_EXCEEDED, ANY, ANY, EVIDENCE_ROUTING_LOOP,
     "Unreachable: packets to %T are caught in a routing loop; %R discarded them.",
     "The routing of this address is broken: tell its provider."},
    {STATE_FILTERED, REASON_ICMP_TTL_EXCEEDED, ANY, ANY, ANY,
     "Unreachable: the TTL of packets to %T runs out on the way; %R discarded them.",
     "They are misrouted, or a device on the way shortens their TTL: trace the path, and tell the "
     "provider of this address."},
    {STATE_FILTERED, ANY, ANY, ANY, EVIDENCE_RECENTLY_OPEN,
     "No connection: port %P of %T accepted one seconds ago, but accepts none now.", ask_later},
    {STATE_FILTERED, REASON_ICMP_PROTOCOL_UNREACHABLE, ANY, ACTOR_UNKNOWN, ANY,
     "No connection: %R says that it does not speak TCP; a firewall may say so, too.",
     check_filters},
    {STATE_FILTERED, REASON_ICMP_PARAMETER_PROBLEM, ANY, ACTOR_UNKNOWN, ANY,
     "No connection: %R says that it does not speak TCP; a firewall may say so, too.",
     check_filters},
    {STATE_FILTERED, ANY, DISPOSITION_REJECT, ACTOR_PATH, ANY,
     "Rejected by a firewall: %R, on the way to %T, refused the connection to port %P and said so.",
     check_router},
    {STATE_FILTERED, ANY, DISPOSITION_REJECT, ACTOR_BEHIND_NAT, ANY,
     "Rejected by a firewall: %La host behind %T refused the connection to port %P and said so.",
     check_filters},
    {STATE_FILTERED, ANY, DISPOSITION_REJECT, ANY, ANY,
     "Rejected by a firewall: %R refused the connection to port %P and said so.", check_filters},
    {STATE_FILTERED, ANY, DISPOSITION_UNREACHABLE, ACTOR_BEHIND_NAT, ANY,
     "Unreachable: %T %Lforwards port %P to a machine that doesn't answer.", check_forward},
    {STATE_FILTERED, ANY, DISPOSITION_UNREACHABLE, ANY, EVIDENCE_RESPONDER_IS_TARGET,
     "Unreachable: %T reports that it can't reach the machine that port %P leads to.",
     check_forward},
    {STATE_FILTERED, REASON_ICMP_HOST_UNREACHABLE, DISPOSITION_UNREACHABLE, ANY, ANY,
     "Unreachable: %R reports that it can't reach the host %T.", check_host_up},
    {STATE_FILTERED, REASON_ICMP_ADDRESS_UNREACHABLE, DISPOSITION_UNREACHABLE, ANY, ANY,
     "Unreachable: %R reports that it can't reach the host %T.", check_host_up},
    {STATE_FILTERED, ANY, DISPOSITION_UNREACHABLE, ANY, ANY,
     "Unreachable: %R reports that it has no route to %T.", check_host_up},
    {STATE_FILTERED, REASON_NO_RESPONSE, ANY, ACTOR_BEHIND_NAT, ANY,
     "No answer: %T forwards port %P, and %Lthe host behind it drops the connection.",
     check_filters},
    {STATE_FILTERED, REASON_NO_RESPONSE, ANY, ANY, EVIDENCE_ACK_PROBE_ANSWERED,
     "No answer: %T is up and packets reach port %P, but new connections get no answer.",
     check_queue},
    {STATE_FILTERED, REASON_NO_RESPONSE, ANY, ANY, EVIDENCE_RATE_LIMIT_SUSPECTED,
     "No answer: a rate limit may have held back the answer of %T about port %P.", ask_slowly},
    {STATE_FILTERED, REASON_NO_RESPONSE, ANY, ANY, EVIDENCE_ECHO_ANSWERED,
     "No answer: %T is up, but %Lsomething drops the connections to port %P.", check_filters},
    {STATE_FILTERED, REASON_NO_RESPONSE, ANY, ANY, EVIDENCE_OTHER_PORT_ANSWERED,
     "No answer: %T is up, but %Lsomething drops the connections to port %P.", check_filters},
    {STATE_FILTERED, REASON_NO_RESPONSE, ANY, ANY, ANY,
     "No answer: something drops connections to port %P of %T, or the host is off.", check_filters},
    {STATE_FILTERED, ANY, ANY, ANY, ANY, "No connection: port %P of %T is filtered.",
     check_filters},

    {STATE_UNKNOWN, REASON_LOCAL_FIREWALL, ANY, ANY, ANY,
     "Not known: this checker's own firewall blocks its packets to port %P of %T.", ask_operator},
    {STATE_UNKNOWN, REASON_GATEWAY_UNREACHABLE, ANY, ANY, ANY,
     "Not known: this checker's own gateway does not answer, so nothing reaches %T from here.",
     ask_operator},
    {STATE_UNKNOWN, REASON_NO_ROUTE, ANY, ANY, ANY, "Not known: this checker has no route to %T.",
     "If it is an IPv6 address, this checker may have no IPv6."},
    {STATE_UNKNOWN, REASON_CAPTURE_LOST, ANY, ANY, ANY,
     "Not known: this checker was too busy to see every answer.", try_again},
    {STATE_UNKNOWN, REASON_LOSSY_PATH, ANY, ANY, ANY,
     "Not known: too many packets to %T and back are lost.", try_again},
    {STATE_UNKNOWN, REASON_EGRESS_BLOCKED, ANY, ANY, ANY,
     "Not known: the packets to port %P of %T did not leave this checker.", ask_operator},
    {STATE_UNKNOWN, ANY, ANY, ANY, ANY, "Not known: this checker could not check port %P of %T.",
     try_again},
};

static bool fits(int wanted, unsigned value)
{
    return wanted == ANY || (unsigned)wanted == value;
}

static bool has_evidence(int wanted, uint64_t evidence)
{
    return wanted == ANY || (evidence >> wanted & 1) != 0;
}

static const struct advice_row *find_row(const struct verdict *verdict)
{
    for (size_t i = 0; i < ARRAY_LEN(rows) - 1; i++)
        if (fits(rows[i].state, verdict->state) && fits(rows[i].reason, verdict->reason) &&
            fits(rows[i].disposition, verdict->disposition) &&
            fits(rows[i].actor, verdict->actor) &&
            has_evidence(rows[i].evidence, verdict->evidence))
            return &rows[i];
    return &rows[ARRAY_LEN(rows) - 1];
}

void advice_summary(enum language language, const struct verdict *verdict,
                    const struct addr *target, char text[static ADVICE_TEXT_LEN])
{
    char target_text[ADDR_TEXT_LEN], responder_text[ADDR_TEXT_LEN], port_text[8];
    const char *from = tr(language, find_row(verdict)->summary);
    const char *responder = responder_text;
    size_t n = 0;

    addr_format(target, target_text);
    if (verdict->responder.family != ADDR_NONE)
        tr_addr(language, &verdict->responder, responder_text);
    else
        responder = tr(language, "a device");
    snprintf(port_text, sizeof(port_text), "%u", verdict->port);
    for (; *from != '\0' && n + ADDR_TEXT_LEN < ADVICE_TEXT_LEN; from++) {
        const char *word;
        if (*from != '%') {
            text[n++] = *from;
            continue;
        }
        switch (*++from) {
        case 'T': word = target_text; break;
        case 'R': word = responder; break;
        case 'P': word = port_text; break;
        default:
            word = verdict->confidence == CONFIDENCE_CERTAIN ? "" : tr(language, "probably ");
            break;
        }
        memcpy(text + n, word, strlen(word));
        n += strlen(word);
    }
    text[n] = '\0';
}

/* Is this mail blocked on the way, and not by the host's own rules? */
static bool is_blocked_mail(const struct verdict *verdict)
{
    return verdict->port == MAIL_PORT && verdict->state == STATE_FILTERED &&
           (verdict->disposition == DISPOSITION_DROP ||
            (verdict->disposition == DISPOSITION_REJECT && verdict->actor == ACTOR_PATH));
}

const char *advice_next_step(const struct verdict *verdict)
{
    return is_blocked_mail(verdict) ? ask_mail_provider : find_row(verdict)->advice;
}
