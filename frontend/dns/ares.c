/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/dns/ares.h"

#include <ares.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/log.h"

enum { TRIES = 2, SERVERS_TEXT_LEN = 512 };

struct dns {
    ares_channel channel;
    dns_watch_fn *watch;
    void *context;
};

struct question {
    dns_answer_fn *answer;
    void *context;
    enum addr_family family;
};

static void on_socket_state(void *context, ares_socket_t fd, int read, int write)
{
    const struct dns *dns = context;

    dns->watch(dns->context, fd, read, write);
}

/* "127.0.0.1", "127.0.0.1:5300", "[::1]:53": as c-ares wants them, with commas. */
static bool set_servers(struct dns *dns, const struct config_strings *servers)
{
    char text[SERVERS_TEXT_LEN] = "";
    size_t len = 0;
    int rc;

    for (size_t i = 0; i < servers->count && len < sizeof(text); i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i > 0 ? "," : "",
                                servers->items[i]);
    rc = len < sizeof(text) ? ares_set_servers_ports_csv(dns->channel, text) : ARES_EBADSTR;
    if (rc != ARES_SUCCESS)
        log_warn("dns", "resolver.nameservers: %s", ares_strerror(rc));
    return rc == ARES_SUCCESS;
}

struct dns *dns_open(const struct config *config, dns_watch_fn *watch, void *context)
{
    struct dns *dns = calloc(1, sizeof(*dns));
    char lookups[] = "b"; /* the DNS alone, no hosts file */
    struct ares_options options = {
        .flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS,
        .timeout = (int)config->resolver.timeout_ms / TRIES,
        .tries = TRIES,
        .lookups = lookups,
        .sock_state_cb = on_socket_state,
        .sock_state_cb_data = dns,
    };
    int rc;

    if (dns == NULL)
        return NULL;
    dns->watch = watch;
    dns->context = context;
    rc = ares_library_init(ARES_LIB_INIT_ALL);
    if (rc == ARES_SUCCESS)
        rc = ares_init_options(&dns->channel, &options,
                               ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                                   ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB);
    if (rc != ARES_SUCCESS) {
        log_warn("dns", "cannot start: %s", ares_strerror(rc));
        free(dns);
        return NULL;
    }
    if (config->resolver.nameservers.count == 0 || set_servers(dns, &config->resolver.nameservers))
        return dns;
    dns_close(dns);
    return NULL;
}

void dns_close(struct dns *dns)
{
    ares_destroy(dns->channel);
    ares_library_cleanup();
    free(dns);
}

static enum lookup_status status_of(int status)
{
    switch (status) {
    case ARES_SUCCESS: return LOOKUP_OK;
    case ARES_ENOTFOUND: return LOOKUP_NO_NAME;
    case ARES_ENODATA: return LOOKUP_NO_ADDRESS;
    case ARES_ETIMEOUT:
    case ARES_EDESTRUCTION: return LOOKUP_TIMED_OUT; /* we did not wait longer */
    default: return LOOKUP_FAILED;
    }
}

/* c-ares may return addresses of the other family, too: they are no answer. */
static void fill_lookup(struct lookup *lookup, enum addr_family family, int status,
                        const struct ares_addrinfo *found)
{
    lookup->status = status_of(status);
    if (status != ARES_SUCCESS)
        return;
    for (const struct ares_addrinfo_node *node = found->nodes; node != NULL; node = node->ai_next) {
        struct addr addr = addr_from_sockaddr(node->ai_addr, node->ai_addrlen);
        if (addr.family != family)
            continue;
        if (lookup->count == LOOKUP_ADDRS_MAX) { /* not all could be checked against the policy */
            *lookup = (struct lookup){.status = LOOKUP_FAILED};
            return;
        }
        lookup->addrs[lookup->count++] = addr;
    }
    if (lookup->count == 0)
        lookup->status = LOOKUP_NO_ADDRESS;
}

static void on_answer(void *context, int status, int timeouts, struct ares_addrinfo *found)
{
    struct question *question = context;
    struct lookup lookup = {0};

    (void)timeouts;
    fill_lookup(&lookup, question->family, status, found);
    if (found != NULL)
        ares_freeaddrinfo(found);
    question->answer(question->context, question->family, &lookup);
    free(question);
}

void dns_ask(struct dns *dns, const char *name, enum addr_family family, dns_answer_fn *answer,
             void *context)
{
    struct ares_addrinfo_hints hints = {
        .ai_family = family == ADDR_IPV4 ? AF_INET : AF_INET6,
        .ai_flags = ARES_AI_NOSORT,
    };
    const struct lookup no_memory = {.status = LOOKUP_FAILED};
    struct question *question = calloc(1, sizeof(*question));

    if (question == NULL) {
        answer(context, family, &no_memory);
        return;
    }
    *question = (struct question){answer, context, family};
    ares_getaddrinfo(dns->channel, name, NULL, &hints, on_answer, question);
}

void dns_process(struct dns *dns, int readable_fd, int writable_fd)
{
    ares_process_fd(dns->channel, readable_fd >= 0 ? readable_fd : ARES_SOCKET_BAD,
                    writable_fd >= 0 ? writable_fd : ARES_SOCKET_BAD);
}

int dns_wait_ms(const struct dns *dns)
{
    struct timeval next;

    if (ares_timeout(dns->channel, NULL, &next) == NULL)
        return -1;
    return (int)(next.tv_sec * 1000 + next.tv_usec / 1000) + 1;
}
