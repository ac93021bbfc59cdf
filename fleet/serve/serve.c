/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/serve/serve.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/limit/ratelimit.h"
#include "fleet/message/envelope.h"
#include "fleet/message/subject.h"
#include "fleet/message/version_number.h"
#include "frontend/link/prober_link.h"

enum { WINDOW_S = 60, ROOM_FIRST = 1024 };

struct serve {
    const struct config *config;
    struct bus *bus;
    struct prober_link *prober;
    struct ratelimit *frontends, *targets;
    const uint8_t *key; /* SIPHASH_KEY_LEN bytes that names become addresses by */
    uint32_t jobs;
    bool is_stopping;
    struct log_limit log;
};

/* A question under way at the prober. */
struct place_job {
    struct serve *serve;
    unsigned engine;
    unsigned results_left;
    char reply[SUBJECT_LEN];
    uint8_t *bytes; /* the answer so far */
    size_t len, room;
};

/* --- the answer ------------------------------------------------------------------------ */

static void publish(const struct serve *serve, unsigned engine, const char *reply,
                    const void *bytes, size_t len)
{
    /* An engine that is gone: whoever asked hears of it there.  If only the connection is another
     * one, the engine takes no answer by it, and whoever asked waits for his deadline. */
    (void)engine_link_publish(serve->bus->engines[engine], reply, NULL, bytes, len);
}

static void answer(const struct serve *serve, unsigned engine, const char *reply,
                   const struct wire_message *messages, unsigned count)
{
    uint8_t bytes[2 * WIRE_MESSAGE_MAX_LEN + 4];
    struct writer envelope = writer_of(bytes, sizeof(bytes));

    for (unsigned i = 0; i < count; i++)
        envelope_add(&envelope, &messages[i]);
    publish(serve, engine, reply, bytes, envelope.pos);
}

static void refuse(const struct serve *serve, unsigned engine, const char *reply,
                   enum wire_refusal reason, uint32_t retry_after_ms)
{
    const struct wire_message refused = {
        .type = WIRE_REFUSED,
        .refused = {.reason = reason, .port_index = WIRE_NO_PORT, .retry_after_ms = retry_after_ms},
    };

    answer(serve, engine, reply, &refused, 1);
}

static void end_job(struct place_job *job)
{
    job->serve->jobs--;
    free(job->bytes);
    free(job);
}

static bool make_room(struct place_job *job, size_t len)
{
    size_t room = job->room > 0 ? job->room : ROOM_FIRST;
    uint8_t *bytes;

    while (room < job->len + len)
        room *= 2;
    if (room == job->room)
        return true;
    bytes = realloc(job->bytes, room);
    if (bytes == NULL)
        return false;
    job->bytes = bytes;
    job->room = room;
    return true;
}

/* With the asker's own number instead of the prober link's. */
static struct wire_message numbered(const struct wire_message *message)
{
    struct wire_message copy = *message;

    switch (copy.type) {
    case WIRE_HOP: copy.hop.job = 0; break;
    case WIRE_PACKET: copy.packet.job = 0; break;
    case WIRE_RESULT: copy.result.job = 0; break;
    default: break;
    }
    return copy;
}

static bool on_message(void *context, const struct wire_message *message)
{
    struct place_job *job = context;
    const struct wire_message copy = numbered(message);
    size_t len = envelope_len(&copy),
           kept = job->results_left * envelope_len(&(struct wire_message){.type = WIRE_RESULT});
    struct writer envelope;
    bool last = message->type == WIRE_RESULT && message->result.last;

    if (message->type == WIRE_RESULT && job->results_left > 0)
        job->results_left--;
    else if (job->len + len + kept > ENVELOPE_MAX_LEN)
        return true; /* details beyond what an engine carries */
    if (!make_room(job, len)) {
        if (last)
            end_job(job);
        return false;
    }
    envelope = writer_of(job->bytes, job->room);
    envelope.pos = job->len;
    envelope_add(&envelope, &copy);
    job->len = envelope.pos;
    if (last) {
        publish(job->serve, job->engine, job->reply, job->bytes, job->len);
        end_job(job);
    }
    return true;
}

static void on_refused(void *context, const struct wire_refused *refused)
{
    struct place_job *job = context;
    struct wire_message message = {.type = WIRE_REFUSED, .refused = *refused};

    message.refused.job = 0;
    answer(job->serve, job->engine, job->reply, &message, 1);
    end_job(job);
}

static void on_lost(void *context)
{
    struct place_job *job = context;

    /* it is gone, or it has forgotten this one job */
    refuse(job->serve, job->engine, job->reply,
           prober_link_is_ready(job->serve->prober) ? REFUSED_PLACE_SILENT : REFUSED_PLACE_DOWN, 0);
    end_job(job);
}

static const struct prober_link_job_ops job_ops = {on_message, on_refused, on_lost};

/* --- the question ---------------------------------------------------------------------- */

/* The rate limiter counts addresses: 64 bits of one stand for a name. */
static struct addr address_of(const struct serve *serve, const char *frontend)
{
    struct addr addr = {.family = ADDR_IPV6};
    uint64_t hash = siphash(serve->key, frontend, strlen(frontend));

    memcpy(addr.bytes, &hash, sizeof(hash));
    return addr;
}

static uint32_t at_most(uint32_t value, uint32_t most)
{
    return value < most ? value : most;
}

/* What one frontend may ask, and one target must bear from here; 0, or how long to wait. */
static uint32_t charge(struct serve *serve, const char *frontend, const struct wire_check *check)
{
    uint32_t cost = policy_target_cost(check->port_count, check->trace);
    const struct addr asker = address_of(serve, frontend);
    uint64_t now_ns = clock_now_ns(), wait_ns = 0;
    struct {
        struct ratelimit *limit;
        const struct addr *addr;
    } charges[] = {{serve->frontends, &asker}, {serve->targets, &check->addr}};

    for (unsigned round = 0; round < 2 && wait_ns == 0; round++)
        for (unsigned i = 0; i < ARRAY_LEN(charges) && wait_ns == 0; i++) {
            struct ratelimit *limit = charges[i].limit;
            /* three traced ports at once may be more than a small quota: then they are all of it */
            uint32_t taken = ratelimit_is_off(limit) ? cost : at_most(cost, ratelimit_quota(limit));
            struct ratelimit_state state =
                round == 0 ? ratelimit_peek(limit, charges[i].addr, taken, now_ns)
                           : ratelimit_take(limit, charges[i].addr, taken, now_ns);
            wait_ns = state.allowed ? 0 : state.retry_after_ns + 1;
        }
    return (uint32_t)(wait_ns / NS_PER_MS) + (wait_ns > 0);
}

static void answer_ping(const struct serve *serve, unsigned engine, const char *reply,
                        uint64_t token)
{
    struct wire_message messages[] = {
        {.type = WIRE_PONG, .pong = *prober_link_counters(serve->prober)},
        {.type = WIRE_PLACE,
         .place = {.state = PLACE_UP, .version = version_number(), .round_trip_ns = FIELD_NO_TIME}},
    };

    messages[0].pong.token = token;
    if (prober_link_is_ready(serve->prober))
        answer(serve, engine, reply, messages, ARRAY_LEN(messages));
    else
        refuse(serve, engine, reply, REFUSED_PLACE_DOWN, 0);
}

/* The prober gets numbers that were written here, none of the bytes that came. */
static void ask_prober(struct serve *serve, unsigned engine, const char *reply,
                       const struct wire_check *asked)
{
    struct wire_check check = {
        .addr = asked->addr,
        .port_count = asked->port_count,
        .trace = asked->trace,
        .packets = asked->packets,
    };
    struct place_job *job =
        serve->jobs < serve->config->serve.jobs ? calloc(1, sizeof(*job)) : NULL;
    enum prober_link_status status = PROBER_LINK_FULL;
    uint32_t number;

    memcpy(check.ports, asked->ports, sizeof(check.ports));
    if (job != NULL) {
        *job =
            (struct place_job){.serve = serve, .engine = engine, .results_left = check.port_count};
        memcpy(job->reply, reply, sizeof(job->reply));
        status = prober_link_check(serve->prober, &check, &job_ops, job, &number);
    }
    if (status == PROBER_LINK_OK) {
        serve->jobs++;
        return;
    }
    free(job);
    refuse(serve, engine, reply, status == PROBER_LINK_DOWN ? REFUSED_PLACE_DOWN : REFUSED_BUSY,
           status == PROBER_LINK_DOWN ? 0 : 1000);
}

static void take_question(struct serve *serve, unsigned engine, const struct subject *from,
                          const char *reply, const struct wire_message *question)
{
    uint32_t wait_ms;

    if (question->type == WIRE_PING) {
        answer_ping(serve, engine, reply, question->token);
        return;
    }
    if (question->type != WIRE_CHECK)
        return;
    wait_ms = charge(serve, from->frontend, &question->check);
    if (wait_ms > 0)
        refuse(serve, engine, reply, REFUSED_RATE_LIMITED, wait_ms);
    else
        ask_prober(serve, engine, reply, &question->check);
}

/* An answer goes to who asked, and nowhere else. */
static bool is_reply_of(const struct nats_text *reply, const struct subject *asked,
                        char text[static SUBJECT_LEN])
{
    struct subject told;

    if (reply->len >= SUBJECT_LEN || !subject_read_tell(reply->at, reply->len, &told) ||
        told.version != asked->version || strcmp(told.place, asked->place) != 0 ||
        strcmp(told.frontend, asked->frontend) != 0)
        return false;
    memcpy(text, reply->at, reply->len);
    text[reply->len] = '\0';
    return true;
}

bool serve_take(struct serve *serve, unsigned engine, const struct nats_event *message)
{
    struct reader envelope = reader_of(message->payload.at, message->payload.len);
    struct wire_message question, more;
    char reply[SUBJECT_LEN];
    struct subject asked;

    if (!subject_read_ask(message->subject.at, message->subject.len, &asked) ||
        strcmp(asked.place, serve->config->serve.place) != 0)
        return false;
    if (asked.version == WIRE_VERSION && is_reply_of(&message->reply, &asked, reply) &&
        envelope_next(&envelope, WIRE_CLIENT, &question) == ENVELOPE_MESSAGE &&
        envelope_next(&envelope, WIRE_CLIENT, &more) == ENVELOPE_END)
        take_question(serve, engine, &asked, reply, &question);
    else if (log_allows(&serve->log, clock_now_ns()))
        log_warn("serve", "a question of %s makes no sense", asked.frontend);
    return true;
}

void serve_engine_up(struct serve *serve, unsigned engine)
{
    char subject[SUBJECT_LEN];

    if (serve->is_stopping)
        return;
    subject_ask(WIRE_VERSION, serve->config->serve.place, "*", subject);
    (void)engine_link_subscribe(serve->bus->engines[engine], subject);
}

void serve_stop(struct serve *serve)
{
    serve->is_stopping = true;
    bus_unsubscribe(serve->bus);
}

bool serve_is_idle(const struct serve *serve)
{
    return serve->jobs == 0;
}

/* --- beginning and end --------------------------------------------------------------------- */

struct serve_limits serve_open_limits(const struct config *config, const struct user *owner)
{
    const struct limits_file_place place = {config->prober.socket, "portlight-fleet", *owner};
    struct serve_limits limits;

    for (unsigned i = 0; i < SERVE_LIMITS; i++)
        limits.parts[i] = (struct limits_file_part){.len = ratelimit_memory_len()};
    limits.file = limits_file_open(&place, limits.parts, SERVE_LIMITS, clock_now_ns());
    return limits;
}

static struct ratelimit *make_limit(const struct serve_limits *limits, enum serve_limit which,
                                    uint32_t quota, bool networks)
{
    const struct ratelimit_setup setup = {
        .quota = quota,
        .window_ns = WINDOW_S * NS_PER_S,
        .networks = networks,
        .key = limits->parts[which].key,
        .memory = limits->parts[which].memory,
        .spent_ns = limits->file.spent_ns,
    };

    return ratelimit_new(&setup, clock_now_ns());
}

struct serve *serve_new(struct loop *loop, const struct config *config,
                        const struct serve_limits *limits, struct bus *bus)
{
    struct serve *serve = calloc(1, sizeof(*serve));

    if (serve == NULL)
        return NULL;
    serve->config = config;
    serve->bus = bus;
    serve->key = limits->parts[SERVE_FRONTENDS].key;
    serve->frontends = make_limit(limits, SERVE_FRONTENDS, config->serve.frontend_quota, false);
    serve->targets =
        make_limit(limits, SERVE_TARGETS, config->serve.target_quota, config->limits.networks);
    serve->prober = prober_link_new(loop, config->prober.socket, config->serve.jobs);
    if (serve->frontends != NULL && serve->targets != NULL && serve->prober != NULL)
        return serve;
    serve_free(serve);
    return NULL;
}

void serve_free(struct serve *serve)
{
    if (serve == NULL)
        return;
    if (serve->prober != NULL)
        prober_link_free(serve->prober);
    if (serve->frontends != NULL)
        ratelimit_free(serve->frontends);
    if (serve->targets != NULL)
        ratelimit_free(serve->targets);
    free(serve);
}
