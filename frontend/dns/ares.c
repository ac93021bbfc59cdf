/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/dns/ares.h"

/* For the calls that return the reply's bytes: those that 1.34 prefers are not in 1.18. */
#define CARES_NO_DEPRECATED
#include <ares.h>
#include <arpa/nameser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "frontend/dns/system.h"
#include "frontend/model/service.h"

#define HOSTS_PATH "/etc/hosts"

enum {
    DEFAULT_PORT = 53,
    TRIES = 2,
    GUESSED_TRIES = 8,
    SERVERS_TEXT_LEN = 512,
    /* 1.34 encodes the reply anew, and its pointers to names beyond this are wrong */
    REPLY_MAX_LEN = 0x3fff,
    OPTIONS = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB,
};

struct dns_query {
    struct dns *dns;
    struct dns_query *next;
    dns_answer_fn *answer;
    void *context;
    enum addr_family family; /* ADDR_NONE: SRV */
    dns_service_fn *service_answer;
    uint16_t port;
    const char *host; /* in name, behind the label */
    char name[];
};

struct dns {
    ares_channel channel;
    bool moving;               /* to other name servers, */
    struct dns_query *waiting; /* whom these are asked then */
    char *hosts;               /* hosts(5), in a lab; NULL: asks the name servers for all names */
    dns_watch_fn *watch;
    void *context;
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

/* Newer libraries keep replies, without a bound, and guess from earlier replies how long a
 * try may take, perhaps only 250 ms.  Here each check asks anew, and there are tries until the
 * time is up.  Returns the bits of the options. */
static int set_options(struct ares_options *options, struct dns *dns, int timeout_ms)
{
    *options = (struct ares_options){
        .flags = ARES_FLAG_EDNS,
        .timeout = timeout_ms / TRIES,
        .tries = TRIES,
        .sock_state_cb = on_socket_state,
        .sock_state_cb_data = dns,
    };
#if defined(ARES_OPT_QUERY_CACHE) && defined(ARES_OPT_MAXTIMEOUTMS)
    options->qcache_max_ttl = 0;
    options->tries = GUESSED_TRIES;
    options->maxtimeout = timeout_ms / TRIES;
    return OPTIONS | ARES_OPT_QUERY_CACHE | ARES_OPT_MAXTIMEOUTMS;
#else
    return OPTIONS;
#endif
}

/* The whole file, cut at SYSTEM_FILE_MAX_LEN; NULL without one. */
static char *read_hosts(void)
{
    FILE *file = fopen(HOSTS_PATH, "re");
    char *text = file != NULL ? calloc(1, SYSTEM_FILE_MAX_LEN + 1) : NULL;

    if (text != NULL && fread(text, 1, SYSTEM_FILE_MAX_LEN, file) == 0)
        text[0] = '\0';
    if (file != NULL)
        fclose(file);
    return text;
}

struct dns *dns_open(const struct config *config, dns_watch_fn *watch, void *context)
{
    struct dns *dns = calloc(1, sizeof(*dns));
    struct ares_options options;
    int rc, bits;

    if (dns == NULL)
        return NULL;
    dns->watch = watch;
    dns->context = context;
    rc = ares_library_init(ARES_LIB_INIT_ALL);
    bits = set_options(&options, dns, (int)config->resolver.timeout_ms);
    if (rc == ARES_SUCCESS)
        rc = ares_init_options(&dns->channel, &options, bits);
    if (rc != ARES_SUCCESS) {
        log_warn("dns", "cannot start: %s", ares_strerror(rc));
        free(dns);
        return NULL;
    }
    if (policy_allows_local_names(&config->policy))
        dns->hosts = read_hosts();
    if (config->resolver.nameservers.count == 0 || set_servers(dns, &config->resolver.nameservers))
        return dns;
    dns_close(dns);
    return NULL;
}

unsigned dns_ports(const struct dns *dns, uint16_t ports[static DNS_SERVERS_MAX])
{
    struct ares_addr_port_node *servers = NULL;
    unsigned count = 0;

    if (ares_get_servers_ports(dns->channel, &servers) != ARES_SUCCESS)
        return 0;
    for (const struct ares_addr_port_node *server = servers;
         server != NULL && count < DNS_SERVERS_MAX; server = server->next)
        ports[count++] = server->tcp_port > 0 ? (uint16_t)server->tcp_port : DEFAULT_PORT;
    ares_free_data(servers);
    return count;
}

void dns_close(struct dns *dns)
{
    ares_destroy(dns->channel);
    ares_library_cleanup();
    free(dns->hosts);
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

/* Without a reply nothing is known of a service. */
static void answer_service(struct dns_query *question, const void *reply, size_t len)
{
    const struct dns_service service = {question->name, question->host, question->port};

    question->service_answer(question->context,
                             reply != NULL && len <= REPLY_MAX_LEN &&
                                 dns_reply_serves_elsewhere(reply, len, &service));
    free(question);
}

static void on_reply(void *context, int status, int timeouts, unsigned char *reply, int len)
{
    struct dns_query *question = context;
    struct lookup lookup = {.status = status_of(status)};

    (void)timeouts;
    if (status == ARES_ECANCELLED && question->dns->moving) {
        question->next = question->dns->waiting;
        question->dns->waiting = question;
        return;
    }
    if (question->service_answer != NULL) {
        answer_service(question, status == ARES_SUCCESS ? reply : NULL, (size_t)len);
        return;
    }
    if (status == ARES_SUCCESS && len > REPLY_MAX_LEN)
        lookup.status = LOOKUP_FAILED;
    else if (status == ARES_SUCCESS)
        lookup = dns_reply_read(reply, (size_t)len, question->name, question->family);
    question->answer(question->context, question->family, &lookup);
    free(question);
}

static void ask(struct dns_query *question)
{
    int type = question->service_answer != NULL ? ns_t_srv : dns_reply_type(question->family);

    ares_query(question->dns->channel, question->name, ns_c_in, type, on_reply, question);
}

void dns_ask_service(struct dns *dns, const char *host, uint16_t port, dns_service_fn *answer,
                     void *context)
{
    const char *label = service_srv_label(port);
    size_t label_len = label != NULL ? strlen(label) + 1 : 0, size = label_len + strlen(host) + 1;
    struct dns_query *question = NULL;

    if (label != NULL && size - 1 <= HOSTNAME_MAX_LEN)
        question = malloc(sizeof(*question) + size);
    if (question == NULL) {
        answer(context, false);
        return;
    }
    *question =
        (struct dns_query){.dns = dns, .context = context, .service_answer = answer, .port = port};
    snprintf(question->name, size, "%s.%s", label, host);
    question->host = question->name + label_len;
    ask(question);
}

void dns_ask(struct dns *dns, const char *name, enum addr_family family, dns_answer_fn *answer,
             void *context)
{
    const struct lookup no_memory = {.status = LOOKUP_FAILED};
    size_t name_size = strlen(name) + 1;
    struct dns_query *question;
    struct lookup known;

    if (dns->hosts != NULL && system_find_host(dns->hosts, name, family, &known)) {
        answer(context, family, &known);
        return;
    }
    question = malloc(sizeof(*question) + name_size);
    if (question == NULL) {
        answer(context, family, &no_memory);
        return;
    }
    *question =
        (struct dns_query){.dns = dns, .answer = answer, .context = context, .family = family};
    memcpy(question->name, name, name_size);
    ask(question);
}

/* --- names -------------------------------------------------------------------------------- */

struct names_question {
    dns_names_fn *answer;
    void *context;
    enum dns_names_kind kind;
    char name[];
};

static void on_names(void *context, int status, int timeouts, unsigned char *reply, int len)
{
    struct names_question *question = context;
    struct dns_names names = {.status = status_of(status)};

    (void)timeouts;
    if (status == ARES_SUCCESS && len > REPLY_MAX_LEN)
        names.status = LOOKUP_FAILED;
    else if (status == ARES_SUCCESS)
        names = dns_reply_read_names(reply, (size_t)len, question->name, question->kind);
    question->answer(question->context, question->kind, &names);
    free(question);
}

void dns_ask_names(struct dns *dns, const char *name, enum dns_names_kind kind,
                   dns_names_fn *answer, void *context)
{
    const struct dns_names no_memory = {.status = LOOKUP_FAILED};
    size_t name_size = strlen(name) + 1;
    struct names_question *question = malloc(sizeof(*question) + name_size);

    if (question == NULL) {
        answer(context, kind, &no_memory);
        return;
    }
    *question = (struct names_question){answer, context, kind};
    memcpy(question->name, name, name_size);
    ares_query(dns->channel, name, ns_c_in, dns_names_type(kind), on_names, question);
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

bool dns_use_servers(struct dns *dns, const char *servers)
{
    struct dns_query *question;
    bool taken;

    dns->moving = true;
    ares_cancel(dns->channel); /* 1.18 takes no servers while queries are open */
    dns->moving = false;
    taken = ares_set_servers_ports_csv(dns->channel, servers) == ARES_SUCCESS;
    while ((question = dns->waiting) != NULL) {
        dns->waiting = question->next;
        ask(question);
    }
    return taken;
}
