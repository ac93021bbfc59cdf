/* SPDX-License-Identifier: BSD-2-Clause */
/* Equal questions are one job, whoever leaves or asks, also from within a callback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/check/coalesce.h"
#include "tests/unit/support/fake_link.h"

static const uint8_t key[SIPHASH_KEY_LEN] = {3};
static const struct wire_check https = {
    .addr = {ADDR_IPV4, {192, 0, 2, 1}}, .port_count = 1, .ports = {443}};
static const struct wire_check three = {
    .addr = {ADDR_IPV4, {192, 0, 2, 1}}, .port_count = 3, .ports = {443, 80, 22}};

/* Somebody who asks, what they were told, and what they do when they are told anything. */
struct client {
    struct coalesce_subscriber subscriber;
    unsigned ports, refused, lost;
    uint16_t port_at[POLICY_PORTS_MAX]; /* that was told, by the client's own index */
    struct client *leaver;              /* leaves then; the client itself, or another */
    struct client *asker;               /* asks https then, once */
};

static struct addr visitor = {ADDR_IPV4, {198, 51, 100, 7}};
static struct prober_link prober;
static struct coalesce *coalesce;

static const struct coalesce_ops ops;

static enum prober_link_status ask(struct client *client, const struct wire_check *check)
{
    client->subscriber.ops = &ops;
    client->subscriber.context = client;
    return coalesce_ask(coalesce, check, &visitor, &client->subscriber);
}

static void react(struct client *client)
{
    struct client *asker = client->asker;

    if (client->leaver != NULL)
        coalesce_leave(&client->leaver->subscriber);
    client->asker = NULL;
    if (asker != NULL)
        assert_int_equal(ask(asker, &https), PROBER_LINK_OK);
}

static void on_port(void *context, unsigned port_index, const struct verdict *verdict,
                    const struct probe_details *details)
{
    struct client *client = context;

    (void)details;
    assert_int_equal(client->port_at[port_index], 0);
    client->port_at[port_index] = verdict->port;
    client->ports++;
    react(client);
}

static void on_refused(void *context, const struct wire_refused *refused)
{
    struct client *client = context;

    assert_int_equal(refused->reason, REFUSED_BUSY);
    client->refused++;
    react(client);
}

static void on_lost(void *context)
{
    struct client *client = context;

    client->lost++;
    react(client);
}

static const struct coalesce_ops ops = {on_port, on_refused, on_lost};

static int set_up(void **state)
{
    (void)state;
    prober = (struct prober_link){.status = PROBER_LINK_OK};
    coalesce = coalesce_new(&prober, key);
    return coalesce == NULL;
}

/* Whatever happened, nothing is left behind: the sanitizers see to the memory. */
static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(fake_link_pending(&prober), 0);
    coalesce_free(coalesce);
    return 0;
}

static void test_equal_questions_are_one_job(void **state)
{
    struct wire_check turned = three;
    struct client a = {0}, b = {0};

    (void)state;
    turned.ports[0] = 22;
    turned.ports[1] = 443;
    turned.ports[2] = 80;
    assert_int_equal(coalesce_new_ports(coalesce, &three, &visitor), 3);
    ask(&a, &three);
    assert_int_equal(coalesce_new_ports(coalesce, &turned, &visitor), 0);
    ask(&b, &turned);
    assert_int_equal(prober.count, 1);
    assert_int_equal(coalesce_shared(coalesce), 1);
    assert_true(fake_link_result(&prober, 0, 80, STATE_OPEN, false));
    assert_true(fake_link_result(&prober, 0, 22, STATE_OPEN, false));
    assert_true(fake_link_result(&prober, 0, 443, STATE_OPEN, true));
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(a.port_at[i], three.ports[i]);
        assert_int_equal(b.port_at[i], turned.ports[i]);
    }
    coalesce_leave(&a.subscriber); /* after the end there is nothing to leave */
    coalesce_leave(&b.subscriber);
    assert_int_equal(a.refused + a.lost + b.refused + b.lost, 0);
}

static void test_other_questions_are_other_jobs(void **state)
{
    struct wire_check others[6] = {https, https, https, three, three, https};
    struct client clients[ARRAY_LEN(others) + 1] = {[0] = {.ports = 0}};

    (void)state;
    others[0].trace = true;
    others[1].packets = true;
    others[2].ports[0] = 80;
    others[4].ports[2] = 25;
    others[5].addr.bytes[3] = 2;
    ask(&clients[0], &https);
    for (unsigned i = 0; i < ARRAY_LEN(others); i++) {
        assert_int_equal(coalesce_new_ports(coalesce, &others[i], &visitor), others[i].port_count);
        ask(&clients[i + 1], &others[i]);
        assert_int_equal(prober.count, i + 2);
    }
    assert_int_equal(coalesce_shared(coalesce), 0);
    for (unsigned i = 0; i < ARRAY_LEN(clients); i++) {
        coalesce_leave(&clients[i].subscriber);
        assert_true(prober.jobs[i].cancelled);
    }
}

/* Packets show when they were sent: nobody sees those of another's check. */
static void test_packets_are_each_client_s_own(void **state)
{
    struct wire_check packets = https;
    struct client clients[3] = {[0] = {.ports = 0}};

    (void)state;
    packets.packets = true;
    ask(&clients[0], &packets);
    assert_int_equal(clients[0].subscriber.late_ns, 0);
    ask(&clients[1], &packets);
    assert_int_equal(prober.count, 1);
    assert_true(clients[1].subscriber.late_ns > 0);
    visitor.bytes[3]++;
    assert_int_equal(coalesce_new_ports(coalesce, &packets, &visitor), 1);
    ask(&clients[2], &packets);
    visitor.bytes[3]--;
    assert_int_equal(prober.count, 2);
    assert_int_equal(clients[2].subscriber.late_ns, 0);
    for (unsigned i = 0; i < 3; i++)
        coalesce_leave(&clients[i].subscriber);
}

/* Ports of one question are reported together: whoever comes after the first report asks anew. */
static void test_who_comes_late_asks_anew(void **state)
{
    struct client a = {0}, b = {0};

    (void)state;
    ask(&a, &three);
    fake_link_result(&prober, 0, 80, STATE_OPEN, false);
    assert_int_equal(coalesce_new_ports(coalesce, &three, &visitor), 3);
    ask(&b, &three);
    assert_int_equal(prober.count, 2);
    assert_int_equal(b.ports, 0);
    coalesce_leave(&a.subscriber);
    coalesce_leave(&b.subscriber);
}

static void test_the_last_to_leave_cancels(void **state)
{
    struct client a = {0}, b = {0};

    (void)state;
    ask(&a, &https);
    ask(&b, &https);
    coalesce_leave(&a.subscriber);
    coalesce_leave(&a.subscriber);
    assert_false(prober.jobs[0].cancelled);
    coalesce_leave(&b.subscriber);
    assert_true(prober.jobs[0].cancelled);
    assert_int_equal(a.ports + b.ports, 0);
}

static void test_a_job_that_can_t_be_begun(void **state)
{
    static const enum prober_link_status statuses[] = {PROBER_LINK_DOWN, PROBER_LINK_FULL};
    struct client a = {0};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(statuses); i++) {
        prober.status = statuses[i];
        assert_int_equal(ask(&a, &https), statuses[i]);
        coalesce_leave(&a.subscriber);
        assert_int_equal(coalesce_new_ports(coalesce, &https, &visitor), 1);
    }
}

static void test_all_hear_the_same_failure(void **state)
{
    struct client clients[3] = {[0] = {.ports = 0}};

    (void)state;
    for (unsigned i = 0; i < 3; i++)
        ask(&clients[i], &https);
    fake_link_refuse(&prober, 0, REFUSED_BUSY);
    for (unsigned i = 0; i < 3; i++)
        ask(&clients[i], &https);
    fake_link_lose(&prober, 1);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(clients[i].refused, 1);
        assert_int_equal(clients[i].lost, 1);
        assert_int_equal(clients[i].ports, 0);
    }
}

static void test_a_port_left_out_is_lost(void **state)
{
    struct client a = {0}, b = {0};

    (void)state;
    ask(&a, &three);
    ask(&b, &three);
    fake_link_result(&prober, 0, 80, STATE_OPEN, false);
    fake_link_result(&prober, 0, 443, STATE_OPEN, true);
    assert_int_equal(a.ports, 2);
    assert_int_equal(a.lost, 1);
    assert_int_equal(b.ports, 2);
    assert_int_equal(b.lost, 1);
}

/* The link then gives the job up for lost, unless it is over anyway. */
static void test_what_makes_no_sense_is_said_so(void **state)
{
    struct client a = {0}, b = {0};

    (void)state;
    ask(&a, &three);
    assert_false(fake_link_result(&prober, 0, 81, STATE_OPEN, false));
    assert_true(fake_link_result(&prober, 0, 80, STATE_OPEN, false));
    assert_false(fake_link_result(&prober, 0, 80, STATE_OPEN, false));
    assert_int_equal(a.ports, 1);
    fake_link_lose(&prober, 0);
    assert_int_equal(a.lost, 1);
    ask(&b, &https);
    assert_false(fake_link_result(&prober, 1, 81, STATE_OPEN, true));
    assert_int_equal(b.ports, 0);
    assert_int_equal(b.lost, 1);
}

/* --- from within -------------------------------------------------------------------------- */

enum event { FIRST_PORT, LAST_PORT, REFUSED, LOST, EVENT_COUNT };

static void make_happen(enum event event, uint32_t job)
{
    switch (event) {
    case FIRST_PORT: fake_link_result(&prober, job, 80, STATE_OPEN, false); break;
    case LAST_PORT: fake_link_result(&prober, job, 80, STATE_OPEN, true); break;
    case REFUSED: fake_link_refuse(&prober, job, REFUSED_BUSY); break;
    default: fake_link_lose(&prober, job); break;
    }
}

static unsigned told(const struct client *client)
{
    return client->ports + client->refused + client->lost;
}

/* Three wait; one of them, when it is told, leaves or makes one of the three leave. */
static void test_leaving_from_within(void **state)
{
    (void)state;
    for (unsigned event = 0; event < EVENT_COUNT; event++)
        for (unsigned who = 0; who < 3; who++)
            for (unsigned leaver = 0; leaver < 3; leaver++) {
                struct client clients[3] = {[0] = {.ports = 0}};
                uint32_t job = prober.count;
                if (job >= FAKE_LINK_JOBS_MAX - 1)
                    job = prober.count = 0;
                for (unsigned i = 0; i < 3; i++)
                    ask(&clients[i], &three);
                clients[who].leaver = &clients[leaver];
                make_happen(event, job);
                assert_true(told(&clients[who]) > 0);
                for (unsigned i = 0; i < 3; i++)
                    assert_true(i == leaver || told(&clients[i]) > 0);
                for (unsigned i = 0; i < 3; i++)
                    coalesce_leave(&clients[i].subscriber);
                assert_int_equal(fake_link_pending(&prober), 0);
                assert_int_equal(prober.jobs[job].cancelled, event == FIRST_PORT);
            }
}

/* The first one told makes the second leave, the third leaves by itself, the first after all. */
static void test_one_leaves_after_the_other(void **state)
{
    struct client last = {0}, middle = {0}, first = {.leaver = &middle};

    (void)state;
    ask(&last, &three);
    ask(&middle, &three);
    ask(&first, &three);
    last.leaver = &last;
    fake_link_result(&prober, 0, 80, STATE_OPEN, false);
    assert_int_equal(first.ports, 1);
    assert_int_equal(middle.ports, 0);
    coalesce_leave(&first.subscriber);
    assert_int_equal(last.ports, 1);
    assert_true(prober.jobs[0].cancelled);
}

/* The same question from within a callback is a new job, not the one that is ending. */
static void test_asking_from_within(void **state)
{
    (void)state;
    for (unsigned event = 0; event < EVENT_COUNT; event++) {
        struct client newcomer = {0}, a = {.asker = &newcomer}, b = {0};
        uint32_t job = prober.count;
        ask(&a, &https);
        ask(&b, &https);
        if (event <= LAST_PORT)
            fake_link_result(&prober, job, 443, STATE_OPEN, true);
        else
            make_happen(event, job);
        assert_int_equal(told(&newcomer), 0);
        assert_int_equal(prober.count, job + 2);
        fake_link_result(&prober, job + 1, 443, STATE_CLOSED, true);
        assert_int_equal(newcomer.ports, 1);
        assert_int_equal(told(&a), 1);
        assert_int_equal(told(&b), 1);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_packets_are_each_client_s_own),  TEST(test_equal_questions_are_one_job),
        TEST(test_other_questions_are_other_jobs), TEST(test_who_comes_late_asks_anew),
        TEST(test_the_last_to_leave_cancels),      TEST(test_a_job_that_can_t_be_begun),
        TEST(test_all_hear_the_same_failure),      TEST(test_a_port_left_out_is_lost),
        TEST(test_what_makes_no_sense_is_said_so), TEST(test_leaving_from_within),
        TEST(test_one_leaves_after_the_other),     TEST(test_asking_from_within),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
