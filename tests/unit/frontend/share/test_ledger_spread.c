/* SPDX-License-Identifier: BSD-2-Clause */
/* An attacker who spreads over four frontends, on a clock of the test's own: with a quota of 60 a
 * minute each alone would grant them 660 in ten minutes, four that know nothing of each other 2640.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/share/ledger.h"

enum {
    FRONTENDS = 4,
    QUOTA = 60,
    WINDOW_S = 60,
    TICK_MS = 50,
    TRIES = 10, /* of the attacker at each frontend, each tick: 200 a second */
    MINUTES = 10,
    WAY_MAX = 256, /* statements on their way at a time */
};

static const uint8_t key[SIPHASH_KEY_LEN] = {7}, limit_key[SIPHASH_KEY_LEN] = {8};

struct frontend {
    unsigned number;
    struct ratelimit *limit;
    struct ledger *ledger;
    void *limit_memory, *ledger_memory;
    uint64_t random;
    unsigned granted;
    struct world *world;
};

struct statement_on_way {
    unsigned from, to;
    uint64_t due_ns;
    size_t len;
    uint8_t bytes[STATEMENT_MAX_LEN];
};

struct world {
    uint64_t now_ns;
    uint64_t delay_ns;
    unsigned loss_percent;
    bool cut[FRONTENDS][FRONTENDS];
    bool is_mute[FRONTENDS];
    uint32_t random;
    struct frontend all[FRONTENDS];
    struct statement_on_way *way[WAY_MAX];
};

static void on_tell(void *context, const struct ratelimit_charge *charge)
{
    struct frontend *frontend = context;

    ledger_add(frontend->ledger, STATEMENT_VISITORS, charge, frontend->world->now_ns);
}

static void on_note(void *context, enum statement_limit limit,
                    const struct ratelimit_charge *charge, uint64_t age_ns)
{
    struct frontend *frontend = context;

    if (limit == STATEMENT_VISITORS)
        ratelimit_note(frontend->limit, charge, age_ns, frontend->world->now_ns);
}

static void start(struct frontend *frontend)
{
    struct world *world = frontend->world;
    struct ledger_setup ledger = {
        .key = key,
        .names = {"f1", "f2", "f3", "f4"},
        .count = FRONTENDS,
        .self = frontend->number,
        .random = ++frontend->random * 10 + frontend->number,
        .memory = frontend->ledger_memory,
        .note = on_note,
        .context = frontend,
    };
    const struct ratelimit_sharing sharing = {on_tell, frontend, FRONTENDS};
    const struct ratelimit_setup limit = {
        .quota = QUOTA,
        .window_ns = WINDOW_S * NS_PER_S,
        .networks = true,
        .key = limit_key,
        .memory = frontend->limit_memory,
        .sharing = &sharing,
    };

    frontend->ledger = ledger_new(&ledger, world->now_ns);
    frontend->limit = ratelimit_new(&limit, world->now_ns);
    assert_non_null(frontend->ledger);
    assert_non_null(frontend->limit);
}

static void stop(struct frontend *frontend)
{
    ledger_free(frontend->ledger);
    ratelimit_free(frontend->limit);
}

static void forget(struct frontend *frontend)
{
    memset(frontend->ledger_memory, 0, ledger_memory_len());
    memset(frontend->limit_memory, 0, ratelimit_memory_len());
}

static struct world *world_new(void)
{
    struct world *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    world->now_ns = 1000 * NS_PER_S;
    world->random = 1;
    for (unsigned i = 0; i < FRONTENDS; i++) {
        struct frontend *frontend = &world->all[i];
        frontend->world = world;
        frontend->number = i;
        frontend->ledger_memory = calloc(1, ledger_memory_len());
        frontend->limit_memory = calloc(1, ratelimit_memory_len());
        start(frontend);
    }
    return world;
}

static void world_free(struct world *world)
{
    for (unsigned i = 0; i < FRONTENDS; i++) {
        stop(&world->all[i]);
        free(world->all[i].ledger_memory);
        free(world->all[i].limit_memory);
    }
    for (unsigned i = 0; i < WAY_MAX; i++)
        free(world->way[i]);
    free(world);
}

static uint32_t draw(struct world *world)
{
    world->random = world->random * 1664525 + 1013904223;
    return world->random >> 8;
}

static void put_on_way(struct world *world, unsigned from, unsigned to, const uint8_t *bytes,
                       size_t len)
{
    unsigned slot = 0;

    if (world->cut[from][to] || draw(world) % 100 < world->loss_percent)
        return;
    while (slot < WAY_MAX && world->way[slot] != NULL)
        slot++;
    assert_true(slot < WAY_MAX);
    world->way[slot] = malloc(sizeof(*world->way[slot]));
    assert_non_null(world->way[slot]);
    world->way[slot]->from = from;
    world->way[slot]->to = to;
    world->way[slot]->due_ns = world->now_ns + world->delay_ns;
    world->way[slot]->len = len;
    memcpy(world->way[slot]->bytes, bytes, len);
}

static void say(struct frontend *frontend)
{
    static uint8_t bytes[STATEMENT_MAX_LEN];
    struct world *world = frontend->world;
    size_t len;

    if (world->now_ns % NS_PER_S == 0)
        ledger_beat(frontend->ledger, world->now_ns);
    while ((len = ledger_tell(frontend->ledger, world->now_ns, bytes)) > 0)
        for (unsigned to = 0; to < FRONTENDS; to++)
            if (to != frontend->number)
                put_on_way(world, frontend->number, to, bytes, len);
}

static void deliver(struct world *world)
{
    for (unsigned i = 0; i < WAY_MAX; i++) {
        struct statement_on_way *way = world->way[i];
        const struct frontend *from = way != NULL ? &world->all[way->from] : NULL;
        if (way == NULL || way->due_ns > world->now_ns)
            continue;
        const char *const names[] = {"f1", "f2", "f3", "f4"};
        (void)ledger_take(world->all[way->to].ledger, names[from->number], way->bytes, way->len,
                          world->now_ns);
        free(way);
        world->way[i] = NULL;
    }
}

static struct addr addr_of(const char *text)
{
    struct addr addr;

    assert_true(addr_parse(text, &addr));
    return addr;
}

/* One tick; the attacker asks wherever `where` has a bit. */
static void tick(struct world *world, const char *attacker, unsigned where)
{
    const struct addr addr = addr_of(attacker);

    deliver(world);
    for (unsigned i = 0; i < FRONTENDS; i++) {
        struct frontend *frontend = &world->all[i];
        ratelimit_set_share(frontend->limit,
                            ledger_share(frontend->ledger, WINDOW_S * NS_PER_S, world->now_ns));
        for (unsigned n = 0; n < TRIES && (where >> i & 1) != 0; n++)
            frontend->granted += ratelimit_take(frontend->limit, &addr, 1, world->now_ns).allowed;
        say(frontend);
    }
    world->now_ns += TICK_MS * NS_PER_MS;
}

static void pass(struct world *world, unsigned seconds, const char *attacker, unsigned where)
{
    for (unsigned i = 0; i < seconds * 1000 / TICK_MS; i++)
        tick(world, attacker, where);
}

static unsigned granted(struct world *world)
{
    unsigned all = 0;

    for (unsigned i = 0; i < FRONTENDS; i++) {
        all += world->all[i].granted;
        world->all[i].granted = 0;
    }
    return all;
}

enum { NOWHERE = 0, EVERYWHERE = 15, ALONE = QUOTA * (MINUTES + 1) };

static const char attacker[] = "198.51.100.7";

static void settle(struct world *world)
{
    pass(world, WINDOW_S + 5, attacker, NOWHERE);
    for (unsigned i = 0; i < FRONTENDS; i++)
        assert_int_equal(ledger_share(world->all[i].ledger, WINDOW_S * NS_PER_S, world->now_ns),
                         FRONTENDS);
}

static void assert_at_most(const char *test, unsigned all, unsigned most)
{
    print_message("%s: %u, %.2f of what one grants\n", test, all, (double)all / (unsigned)ALONE);
    assert_true(all <= most);
}

static unsigned attack(struct world *world)
{
    pass(world, MINUTES * 60, attacker, EVERYWHERE);
    return granted(world);
}

static void test_told_at_once(void **state)
{
    struct world *world = world_new();

    (void)state;
    settle(world);
    assert_in_range(attack(world), ALONE - 2, ALONE + 2);
    world_free(world);
}

/* One burst of each, then nothing until it is paid. */
static void test_told_late(void **state)
{
    static const unsigned delays_ms[] = {50, 200, 1000};

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct world *world = world_new();
        settle(world);
        world->delay_ns = delays_ms[i] * NS_PER_MS;
        pass(world, 60, attacker, EVERYWHERE);
        assert_true(world->all[0].granted <= QUOTA + 1);
        pass(world, (MINUTES - 1) * 60, attacker, EVERYWHERE);
        assert_in_range(granted(world), ALONE * 95 / 100, ALONE * 102 / 100);
        world_free(world);
    }
}

static void test_a_third_of_all_is_lost(void **state)
{
    struct world *world = world_new();

    (void)state;
    settle(world);
    world->loss_percent = 33;
    assert_at_most(__func__, attack(world), ALONE * 102 / 100);
    world_free(world);
}

static void cut(struct world *world, unsigned who, bool is_cut)
{
    for (unsigned i = 0; i < FRONTENDS; i++)
        world->cut[who][i] = world->cut[i][who] = is_cut;
}

/* No engine: each grants a fourth. */
static void test_cut_off(void **state)
{
    struct world *world = world_new();

    (void)state;
    settle(world);
    for (unsigned i = 0; i < FRONTENDS; i++)
        cut(world, i, true);
    pass(world, 10, attacker, NOWHERE);
    assert_in_range(attack(world), ALONE * 90 / 100, ALONE);
    world_free(world);
}

/* All are cut off in the middle of an attack: nobody knows for four seconds, and the gain is
 * bounded. */
static void test_cut_off_under_attack(void **state)
{
    struct world *world = world_new();

    (void)state;
    settle(world);
    pass(world, 60, attacker, EVERYWHERE);
    granted(world);
    for (unsigned i = 0; i < FRONTENDS; i++)
        cut(world, i, true);
    assert_at_most(__func__, attack(world), ALONE);
    world_free(world);
}

static void test_one_way_is_no_way(void **state)
{
    struct world *world = world_new();

    (void)state;
    settle(world);
    for (unsigned i = 0; i < FRONTENDS; i++)
        world->cut[0][i] = true; /* f1 hears all, and nobody f1 */
    pass(world, 10, attacker, NOWHERE);
    assert_int_equal(ledger_share(world->all[0].ledger, NS_PER_S, world->now_ns), 1);
    assert_int_equal(ledger_share(world->all[1].ledger, NS_PER_S, world->now_ns), FRONTENDS - 1);
    assert_at_most(__func__, attack(world), ALONE);
    world_free(world);
}

/* Two and two for a minute, then all again, over and over: what was charged is told afterwards. */
static void test_halves_that_heal(void **state)
{
    struct world *world = world_new();
    unsigned all = 0;

    (void)state;
    settle(world);
    for (unsigned minute = 0; minute < MINUTES; minute++) {
        for (unsigned i = 0; i < FRONTENDS; i++)
            for (unsigned j = 0; j < FRONTENDS; j++)
                world->cut[i][j] = minute % 2 == 0 && i / 2 != j / 2;
        pass(world, 60, attacker, EVERYWHERE);
        all += granted(world);
    }
    assert_at_most(__func__, all, ALONE * 102 / 100);
    assert_int_equal(ledger_counts(world->all[0].ledger)->lost, 0);
    world_free(world);
}

/* A frontend that starts again each half minute, with its memory: nobody gains, and it hears all
 * again at once. */
static void test_restarts(void **state)
{
    struct world *world = world_new();
    unsigned all = 0;

    (void)state;
    settle(world);
    for (unsigned i = 0; i < 2 * MINUTES; i++) {
        struct frontend *frontend = &world->all[i % FRONTENDS];
        stop(frontend);
        start(frontend);
        assert_int_equal(ledger_began(frontend->ledger), LEDGER_AS_LEFT);
        pass(world, 30, attacker, EVERYWHERE);
        all += granted(world);
        assert_int_equal(ledger_share(frontend->ledger, WINDOW_S * NS_PER_S, world->now_ns),
                         FRONTENDS);
    }
    assert_at_most(__func__, all, ALONE * 102 / 100);
    world_free(world);
}

/* A machine that boots: it gives a share for a window, and hears what others charged before. */
static void test_reboots(void **state)
{
    struct world *world = world_new();
    unsigned all = 0;

    (void)state;
    settle(world);
    for (unsigned i = 0; i < MINUTES; i++) {
        struct frontend *frontend = &world->all[i % FRONTENDS];
        stop(frontend);
        forget(frontend);
        start(frontend);
        assert_int_equal(ledger_began(frontend->ledger), LEDGER_NEW);
        assert_int_equal(ledger_share(frontend->ledger, WINDOW_S * NS_PER_S, world->now_ns), 1);
        pass(world, 30, attacker, EVERYWHERE);
        assert_true(
            ledger_hears(frontend->ledger, (frontend->number + 1) % FRONTENDS, world->now_ns));
        assert_int_equal(ledger_share(frontend->ledger, WINDOW_S * NS_PER_S, world->now_ns), 1);
        pass(world, 30, attacker, EVERYWHERE);
        all += granted(world);
    }
    /* a fourth of a quota each time, at most */
    assert_at_most(__func__, all, ALONE + MINUTES * (QUOTA / FRONTENDS + 1));
    world_free(world);
}

/* Others with the same key may lie as they like: nobody has more for it, and everybody has the
 * whole quota again some windows after the last lie. */
static void test_liars(void **state)
{
    static uint8_t bytes[STATEMENT_MAX_LEN];
    static struct statement lie;
    struct world *world = world_new();
    struct frontend *frontend = &world->all[0];
    const struct addr addr = addr_of(attacker), honest = addr_of("203.0.113.9");
    struct ratelimit_state at_first, now;

    (void)state;
    settle(world);
    cut(world, 1, true);
    for (unsigned i = 0; i < 200; i++) {
        at_first = ratelimit_peek(frontend->limit, &addr, 1, world->now_ns);
        lie.epoch = 77 + i / 50;
        lie.beat = i + 1;
        lie.frontend_count = FRONTENDS;
        lie.charge_count = draw(world) % 100;
        lie.first = lie.oldest = 500 * i + draw(world) % 1000; /* gaps, and again */
        lie.next = lie.first + lie.charge_count;
        for (unsigned j = 0; j < FRONTENDS; j++)
            lie.heard[j] = (struct statement_heard){draw(world), UINT64_MAX, UINT64_MAX};
        for (unsigned j = 0; j < lie.charge_count; j++)
            lie.charges[j] = (struct statement_charge){
                .name = draw(world),
                .cost = UINT16_MAX,
                .age = (uint16_t)draw(world),
                .bits = (uint8_t)draw(world),
            };
        (void)ledger_take(frontend->ledger, "f2", bytes, statement_write(&lie, key, "f2", bytes),
                          world->now_ns);
        now = ratelimit_peek(frontend->limit, &addr, 1, world->now_ns);
        assert_true(now.remaining <= at_first.remaining);
        tick(world, attacker, NOWHERE);
    }
    assert_true(ledger_counts(frontend->ledger)->taken > 1000);
    stop(&world->all[1]);
    forget(&world->all[1]);
    start(&world->all[1]);
    cut(world, 1, false);
    pass(world, FRONTENDS * WINDOW_S + 10, attacker, NOWHERE);
    assert_int_equal(ratelimit_peek(frontend->limit, &honest, 0, world->now_ns).remaining, QUOTA);
    assert_int_equal(ratelimit_peek(frontend->limit, &addr, 0, world->now_ns).remaining, QUOTA);
    assert_int_equal(ledger_share(frontend->ledger, WINDOW_S * NS_PER_S, world->now_ns), FRONTENDS);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_told_at_once),
        cmocka_unit_test(test_told_late),
        cmocka_unit_test(test_a_third_of_all_is_lost),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_cut_off_under_attack),
        cmocka_unit_test(test_one_way_is_no_way),
        cmocka_unit_test(test_halves_that_heal),
        cmocka_unit_test(test_restarts),
        cmocka_unit_test(test_reboots),
        cmocka_unit_test(test_liars),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
