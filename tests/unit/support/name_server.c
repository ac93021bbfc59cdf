/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/support/name_server.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/cursor.h"
#include "frontend/dns/ares.h"

enum {
    POINTER = 0xc000, /* RFC 1035 section 4.1.4 */
    RESPONSE = 0x8180,
    TTL_S = 60,
    TIMEOUT_MS = 2000,
    ROUNDS_MAX = 32, /* c-ares asks again a few times */
    WATCHES_MAX = 8,
};

struct subscriber {
    struct pollfd watches[WATCHES_MAX];
    unsigned watch_count;
    bool answered;
    struct lookup lookup;
};

static void write_name(struct writer *w, const char *name)
{
    while (*name != '\0') {
        size_t len = strcspn(name, ".");
        if (*name == '@') {
            write_u16(w, (uint16_t)(POINTER | atoi(name + 1)));
            return;
        }
        write_u8(w, (uint8_t)len);
        write_bytes(w, name, len);
        name += len + (name[len] == '.');
    }
    write_u8(w, 0);
}

static uint16_t type_of(enum addr_family family)
{
    return family == ADDR_IPV4 ? ns_t_a : ns_t_aaaa;
}

static void write_address(struct writer *w, const char *text)
{
    struct addr addr;

    if (!addr_parse(text, &addr))
        abort();
    write_u16(w, type_of((enum addr_family)addr.family));
    write_u16(w, ns_c_in);
    write_u32(w, TTL_S);
    write_u16(w, (uint16_t)addr_len(&addr));
    write_bytes(w, addr.bytes, addr_len(&addr));
}

static void write_alias(struct writer *w, const char *target)
{
    uint8_t bytes[NS_MAXCDNAME];
    struct writer data = writer_of(bytes, sizeof(bytes));

    write_name(&data, target);
    write_u16(w, ns_t_cname);
    write_u16(w, ns_c_in);
    write_u32(w, TTL_S);
    write_u16(w, (uint16_t)data.pos);
    write_bytes(w, bytes, data.pos);
}

static void write_record(struct writer *w, const char *text)
{
    const char *space = strchr(text, ' ');
    char owner[NS_MAXDNAME] = "@12"; /* the question's */

    if (space != NULL)
        snprintf(owner, sizeof(owner), "%.*s", (int)(space - text), text);
    else if (*text == '@')
        strcpy(owner, "other.example.net");
    text = space != NULL ? space + 1 : text + (*text == '@');
    write_name(w, owner);
    if (*text == '>')
        write_alias(w, text + 2);
    else
        write_address(w, text);
}

size_t name_server_reply(uint8_t out[static NAME_SERVER_REPLY_MAX_LEN], enum addr_family asked,
                         unsigned flags, const char *const *records, unsigned count)
{
    struct writer w = writer_of(out, NAME_SERVER_REPLY_MAX_LEN);

    write_u16(&w, 0); /* the question's ID comes here */
    write_u16(&w, (uint16_t)(RESPONSE | flags));
    write_u16(&w, 1);
    write_u16(&w, (uint16_t)count);
    write_u32(&w, 0);
    write_name(&w, NAME_SERVER_NAME);
    write_u16(&w, type_of(asked));
    write_u16(&w, ns_c_in);
    for (unsigned i = 0; i < count; i++)
        write_record(&w, records[i]);
    if (w.failed)
        abort();
    return w.pos;
}

static void on_watch(void *context, int fd, bool read, bool write)
{
    struct subscriber *subscriber = context;
    unsigned i = 0;

    while (i < subscriber->watch_count && subscriber->watches[i].fd != fd)
        i++;
    if (i == WATCHES_MAX)
        abort();
    if (i == subscriber->watch_count)
        subscriber->watch_count++;
    subscriber->watches[i] =
        (struct pollfd){fd, (short)((read ? POLLIN : 0) | (write ? POLLOUT : 0)), 0};
    if (!read && !write)
        subscriber->watches[i] = subscriber->watches[--subscriber->watch_count];
}

static void on_answer(void *context, enum addr_family family, const struct lookup *lookup)
{
    struct subscriber *subscriber = context;

    (void)family;
    if (subscriber->answered)
        abort(); /* exactly once */
    subscriber->answered = true;
    subscriber->lookup = *lookup;
}

/* One socket for all questions: what is left over in it has another's ID. */
static int open_server(char address[static ADDR_TEXT_LEN])
{
    static int fd = -1;
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(own);

    if (fd < 0) {
        fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0 || bind(fd, (struct sockaddr *)&own, len) != 0)
            abort();
    }
    if (getsockname(fd, (struct sockaddr *)&own, &len) != 0)
        abort();
    snprintf(address, ADDR_TEXT_LEN, "127.0.0.1:%u", ntohs(own.sin_port));
    return fd;
}

/* Whose question was heard last, and its ID. */
struct visitor {
    bool waits;
    uint8_t id[2];
    struct sockaddr_in addr;
};

static bool hear(int fd, struct visitor *visitor)
{
    uint8_t message[NAME_SERVER_REPLY_MAX_LEN];
    struct sockaddr_in from;
    socklen_t from_len = sizeof(from);
    ssize_t len = recvfrom(fd, message, sizeof(message), 0, (struct sockaddr *)&from, &from_len);

    if (len < (ssize_t)sizeof(visitor->id))
        return false;
    *visitor = (struct visitor){true, {message[0], message[1]}, from};
    return true;
}

static void tell(int fd, struct visitor *visitor, const uint8_t *reply, size_t len)
{
    uint8_t message[NAME_SERVER_REPLY_MAX_LEN];

    if (!visitor->waits || len == 0 || len > sizeof(message))
        return;
    memcpy(message, reply, len);
    memcpy(message, visitor->id, len < sizeof(visitor->id) ? len : sizeof(visitor->id));
    sendto(fd, message, len, 0, (const struct sockaddr *)&visitor->addr, sizeof(visitor->addr));
    visitor->waits = false;
}

/* *visitor is who asked meanwhile.  Returns false when nothing moved. */
static bool turn(int server, struct dns *dns, struct subscriber *subscriber,
                 struct visitor *visitor, int quiet_ms)
{
    struct pollfd fds[1 + WATCHES_MAX] = {{server, POLLIN, 0}};
    unsigned count = subscriber->watch_count;

    memcpy(fds + 1, subscriber->watches, count * sizeof(fds[0]));
    if (poll(fds, 1 + count, quiet_ms) <= 0)
        return false;
    if (fds[0].revents != 0)
        hear(server, visitor);
    for (unsigned i = 1; i <= count; i++)
        if (fds[i].revents != 0)
            dns_process(dns, fds[i].events & POLLIN ? fds[i].fd : -1,
                        fds[i].events & POLLOUT ? fds[i].fd : -1);
    return true;
}

static struct dns *open_resolver(char *server, struct subscriber *subscriber)
{
    const struct config config = {.resolver = {{&server, 1}, TIMEOUT_MS}};
    struct dns *dns = dns_open(&config, on_watch, subscriber);

    if (dns == NULL)
        abort();
    return dns;
}

struct lookup name_server_ask(enum addr_family family, const void *reply, size_t len, int quiet_ms)
{
    struct subscriber subscriber = {0};
    struct visitor visitor = {0};
    char address[ADDR_TEXT_LEN];
    int server = open_server(address);
    struct dns *dns = open_resolver(address, &subscriber);

    dns_ask(dns, NAME_SERVER_NAME, family, on_answer, &subscriber);
    for (unsigned i = 0; i < ROUNDS_MAX && !subscriber.answered; i++) {
        if (!turn(server, dns, &subscriber, &visitor, quiet_ms))
            break;
        tell(server, &visitor, reply, len);
    }
    dns_close(dns);
    if (!subscriber.answered)
        abort();
    return subscriber.lookup;
}

/* The resolver's time passes, but what it asks is not answered. */
static void pass_time(int server, struct dns *dns, struct subscriber *subscriber,
                      struct visitor *visitor, int ms)
{
    uint64_t end_ns = clock_now_ns() + (uint64_t)ms * NS_PER_MS;

    for (uint64_t now_ns; !subscriber->answered && (now_ns = clock_now_ns()) < end_ns;) {
        int left_ms = (int)((end_ns - now_ns) / NS_PER_MS) + 1, wait_ms = dns_wait_ms(dns);
        turn(server, dns, subscriber, visitor,
             wait_ms >= 0 && wait_ms < left_ms ? wait_ms : left_ms);
        dns_process(dns, -1, -1);
    }
}

struct lookup name_server_ask_often(enum addr_family family, const void *reply, size_t len,
                                    const int *delays_ms, unsigned count, unsigned *answered)
{
    struct subscriber subscriber = {0};
    struct visitor visitor = {0};
    char address[ADDR_TEXT_LEN];
    int server = open_server(address);
    struct dns *dns = open_resolver(address, &subscriber);

    *answered = 0;
    for (unsigned i = 0; i < count; i++) {
        while (hear(server, &visitor)) /* what is left over */
            continue;
        visitor.waits = subscriber.answered = false;
        dns_ask(dns, NAME_SERVER_NAME, family, on_answer, &subscriber);
        pass_time(server, dns, &subscriber, &visitor, delays_ms[i]);
        *answered += visitor.waits && !subscriber.answered;
        while (!subscriber.answered) { /* the resolver gives up at last */
            tell(server, &visitor, reply, len);
            pass_time(server, dns, &subscriber, &visitor, 10);
        }
    }
    dns_close(dns);
    return subscriber.lookup;
}
