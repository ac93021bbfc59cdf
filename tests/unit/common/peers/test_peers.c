/* SPDX-License-Identifier: BSD-2-Clause */
/* The peers' side of the prober's socket, with peers of our own in a temporary directory.
 * Local sockets deliver at once, so a turn of the loop needs no waiting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "common/contract/seqpacket.h"
#include "common/peers/peers.h"

enum { EVENT_BASE = 5, GREETING_S = 2, MANY = 40000 /* more than are kept for a peer */ };

static const struct wire_welcome welcome = {.max_ports = 3, .timeout_ms = 3000, .linger_ms = 600};

/* One listening prober, and what its ops were told. */
struct prober {
    char directory[32], path[64];
    struct peers *peers;
    int epoll_fd;
    unsigned messages, greeted, gone;
    uint32_t last_peer, gone_peer;
    struct wire_message last;
};

static void on_message(void *context, uint32_t peer, const struct wire_message *message)
{
    struct prober *prober = context;

    prober->messages++;
    prober->last_peer = peer;
    prober->last = *message;
}

static void on_greeted(void *context, uint32_t peer)
{
    struct prober *prober = context;

    assert_in_range(peer, 0, PEERS_MAX - 1);
    prober->greeted++;
}

static void on_gone(void *context, uint32_t peer)
{
    struct prober *prober = context;

    prober->gone++;
    prober->gone_peer = peer;
}

static int set_up(void **state)
{
    struct prober *prober = calloc(1, sizeof(*prober));
    const struct peers_ops ops = {on_message, on_greeted, on_gone, prober};
    int listener;

    assert_non_null(prober);
    strcpy(prober->directory, "/tmp/portlight-peers-XXXXXX");
    assert_non_null(mkdtemp(prober->directory));
    snprintf(prober->path, sizeof(prober->path), "%s/run/sock", prober->directory);
    listener = peers_listen(prober->path, getegid());
    assert_true(listener >= 0);
    prober->peers = peers_new(listener, getegid(), &welcome, &ops);
    assert_non_null(prober->peers);
    prober->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    assert_true(peers_watch(prober->peers, prober->epoll_fd, EVENT_BASE));
    *state = prober;
    return 0;
}

static int tear_down(void **state)
{
    struct prober *prober = *state;
    char path[64];

    peers_free(prober->peers);
    close(prober->epoll_fd);
    unlink(prober->path);
    snprintf(path, sizeof(path), "%s/run", prober->directory);
    rmdir(path);
    rmdir(prober->directory);
    free(prober);
    return 0;
}

/* What the event loop does at this time, until nothing is left to do. */
static void turn_at(struct prober *prober, uint64_t now_ns)
{
    struct epoll_event events[16];
    int count;

    do {
        count = epoll_wait(prober->epoll_fd, events, ARRAY_LEN(events), 0);
        for (int i = 0; i < count; i++)
            peers_event(prober->peers, events[i].data.u32, events[i].events);
        peers_flush(prober->peers);
        peers_sweep(prober->peers, now_ns);
    } while (count > 0);
}

static void turn(struct prober *prober)
{
    turn_at(prober, clock_now_ns());
}

static void say(int fd, const struct wire_message *message)
{
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];

    assert_int_equal(seqpacket_send(fd, bytes, wire_encode(message, bytes)), SEQPACKET_OK);
}

static enum seqpacket_status hear(int fd, struct wire_message *message)
{
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
    enum seqpacket_status status;
    size_t len;

    status = seqpacket_receive(fd, bytes, sizeof(bytes), &len);
    if (status == SEQPACKET_OK) {
        bool was_greeted = bytes[0] != WIRE_WELCOME;
        assert_int_equal(wire_check_shape(bytes, len, WIRE_PROBER, was_greeted), WIRE_OK);
        assert_int_equal(wire_decode(bytes, len, message), WIRE_OK);
    }
    return status;
}

static int connected(struct prober *prober)
{
    int fd = seqpacket_connect(prober->path);

    assert_true(fd >= 0);
    turn(prober);
    return fd;
}

static int greeted(struct prober *prober)
{
    struct wire_message message = {.type = WIRE_HELLO};
    int fd = connected(prober);

    say(fd, &message);
    turn(prober);
    assert_int_equal(hear(fd, &message), SEQPACKET_OK);
    assert_int_equal(message.type, WIRE_WELCOME);
    assert_int_equal(message.welcome.linger_ms, welcome.linger_ms);
    return fd;
}

static void test_the_socket_file(void **state)
{
    struct prober *prober = *state;
    char path[80];
    struct stat info;
    FILE *file;
    int fd;

    assert_int_equal(stat(prober->path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0660);
    assert_int_equal(peers_listen(prober->path, getegid()), -1); /* another serves there */

    snprintf(path, sizeof(path), "%s/run/file", prober->directory);
    file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    assert_int_equal(peers_listen(path, getegid()), -1);
    assert_int_equal(stat(path, &info), 0); /* and it is left alone */
    unlink(path);

    snprintf(path, sizeof(path), "%s/run/left-over", prober->directory);
    fd = peers_listen(path, getegid());
    close(fd); /* the file stays */
    fd = peers_listen(path, getegid());
    assert_true(fd >= 0);
    close(fd);
    unlink(path);
}

static void test_messages_go_to_and_fro(void **state)
{
    struct prober *prober = *state;
    const struct wire_message ping = {.type = WIRE_PING, .token = 77};
    const struct wire_message pong = {.type = WIRE_PONG, .pong = {.token = 77}};
    int first = greeted(prober), second = greeted(prober);
    struct wire_message message;

    assert_int_equal(prober->greeted, 2);
    assert_int_equal(prober->messages, 0); /* a greeting is no message */
    say(second, &ping);
    turn(prober);
    assert_int_equal(prober->messages, 1);
    assert_int_equal(prober->last_peer, 1);
    assert_int_equal(prober->last.token, 77);
    peers_send(prober->peers, 1, &pong);
    assert_int_equal(hear(second, &message), SEQPACKET_AGAIN); /* not before the flush */
    turn(prober);
    assert_int_equal(hear(second, &message), SEQPACKET_OK);
    assert_int_equal(message.pong.token, 77);
    assert_int_equal(hear(first, &message), SEQPACKET_AGAIN);

    close(first);
    turn(prober);
    assert_int_equal(prober->gone, 1);
    assert_int_equal(prober->gone_peer, 0);
    peers_send(prober->peers, 0, &pong); /* to nobody */
    first = greeted(prober);             /* who gets its number */
    say(first, &ping);
    turn(prober);
    assert_int_equal(prober->last_peer, 0);
    close(first);
    close(second);
}

static void test_nonsense_ends_the_session(void **state)
{
    static const struct {
        bool greets;
        uint8_t bytes[12];
        size_t len;
    } rows[] = {
        {false, {WIRE_PING, 0, 0, 0, 0, 0, 0, 0, 1}, 9}, /* before HELLO */
        {true, {WIRE_PING, 0, 0}, 3},                    /* cut short */
        {true, {99}, 1},                                 /* unknown */
        {true, {WIRE_PONG}, 1},                          /* the prober's own */
        {true, {WIRE_CHECK, 0, 0, 0, 1}, 5},
    };
    struct prober *prober = *state;
    const struct wire_message hello = {.type = WIRE_HELLO};
    int other = greeted(prober);
    struct wire_message message;

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        int fd = rows[i].greets ? greeted(prober) : connected(prober);
        assert_int_equal(seqpacket_send(fd, rows[i].bytes, rows[i].len), SEQPACKET_OK);
        turn(prober);
        assert_int_not_equal(hear(fd, &message), SEQPACKET_AGAIN);
        assert_int_equal(prober->gone, i + 1);
        close(fd);
    }
    say(other, &hello); /* twice */
    turn(prober);
    assert_int_equal(prober->gone, ARRAY_LEN(rows) + 1);
    assert_int_equal(prober->messages, 0);
    close(other);
}

static void test_who_does_not_greet_is_dropped(void **state)
{
    struct prober *prober = *state;
    int polite = greeted(prober), silent = connected(prober);
    uint64_t due_ns = peers_next_ns(prober->peers);
    uint64_t now_ns = clock_now_ns();
    struct wire_message message;

    assert_in_range(due_ns, now_ns, now_ns + GREETING_S * NS_PER_S);
    turn_at(prober, due_ns - 1);
    assert_int_equal(prober->gone, 0);
    turn_at(prober, due_ns);
    assert_int_equal(prober->gone, 1);
    assert_int_equal(hear(silent, &message), SEQPACKET_CLOSED);
    assert_int_equal(hear(polite, &message), SEQPACKET_AGAIN);
    assert_true(peers_next_ns(prober->peers) == UINT64_MAX);
    close(silent);
    close(polite);
}

static void test_one_user_leaves_places_for_others(void **state)
{
    struct prober *prober = *state;
    struct wire_message message;
    int fds[PEERS_PER_UID_MAX], refused;

    for (unsigned i = 0; i < PEERS_PER_UID_MAX; i++)
        fds[i] = greeted(prober);
    refused = connected(prober);
    assert_int_equal(hear(refused, &message), SEQPACKET_CLOSED);
    assert_int_equal(prober->gone, 0); /* it was never in */
    for (unsigned i = 0; i < PEERS_PER_UID_MAX; i++) {
        assert_int_equal(hear(fds[i], &message), SEQPACKET_AGAIN);
        close(fds[i]);
    }
    close(refused);
}

static void send_pongs(struct prober *prober, unsigned count)
{
    struct wire_message pong = {.type = WIRE_PONG};

    for (unsigned i = 0; i < count; i++) {
        pong.pong.token = i;
        peers_send(prober->peers, 0, &pong);
    }
}

/* More than the socket holds: the rest is kept, in order. */
static void test_a_slow_peer_gets_everything(void **state)
{
    struct prober *prober = *state;
    int fd = greeted(prober);
    struct wire_message message;
    unsigned count = 0;

    send_pongs(prober, 10000);
    turn(prober);
    for (unsigned idle = 0; idle < 2;) {
        if (hear(fd, &message) == SEQPACKET_OK) {
            assert_true(message.pong.token == count++);
            idle = 0;
        } else {
            turn(prober);
            idle++;
        }
    }
    assert_int_equal(count, 10000);
    assert_int_equal(prober->gone, 0);
    close(fd);
}

static void test_who_does_not_read_is_dropped(void **state)
{
    struct prober *prober = *state;
    int stuck = greeted(prober), other = greeted(prober);
    struct wire_message message = {.type = WIRE_PING};

    send_pongs(prober, MANY);
    assert_int_equal(prober->gone, 0); /* not in the middle of anything */
    turn(prober);
    assert_int_equal(prober->gone, 1);
    assert_int_equal(prober->gone_peer, 0);
    say(other, &message);
    turn(prober);
    assert_int_equal(prober->messages, 1);
    close(stuck);
    close(other);
}

static void test_no_new_peers_while_stopping(void **state)
{
    struct prober *prober = *state;
    const struct wire_message ping = {.type = WIRE_PING};
    int fd = greeted(prober);

    peers_stop_listening(prober->peers);
    assert_int_equal(peers_listener(prober->peers), -1);
    assert_int_equal(seqpacket_connect(prober->path), -1);
    assert_int_equal(errno, ECONNREFUSED);
    say(fd, &ping);
    turn(prober);
    assert_int_equal(prober->messages, 1);
    close(fd);
}

/* What waits for a peer that does not read is not forgotten at a stop. */
static void test_what_is_owed(void **state)
{
    enum { ANSWERS = 3000 };
    struct prober *prober = *state;
    const struct wire_message pong = {.type = WIRE_PONG};
    struct wire_message heard;
    int fd = greeted(prober);

    assert_true(peers_are_flushed(prober->peers));
    for (unsigned i = 0; i < ANSWERS; i++)
        peers_send(prober->peers, 0, &pong);
    turn(prober);
    assert_false(peers_are_flushed(prober->peers)); /* its socket is full */
    for (unsigned i = 0; i < ANSWERS; i++) {
        while (hear(fd, &heard) == SEQPACKET_AGAIN)
            turn(prober);
        assert_int_equal(heard.type, WIRE_PONG);
    }
    assert_true(peers_are_flushed(prober->peers));
    peers_send(prober->peers, 0, &pong);
    assert_false(peers_are_flushed(prober->peers));
    close(fd);
    turn(prober);
    assert_true(peers_are_flushed(prober->peers)); /* owed to nobody */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_socket_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_messages_go_to_and_fro, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nonsense_ends_the_session, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_who_does_not_greet_is_dropped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_user_leaves_places_for_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_slow_peer_gets_everything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_who_does_not_read_is_dropped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_new_peers_while_stopping, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_owed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
