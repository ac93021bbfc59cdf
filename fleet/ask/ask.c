/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/ask/ask.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "common/contract/syn_schedule.h"
#include "fleet/ask/answer.h"
#include "fleet/ask/beacons.h"
#include "fleet/ask/offered.h"

enum {
    TICK_MS = 1000,
    PING_TICKS = 5,        /* between pings to a place that is up; others get one each tick */
    PING_MS = 2500,        /* the longest that an answer to a ping may take */
    DUE_MS = 50,           /* how late a deadline may be noticed */
    BEACON_TICKS = 60,     /* from one round to the next */
    BEACON_FIRST_TICK = 3, /* by then it is known which places are up */
    BEACON_JOB = 1 << 16,  /* above the job numbers of pings and version questions */
    PLACE_EXTRA_MS = 1400, /* beyond the prober's own time: one second in serve.c, and transit */
};

struct ask {
    const struct config *config;
    struct loop *loop;
    struct bus *bus;
    struct questions *questions;
    struct loop_timer *tick, *due;
    bool due_is_set, is_stopping;
    unsigned ticks;
    unsigned count;
    struct offered places[PLACES_MAX];
    struct beacons beacons;
};

static const char *frontend_of(const struct ask *ask)
{
    return ask->config->fleet.name;
}

static enum wire_refusal reason_of(enum place_state state)
{
    return state == PLACE_OTHER_VERSION ? REFUSED_PLACE_VERSION : REFUSED_PLACE_DOWN;
}

static struct ask *owner_of(const struct offered *offered)
{
    return offered->owner;
}

/* --- questions ------------------------------------------------------------------------------- */

static void on_due(void *context);

static uint64_t longest_ms(const struct ask *ask, enum question_kind kind)
{
    uint64_t check_ms = ask->config->policy.timeout_ms + ask->config->policy.linger_ms;

    switch (kind) {
    case QUESTION_BEACON:
    case QUESTION_CHECK: return check_ms + PLACE_EXTRA_MS;
    case QUESTION_TRACE: return check_ms + PLACE_EXTRA_MS + SYN_SCHEDULE_TRACE_EXTRA_MS;
    default: return PING_MS;
    }
}

static bool publish(const struct ask *ask, const struct question *question)
{
    const struct offered *offered = &ask->places[question->place];
    char subject[SUBJECT_LEN], reply[SUBJECT_LEN];
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN + 2];
    struct writer envelope = writer_of(bytes, sizeof(bytes));
    struct wire_message message = {.type = WIRE_PING, .token = question->asked_ns};

    if (question->kind < QUESTION_PING)
        message = (struct wire_message){.type = WIRE_CHECK, .check = question->check};
    if (message.type == WIRE_CHECK) {
        message.check.job = 0;        /* means nothing to the place */
        message.check.timeout_ms = 0; /* the place uses its own */
    }
    envelope_add(&envelope, &message);
    subject_ask(question->version, offered->place.name, frontend_of(ask), subject);
    subject_tell(question->version, frontend_of(ask), offered->place.name, question->token, reply);
    return engine_link_publish(ask->bus->engines[question->engine], subject, reply, bytes,
                               envelope.pos);
}

/* False if too many questions are under way, random numbers fail or the engine is down. */
static bool ask_place(struct ask *ask, struct question *with)
{
    uint8_t random[SUBJECT_RANDOM_LEN];
    struct question *question;

    with->asked_ns = clock_now_ns();
    with->deadline_ns = with->asked_ns + longest_ms(ask, with->kind) * NS_PER_MS;
    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return false;
    question = questions_add(ask->questions, with, random);
    if (question == NULL)
        return false;
    if (!publish(ask, question)) {
        questions_end(ask->questions, question);
        return false;
    }
    if (!ask->due_is_set)
        loop_timer_set(ask->due, DUE_MS);
    ask->due_is_set = true;
    return true;
}

static void ask_version(struct offered *offered, unsigned engine, unsigned version)
{
    struct ask *ask = owner_of(offered);
    struct question with = {
        .kind = QUESTION_VERSION,
        .place = offered->index,
        .engine = engine,
        .version = version,
        .peer = QUESTION_NO_PEER,
        .check.job = (version << 8) + engine, /* above the pings' numbers */
    };

    if (questions_by_job(ask->questions, offered->index, QUESTION_NO_PEER, with.check.job) == NULL)
        (void)ask_place(ask, &with);
}

/* Notes whether a place of another version is there. */
static void set_version(struct offered *offered, const struct question *question, bool is_there)
{
    struct presence *presence = &offered->presences[question->engine];
    bool *known = question->version < WIRE_VERSION ? &presence->is_older : &presence->is_newer;

    *known = is_there && !presence->is_up;
}

static void ping(struct offered *offered, unsigned engine)
{
    struct question with = {
        .kind = QUESTION_PING,
        .place = offered->index,
        .engine = engine,
        .version = WIRE_VERSION,
        .peer = QUESTION_NO_PEER,
        .check.job = engine,
    };

    if (questions_by_job(owner_of(offered)->questions, offered->index, QUESTION_NO_PEER, engine) ==
        NULL)
        (void)ask_place(owner_of(offered), &with);
}

/* --- beacons --------------------------------------------------------------------------------- */

static void end_beacon_round(struct ask *ask)
{
    for (unsigned beacon = 0; beacon < ask->beacons.count; beacon++) {
        bool is_off;
        uint32_t wrong = beacons_wrong(&ask->beacons, beacon, &is_off);
        if (is_off)
            log_warn("ask",
                     "beacon %u of fleet.beacons is not as configured: most places find it "
                     "different",
                     beacon + 1);
        for (unsigned place = 0; place < ask->count; place++)
            if ((wrong >> place & 1) != 0)
                offered_missed_beacon(&ask->places[place], &ask->beacons.all[beacon]);
    }
}

static void ask_beacons(struct ask *ask)
{
    beacons_begin(&ask->beacons);
    for (unsigned i = 0; i < ask->count * ask->beacons.count; i++) {
        struct offered *offered = &ask->places[i / ask->beacons.count];
        struct question with = {
            .kind = QUESTION_BEACON,
            .place = offered->index,
            .version = WIRE_VERSION,
            .peer = QUESTION_NO_PEER,
            .check = beacons_check(&ask->beacons, i % ask->beacons.count),
        };
        with.check.job = BEACON_JOB + i % ask->beacons.count;
        if (offered->peers != NULL && offered_engine(offered, &with.engine) &&
            questions_by_job(ask->questions, with.place, with.peer, with.check.job) == NULL &&
            ask_place(ask, &with))
            ask->beacons.under_way++;
    }
}

/* --- clients' questions ---------------------------------------------------------------------- */

static void check(struct offered *offered, uint32_t peer, const struct wire_check *asked)
{
    struct ask *ask = owner_of(offered);
    struct question with = {
        .kind = asked->trace ? QUESTION_TRACE : QUESTION_CHECK,
        .place = offered->index,
        .version = WIRE_VERSION,
        .peer = peer,
        .check = *asked,
    };

    if (questions_by_job(ask->questions, offered->index, peer, asked->job) != NULL)
        offered_refuse_with(offered, peer, asked->job, REFUSED_JOB_IN_USE);
    else if (!offered_engine(offered, &with.engine))
        offered_refuse_with(offered, peer, asked->job, reason_of(offered_state(offered)));
    else if (ask->is_stopping || !ask_place(ask, &with))
        offered_refuse_with(offered, peer, asked->job, REFUSED_BUSY);
}

/* The engine lost the place; another may have it.  Bounded, as engines may come and go for ever. */
static void ask_elsewhere(struct offered *offered, const struct question *question)
{
    struct question next = *question;

    if (next.repeats++ == offered->bus->count || !offered_engine(offered, &next.engine) ||
        !ask_place(owner_of(offered), &next))
        offered_refuse_with(offered, next.peer, next.check.job, reason_of(offered_state(offered)));
}

/* --- answers --------------------------------------------------------------------------------- */

static void take_check_answer(struct offered *offered, const struct question *question,
                              const struct nats_text *payload)
{
    struct answer_read read;

    switch (answer_read(payload->at, payload->len, &question->check, &read)) {
    case ANSWER_RESULTS:
        offered->said.answers++;
        offered_tell_results(offered, question, payload);
        return;
    case ANSWER_REFUSED:
        if (read.refused.reason == REFUSED_PLACE_DOWN)
            offered_set_presence(offered, question->engine, false, "its prober is down");
        offered_refuse(offered, question->peer, question->check.job, &read.refused);
        return;
    default:
        offered_suspect(offered);
        offered_refuse_with(offered, question->peer, question->check.job, REFUSED_PLACE_NONSENSE);
    }
}

static void take_beacon_answer(struct offered *offered, const struct question *question,
                               const struct nats_text *payload)
{
    if (!beacons_take(&owner_of(offered)->beacons, question->check.job - BEACON_JOB,
                      question->place, &question->check, payload->at, payload->len))
        offered_suspect(offered);
}

static void take_ping_answer(struct offered *offered, const struct question *question,
                             const struct nats_text *payload)
{
    struct answer_read read;

    switch (answer_read(payload->at, payload->len, NULL, &read)) {
    case ANSWER_PONG:
        offered->counters = read.pong;
        offered->said.version = read.place.version;
        offered->said.round_trip_ns = clock_now_ns() - question->asked_ns;
        offered_set_presence(offered, question->engine, true, "it answers");
        return;
    case ANSWER_REFUSED:
        offered_set_presence(offered, question->engine, false, "its prober is down");
        return;
    default:
        offered_suspect(offered);
        offered_set_presence(offered, question->engine, false, "its answer is not valid");
    }
}

/* NATS_NO_RESPONDERS: no place listens on the subject. */
static void take_nobody(struct offered *offered, const struct question *question)
{
    if (question->kind == QUESTION_VERSION) {
        set_version(offered, question, false);
        return;
    }
    offered_set_presence(offered, question->engine, false, "it is not connected");
    if (question->kind == QUESTION_PING) {
        ask_version(offered, question->engine, WIRE_VERSION - 1);
        ask_version(offered, question->engine, WIRE_VERSION + 1);
    } else if (question->kind != QUESTION_BEACON) {
        ask_elsewhere(offered, question);
    }
}

/* Call it after the answer has been counted. */
static void end_question(struct ask *ask, enum question_kind kind)
{
    if (kind == QUESTION_BEACON && beacons_end_question(&ask->beacons))
        end_beacon_round(ask);
}

bool ask_take(struct ask *ask, unsigned engine, const struct nats_event *message)
{
    struct question *question, taken;
    struct offered *offered;
    struct subject told;

    if (!subject_read_tell(message->subject.at, message->subject.len, &told) ||
        strcmp(told.frontend, frontend_of(ask)) != 0)
        return false;
    question = questions_by_token(ask->questions, told.token);
    if (question == NULL || question->engine != engine || question->version != told.version ||
        strcmp(ask->places[question->place].place.name, told.place) != 0)
        return true; /* late: the question has ended */
    taken = *question;
    offered = &ask->places[taken.place];
    questions_end(ask->questions, question);
    if (message->status == NATS_NO_RESPONDERS)
        take_nobody(offered, &taken);
    else if (taken.kind == QUESTION_PING)
        take_ping_answer(offered, &taken, &message->payload);
    else if (taken.kind == QUESTION_VERSION)
        set_version(offered, &taken, true);
    else if (taken.kind == QUESTION_BEACON)
        take_beacon_answer(offered, &taken, &message->payload);
    else
        take_check_answer(offered, &taken, &message->payload);
    end_question(ask, taken.kind);
    return true;
}

/* --- time ------------------------------------------------------------------------------------ */

static void give_up(struct ask *ask, struct question *question)
{
    struct question taken = *question;
    struct offered *offered = &ask->places[taken.place];

    questions_end(ask->questions, question);
    if (taken.kind == QUESTION_VERSION) {
        /* a place of that version received it, but we can't read its answer */
        set_version(offered, &taken, true);
        return;
    }
    offered_set_presence(offered, taken.engine, false, "no answer in time");
    end_question(ask, taken.kind);
    if (taken.kind == QUESTION_PING || taken.kind == QUESTION_BEACON)
        return;
    offered->said.silences++;
    offered_refuse_with(offered, taken.peer, taken.check.job, REFUSED_PLACE_SILENT);
}

static void on_due(void *context)
{
    struct ask *ask = context;
    uint64_t now_ns = clock_now_ns();
    struct question *question;

    while ((question = questions_due(ask->questions, now_ns)) != NULL)
        give_up(ask, question);
    ask->due_is_set = questions_due(ask->questions, UINT64_MAX) != NULL;
    if (ask->due_is_set)
        loop_timer_set(ask->due, DUE_MS);
}

static void on_tick(void *context)
{
    struct ask *ask = context;

    loop_timer_set(ask->tick, TICK_MS);
    ask->ticks++;
    for (unsigned i = 0; i < ask->count; i++) {
        struct offered *offered = &ask->places[i];
        if (offered->peers == NULL)
            continue;
        for (unsigned engine = 0; engine < ask->bus->count; engine++)
            if (engine_link_is_up(ask->bus->engines[engine]) &&
                (!offered->presences[engine].is_up || ask->ticks % PING_TICKS == 0))
                ping(offered, engine);
        peers_sweep(offered->peers, clock_now_ns());
    }
    if (ask->beacons.count > 0 && ask->ticks % BEACON_TICKS == BEACON_FIRST_TICK)
        ask_beacons(ask);
}

void ask_engine_up(struct ask *ask, unsigned engine)
{
    static const unsigned versions[] = {WIRE_VERSION, WIRE_VERSION - 1, WIRE_VERSION + 1};
    char subject[SUBJECT_LEN];

    for (unsigned i = 0; i < ARRAY_LEN(versions); i++) {
        subject_tell(versions[i], frontend_of(ask), "", ">", subject);
        (void)engine_link_subscribe(ask->bus->engines[engine], subject);
    }
    for (unsigned i = 0; i < ask->count; i++)
        if (ask->places[i].peers != NULL)
            ping(&ask->places[i], engine);
}

void ask_engine_down(struct ask *ask, unsigned engine)
{
    struct question *question;

    for (unsigned i = 0; i < ask->count; i++) {
        offered_set_presence(&ask->places[i], engine, false, "the engine is down");
        ask->places[i].presences[engine] = (struct presence){.is_up = false};
    }
    while ((question = questions_of_engine(ask->questions, engine)) != NULL) {
        struct question taken = *question;
        questions_end(ask->questions, question);
        if (taken.kind == QUESTION_CHECK || taken.kind == QUESTION_TRACE)
            ask_elsewhere(&ask->places[taken.place], &taken);
        end_question(ask, taken.kind);
    }
}

void ask_stop(struct ask *ask)
{
    ask->is_stopping = true;
}

bool ask_is_idle(const struct ask *ask)
{
    return !questions_are_under_way(ask->questions, QUESTION_CHECK) &&
           !questions_are_under_way(ask->questions, QUESTION_TRACE);
}

/* --- clients --------------------------------------------------------------------------------- */

static void cancel(struct offered *offered, uint32_t peer, uint32_t job)
{
    struct questions *questions = owner_of(offered)->questions;
    struct question *question = questions_by_job(questions, offered->index, peer, job);

    if (question != NULL)
        questions_end(questions, question);
}

static void gone(struct offered *offered, uint32_t peer)
{
    struct questions *questions = owner_of(offered)->questions;
    struct question *question;

    while ((question = questions_of_peer(questions, offered->index, peer)) != NULL)
        questions_end(questions, question);
}

static const struct offered_ops offered_ops = {check, cancel, gone};

/* --- beginning and end ----------------------------------------------------------------------- */

static bool offer_all(struct ask *ask, gid_t group)
{
    const struct config_strings *places = &ask->config->fleet.places;

    for (unsigned i = 0; i < places->count; i++) {
        struct offered *offered = &ask->places[ask->count++];
        offered->owner = ask;
        offered->ops = &offered_ops;
        offered->bus = ask->bus;
        offered->index = i;
        offered->said.round_trip_ns = FIELD_NO_TIME;
        if (place_read(places->items[i], &offered->place) != NULL)
            return false; /* can't happen: config_items.h has checked it */
        if (strcmp(offered->place.name, ask->config->fleet.here) != 0 &&
            !offered_open(offered, ask->loop, ask->config, group))
            return false;
    }
    return true;
}

struct ask *ask_new(struct loop *loop, const struct config *config, gid_t group, struct bus *bus)
{
    struct ask *ask = calloc(1, sizeof(*ask));

    if (ask == NULL)
        return NULL;
    ask->config = config;
    ask->loop = loop;
    ask->bus = bus;
    beacons_init(&ask->beacons, &config->fleet.beacons);
    ask->questions = questions_new();
    ask->tick = loop_timer_new(loop, on_tick, ask);
    ask->due = loop_timer_new(loop, on_due, ask);
    if (ask->questions == NULL || ask->tick == NULL || ask->due == NULL || !offer_all(ask, group)) {
        ask_free(ask);
        return NULL;
    }
    loop_timer_set(ask->tick, TICK_MS);
    return ask;
}

void ask_free(struct ask *ask)
{
    if (ask == NULL)
        return;
    for (unsigned i = 0; i < ask->count; i++)
        offered_close(&ask->places[i]);
    loop_timer_free(ask->tick);
    loop_timer_free(ask->due);
    questions_free(ask->questions);
    free(ask);
}
