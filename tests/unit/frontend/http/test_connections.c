/* SPDX-License-Identifier: BSD-2-Clause */
/* Connections of the real HTTP server over loopback: how many there may be, whose they are,
 * and what is said to those who speak no HTTP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "frontend/http/server.h"

enum {
    CLIENTS_MAX = 8,
    CLIENT_LIMIT = 2,
    STEP_MS = 2,
    PATIENCE_S = 20,
    MOMENT_MS = 20,
    LARGE_LEN = 16 << 20 /* more than the kernel buffers */
};

#define ANSWER_NS (400 * NS_PER_MS)

static const uint8_t key[SIPHASH_KEY_LEN] = {7};
static const struct server_header headers[] = {{"X-Ours", "yes"}, {NULL, NULL}};

static struct loop *loop;
static struct server *server;
static struct conn_count *by_client;
static struct prefix_list trusted;
static struct prefix loopback = {.addr = {.family = ADDR_IPV4, .bytes = {127, 0, 0, 0}}, .bits = 8};
static size_t waiting_max_len, answer_len;
static struct sockaddr_in where;
static int clients[CLIENTS_MAX];
static uint32_t most_connections;
static unsigned unsound;
static int told_status;

/* --- the server ----------------------------------------------------------------------------- */

static void on_request(void *context, struct exchange *exchange)
{
    (void)context;
    if (connections_count(server_connections(server)) > most_connections)
        most_connections = connections_count(server_connections(server));
    unsound += exchange_fault(exchange) != HEADER_SOUND;
    if (answer_len > 0) {
        char *answer = calloc(1, answer_len);
        exchange_reply(exchange, 200, "text/plain", answer, answer_len);
        free(answer);
    } else {
        exchange_reply(exchange, 200, "text/plain", "ok", 2);
    }
}

static char *error_body(void *context, const struct raw_preference *asked, int *status,
                        const char **type)
{
    (void)context;
    (void)asked;
    told_status = *status;
    *type = "application/json";
    return strdup("{\"ours\":true}");
}

static void open_server(uint32_t max)
{
    const struct server_setup setup = {
        .limits = {.max = max,
                   .by_client = by_client,
                   .trusted = &trusted,
                   .answer_ns = ANSWER_NS,
                   .waiting_max_len = waiting_max_len},
        .headers = headers,
        .handler = on_request,
        .error_body = error_body,
    };
    socklen_t len = sizeof(where);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

    where = (struct sockaddr_in){.sin_family = AF_INET};
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&where, sizeof(where)), 0);
    assert_int_equal(listen(fd, CLIENTS_MAX), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&where, &len), 0);
    server = server_new(loop, &setup);
    assert_non_null(server);
    assert_true(server_adopt(server, fd));
}

static int set_up(void **state)
{
    (void)state;
    loop = loop_new();
    by_client = conn_count_new(&(struct conn_count_setup){.max = CLIENT_LIMIT, .key = key});
    trusted = (struct prefix_list){NULL, 0};
    waiting_max_len = SERVER_WAITING_MAX_LEN;
    answer_len = 0;
    most_connections = unsound = 0;
    told_status = 0;
    for (unsigned i = 0; i < CLIENTS_MAX; i++)
        clients[i] = -1;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CLIENTS_MAX; i++)
        if (clients[i] >= 0)
            close(clients[i]);
    server_free(server);
    loop_free(loop);
    conn_count_free(by_client);
    return 0;
}

/* --- clients -------------------------------------------------------------------------------- */

static void connect_client(unsigned i)
{
    clients[i] = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(clients[i], (struct sockaddr *)&where, sizeof(where)), 0);
}

static void hang_up(unsigned i)
{
    close(clients[i]);
    clients[i] = -1;
}

static void say(unsigned i, const char *text)
{
    assert_int_equal(send(clients[i], text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void ask(unsigned i)
{
    say(i, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
}

/* What has come for a client so far. */
struct heard {
    unsigned client;
    char text[4096];
    size_t len;
    bool ended;
};

static void hear(struct heard *heard)
{
    ssize_t n;

    while (!heard->ended && (n = recv(clients[heard->client], heard->text + heard->len,
                                      sizeof(heard->text) - 1 - heard->len, MSG_DONTWAIT)) >= 0) {
        heard->len += (size_t)n;
        heard->ended = n == 0;
    }
    if (!heard->ended && errno != EAGAIN && errno != EWOULDBLOCK)
        heard->ended = true; /* reset: it is over, too */
    heard->text[heard->len] = '\0';
}

static bool is_answered(const struct heard *heard)
{
    return strstr(heard->text, "\r\n\r\nok") != NULL;
}

/* --- running -------------------------------------------------------------------------------- */

struct run {
    struct loop_timer *timer;
    struct heard *heard;
    bool (*met)(const struct heard *heard);
    uint64_t deadline_ns;
};

static void on_step(void *context)
{
    struct run *run = context;

    hear(run->heard);
    if (run->met(run->heard) || clock_now_ns() > run->deadline_ns)
        loop_stop(loop);
    else
        loop_timer_set(run->timer, STEP_MS);
}

/* Serves until this client has received what it should. */
static struct heard run_until(unsigned client, bool (*met)(const struct heard *heard))
{
    struct heard heard = {.client = client};
    struct run run = {
        .heard = &heard, .met = met, .deadline_ns = clock_now_ns() + PATIENCE_S * NS_PER_S};

    run.timer = loop_timer_new(loop, on_step, &run);
    loop_timer_set(run.timer, 0);
    loop_run(loop);
    loop_timer_free(run.timer);
    if (!met(&heard))
        fail_msg("client %u heard only \"%s\"", client, heard.text);
    return heard;
}

static bool has_ended(const struct heard *heard)
{
    return heard->ended;
}

static bool is_answered_or_over(const struct heard *heard)
{
    return is_answered(heard) || heard->ended;
}

static uint64_t ended(enum connection_end why)
{
    return connections_ended(server_connections(server))[why];
}

static void stop(void *context)
{
    (void)context;
    loop_stop(loop);
}

static void serve_a_moment(void)
{
    struct loop_timer *timer = loop_timer_new(loop, stop, NULL);

    loop_timer_set(timer, MOMENT_MS);
    loop_run(loop);
    loop_timer_free(timer);
}

/* What the client reads of at most max bytes after a moment. */
static size_t read_some(unsigned client, size_t max)
{
    static char buffer[LARGE_LEN];
    ssize_t n;

    serve_a_moment();
    n = recv(clients[client], buffer, max, MSG_DONTWAIT);
    assert_true(n > 0 || (n < 0 && errno == EAGAIN));
    return n > 0 ? (size_t)n : 0;
}

/* --- tests ---------------------------------------------------------------------------------- */

static void test_one_client_has_so_many(void **state)
{
    (void)state;
    open_server(100);
    for (unsigned i = 0; i < CLIENT_LIMIT; i++) {
        connect_client(i);
        ask(i);
        run_until(i, is_answered);
    }
    connect_client(CLIENT_LIMIT);
    ask(CLIENT_LIMIT); /* so that it would hear something if it were let in */
    assert_int_equal(run_until(CLIENT_LIMIT, has_ended).len, 0);
    for (unsigned i = 0; i < CLIENT_LIMIT; i++) { /* the others are still there */
        ask(i);
        run_until(i, is_answered);
    }
}

static void test_who_goes_makes_room(void **state)
{
    struct heard heard;
    bool answered = false;

    (void)state;
    open_server(100);
    for (unsigned i = 0; i < CLIENT_LIMIT; i++) {
        connect_client(i);
        ask(i);
        run_until(i, is_answered);
    }
    hang_up(0);
    for (unsigned i = 0; i < 1000 && !answered; i++) { /* the server has to hear of it first */
        connect_client(0);
        ask(0);
        heard = run_until(0, is_answered_or_over);
        answered = is_answered(&heard);
        if (!answered)
            hang_up(0);
    }
    assert_true(answered);
}

static void test_a_trusted_proxy_has_any_number(void **state)
{
    (void)state;
    trusted = (struct prefix_list){&loopback, 1};
    open_server(100);
    for (unsigned i = 0; i < CLIENTS_MAX; i++) {
        connect_client(i);
        ask(i);
        run_until(i, is_answered);
    }
    assert_int_equal(most_connections, CLIENTS_MAX);
}

/* When the server is full, a new client waits, and is served when another leaves. */
static void test_who_comes_when_it_is_full_waits(void **state)
{
    (void)state;
    trusted = (struct prefix_list){&loopback, 1};
    open_server(3);
    for (unsigned i = 0; i < 5; i++) {
        connect_client(i);
        ask(i);
    }
    for (unsigned i = 0; i < 5; i++) {
        run_until(i, is_answered);
        hang_up(i);
    }
    assert_in_range(most_connections, 1, 3);
}

static void test_what_is_no_http_is_told_in_our_words(void **state)
{
    static const char *const texts[] = {"HELLO\r\n\r\n", "GET / SMTP/1.1\r\n\r\n"};

    (void)state;
    open_server(100);
    for (unsigned i = 0; i < ARRAY_LEN(texts); i++) {
        struct heard heard;
        told_status = 0;
        connect_client(i);
        say(i, texts[i]);
        heard = run_until(i, has_ended);
        assert_int_equal(told_status, 400);
        assert_memory_equal(heard.text, "HTTP/1.1 400 ", 13);
        assert_non_null(strstr(heard.text, "\r\nX-Ours: yes\r\n"));
        assert_non_null(strstr(heard.text, "\r\n\r\n{\"ours\":true}"));
        assert_null(strstr(heard.text, "<HTML>"));
    }
}

/* libevent takes it; another server might read it otherwise. */
static void test_a_loose_header_is_noticed(void **state)
{
    (void)state;
    open_server(100);
    connect_client(0);
    ask(0);
    run_until(0, is_answered);
    assert_int_equal(unsound, 0);
    say(0, "GET / HTTP/1.1\nHost: x\n\n");
    run_until(0, is_answered);
    assert_int_equal(unsound, 1);
}

/* Two requests in one packet: the second's header counts as its own. */
static void test_requests_at_once(void **state)
{
    (void)state;
    open_server(100);
    connect_client(0);
    say(0, "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\nHost: x\r\n\r\n");
    run_until(0, is_answered);
    if (unsound == 0)
        run_until(0, is_answered);
    assert_int_equal(unsound, 1);
}

/* A request that never ends gives up its place for another client; clients being served stay. */
static void test_the_longest_idle_makes_room(void **state)
{
    (void)state;
    trusted = (struct prefix_list){&loopback, 1};
    open_server(3);
    for (unsigned i = 0; i < 3; i++) {
        connect_client(i);
        say(i, "GET / HTTP/1.1\r\nX: ");
    }
    connect_client(3);
    ask(3);
    run_until(3, is_answered);
    assert_int_equal(run_until(0, has_ended).len, 0);
    assert_in_range(ended(CONNECTION_END_IDLE), 1, 3);
    assert_int_equal(ended(CONNECTION_END_NO_REQUEST), 0);
}

static void test_who_does_not_read_is_ended(void **state)
{
    (void)state;
    answer_len = LARGE_LEN;
    open_server(100);
    connect_client(0);
    ask(0);
    for (unsigned i = 0; i < PATIENCE_S * 1000 / MOMENT_MS && ended(CONNECTION_END_SLOW) == 0; i++)
        serve_a_moment();
    assert_int_equal(ended(CONNECTION_END_SLOW), 1);
    assert_int_equal(connections_waiting_len(server_connections(server)), 0);
}

/* Slowly, but always some of it: longer than the deadline. */
static void test_who_reads_slowly_is_served(void **state)
{
    size_t len = 0;
    uint64_t start_ns = clock_now_ns();

    (void)state;
    answer_len = LARGE_LEN;
    open_server(100);
    connect_client(0);
    ask(0);
    while (clock_now_ns() - start_ns < 4 * ANSWER_NS)
        len += read_some(0, 64 << 10);
    assert_int_equal(ended(CONNECTION_END_SLOW), 0);
    while (len < LARGE_LEN)
        len += read_some(0, LARGE_LEN);
    assert_int_equal(ended(CONNECTION_END_SLOW), 0);
}

/* All waiting answers have a common limit; beyond it the oldest is dropped. */
static void test_output_is_bounded(void **state)
{
    (void)state;
    trusted = (struct prefix_list){&loopback, 1};
    answer_len = LARGE_LEN;
    waiting_max_len = 2 * LARGE_LEN;
    open_server(100);
    for (unsigned i = 0; i < 5; i++) {
        connect_client(i);
        ask(i);
        serve_a_moment();
    }
    serve_a_moment();
    assert_in_range(ended(CONNECTION_END_OUTPUT), 2, 3);
    assert_in_range(connections_waiting_len(server_connections(server)), 1, 2 * LARGE_LEN);
    for (size_t len = 0; len < LARGE_LEN;) /* the last is served */
        len += read_some(4, LARGE_LEN);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_one_client_has_so_many),
        TEST(test_who_goes_makes_room),
        TEST(test_a_trusted_proxy_has_any_number),
        TEST(test_who_comes_when_it_is_full_waits),
        TEST(test_the_longest_idle_makes_room),
        TEST(test_who_does_not_read_is_ended),
        TEST(test_who_reads_slowly_is_served),
        TEST(test_output_is_bounded),
        TEST(test_what_is_no_http_is_told_in_our_words),
        TEST(test_a_loose_header_is_noticed),
        TEST(test_requests_at_once),
    };

    signal(SIGPIPE, SIG_IGN); /* as the daemon does */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
