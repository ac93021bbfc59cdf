/* SPDX-License-Identifier: BSD-2-Clause */
/* The sentences: those of common verdicts word by word, those of every verdict
 * that can be told for what they must not claim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/render/advice.h"

static const struct addr target = {ADDR_IPV4, {203, 0, 113, 7}};
static const struct addr router = {ADDR_IPV4, {192, 0, 2, 1}};

enum { NO_EVIDENCE = -1 };

static const struct {
    uint16_t port;
    enum verdict_state state;
    enum verdict_reason reason;
    enum verdict_disposition disposition;
    enum verdict_actor actor;
    enum verdict_confidence confidence;
    int evidence;
    const struct addr *responder;
    const char *summary;
    const char *advice; /* how it starts; NULL: none */
} rows[] = {
    {443, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_HOST, CONFIDENCE_LIKELY,
     NO_EVIDENCE, &target, "Open: a program on 203.0.113.7 accepted the connection.", NULL},
    {443, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_UNKNOWN, CONFIDENCE_LIKELY,
     EVIDENCE_WINDOW_ZERO, &target, "Open: port 443 of 203.0.113.7 accepted the connection.",
     "It was accepted the way a protective proxy would do it"},
    {443, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_UNKNOWN, CONFIDENCE_LIKELY,
     NO_EVIDENCE, &target, "Open: port 443 of 203.0.113.7 accepted the connection.", NULL},
    {443, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_BEHIND_NAT, CONFIDENCE_CERTAIN,
     NO_EVIDENCE, &target,
     "Open: a host behind 203.0.113.7 accepted the connection; the port is forwarded.", NULL},
    {22, STATE_CLOSED, REASON_RESET, DISPOSITION_REFUSE, ACTOR_HOST, CONFIDENCE_LIKELY,
     EVIDENCE_DSCP_REFLECTED, &target,
     "Closed: 203.0.113.7 can be reached, but nothing listens on port 22.", "Start the service"},
    {22, STATE_CLOSED, REASON_RESET, DISPOSITION_REFUSE, ACTOR_UNKNOWN, CONFIDENCE_GUESS,
     EVIDENCE_DSCP_NOT_REFLECTED, &target,
     "Closed: the connection to port 22 of 203.0.113.7 was refused; nothing listens there, or a "
     "firewall refuses on its behalf.",
     "Start the service"},
    {22, STATE_CLOSED, REASON_RESET, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, CONFIDENCE_LIKELY,
     NO_EVIDENCE, &target,
     "Rejected by a firewall: probably a filter on 203.0.113.7 refused the connection to port 22 "
     "with a reset.",
     "Allow the port"},
    {22, STATE_CLOSED, REASON_RESET, DISPOSITION_REJECT, ACTOR_PATH, CONFIDENCE_CERTAIN,
     NO_EVIDENCE, &target,
     "Rejected by a firewall: a device in front of 203.0.113.7 refused the connection to port 22 "
     "with "
     "a reset.",
     "The device that answered"},
    {25, STATE_FILTERED, REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT, ACTOR_PATH,
     CONFIDENCE_CERTAIN, EVIDENCE_RESPONDER_IS_ROUTER, &router,
     "Rejected by a firewall: 192.0.2.1, on the way to 203.0.113.7, refused the connection to port "
     "25 and said so.",
     "Many providers block port 25"},
    {25, STATE_FILTERED, REASON_ICMP_PORT_UNREACHABLE, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL,
     CONFIDENCE_LIKELY, EVIDENCE_RESPONDER_IS_TARGET, &target,
     "Rejected by a firewall: 203.0.113.7 refused the connection to port 25 and said so.",
     "Allow the port"},
    {80, STATE_FILTERED, REASON_ICMP_HOST_UNREACHABLE, DISPOSITION_UNREACHABLE, ACTOR_PATH,
     CONFIDENCE_CERTAIN, EVIDENCE_RESPONDER_IS_ROUTER, &router,
     "Unreachable: 192.0.2.1 reports that it can't reach the host 203.0.113.7.",
     "Make sure that the host is switched on"},
    {80, STATE_FILTERED, REASON_ICMP_HOST_UNREACHABLE, DISPOSITION_UNREACHABLE, ACTOR_UNKNOWN,
     CONFIDENCE_GUESS, EVIDENCE_RESPONDER_IS_TARGET, &target,
     "Unreachable: 203.0.113.7 reports that it can't reach the machine that port 80 leads to.",
     "If this is a router's address"},
    {80, STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP, ACTOR_UNKNOWN, CONFIDENCE_GUESS,
     EVIDENCE_NO_SIGN_OF_LIFE, NULL,
     "No answer: something drops connections to port 80 of 203.0.113.7, or the host is off.",
     "Allow the port"},
    {80, STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP, ACTOR_UNKNOWN, CONFIDENCE_LIKELY,
     EVIDENCE_OTHER_PORT_ANSWERED, NULL,
     "No answer: 203.0.113.7 is up, but probably something drops the connections to port 80.",
     "Allow the port"},
    {25, STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP, ACTOR_UNKNOWN, CONFIDENCE_GUESS,
     EVIDENCE_NO_SIGN_OF_LIFE, NULL,
     "No answer: something drops connections to port 25 of 203.0.113.7, or the host is off.",
     "Many providers block port 25"},
    {80, STATE_UNKNOWN, REASON_LOCAL_FIREWALL, DISPOSITION_UNKNOWN, ACTOR_LOCAL, CONFIDENCE_CERTAIN,
     NO_EVIDENCE, NULL,
     "Not known: this checker's own firewall blocks its packets to port 80 of 203.0.113.7.",
     "This says nothing about the target. Tell the operator"},
    {443, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_HOST, CONFIDENCE_LIKELY,
     EVIDENCE_EVERY_PORT_ACCEPTS, &target,
     "Open: port 443 of 203.0.113.7 accepted the connection, but so did another port that we "
     "tried: this says nothing about a program.",
     "Something accepts connections to every port"},
    {443, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_HOST, CONFIDENCE_LIKELY,
     EVIDENCE_DEPENDS_ON_DSCP, &target,
     "Open: port 443 of 203.0.113.7 accepted connections, but not with every DSCP.",
     "Look for rules about DSCP"},
    {443, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_HOST, CONFIDENCE_LIKELY,
     EVIDENCE_DEPENDS_ON_SOURCE_PORT, &target,
     "Open: port 443 of 203.0.113.7 accepted connections, but not from every source port.",
     "Look for stateless access lists"},
    {443, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_HOST, CONFIDENCE_LIKELY,
     EVIDENCE_DEPENDS_ON_FLOW, &target,
     "Open: port 443 of 203.0.113.7 accepted some connections, but not all.",
     "Several servers or paths"},
    {22, STATE_CLOSED, REASON_RESET, DISPOSITION_REJECT, ACTOR_UNKNOWN, CONFIDENCE_GUESS,
     EVIDENCE_ODD_TOS, &target,
     "Closed: the connection to port 22 of 203.0.113.7 was refused; a firewall refuses on its "
     "behalf, or nothing listens there.",
     "Allow the port"},
    {22, STATE_CLOSED, REASON_RESET, DISPOSITION_UNKNOWN, ACTOR_UNKNOWN, CONFIDENCE_GUESS,
     EVIDENCE_DSCP_NOT_REFLECTED, &target,
     "Closed: the connection to port 22 of 203.0.113.7 was refused; nothing listens there, or a "
     "firewall refuses on its behalf.",
     "Start the service"},
    {22, STATE_FILTERED, REASON_ICMP_PORT_UNREACHABLE, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL,
     CONFIDENCE_LIKELY, EVIDENCE_RECENTLY_OPEN, &target,
     "No connection: port 22 of 203.0.113.7 accepted one seconds ago, but accepts none now.",
     "A limit on new connections is likely"},
    {80, STATE_FILTERED, REASON_ICMP_TTL_EXCEEDED, DISPOSITION_UNREACHABLE, ACTOR_PATH,
     CONFIDENCE_LIKELY, EVIDENCE_TTL_EXPIRED_IN_TRANSIT, &router,
     "Unreachable: the TTL of packets to 203.0.113.7 runs out on the way; 192.0.2.1 "
     "discarded them.",
     "They are misrouted"},
    {80, STATE_FILTERED, REASON_ICMP_TTL_EXCEEDED, DISPOSITION_UNREACHABLE, ACTOR_PATH,
     CONFIDENCE_LIKELY, EVIDENCE_ROUTING_LOOP, &router,
     "Unreachable: packets to 203.0.113.7 are caught in a routing loop; 192.0.2.1 discarded them.",
     "The routing of this address is broken"},
    {80, STATE_FILTERED, REASON_ICMP_PARAMETER_PROBLEM, DISPOSITION_REJECT, ACTOR_UNKNOWN,
     CONFIDENCE_GUESS, EVIDENCE_RESPONDER_IS_TARGET, &target,
     "No connection: 203.0.113.7 says that it does not speak TCP; a firewall may say so, too.",
     "Allow the port"},
    {80, STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_UNKNOWN, ACTOR_UNKNOWN, CONFIDENCE_GUESS,
     EVIDENCE_RATE_LIMIT_SUSPECTED, NULL,
     "No answer: a rate limit may have held back the answer of 203.0.113.7 about port 80.",
     "Hosts and routers limit"},
    {80, STATE_UNKNOWN, REASON_GATEWAY_UNREACHABLE, DISPOSITION_UNKNOWN, ACTOR_LOCAL,
     CONFIDENCE_CERTAIN, NO_EVIDENCE, NULL,
     "Not known: this checker's own gateway does not answer, so nothing reaches 203.0.113.7 "
     "from here.",
     "This says nothing about the target. Tell the operator"},
    {80, STATE_UNKNOWN, REASON_CAPTURE_LOST, DISPOSITION_UNKNOWN, ACTOR_LOCAL, CONFIDENCE_CERTAIN,
     NO_EVIDENCE, NULL, "Not known: this checker was too busy to see every answer.",
     "This says nothing about the target. Try again"},
};

static void test_common_verdicts(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        char text[ADVICE_TEXT_LEN];
        const char *advice;
        struct verdict verdict;

        verdict_init(&verdict, rows[i].port);
        verdict.state = rows[i].state;
        verdict.reason = rows[i].reason;
        verdict.disposition = rows[i].disposition;
        verdict.actor = rows[i].actor;
        verdict.confidence = rows[i].confidence;
        if (rows[i].evidence != NO_EVIDENCE)
            verdict.evidence = UINT64_C(1) << rows[i].evidence;
        if (rows[i].responder != NULL)
            verdict.responder = *rows[i].responder;
        advice_summary(ENGLISH, &verdict, &target, text);
        assert_string_equal(text, rows[i].summary);
        advice = advice_next_step(&verdict);
        if ((advice == NULL) != (rows[i].advice == NULL) ||
            (advice != NULL && strncmp(advice, rows[i].advice, strlen(rows[i].advice)) != 0))
            fail_msg("%s: advice is %s", rows[i].summary, advice);
    }
}

static bool contains_any(const char *text, const char *const words[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(text, words[i]) != NULL)
            return true;
    return false;
}

/* Words that name who did it, and those that only conclude it. */
static const char *const actors[] = {"a program on", "a host behind", "a device in front of",
                                     "a filter on", "on the way to"};
static const char *const conclusions[] = {"a host behind", "a device in front of", "a filter on"};

static void check_sentence(const struct verdict *verdict)
{
    static const char *const leads[STATE_COUNT][4] = {
        [STATE_UNKNOWN] = {"Not known: "},
        [STATE_OPEN] = {"Open: "},
        [STATE_CLOSED] = {"Closed: ", "Rejected by a firewall: "},
        [STATE_FILTERED] = {"No answer: ", "No connection: ", "Rejected by a firewall: ",
                            "Unreachable: "},
    };
    const char *advice = advice_next_step(verdict);
    char text[ADVICE_TEXT_LEN];
    bool led = false;
    size_t len;

    memset(text, '?', sizeof(text));
    advice_summary(ENGLISH, verdict, &target, text);
    len = strnlen(text, sizeof(text));
    assert_in_range(len, 20, sizeof(text) - 1);
    for (unsigned i = 0; i < 4 && leads[verdict->state][i] != NULL; i++)
        led = led || strncmp(text, leads[verdict->state][i], strlen(leads[verdict->state][i])) == 0;
    if (!led || text[len - 1] != '.' || strchr(text, '%') != NULL)
        fail_msg("badly formed: %s", text);
    if (verdict->actor == ACTOR_UNKNOWN && contains_any(text, actors, ARRAY_LEN(actors)))
        fail_msg("claims an actor that is not known: %s", text);
    if (verdict->confidence != CONFIDENCE_CERTAIN &&
        contains_any(text, conclusions, ARRAY_LEN(conclusions)) && strstr(text, "probably") == NULL)
        fail_msg("claims for certain what is not: %s", text);
    if (verdict->confidence == CONFIDENCE_CERTAIN && strstr(text, "probably") != NULL)
        fail_msg("doubts what is certain: %s", text);
    if ((verdict->evidence >> EVIDENCE_OTHER_PORT_ANSWERED & 1) != 0 &&
        strstr(text, "host is off") != NULL)
        fail_msg("calls a live host off: %s", text);
    if (strstr(text, "loop") != NULL && (verdict->evidence >> EVIDENCE_ROUTING_LOOP & 1) == 0)
        fail_msg("calls it a loop, which nobody saw: %s", text);
    if (strstr(text, "own network") != NULL && verdict->reason != REASON_LOCAL_ARP_FAILURE)
        fail_msg("takes the target for a neighbour: %s", text);
    if (advice == NULL ? verdict->state != STATE_OPEN : strlen(advice) < 20)
        fail_msg("no next step: %s", text);
}

static void test_every_verdict(void **state)
{
    (void)state;
    for (unsigned s = 0; s < STATE_COUNT; s++)
        for (unsigned r = 0; r < REASON_COUNT; r++)
            for (unsigned d = 0; d < DISPOSITION_COUNT; d++)
                for (unsigned a = 0; a < ACTOR_COUNT; a++)
                    for (unsigned c = 0; c < CONFIDENCE_COUNT; c++)
                        for (unsigned e = 0; e <= EVIDENCE_COUNT; e++) {
                            struct verdict verdict;
                            verdict_init(&verdict, e % 2 == 0 ? 25 : 443);
                            verdict.state = (enum verdict_state)s;
                            verdict.reason = (enum verdict_reason)r;
                            verdict.disposition = (enum verdict_disposition)d;
                            verdict.actor = (enum verdict_actor)a;
                            verdict.confidence = (enum verdict_confidence)c;
                            verdict.evidence = e < EVIDENCE_COUNT ? UINT64_C(1) << e : UINT64_C(0);
                            check_sentence(&verdict);
                        }
}

/* The longest addresses there are must not cut a sentence. */
static void test_long_addresses(void **state)
{
    struct addr longest = {ADDR_IPV6, {0}};
    struct verdict verdict;
    char text[ADVICE_TEXT_LEN];

    (void)state;
    memset(longest.bytes, 0xff, sizeof(longest.bytes));
    verdict_init(&verdict, 65535);
    verdict.state = STATE_FILTERED;
    verdict.disposition = DISPOSITION_REJECT;
    verdict.actor = ACTOR_PATH;
    verdict.responder = longest;
    advice_summary(ENGLISH, &verdict, &longest, text);
    assert_string_equal(text, "Rejected by a firewall: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, on "
                              "the way to ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, refused the "
                              "connection to port 65535 and said so.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_common_verdicts),
        cmocka_unit_test(test_every_verdict),
        cmocka_unit_test(test_long_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
