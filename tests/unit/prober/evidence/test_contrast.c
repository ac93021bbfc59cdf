/* SPDX-License-Identifier: BSD-2-Clause */
/* The evidence table for answers that are held against what the host itself sends:
 * docs/verdicts.md, "Who made the RST". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

enum { HOST_TTL = 62, HOST_HOPS = 3, SENT_TOS = 0x28 };

/* What is known of the host besides its distance. */
enum { NONE = 0, ECHO = 1, RST = 2, CONTROL = 4 };

/* The first hop that answers a SYN; 0: not asked. */
struct row {
    const char *name;
    bool ipv6;
    enum answer_kind kind;
    uint8_t ttl, tos;
    uint16_t window;
    unsigned known;
    uint8_t first_answered;
    enum verdict_disposition disposition;
    enum verdict_actor actor;
    enum verdict_confidence confidence;
    int16_t actor_hop;
    uint64_t evidence;
};

#define PLAIN   FACT(DSCP_NOT_REFLECTED)
#define CERTAIN CONFIDENCE_CERTAIN
#define LIKELY  CONFIDENCE_LIKELY

static const struct row rows[] = {
    {"1: listener", false, ANSWER_SYN_ACK, 62, 0, 65160, ECHO, 0, DISPOSITION_ACCEPT, ACTOR_HOST,
     CERTAIN, 3, FACT(TTL_MATCHES_HOST)},
    {"1: with a TTL of its own", false, ANSWER_SYN_ACK, 35, 0, 65160, ECHO, 3, DISPOSITION_ACCEPT,
     ACTOR_HOST, CERTAIN, 3, FACT(TTL_MATCHES_HOST)},
    {"2: SYN proxy on a router", false, ANSWER_SYN_ACK, 64, 0, 0, ECHO, 2, DISPOSITION_ACCEPT,
     ACTOR_PATH, CERTAIN, 1,
     FACT(WINDOW_ZERO) | FACT(TTL_NEARER) | FACT(HOP_CONFIRMED) | FACT(ECHO_REFLECTS_DSCP)},
    {"2: on the host", false, ANSWER_SYN_ACK, 62, 0, 0, ECHO, 3, DISPOSITION_ACCEPT,
     ACTOR_HOST_FIREWALL, LIKELY, 3,
     FACT(WINDOW_ZERO) | FACT(TTL_MATCHES_HOST) | FACT(HOP_CONFIRMED) | FACT(ECHO_REFLECTS_DSCP)},
    {"2: on the host or right before it", false, ANSWER_SYN_ACK, 62, 0, 0, NONE, 3,
     DISPOSITION_ACCEPT, ACTOR_UNKNOWN, LIKELY, -1,
     FACT(WINDOW_ZERO) | FACT(TTL_MATCHES_HOST) | FACT(HOP_CONFIRMED)},
    {"2: nearer, by the TTL alone", false, ANSWER_SYN_ACK, 64, 0, 0, ECHO, 0, DISPOSITION_ACCEPT,
     ACTOR_PATH, LIKELY, 1, FACT(WINDOW_ZERO) | FACT(TTL_NEARER) | FACT(ECHO_REFLECTS_DSCP)},
    {"2: behind its NAT", false, ANSWER_SYN_ACK, 61, 0, 0, NONE, 4, DISPOSITION_ACCEPT,
     ACTOR_BEHIND_NAT, LIKELY, 4, FACT(WINDOW_ZERO) | FACT(TTL_FARTHER) | FACT(HOP_CONFIRMED)},
    {"3: transparent proxy", false, ANSWER_SYN_ACK, 64, 0, 65160, ECHO, 1, DISPOSITION_ACCEPT,
     ACTOR_PATH, CERTAIN, 1, FACT(TTL_NEARER) | FACT(HOP_CONFIRMED)},
    {"3: by the TTL alone", false, ANSWER_SYN_ACK, 63, 0, 65160, ECHO, 0, DISPOSITION_ACCEPT,
     ACTOR_PATH, LIKELY, 2, FACT(TTL_NEARER)},
    {"4: forwarded", false, ANSWER_SYN_ACK, 61, 0, 65160, ECHO, 4, DISPOSITION_ACCEPT,
     ACTOR_BEHIND_NAT, CERTAIN, 4, FACT(TTL_FARTHER) | FACT(HOP_CONFIRMED)},
    {"4: forwarded, by the TTL alone", false, ANSWER_SYN_ACK, 61, 0, 65160, ECHO, 0,
     DISPOSITION_ACCEPT, ACTOR_BEHIND_NAT, LIKELY, 4, FACT(TTL_FARTHER)},
    {"4: forwarded to a closed port", false, ANSWER_RESET, 61, SENT_TOS, 0, ECHO, 4,
     DISPOSITION_REFUSE, ACTOR_BEHIND_NAT, CERTAIN, 4,
     FACT(DSCP_REFLECTED) | FACT(TTL_FARTHER) | FACT(HOP_CONFIRMED)},
    {"4: the same, by the TTL alone", false, ANSWER_RESET, 61, SENT_TOS, 0, ECHO, 0,
     DISPOSITION_REFUSE, ACTOR_BEHIND_NAT, LIKELY, 4, FACT(DSCP_REFLECTED) | FACT(TTL_FARTHER)},
    {"4: a filter behind its NAT or none", false, ANSWER_RESET, 61, 0, 0, NONE, 4,
     DISPOSITION_REFUSE, ACTOR_BEHIND_NAT, LIKELY, 4,
     PLAIN | FACT(TTL_FARTHER) | FACT(HOP_CONFIRMED)},
    {"5: the host's TCP", false, ANSWER_RESET, 62, SENT_TOS, 0, ECHO, 0, DISPOSITION_REFUSE,
     ACTOR_HOST, CERTAIN, 3, FACT(DSCP_REFLECTED) | FACT(TTL_MATCHES_HOST)},
    {"5: IPv6 with a flow label", true, ANSWER_RESET, 62, SENT_TOS, 0, ECHO, 0, DISPOSITION_REFUSE,
     ACTOR_HOST, CERTAIN, 3, FACT(DSCP_REFLECTED) | FACT(TTL_MATCHES_HOST) | FACT(FLOW_LABEL_SET)},
    {"6: router's forward chain", false, ANSWER_RESET, 63, 0, 0, ECHO, 3, DISPOSITION_REJECT,
     ACTOR_PATH, CERTAIN, 2,
     PLAIN | FACT(TTL_NEARER) | FACT(HOP_CONFIRMED) | FACT(ECHO_REFLECTS_DSCP)},
    {"6: router's prerouting", false, ANSWER_RESET, 64, 0, 0, ECHO, 1, DISPOSITION_REJECT,
     ACTOR_PATH, CERTAIN, 1,
     PLAIN | FACT(TTL_NEARER) | FACT(HOP_CONFIRMED) | FACT(ECHO_REFLECTS_DSCP)},
    {"6: by the TTL alone", false, ANSWER_RESET, 64, 0, 0, ECHO, 0, DISPOSITION_REJECT, ACTOR_PATH,
     LIKELY, 1, PLAIN | FACT(TTL_NEARER) | FACT(ECHO_REFLECTS_DSCP)},
    {"7: redirect to a closed port", false, ANSWER_RESET, 64, SENT_TOS, 0, ECHO, 1,
     DISPOSITION_REFUSE, ACTOR_PATH, CERTAIN, 1,
     FACT(DSCP_REFLECTED) | FACT(TTL_NEARER) | FACT(HOP_CONFIRMED)},
    {"7: by the TTL alone", false, ANSWER_RESET, 64, SENT_TOS, 0, ECHO, 0, DISPOSITION_REFUSE,
     ACTOR_PATH, LIKELY, 1, FACT(DSCP_REFLECTED) | FACT(TTL_NEARER)},
    {"8: host's firewall beside a closed port", false, ANSWER_RESET, 62, 0, 0, RST, 3,
     DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, CERTAIN, 3,
     PLAIN | FACT(TTL_MATCHES_HOST) | FACT(HOP_CONFIRMED) | FACT(HOST_REFLECTS_DSCP)},
    {"8: beside an echo", false, ANSWER_RESET, 62, 0, 0, ECHO, 3, DISPOSITION_REJECT,
     ACTOR_HOST_FIREWALL, LIKELY, 3,
     PLAIN | FACT(TTL_MATCHES_HOST) | FACT(HOP_CONFIRMED) | FACT(ECHO_REFLECTS_DSCP)},
    {"8: IPv6", true, ANSWER_RESET, 62, 0, 0, RST, 3, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL,
     CERTAIN, 3,
     PLAIN | FACT(FLOW_LABEL_ZERO) | FACT(TTL_MATCHES_HOST) | FACT(HOP_CONFIRMED) |
         FACT(HOST_REFLECTS_DSCP)},
    {"9: from a TTL that the host does not use, beside its RST", false, ANSWER_RESET, 126, 0, 0,
     RST, 0, DISPOSITION_REJECT, ACTOR_PATH, LIKELY, -1,
     PLAIN | FACT(TTL_BASE_DIFFERS) | FACT(HOST_REFLECTS_DSCP)},
    {"9: the same with a TOS of its own", false, ANSWER_RESET, 250, 0x10, 0, NONE, 0,
     DISPOSITION_REJECT, ACTOR_PATH, LIKELY, -1, PLAIN | FACT(TTL_BASE_DIFFERS) | FACT(ODD_TOS)},
    {"9: pf", false, ANSWER_RESET, 62, 0x10, 0, NONE, 3, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL,
     LIKELY, 3, PLAIN | FACT(TTL_MATCHES_HOST) | FACT(HOP_CONFIRMED) | FACT(ODD_TOS)},
    {"9: a window", false, ANSWER_RESET, 62, 0, 1024, NONE, 3, DISPOSITION_REJECT,
     ACTOR_HOST_FIREWALL, LIKELY, 3,
     PLAIN | FACT(TTL_MATCHES_HOST) | FACT(HOP_CONFIRMED) | FACT(ODD_WINDOW)},
    {"10: nothing to tell by", false, ANSWER_RESET, 62, 0, 0, NONE, 3, DISPOSITION_REFUSE,
     ACTOR_UNKNOWN, LIKELY, -1, PLAIN | FACT(TTL_MATCHES_HOST) | FACT(HOP_CONFIRMED)},
    {"10: from a TTL that the host does not use", false, ANSWER_RESET, 126, 0, 0, NONE, 0,
     DISPOSITION_REFUSE, ACTOR_UNKNOWN, LIKELY, -1, PLAIN | FACT(TTL_BASE_DIFFERS)},
    {"10: IPv6", true, ANSWER_RESET, 62, 0, 0, NONE, 3, DISPOSITION_REFUSE, ACTOR_UNKNOWN, LIKELY,
     -1, PLAIN | FACT(FLOW_LABEL_ZERO) | FACT(TTL_MATCHES_HOST) | FACT(HOP_CONFIRMED)},
    {"10: the control port's RST is no better", false, ANSWER_RESET, 62, 0, 0, ECHO | CONTROL, 3,
     DISPOSITION_REFUSE, ACTOR_UNKNOWN, LIKELY, -1,
     PLAIN | FACT(TTL_MATCHES_HOST) | FACT(HOP_CONFIRMED) | FACT(STACK_REFLECTS_NOTHING)},
};

/* Who was asked for on the way: TIME EXCEEDED before the hop that answers. */
static struct ttl_probe walked(uint8_t first_answered)
{
    struct ttl_probe ttl_probe;

    ttl_probe_begin(&ttl_probe, 1, 0, ~UINT32_C(0), 0);
    for (unsigned hop = 1; hop <= 5; hop++)
        ttl_probe.hops[hop].outcome =
            hop < first_answered ? TTL_PROBE_EXCEEDED : TTL_PROBE_ANSWERED;
    return ttl_probe;
}

static void test_rows(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        const struct row *row = &rows[i];
        struct host_profile profile = {
            .has_ttl = true,
            .ttl = HOST_TTL,
            .hops = HOST_HOPS,
            .echo_reflects = (row->known & ECHO) != 0,
            .host_reflects = (row->known & RST) != 0,
            .control_differs = (row->known & CONTROL) != 0,
        };
        struct observed observed = judge_probe(row->ipv6);
        struct ttl_probe ttl_probe = walked(row->first_answered);
        struct findings findings = {&observed, row->first_answered != 0 ? &ttl_probe : NULL, NULL,
                                    &profile};
        struct verdict want = judge_answered_by(&observed.dst, row->ttl);

        judge_answer(&observed, &observed.dst,
                     (struct observed_answer){.kind = (uint8_t)row->kind,
                                              .ttl = row->ttl,
                                              .tos = row->tos,
                                              .window = row->window,
                                              .window_zero = row->window == 0,
                                              .flow_label_set = row->ipv6 && row->tos != 0});
        want.hops = host_profile_hops_by_ttl(row->ttl);
        want.state = row->kind == ANSWER_SYN_ACK ? STATE_OPEN : STATE_CLOSED;
        want.reason = row->kind == ANSWER_SYN_ACK ? REASON_SYN_ACK : REASON_RESET;
        want.disposition = row->disposition;
        want.actor = row->actor;
        want.confidence = row->confidence;
        want.actor_hop = row->actor_hop;
        want.evidence = row->evidence;
        judge_expect(row->name, &findings, want);
    }
}

/* Row 9: DF, IP ID, and row 10: what is no sign of anything. */
static void test_traits_beside_the_hosts_own_reset(void **state)
{
    static const struct {
        bool ipv6, has_reset, dont_fragment, ip_id_zero;
        enum verdict_actor actor;
    } traits[] = {
        {false, true, true, true, ACTOR_UNKNOWN},
        {false, true, false, true, ACTOR_HOST_FIREWALL},
        {false, true, true, false, ACTOR_HOST_FIREWALL},
        {false, false, false, false, ACTOR_UNKNOWN}, /* no other RST to compare with */
        {true, true, false, true, ACTOR_UNKNOWN},    /* IPv6 has neither */
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(traits); i++) {
        struct observed observed = judge_probe(traits[i].ipv6);
        struct host_profile profile = {.has_ttl = true,
                                       .ttl = HOST_TTL,
                                       .hops = HOST_HOPS,
                                       .dscp_cleared = true,
                                       .has_reset = traits[i].has_reset,
                                       .reset_dont_fragment = true,
                                       .reset_ip_id_zero = true};
        bool differs = traits[i].actor == ACTOR_HOST_FIREWALL;
        struct verdict verdict;
        judge_answer(&observed, &observed.dst,
                     (struct observed_answer){.kind = ANSWER_RESET,
                                              .ttl = HOST_TTL,
                                              .dont_fragment = traits[i].dont_fragment,
                                              .ip_id_zero = traits[i].ip_id_zero});
        classify(&(struct findings){&observed, NULL, NULL, &profile}, &verdict);
        assert_int_equal(verdict.actor, traits[i].actor);
        assert_int_equal(verdict.disposition, differs ? DISPOSITION_REJECT : DISPOSITION_REFUSE);
        assert_int_equal(verdict.confidence, CONFIDENCE_LIKELY);
        judge_facts("traits", verdict.evidence & ~(FACT(FLOW_LABEL_ZERO)),
                    PLAIN | FACT(TTL_MATCHES_HOST) | FACT(DSCP_CLEARED) |
                        (differs ? FACT(RESETS_DIFFER) : 0));
    }
}

/* Whatever is known and however odd the RST: without a contrast on the same host it
 * must never be a certain firewall's. */
static void test_no_certain_firewall_without_contrast(void **state)
{
    (void)state;
    for (unsigned ttl = 1; ttl < 256; ttl++) {
        for (unsigned tos = 0; tos < 256; tos++) {
            struct observed observed = judge_probe(false);
            struct host_profile profile = {
                .has_ttl = true, .ttl = (uint8_t)ttl, .echo_reflects = true};
            struct findings findings = {&observed, NULL, NULL, &profile};
            struct verdict verdict;
            profile.hops = host_profile_hops_by_ttl(profile.ttl);
            judge_answer(&observed, &observed.dst,
                         (struct observed_answer){
                             .kind = ANSWER_RESET, .ttl = (uint8_t)ttl, .tos = (uint8_t)tos});
            classify(&findings, &verdict);
            assert_int_equal(verdict.state, STATE_CLOSED);
            if (verdict.actor == ACTOR_HOST_FIREWALL)
                assert_int_not_equal(verdict.confidence, CONFIDENCE_CERTAIN);
            if (ttl > 64 && verdict.actor_hop != VERDICT_UNKNOWN_HOP)
                fail_msg("TTL %u: hop %d is claimed", ttl, verdict.actor_hop);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_traits_beside_the_hosts_own_reset),
        cmocka_unit_test(test_no_certain_firewall_without_contrast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
