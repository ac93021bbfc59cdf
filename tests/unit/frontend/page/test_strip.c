/* SPDX-License-Identifier: BSD-2-Clause */
/* The path strip says what is known and no more; the steps are those of the verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/page/headline.h"
#include "frontend/page/reasons.h"
#include "frontend/page/steps.h"
#include "frontend/page/strip.h"

static const struct addr target_addr = {ADDR_IPV4, {192, 0, 2, 7}};
static const struct addr router = {ADDR_IPV4, {198, 51, 100, 1}};

struct scene {
    const char *name;
    enum verdict_state state;
    enum verdict_reason reason;
    enum verdict_disposition disposition;
    enum verdict_actor actor;
    bool by_router; /* the responder; else the target */
    int hops, actor_hop, last_hop;
    const char *label, *middle; /* what the strip says */
};

static const struct scene scenes[] = {
    {"open", STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_HOST, false, 12, 12, -1,
     "reached 192.0.2.7 after 12 hops", "12 hops"},
    {"open, one hop", STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_HOST, false, 1, 1, -1,
     "after one hop", "one hop"},
    {"open, from an unknown distance", STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_HOST,
     false, -1, -1, -1, "The path was not traced", "path not traced"},
    {"open, by whom is not known", STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_UNKNOWN,
     false, 12, -1, -1, "in the name of 192.0.2.7", "somewhere on the way"},
    {"a reset of nobody knows whom", STATE_CLOSED, REASON_RESET, DISPOSITION_REJECT, ACTOR_UNKNOWN,
     false, 3, -1, -1, "in the name of 192.0.2.7", "somewhere on the way"},
    {"a device in its name", STATE_CLOSED, REASON_RESET, DISPOSITION_REJECT, ACTOR_PATH, false, 3,
     2, -1, "a device, hop 2, answered", "answer from hop 2"},
    {"a router", STATE_FILTERED, REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT, ACTOR_PATH, true,
     4, 4, -1, "198.51.100.1, hop 4, answered. The SYN did not get to 192.0.2.7",
     "answer from 198.51.100.1, hop 4"},
    {"a router at an unknown distance", STATE_FILTERED, REASON_ICMP_ADMIN_PROHIBITED,
     DISPOSITION_REJECT, ACTOR_PATH, true, -1, -1, -1, "Its distance is not known",
     "answer from 198.51.100.1"},
    {"forwarded", STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_BEHIND_NAT, false, 9, 10,
     -1, "forwards it to another machine", "9 hops"},
    {"lost behind a hop", STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP, ACTOR_PATH, false,
     -1, -1, 11, "got past hop 11", "lost after hop 11"},
    {"lost somewhere", STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP, ACTOR_UNKNOWN, false,
     -1, -1, -1, "lost at an unknown point", "lost at an unknown point"},
    {"lost in the target", STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP,
     ACTOR_HOST_FIREWALL, false, -1, -1, -1, "reached 192.0.2.7, which did not answer",
     "path not traced"},
    {"nobody there", STATE_FILTERED, REASON_LOCAL_ARP_FAILURE, DISPOSITION_UNREACHABLE, ACTOR_LOCAL,
     false, -1, -1, -1, "No machine has the address", "nobody has this address"},
    {"not sent", STATE_UNKNOWN, REASON_LOCAL_FIREWALL, DISPOSITION_UNKNOWN, ACTOR_LOCAL, false, -1,
     -1, -1, "did not leave this checker", "did not leave this checker"},
    {"not known", STATE_UNKNOWN, REASON_CAPTURE_LOST, DISPOSITION_UNKNOWN, ACTOR_LOCAL, false, -1,
     -1, -1, "is not known", "not known"},
};

static struct result_target target_of(const struct scene *scene, uint16_t port)
{
    struct result_target target = {.addr = target_addr, .port_count = 1, .done = {true}};
    struct verdict *verdict = &target.verdicts[0];
    bool answered = scene->reason != REASON_NO_RESPONSE && scene->actor != ACTOR_LOCAL;

    verdict_init(verdict, port);
    verdict->state = scene->state;
    verdict->reason = scene->reason;
    verdict->disposition = scene->disposition;
    verdict->actor = scene->actor;
    verdict->hops = (int16_t)scene->hops;
    verdict->actor_hop = (int16_t)scene->actor_hop;
    verdict->last_hop = (int16_t)scene->last_hop;
    if (answered)
        verdict->responder = scene->by_router ? router : target_addr;
    return target;
}

static void test_strips(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(scenes); i++) {
        struct result_target target = target_of(&scenes[i], 443);
        struct strbuf buf = {0};
        char *html;

        strip_append(&buf, ENGLISH, NULL, &target, 0);
        html = strbuf_take(&buf);
        if (strstr(html, scenes[i].label) == NULL || strstr(html, scenes[i].middle) == NULL)
            fail_msg("%s: %s", scenes[i].name, html);
        assert_non_null(strstr(html, "role=\"img\" aria-label=\""));
        free(html);
    }
}

/* What the trace saw is on the strip: silent hops as such, the last one by its address. */
static void test_traced(void **state)
{
    struct result_target target = target_of(&scenes[9], 443);
    struct wire_message hop = {.type = WIRE_HOP, .hop = {.port = 443, .rtt_ns = VERDICT_NO_RTT}};
    struct strbuf buf = {0};
    struct addr addr;
    char *html;

    (void)state;
    target.verdicts[0].last_hop = 3;
    for (uint8_t i = 1; i <= 4; i++) {
        hop.hop.hop = i;
        hop.hop.addr = i % 2 == 1 ? router : (struct addr){.family = ADDR_NONE};
        assert_true(probe_details_add(&target.trails[0], &hop));
    }
    assert_int_equal(strip_end(&target, 0, &addr), 3);
    assert_true(addr_equal(&addr, &router));
    strip_append(&buf, ENGLISH, NULL, &target, 0);
    html = strbuf_take(&buf);
    assert_non_null(strstr(html, "lost after 198.51.100.1, hop 3"));
    assert_non_null(strstr(html, "class=\"hop silent\""));
    assert_non_null(strstr(html, "class=\"hop seen\""));
    free(html);
    probe_details_free(&target.trails[0]);
}

static void test_steps(void **state)
{
    static const struct {
        unsigned scene;
        uint16_t port;
        enum step steps[4]; /* the first ones */
        unsigned count;
    } rows[] = {
        {0, 443, {STEP_TALK_HTTPS}, 1},
        {0, 22, {STEP_TALK_SSH}, 1},
        {0, 81, {STEP_TALK}, 1},
        {4, 3389, {STEP_FIND_REJECT, STEP_ALLOW, STEP_ALLOW_WINDOWS, STEP_CLOUD}, 4},
        {4, 22, {STEP_FIND_REJECT, STEP_ALLOW, STEP_CLOUD, STEP_LISTEN}, 4},
        {5, 443, {STEP_OWN_DEVICE, STEP_CLOUD}, 2},
        {6, 443, {STEP_OWN_DEVICE, STEP_ASK_DEVICE, STEP_CLOUD}, 3},
        {9, 25, {STEP_ISP_MAIL, STEP_CLOUD, STEP_ROUTER, STEP_CGNAT}, 4},
        {11, 445, {STEP_SHOW_FIREWALL, STEP_ALLOW, STEP_ALLOW_WINDOWS, STEP_ISP_SMB}, 4},
        {12, 443, {STEP_HOST_UP}, 1},
        {13, 443, {STEP_AGAIN, STEP_OPERATOR}, 2},
    };
    enum step got[STEPS_MAX];

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct result_target target = target_of(&scenes[rows[i].scene], rows[i].port);
        unsigned count = steps_choose(&target, 0, got);
        assert_true(count >= rows[i].count);
        for (unsigned j = 0; j < rows[i].count; j++)
            if (got[j] != rows[i].steps[j])
                fail_msg("%s, port %u, step %u: %s", scenes[rows[i].scene].name, rows[i].port, j,
                         steps_text(got[j], ENGLISH));
    }
}

/* Commands are filled in, and nothing of a step is markup. */
static void test_steps_as_html(void **state)
{
    struct scene refused = {
        "refused", STATE_CLOSED, REASON_RESET, DISPOSITION_REFUSE, ACTOR_HOST, false, 3, 3, -1, "",
        ""};
    struct result_target target = target_of(&refused, 5432);
    struct strbuf buf = {0};
    char *html;

    (void)state;
    steps_append(&buf, ENGLISH, "db.example.net", &target, 0);
    html = strbuf_take(&buf);
    assert_non_null(strstr(html, "<pre><code>sudo ss -ltnp &#39;sport = :5432&#39;</code></pre>"));
    assert_non_null(strstr(html, "sudo systemctl start postgresql"));
    assert_null(strchr(html, '%'));
    free(html);
}

/* Each verdict has a line, a step and each word a sentence. */
static void test_nothing_is_missing(void **state)
{
    enum step got[STEPS_MAX];

    (void)state;
    for (unsigned s = 0; s < STATE_COUNT; s++)
        for (unsigned r = 0; r < REASON_COUNT; r++)
            for (unsigned d = 0; d < DISPOSITION_COUNT; d++)
                for (unsigned a = 0; a < ACTOR_COUNT; a++) {
                    const struct scene scene = {.state = s,
                                                .reason = r,
                                                .disposition = d,
                                                .actor = a,
                                                .hops = -1,
                                                .actor_hop = -1,
                                                .last_hop = -1};
                    struct result_target target = target_of(&scene, 443);
                    unsigned count = steps_choose(&target, 0, got);
                    assert_in_range(count, 1, STEPS_MAX);
                    assert_non_null(
                        strstr(headline_text(&target.verdicts[0]), verdict_state_name(s)));
                }
    for (unsigned i = 0; i < REASON_COUNT; i++)
        assert_non_null(reasons_reason_text(i));
    for (unsigned i = 0; i < EVIDENCE_COUNT; i++)
        assert_non_null(reasons_evidence_text(i));
    for (unsigned i = 0; i < EXPLANATION_COUNT; i++)
        assert_non_null(reasons_explanation_text(i));
}

static bool has_step(const struct result_target *target, enum step step)
{
    enum step got[STEPS_MAX];
    unsigned count = steps_choose(target, 0, got);

    for (unsigned i = 0; i < count; i++)
        if (got[i] == step)
            return true;
    return false;
}

/* A router at home for a rented machine, a cloud's console for a line: only where either may be. */
static void test_steps_go_by_network(void **state)
{
    static const struct {
        const char *provider;
        enum network_kind kind;
        bool cloud, router;
    } rows[] = {
        {"", NETWORK_KIND_UNKNOWN, true, true}, {"", NETWORK_ISP, false, true},
        {"", NETWORK_MOBILE, false, true},      {"", NETWORK_CLOUD, true, false},
        {"aws", NETWORK_CLOUD, false, false},   {"hetzner", NETWORK_HOSTING, false, false},
    };
    const struct scene scene = {.state = STATE_FILTERED,
                                .reason = REASON_NO_RESPONSE,
                                .disposition = DISPOSITION_DROP,
                                .actor = ACTOR_UNKNOWN,
                                .last_hop = -1};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct result_target target = target_of(&scene, 22);
        target.network.kind = rows[i].kind;
        strcpy(target.network.provider, rows[i].provider);
        assert_int_equal(has_step(&target, STEP_CLOUD), rows[i].cloud);
        assert_int_equal(has_step(&target, STEP_ROUTER), rows[i].router);
        assert_true(has_step(&target, STEP_WATCH));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strips),        cmocka_unit_test(test_traced),
        cmocka_unit_test(test_steps),         cmocka_unit_test(test_steps_go_by_network),
        cmocka_unit_test(test_steps_as_html), cmocka_unit_test(test_nothing_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
