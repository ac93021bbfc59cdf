/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * differential COUNT SEED FILE: host strings that hostname.h accepts, read again by
 * glibc and libevent.  Each must take the string for the same address as portlight
 * does, or for none.  The accepted ones go to FILE for differential.js: "4", "6" or
 * "n", the string and what portlight took it for, with tabs between them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <event2/util.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/compiler.h"
#include "common/net/bogons.h"
#include "frontend/model/hostname.h"
#include "tests/fuzz/hosts.h"

enum { SHOWN_MAX = 20 };

typedef bool reader_fn(const char *text, struct addr *addr);

static bool from_sockaddr(const struct sockaddr_storage *from, struct addr *addr)
{
    *addr = (struct addr){0};
    if (from->ss_family == AF_INET) {
        addr->family = ADDR_IPV4;
        memcpy(addr->bytes, &((const struct sockaddr_in *)from)->sin_addr, 4);
    } else if (from->ss_family == AF_INET6) {
        addr->family = ADDR_IPV6;
        memcpy(addr->bytes, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
    }
    return addr->family != ADDR_NONE;
}

static bool by_getaddrinfo(const char *text, struct addr *addr)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
    struct sockaddr_storage storage = {0};
    struct addrinfo *found;

    if (getaddrinfo(text, NULL, &hints, &found) != 0)
        return false;
    memcpy(&storage, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return from_sockaddr(&storage, addr);
}

static bool by_inet_aton(const char *text, struct addr *addr)
{
    struct in_addr in;

    if (inet_aton(text, &in) == 0)
        return false;
    *addr = (struct addr){.family = ADDR_IPV4};
    memcpy(addr->bytes, &in, 4);
    return true;
}

static bool by_evutil_parse(const char *text, struct addr *addr)
{
    struct sockaddr_storage storage = {0};
    int len = sizeof(storage);

    return evutil_parse_sockaddr_port(text, (struct sockaddr *)&storage, &len) == 0 &&
           from_sockaddr(&storage, addr);
}

/* As a URL or a Host header has it. */
static bool by_evutil_parse_with_port(const char *text, struct addr *addr)
{
    char whole[HOSTS_TEXT_LEN + 8];

    snprintf(whole, sizeof(whole), strchr(text, ':') != NULL ? "[%s]:80" : "%s:80", text);
    return by_evutil_parse(whole, addr);
}

static bool by_evutil_inet_pton(const char *text, struct addr *addr)
{
    *addr = (struct addr){.family = ADDR_IPV4};
    if (evutil_inet_pton(AF_INET, text, addr->bytes) == 1)
        return true;
    addr->family = ADDR_IPV6;
    return evutil_inet_pton(AF_INET6, text, addr->bytes) == 1;
}

static const struct {
    const char *name;
    reader_fn *read;
} readers[] = {
    {"getaddrinfo", by_getaddrinfo},
    {"inet_aton", by_inet_aton},
    {"evutil_parse_sockaddr_port", by_evutil_parse},
    {"evutil_parse_sockaddr_port with a port", by_evutil_parse_with_port},
    {"evutil_inet_pton", by_evutil_inet_pton},
};

/* Returns how many readers took it for another address than portlight did. */
static unsigned compare(const char *text, const struct addr *ours)
{
    unsigned wrong = 0;

    for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
        char their_text[ADDR_TEXT_LEN], our_text[ADDR_TEXT_LEN];
        struct addr theirs;
        if (!readers[i].read(text, &theirs) || addr_equal(&theirs, ours))
            continue;
        addr_format(&theirs, their_text);
        addr_format(ours, our_text);
        if (wrong++ == 0)
            fprintf(stderr, "differential: \"%s\": portlight reads %s, %s %s%s\n", text, our_text,
                    readers[i].name, their_text,
                    bogon_kind_of(&theirs) == BOGON_NONE ? "" : ", which is not public");
    }
    return wrong;
}

static void write_out(FILE *out, const char *text, const struct hostname *host)
{
    const uint8_t *bytes = host->addr.bytes;

    if (host->addr.family != ADDR_IPV6) {
        fprintf(out, "%c\t%s\t%s\n", host->addr.family == ADDR_IPV4 ? '4' : 'n', text, host->text);
        return;
    }
    fprintf(out, "6\t%s\t", text);
    for (unsigned i = 0; i < 16; i += 2)
        fprintf(out, "%s%x", i > 0 ? ":" : "", bytes[i] << 8 | bytes[i + 1]);
    fputc('\n', out);
}

int main(int argc, char **argv)
{
    char text[HOSTS_TEXT_LEN];
    unsigned long count, accepted = 0, literals = 0, wrong = 0;
    FILE *out = argc == 4 ? fopen(argv[3], "w") : NULL;

    if (out == NULL) {
        fprintf(stderr, "usage: %s COUNT SEED FILE\n", argv[0]);
        return 2;
    }
    count = strtoul(argv[1], NULL, 0);
    hosts_begin(strtoull(argv[2], NULL, 0));
    for (unsigned long i = 0; i < count && wrong < SHOWN_MAX; i++) {
        struct hostname host;
        hosts_next(text);
        if (hostname_parse(text, strlen(text), &host) != HOSTNAME_OK)
            continue;
        accepted++;
        literals += host.addr.family != ADDR_NONE;
        wrong += compare(text, &host.addr) + compare(host.text, &host.addr);
        write_out(out, text, &host);
    }
    if (fclose(out) != 0) {
        fprintf(stderr, "differential: %s: %s\n", argv[3], strerror(errno));
        return 1;
    }
    printf("differential: seed %s: %lu strings, %lu accepted, %lu of them literals, "
           "%lu read otherwise by glibc or libevent\n",
           argv[2], count, accepted, literals, wrong);
    return wrong == 0 && accepted > 0 ? 0 : 1;
}
