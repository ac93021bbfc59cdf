/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/share/sharing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/config/config.h"
#include "common/contract/frontends.h"
#include "frontend/share/fleet_link.h"

enum {
    TELL_MS = 50, /* charges wait so long for others to come along */
    SECRET_DIGITS = 2 * SIPHASH_KEY_LEN,
    ANSWERS_A_BEAT = 200, /* pieces for others */
};

/* One limit, as the ratelimit knows us. */
struct shared_limit {
    struct sharing *sharing;
    enum statement_limit which;
    struct ratelimit *limit; /* NULL: not made yet */
};

struct sharing {
    struct ledger_setup setup;
    uint8_t key[SIPHASH_KEY_LEN]; /* that signs */
    uint8_t limit_keys[STATEMENT_LIMITS][SIPHASH_KEY_LEN];
    char socket[PLACE_PATH_LEN];
    struct ledger *ledger;
    struct shared_limit limits[STATEMENT_LIMITS];
    struct fleet_link *link;
    struct loop_timer *beat, *tell;
    bool tell_is_set;
    struct fetches *fetches;
    sharing_find_fn *find;
    void *find_context;
    unsigned answers_left;
    uint32_t share; /* of the limit of clients, as it was last logged */
    struct log_limit log;
};

/* --- the secret ---------------------------------------------------------------------------- */

static bool read_secret(const char *path, char digits[static SECRET_DIGITS + 1])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat info = {.st_mode = 0};
    ssize_t len = -1;

    if (fd >= 0 && fstat(fd, &info) == 0)
        len = read(fd, digits, SECRET_DIGITS);
    digits[len > 0 ? len : 0] = '\0';
    if (len < 0)
        log_warn("config",
                 "fleet.secret: %s: %s.  Several frontends need it: openssl rand -hex 16 >%s at "
                 "one of them, the same file at each, readable by portlightd's user alone",
                 path, strerror(errno), path);
    else if ((info.st_mode & (S_IROTH | S_IWOTH)) != 0)
        log_warn("config", "fleet.secret: %s: others may read it: chmod 400", path);
    else if (strspn(digits, "0123456789abcdefABCDEF") != SECRET_DIGITS)
        log_warn("config", "fleet.secret: %s: not %d hexadecimal digits: openssl rand -hex 16 >%s",
                 path, SECRET_DIGITS, path);
    else
        len = SECRET_DIGITS + 1;
    if (fd >= 0)
        close(fd);
    return len > SECRET_DIGITS;
}

/* Keys for everything, so that what is said with one says nothing by another. */
static void derive(const uint8_t secret[static SIPHASH_KEY_LEN], uint8_t purpose,
                   uint8_t key[static SIPHASH_KEY_LEN])
{
    for (uint8_t half = 0; half < 2; half++) {
        const uint8_t text[2] = {purpose, half};
        uint64_t hash = siphash(secret, text, sizeof(text));
        memcpy(key + (size_t)half * sizeof(hash), &hash, sizeof(hash));
    }
}

static void make_keys(struct sharing *sharing, const char *digits)
{
    uint8_t secret[SIPHASH_KEY_LEN];

    for (unsigned i = 0; i < SIPHASH_KEY_LEN; i++) {
        const char pair[3] = {digits[(size_t)2 * i], digits[(size_t)2 * i + 1], '\0'};
        secret[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    derive(secret, UINT8_MAX, sharing->key);
    for (unsigned i = 0; i < STATEMENT_LIMITS; i++)
        derive(secret, (uint8_t)i, sharing->limit_keys[i]);
    explicit_bzero(secret, sizeof(secret));
}

/* --- charges --------------------------------------------------------------------------------- */

static void on_charge(void *context, const struct ratelimit_charge *charge)
{
    struct shared_limit *limit = context;
    struct sharing *sharing = limit->sharing;

    ledger_add(sharing->ledger, limit->which, charge, clock_now_ns());
    if (!sharing->tell_is_set && sharing->tell != NULL) {
        loop_timer_set(sharing->tell, TELL_MS);
        sharing->tell_is_set = true;
    }
}

static void on_note(void *context, enum statement_limit which,
                    const struct ratelimit_charge *charge, uint64_t age_ns)
{
    struct sharing *sharing = context;

    if (sharing->limits[which].limit != NULL)
        ratelimit_note(sharing->limits[which].limit, charge, age_ns, clock_now_ns());
}

static void on_tell(void *context)
{
    struct sharing *sharing = context;
    uint8_t bytes[STATEMENT_MAX_LEN];
    struct frontend_frame frame = {.type = FRONTEND_TELL, .payload = bytes};

    sharing->tell_is_set = false;
    while ((frame.len = ledger_tell(sharing->ledger, clock_now_ns(), bytes)) > 0)
        (void)fleet_link_send(sharing->link, &frame); /* what is lost will be told again */
}

static void set_shares(struct sharing *sharing)
{
    uint64_t now_ns = clock_now_ns();
    uint32_t share = 0;

    for (unsigned i = STATEMENT_LIMITS; i-- > 0;) {
        struct ratelimit *limit = sharing->limits[i].limit;
        if (limit == NULL)
            continue;
        share = ledger_share(sharing->ledger, ratelimit_window_ns(limit), now_ns);
        ratelimit_set_share(limit, share);
    }
    if (share != sharing->share)
        log_info("share", "%u of %u frontends grant clients' quotas together", share,
                 sharing->setup.count);
    sharing->share = share;
}

static void on_beat(void *context)
{
    struct sharing *sharing = context;

    loop_timer_set(sharing->beat, LEDGER_BEAT_MS);
    set_shares(sharing);
    sharing->answers_left = ANSWERS_A_BEAT;
    fetches_sweep(sharing->fetches, clock_now_ns());
    ledger_beat(sharing->ledger, clock_now_ns());
    on_tell(sharing);
}

/* --- the others ------------------------------------------------------------------------------ */

static void answer(struct sharing *sharing, const struct frontend_frame *asked)
{
    uint8_t bytes[PIECE_MAX_LEN];
    struct frontend_frame reply = {
        .type = FRONTEND_REPLY, .number = asked->number, .payload = bytes};
    struct piece_ask ask;
    const uint8_t *file;
    size_t len = 0;

    if (sharing->answers_left == 0 || !piece_ask_read(asked->payload, asked->len, &ask))
        return;
    sharing->answers_left--;
    file = sharing->find(sharing->find_context, ask.name, &len);
    reply.len = piece_write(&ask, file, file != NULL ? len : 0, sharing->key, bytes);
    (void)fleet_link_send(sharing->link, &reply);
}

static void on_frame(void *context, const struct frontend_frame *frame)
{
    struct sharing *sharing = context;
    uint64_t now_ns = clock_now_ns();

    switch (frame->type) {
    case FRONTEND_TOLD:
        if (!ledger_take(sharing->ledger, frame->name, frame->payload, frame->len, now_ns) &&
            log_allows(&sharing->log, now_ns))
            log_warn("share",
                     "what %s tells makes no sense: is fleet.secret another there, or "
                     "fleet.frontends?",
                     frame->name);
        break;
    case FRONTEND_ASKED: answer(sharing, frame); break;
    case FRONTEND_ANSWER: fetches_take(sharing->fetches, frame, now_ns); break;
    default: break; /* a newer portlight-fleet's */
    }
}

static void on_down(void *context)
{
    struct sharing *sharing = context;

    fetches_end(sharing->fetches);
}

/* --- beginning and end ----------------------------------------------------------------------- */

static struct frontends frontends_of(const struct config *config)
{
    return (struct frontends){config->fleet.name, config->fleet.frontends.items,
                              config->fleet.frontends.count};
}

static void take_names(struct sharing *sharing, const struct config *config)
{
    const struct config_strings *names = &config->fleet.frontends;
    const struct frontends frontends = frontends_of(config);
    char own[PLACE_NAME_LEN];

    frontends_own_name(&frontends, own);
    sharing->setup.count = (unsigned)names->count;
    for (unsigned i = 0; i < names->count; i++) {
        snprintf(sharing->setup.names[i], PLACE_NAME_LEN, "%s", names->items[i]);
        if (strcmp(own, names->items[i]) == 0)
            sharing->setup.self = i;
    }
}

/* With the digits of the secret. */
static bool is_sound(const struct config *config, char digits[static SECRET_DIGITS + 1])
{
    const struct frontends frontends = frontends_of(config);
    const char *mistake = frontends_mistake(&frontends);
    char path[PLACE_PATH_LEN];

    if (mistake == NULL && !frontend_frame_socket(config->fleet.directory, path))
        mistake = "fleet.directory: with /_frontend.sock, longer than a socket's path may be";
    if (mistake != NULL)
        log_warn("config", "%s", mistake);
    return mistake == NULL && read_secret(config->fleet.secret, digits);
}

bool sharing_check(const struct config *config)
{
    char digits[SECRET_DIGITS + 1];
    bool is_ok = config->fleet.frontends.count < 2 || is_sound(config, digits);

    explicit_bzero(digits, sizeof(digits));
    return is_ok;
}

struct sharing *sharing_new(const struct config *config)
{
    char digits[SECRET_DIGITS + 1];
    struct sharing *sharing;

    if (config->fleet.frontends.count < 2)
        return NULL;
    if (!is_sound(config, digits))
        exit(CONFIG_EXIT_STATUS);
    sharing = calloc(1, sizeof(*sharing));
    if (sharing == NULL)
        log_fatal("share", "out of memory");
    take_names(sharing, config);
    (void)frontend_frame_socket(config->fleet.directory, sharing->socket);
    make_keys(sharing, digits);
    explicit_bzero(digits, sizeof(digits));
    sharing->setup.key = sharing->key;
    sharing->setup.note = on_note;
    sharing->setup.context = sharing;
    for (unsigned i = 0; i < STATEMENT_LIMITS; i++)
        sharing->limits[i] = (struct shared_limit){sharing, (enum statement_limit)i, NULL};
    if (getrandom(&sharing->setup.random, sizeof(sharing->setup.random), 0) !=
        (ssize_t)sizeof(sharing->setup.random))
        log_fatal("share", "no random numbers: %s", strerror(errno));
    sharing->setup.random |= 1; /* not 0 */
    return sharing;
}

void sharing_free(struct sharing *sharing)
{
    if (sharing == NULL)
        return;
    fleet_link_free(sharing->link);
    fetches_free(sharing->fetches);
    loop_timer_free(sharing->beat);
    loop_timer_free(sharing->tell);
    ledger_free(sharing->ledger);
    free(sharing);
}

size_t sharing_memory_len(const struct sharing *sharing)
{
    return sharing != NULL ? ledger_memory_len() : 0;
}

void sharing_keep(struct sharing *sharing, void *memory, uint64_t *spent_ns)
{
    uint64_t now_ns = clock_now_ns();

    if (sharing == NULL)
        return;
    sharing->setup.memory = memory;
    sharing->ledger = ledger_new(&sharing->setup, now_ns);
    if (sharing->ledger == NULL)
        log_fatal("share", "out of memory");
    if (ledger_began(sharing->ledger) != LEDGER_ANOTHERS)
        return;
    log_warn("share", "fleet.secret or fleet.frontends is another than before: limits begin spent");
    *spent_ns = now_ns;
}

struct ratelimit *sharing_limit(struct sharing *sharing, enum statement_limit which,
                                const struct ratelimit_setup *setup)
{
    struct ratelimit_setup own = *setup;
    struct ratelimit_sharing shared;
    struct shared_limit *limit;

    if (sharing == NULL)
        return ratelimit_new(setup, clock_now_ns());
    limit = &sharing->limits[which];
    shared = (struct ratelimit_sharing){on_charge, limit, sharing->setup.count};
    own.key = sharing->limit_keys[which];
    own.sharing = &shared;
    limit->limit = ratelimit_new(&own, clock_now_ns());
    if (limit->limit != NULL)
        ratelimit_set_share(limit->limit, 1);
    return limit->limit;
}

bool sharing_open(struct sharing *sharing, struct loop *loop, sharing_find_fn *find, void *context)
{
    const struct fleet_link_ops ops = {on_frame, on_down, sharing};

    if (sharing == NULL)
        return true;
    sharing->find = find;
    sharing->find_context = context;
    sharing->link = fleet_link_new(loop, sharing->socket, &ops);
    sharing->beat = loop_timer_new(loop, on_beat, sharing);
    sharing->tell = loop_timer_new(loop, on_tell, sharing);
    if (sharing->link == NULL || sharing->beat == NULL || sharing->tell == NULL)
        return false;
    sharing->fetches = fetches_new(sharing->link, sharing->key);
    if (sharing->fetches == NULL)
        return false;
    on_beat(sharing);
    return true;
}

/* --- what others keep ------------------------------------------------------------------------ */

void sharing_owner(const struct sharing *sharing, char digits[static SHARING_OWNER_LEN + 1])
{
    digits[0] = '\0';
    if (sharing != NULL)
        snprintf(digits, SHARING_OWNER_LEN + 1, "%02x", sharing->setup.self & 0xff);
}

bool sharing_is_elsewhere(const struct sharing *sharing, const char *file, unsigned *frontend)
{
    char digits[SHARING_OWNER_LEN + 1];

    if (sharing == NULL || strlen(file) != SHARING_OWNER_LEN + PIECE_NAME_LEN - 1 ||
        strspn(file, "0123456789abcdef") != strlen(file))
        return false;
    for (unsigned i = 0; i < sharing->setup.count; i++) {
        snprintf(digits, sizeof(digits), "%02x", i & 0xff);
        if (strncmp(file, digits, SHARING_OWNER_LEN) != 0)
            continue;
        *frontend = i;
        return i != sharing->setup.self;
    }
    return false;
}

uint32_t sharing_fetch(struct sharing *sharing, unsigned frontend, const char *name,
                       fetches_done_fn *done, void *context)
{
    struct piece_ask ask = {.at = 0};

    memcpy(ask.name, name, PIECE_NAME_LEN - 1);
    return fetches_begin(sharing->fetches, sharing->setup.names[frontend], &ask, done, context,
                         clock_now_ns());
}

void sharing_give_up(struct sharing *sharing, uint32_t number)
{
    fetches_give_up(sharing->fetches, number);
}

/* --- for the operator ------------------------------------------------------------------------ */

void sharing_look(const struct sharing *sharing, struct sharing_state *state)
{
    uint64_t now_ns = clock_now_ns();

    memset(state, 0, sizeof(*state));
    if (sharing == NULL)
        return;
    state->count = sharing->setup.count;
    for (unsigned i = 0; i < state->count; i++) {
        state->names[i] = sharing->setup.names[i];
        state->is_heard[i] = ledger_hears(sharing->ledger, i, now_ns);
    }
    for (unsigned i = 0; i < STATEMENT_LIMITS; i++)
        if (sharing->limits[i].limit != NULL)
            state->shares[i] =
                (double)ledger_share(sharing->ledger, ratelimit_window_ns(sharing->limits[i].limit),
                                     now_ns) /
                state->count;
    state->counts = ledger_counts(sharing->ledger);
}
