/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole HTTP server: bytes of a connection, in pieces, through libevent, routes, checks and
 * renderers, with a prober and a resolver that answer, refuse, keep silent or are left alone.
 *
 * Input: how they behave (1 byte), where the bytes are cut (1), then what the client sends.
 * Whatever that is: nobody is probed against the policy, and nothing is left of it afterwards.
 */
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "frontend/daemon/router.h"
#include "frontend/render/json.h"
#include "tests/fuzz/fuzz.h"

enum {
    JOBS_MAX = 16,
    QUERIES_MAX = 16,
    CONNECTIONS_MAX = 4096,
    TURNS = 4,
    ROUNDS_MAX = 64,
    ANSWER_LEN = 1 << 16,
    HOPS = 3
};

/* What to do with a question: two bits of the first byte for each. */
enum behaviour { ANSWER, REFUSE, LOSE, WAIT };

/* --- the prober and the resolver, in place of prober_link.c and event.c ---------------------- */

struct job {
    const struct prober_link_job_ops *ops; /* NULL: free */
    void *context;
    struct wire_check check;
};

struct prober_link {
    struct job jobs[JOBS_MAX];
    struct wire_pong counters;
};

struct resolver_query {
    resolver_done_fn *done; /* NULL: free */
    void *context;
    struct resolver_question asked;
};

struct resolver {
    struct resolver_query queries[QUERIES_MAX];
};

static struct config config;
static struct prober_link prober;
static struct resolver resolver;
static const struct network_table no_networks;
static struct router router = {.config = &config};
static struct loop *loop;
static struct server *server;
static struct sockaddr_in where;

enum prober_link_status prober_link_check(struct prober_link *link, const struct wire_check *check,
                                          const struct prober_link_job_ops *ops, void *context,
                                          uint32_t *job)
{
    FUZZ_REQUIRE(policy_check_address(&config.policy, &check->addr) == POLICY_OK);
    FUZZ_REQUIRE(check->port_count > 0 && check->port_count <= POLICY_PORTS_MAX);
    for (unsigned i = 0; i < check->port_count; i++)
        FUZZ_REQUIRE(policy_check_port(&config.policy, check->ports[i]) == POLICY_OK);
    for (*job = 0; *job < JOBS_MAX; ++*job)
        if (link->jobs[*job].ops == NULL) {
            link->jobs[*job] = (struct job){ops, context, *check};
            return PROBER_LINK_OK;
        }
    return PROBER_LINK_FULL;
}

void prober_link_cancel(struct prober_link *link, uint32_t job)
{
    FUZZ_REQUIRE(job < JOBS_MAX && link->jobs[job].ops != NULL);
    link->jobs[job].ops = NULL;
}

bool prober_link_is_ready(const struct prober_link *link)
{
    return link != NULL;
}

uint32_t prober_link_sessions(const struct prober_link *link)
{
    return link != NULL;
}

const struct wire_place *prober_link_place(const struct prober_link *link)
{
    static const struct wire_place none;

    (void)link;
    return &none;
}

struct prober_link *prober_link_new(struct loop *on, const char *socket_path, uint32_t jobs_max)
{
    (void)on, (void)socket_path, (void)jobs_max;
    return NULL;
}

void prober_link_free(struct prober_link *link)
{
    (void)link;
}

const struct wire_pong *prober_link_counters(const struct prober_link *link)
{
    return &link->counters;
}

struct resolver_query *resolver_ask(struct resolver *asked,
                                    const struct resolver_question *question,
                                    resolver_done_fn *done, void *context)
{
    FUZZ_REQUIRE(strlen(question->name) <= HOSTNAME_MAX_LEN);
    FUZZ_REQUIRE(question->ipv4 || question->ipv6);
    for (unsigned i = 0; i < QUERIES_MAX; i++)
        if (asked->queries[i].done == NULL) {
            asked->queries[i] = (struct resolver_query){done, context, *question};
            return &asked->queries[i];
        }
    return NULL;
}

bool resolver_is_up(const struct resolver *asked)
{
    return asked != NULL;
}

void resolver_cancel(struct resolver_query *query)
{
    FUZZ_REQUIRE(query->done != NULL);
    query->done = NULL;
}

/* What else there is to know of a host; told at once when the names are. */
struct resolver_inquiry {
    resolver_inquiry_fn *done; /* NULL: free */
    void *context;
    struct inquiry_facts facts;
};

static struct resolver_inquiry inquiries[QUERIES_MAX];

struct resolver_inquiry *resolver_inquire(struct resolver *asked,
                                          const struct resolver_subject *subject,
                                          resolver_inquiry_fn *done, void *context)
{
    (void)asked;
    FUZZ_REQUIRE(subject->name == NULL || strlen(subject->name) <= HOSTNAME_MAX_LEN);
    FUZZ_REQUIRE(subject->addr_count >= 1 && subject->addr_count <= INQUIRY_ADDRS_MAX);
    for (unsigned i = 0; i < subject->addr_count; i++)
        FUZZ_REQUIRE(policy_check_address(&config.policy, &subject->addrs[i]) == POLICY_OK);
    for (unsigned i = 0; i < QUERIES_MAX; i++)
        if (inquiries[i].done == NULL) {
            inquiries[i] = (struct resolver_inquiry){.done = done, .context = context};
            inquiries[i].facts.addr_count = subject->addr_count;
            return &inquiries[i];
        }
    return NULL;
}

void resolver_inquiry_cancel(struct resolver_inquiry *asked)
{
    FUZZ_REQUIRE(asked->done != NULL);
    asked->done = NULL;
}

static void tell_inquiries(void)
{
    for (unsigned i = 0; i < QUERIES_MAX; i++) {
        resolver_inquiry_fn *done = inquiries[i].done;
        inquiries[i].done = NULL;
        if (done != NULL)
            done(inquiries[i].context, &inquiries[i].facts);
    }
}

static struct lookup one_address(struct addr addr)
{
    return (struct lookup){.status = LOOKUP_OK, .count = 1, .addrs = {addr}};
}

static void tell_name(struct resolver_query *query, enum behaviour behaviour)
{
    struct resolver_query told = *query;
    struct lookups lookups = {.ipv4 = {.status = LOOKUP_NOT_ASKED},
                              .ipv6 = {.status = LOOKUP_NOT_ASKED}};

    query->done = NULL;
    if (told.asked.ipv4)
        lookups.ipv4 = one_address((struct addr){ADDR_IPV4, {93, 184, 215, behaviour == LOSE}});
    if (told.asked.ipv4 && behaviour == REFUSE)
        lookups.ipv4 = one_address((struct addr){ADDR_IPV4, {127, 0, 0, 1}});
    if (told.asked.ipv6)
        lookups.ipv6 = behaviour == LOSE
                           ? (struct lookup){.status = LOOKUP_TIMED_OUT}
                           : one_address((struct addr){ADDR_IPV6, {0x26, 6, 0x47, 0, 1}});
    told.done(told.context, &lookups);
}

static void tell_hops(const struct job *job, uint32_t number, uint16_t port)
{
    struct wire_message message = {.type = WIRE_HOP};

    for (uint8_t hop = 1; hop <= HOPS; hop++) {
        message.hop = (struct wire_hop){
            .job = number, .port = port, .hop = hop, .addr = {ADDR_IPV4, {192, 0, 2, hop}}};
        job->ops->message(job->context, &message);
    }
}

static void tell_packet(const struct job *job, uint32_t number, uint16_t port)
{
    static const uint8_t syn[] = {0x45, 0,  0,   40, 0,  0,   0,   0,  64,   6,    0, 0,
                                  198,  51, 100, 1,  93, 184, 215, 14, 0xee, 0x48, 1, 0xbb};
    struct wire_message message = {
        .type = WIRE_PACKET,
        .packet = {.job = number, .port = port, .outgoing = true, .len = 40, .time_ns = 1}};

    memcpy(message.packet.bytes, syn, sizeof(syn));
    message.packet.bytes[32] = 0x50;
    message.packet.bytes[33] = 2;
    job->ops->message(job->context, &message);
}

static void tell_job(uint32_t number, enum behaviour behaviour)
{
    struct job *slot = &prober.jobs[number];
    const struct job job = *slot;

    if (behaviour == REFUSE) {
        const struct wire_refused refused = {
            .job = number, .reason = REFUSED_BUSY, .port_index = WIRE_NO_PORT};
        slot->ops = NULL;
        job.ops->refused(job.context, &refused);
        return;
    }
    if (behaviour == LOSE) {
        slot->ops = NULL;
        job.ops->lost(job.context);
        return;
    }
    for (unsigned i = 0; i < job.check.port_count && slot->ops != NULL; i++) {
        bool last = i + 1U == job.check.port_count;
        struct wire_message message = {.type = WIRE_RESULT,
                                       .result = {.job = number, .last = last}};
        verdict_init(&message.result.verdict, job.check.ports[i]);
        message.result.verdict.state = i % 2 ? STATE_FILTERED : STATE_OPEN;
        if (job.check.trace)
            tell_hops(&job, number, job.check.ports[i]);
        if (job.check.packets)
            tell_packet(&job, number, job.check.ports[i]);
        if (last)
            slot->ops = NULL;
        job.ops->message(job.context, &message);
    }
}

/* Whoever waits is told, or not. */
static void tell(enum behaviour names, enum behaviour jobs)
{
    for (unsigned i = 0; i < QUERIES_MAX && names != WAIT; i++)
        if (resolver.queries[i].done != NULL)
            tell_name(&resolver.queries[i], names);
    if (names != WAIT)
        tell_inquiries();
    for (uint32_t i = 0; i < JOBS_MAX && jobs != WAIT; i++)
        if (prober.jobs[i].ops != NULL)
            tell_job(i, jobs);
}

/* --- the server ----------------------------------------------------------------------------- */

static void *must(void *made)
{
    if (made == NULL)
        abort();
    return made;
}

static struct conn_count *make_count(uint32_t stock)
{
    static const uint8_t key[SIPHASH_KEY_LEN] = {1};

    return must(
        conn_count_new(&(struct conn_count_setup){.stock = stock, .networks = true, .key = key}));
}

static struct ratelimit *make_limit(void)
{
    static const uint8_t key[SIPHASH_KEY_LEN] = {2};
    const struct ratelimit_setup setup = {
        .quota = 1000000, .window_ns = NS_PER_S, .networks = true, .key = key};

    return must(ratelimit_new(&setup, clock_now_ns()));
}

static void make_config(void)
{
    static char words[] = "of the operator";
    static struct prefix loopback = {{ADDR_IPV4, {127}}, 8};

    policy_init(&config.policy);
    config.limits.client_quota = 1000000;
    config.limits.client_window_s = config.limits.target_window_s = 1;
    config.limits.target_quota = 1000000;
    config.limits.max_pending = JOBS_MAX;
    config.limits.networks = true;
    config.http.trusted_proxies = (struct prefix_list){&loopback, 1};
    config.http.title = config.http.contact = config.http.imprint = config.http.about = words;
}

static void make_checks(void)
{
    static const uint8_t key[SIPHASH_KEY_LEN] = {3};

    router.checks = (struct checks){
        .config = &config,
        .loop = loop,
        .resolver = &resolver,
        .prober = &prober,
        .coalesce = must(coalesce_new(&prober, key)),
        .places = must(places_new(loop, &config, &prober)),
        .networks = &no_networks,
        .visitors = make_limit(),
        .new_targets = make_limit(),
        .targets = make_limit(),
        .target_parts = make_limit(),
        .own_targets = make_limit(),
        .recent_targets = must(recent_targets_new(key, NULL, clock_now_ns())),
        .active_checks = make_count(JOBS_MAX),
        .packet_logs = make_count(JOBS_MAX),
    };
    router.lookups = make_count(0);
    router.downloads = must(download_cache_new());
}

/* Listens on loopback, from now on. */
static void open_server(void)
{
    const struct server_setup setup = {
        .limits = {.max = CONNECTIONS_MAX,
                   .trusted = &config.http.trusted_proxies,
                   .answer_ns = SERVER_ANSWER_S * NS_PER_S,
                   .waiting_max_len = SERVER_WAITING_MAX_LEN},
        .headers = api_headers,
        .handler = router_handle,
        .error_body = router_error_body,
        .context = &router,
    };
    socklen_t len = sizeof(where);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

    signal(SIGPIPE, SIG_IGN);
    where = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    make_config();
    loop = must(loop_new());
    make_checks();
    server = must(server_new(loop, &setup));
    router.server = server;
    if (bind(fd, (struct sockaddr *)&where, sizeof(where)) != 0 || listen(fd, 16) != 0 ||
        getsockname(fd, (struct sockaddr *)&where, &len) != 0 || !server_adopt(server, fd))
        abort();
}

static void turn(unsigned turns)
{
    for (unsigned i = 0; i < turns; i++)
        event_base_loop(loop_base(loop), EVLOOP_NONBLOCK);
}

/* --- the client ------------------------------------------------------------------------------ */

/* Ends with a reset, and each has an address of its own: where the server closed first, its port
 * is not free for a minute. */
static int connect_client(void)
{
    static const struct linger at_once = {1, 0};
    static uint32_t number;
    struct sockaddr_in from = {.sin_family = AF_INET,
                               .sin_addr = {htonl(INADDR_LOOPBACK + (++number & 0xffff))}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&from, sizeof(from)) != 0 ||
        (connect(fd, (struct sockaddr *)&where, sizeof(where)) != 0 &&
         errno != EINTR /* by libFuzzer's alarm; it goes on */)) {
        perror("fuzz_http: connect");
        abort();
    }
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    return fd;
}

/* Whatever comes is HTTP, from its first byte on; libevent repeats the version of the request. */
static void hear(int fd, bool *heard)
{
    static char answer[ANSWER_LEN];
    ssize_t n;

    while ((n = recv(fd, answer, sizeof(answer), MSG_DONTWAIT)) > 0) {
        FUZZ_REQUIRE(*heard || (n >= 9 && memcmp(answer, "HTTP/", 5) == 0));
        *heard = true;
    }
}

static bool is_idle(void)
{
    return server_pending(server) == 0 && router.checks.pending == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    bool heard = false;
    size_t cut;
    int fd;

    if (len < 2)
        return 0;
    if (server == NULL)
        open_server();
    cut = (len - 2) * data[1] / 255;
    fd = connect_client();
    turn(1);
    send(fd, data + 2, cut, MSG_NOSIGNAL | MSG_DONTWAIT);
    turn(TURNS);
    send(fd, data + 2 + cut, len - 2 - cut, MSG_NOSIGNAL | MSG_DONTWAIT);
    for (unsigned shift = 0; shift < 8; shift += 4) {
        turn(TURNS);
        tell((enum behaviour)(data[0] >> shift & 3), (enum behaviour)(data[0] >> shift >> 2 & 3));
        turn(TURNS);
        hear(fd, &heard);
    }
    close(fd);
    for (unsigned round = 0; round < ROUNDS_MAX && !is_idle(); round++) {
        turn(TURNS);
        tell(ANSWER, ANSWER);
    }
    FUZZ_REQUIRE(is_idle());
    for (unsigned i = 0; i < JOBS_MAX; i++)
        FUZZ_REQUIRE(prober.jobs[i].ops == NULL && resolver.queries[i].done == NULL);
    return 0;
}
