/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/support/name_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/cursor.h"
#include "frontend/dns/ares.h"

enum {
    TYPE_A = 1,
    TYPE_AAAA = 28,
    CLASS_IN = 1,
    POINTER_TO_QUESTION = 0xc00c, /* RFC 1035 section 4.1.4 */
    RESPONSE = 0x8180,
    TTL_S = 60,
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
        write_u8(w, (uint8_t)len);
        write_bytes(w, name, len);
        name += len + (name[len] == '.');
    }
    write_u8(w, 0);
}

static void write_record(struct writer *w, const char *text)
{
    struct addr addr;

    if (*text == '@')
        write_name(w, "other.example.net");
    else
        write_u16(w, POINTER_TO_QUESTION);
    if (!addr_parse(text + (*text == '@'), &addr))
        abort();
    write_u16(w, addr.family == ADDR_IPV4 ? TYPE_A : TYPE_AAAA);
    write_u16(w, CLASS_IN);
    write_u32(w, TTL_S);
    write_u16(w, (uint16_t)addr_len(&addr));
    write_bytes(w, addr.bytes, addr_len(&addr));
}

size_t name_server_reply(uint8_t out[static NAME_SERVER_REPLY_MAX_LEN], enum addr_family asked,
                         unsigned flags, const char *const *addresses, unsigned count)
{
    struct writer w = writer_of(out, NAME_SERVER_REPLY_MAX_LEN);

    write_u16(&w, 0); /* the question's ID comes here */
    write_u16(&w, (uint16_t)(RESPONSE | flags));
    write_u16(&w, 1);
    write_u16(&w, (uint16_t)count);
    write_u32(&w, 0);
    write_name(&w, NAME_SERVER_NAME);
    write_u16(&w, asked == ADDR_IPV4 ? TYPE_A : TYPE_AAAA);
    write_u16(&w, CLASS_IN);
    for (unsigned i = 0; i < count; i++)
        write_record(&w, addresses[i]);
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

static void serve(int fd, const uint8_t *reply, size_t len)
{
    uint8_t message[NAME_SERVER_REPLY_MAX_LEN];
    struct sockaddr_in from;
    socklen_t from_len = sizeof(from);
    ssize_t asked = recvfrom(fd, message, sizeof(message), 0, (struct sockaddr *)&from, &from_len);

    if (asked < 2 || len == 0 || len > sizeof(message))
        return;
    if (len > 2)
        memcpy(message + 2, reply + 2, len - 2);
    sendto(fd, message, len, 0, (struct sockaddr *)&from, from_len);
}

/* Returns false when nothing moved. */
static bool turn(int server, struct dns *dns, struct subscriber *subscriber, const void *reply,
                 size_t len, int quiet_ms)
{
    struct pollfd fds[1 + WATCHES_MAX] = {{server, POLLIN, 0}};
    unsigned count = subscriber->watch_count;

    memcpy(fds + 1, subscriber->watches, count * sizeof(fds[0]));
    if (poll(fds, 1 + count, quiet_ms) <= 0)
        return false;
    if (fds[0].revents != 0)
        serve(server, reply, len);
    for (unsigned i = 1; i <= count; i++)
        if (fds[i].revents != 0)
            dns_process(dns, fds[i].events & POLLIN ? fds[i].fd : -1,
                        fds[i].events & POLLOUT ? fds[i].fd : -1);
    return true;
}

struct lookup name_server_ask(enum addr_family family, const void *reply, size_t len, int quiet_ms)
{
    struct subscriber subscriber = {0};
    char address[ADDR_TEXT_LEN], *servers[] = {address};
    int server = open_server(address);
    struct config config = {.resolver = {{servers, 1}, 2000}};
    struct dns *dns = dns_open(&config, on_watch, &subscriber);

    if (dns == NULL)
        abort();
    dns_ask(dns, NAME_SERVER_NAME, family, on_answer, &subscriber);
    for (unsigned i = 0; i < ROUNDS_MAX && !subscriber.answered; i++)
        if (!turn(server, dns, &subscriber, reply, len, quiet_ms))
            break;
    dns_close(dns);
    if (!subscriber.answered)
        abort();
    return subscriber.lookup;
}
