/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/prometheus/probe_question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The names of blackbox_exporter's example configuration, and shorter ones. */
static const struct probe_module modules[] = {
    {"tcp_connect", REQUEST_ANY, false},       {"tcp_connect_ipv4", REQUEST_IPV4, false},
    {"tcp_connect_ipv6", REQUEST_IPV6, false}, {"tcp", REQUEST_ANY, false},
    {"tcp_ipv4", REQUEST_IPV4, false},         {"tcp_ipv6", REQUEST_IPV6, false},
    {"tls_connect", REQUEST_ANY, true},        {"tls_connect_ipv4", REQUEST_IPV4, true},
    {"tls_connect_ipv6", REQUEST_IPV6, true},  {"tls", REQUEST_ANY, true},
    {"tls_ipv4", REQUEST_IPV4, true},          {"tls_ipv6", REQUEST_IPV6, true},
};

static const double time_max_s = 86400;

enum {
    TARGET_LEN = HOSTNAME_INPUT_MAX_LEN + 16,
    MODULE_LEN = 32,
    FROM_LEN = PLACES_ASKED_MAX * PLACE_NAME_LEN + 64,
    PORT_DIGITS_MAX = 5,
    OFFSET_MS = 500
};

struct probe_words {
    char target[TARGET_LEN], module[MODULE_LEN], from[FROM_LEN];
    bool has_target, has_module, has_from;
};

const struct probe_module *probe_module_at(unsigned i)
{
    return i < ARRAY_LEN(modules) ? &modules[i] : NULL;
}

/* --- the query ---------------------------------------------------------------------------- */

static bool take(bool *had, const char *key, struct problem *problem)
{
    if (*had)
        return problem_set_word(problem, CAUSE_KEY_DUPLICATE, NULL, key);
    *had = true;
    return true;
}

static bool read_pair(const char *pair, size_t len, struct probe_words *values,
                      struct problem *problem)
{
    static const char *const keys[] = {"target", "module", "from", NULL};
    const struct {
        bool *had;
        char *out;
        size_t out_len;
    } places[] = {{&values->has_target, values->target, sizeof(values->target)},
                  {&values->has_module, values->module, sizeof(values->module)},
                  {&values->has_from, values->from, sizeof(values->from)}};
    const char *equals = memchr(pair, '=', len);
    size_t key_len = equals != NULL ? (size_t)(equals - pair) : len;
    const char *value = pair + key_len + (equals != NULL);
    size_t value_len = len - (size_t)(value - pair);

    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        if (key_len != strlen(keys[i]) || memcmp(pair, keys[i], key_len) != 0)
            continue;
        return take(places[i].had, keys[i], problem) &&
               (request_decode_value(value, value_len, places[i].out, places[i].out_len) >= 0 ||
                problem_set_word(problem, CAUSE_BAD_ENCODING, NULL, keys[i]));
    }
    return problem_refuse_key(problem, keys, pair, key_len);
}

static const struct probe_module *find_module(const char *name, bool inspects)
{
    for (unsigned i = 0; i < ARRAY_LEN(modules); i++)
        if (strcmp(modules[i].name, name) == 0)
            return modules[i].tls && !inspects ? NULL : &modules[i];
    return NULL;
}

/* --- the target --------------------------------------------------------------------------- */

/* The host of "example.net:443" or "[2001:db8::7]:443", and where the port begins; false if it is
 * neither. */
static bool split(const char *target, const char **host, size_t *host_len, const char **port)
{
    const char *colon = strrchr(target, ':');
    size_t digits;

    if (colon == NULL)
        return false;
    *host = target;
    *host_len = (size_t)(colon - target);
    *port = colon + 1;
    digits = strspn(*port, "0123456789");
    if (digits == 0 || digits > PORT_DIGITS_MAX || (*port)[digits] != '\0' || **port == '0')
        return false;
    if (*host_len > 2 && target[0] == '[' && colon[-1] == ']') {
        *host += 1;
        *host_len -= 2;
        return memchr(*host, ':', *host_len) != NULL;
    }
    return *host_len > 0 && memchr(*host, ':', *host_len) == NULL;
}

static bool read_target(const char *target, const struct policy *policy, struct request *request,
                        struct problem *problem)
{
    const char *host, *port;
    size_t host_len;

    if (!split(target, &host, &host_len, &port))
        return problem_set(problem, CAUSE_PROBE_TARGET, "#/target");
    return request_set_host(request, host, host_len, problem) &&
           request_add_port(request, atoi(port), policy, problem) &&
           request_finish(request, policy, problem);
}

void probe_question_aim(struct problem *problem)
{
    if (strcmp(problem->pointer, "#/family") == 0)
        snprintf(problem->pointer, sizeof(problem->pointer), "#/module");
    else if (strcmp(problem->pointer, "#/host") == 0 ||
             strncmp(problem->pointer, "#/ports", 7) == 0)
        snprintf(problem->pointer, sizeof(problem->pointer), "#/target");
}

bool probe_question_read(const char *query, const struct policy *policy, bool inspects,
                         struct probe_question *out, struct problem *problem)
{
    struct probe_words values = {0};
    struct request *request = &out->asked.request;
    size_t len;

    *out = (struct probe_question){.asked.starttls = STARTTLS_NONE};
    request_init(request);
    for (const char *pair = query; *pair != '\0'; pair += len + (pair[len] == '&')) {
        len = strcspn(pair, "&");
        if (len > 0 && !read_pair(pair, len, &values, problem))
            return false;
    }
    out->module = find_module(values.has_module ? values.module : modules[0].name, inspects);
    if (out->module == NULL)
        return problem_set_word(problem, CAUSE_PROBE_MODULE, "#/module",
                                inspects ? "tcp_connect, tcp, tls_connect, tls"
                                         : "tcp_connect, tcp");
    request->family = out->module->family;
    if (values.from[0] != '\0' && out->module->tls)
        return problem_set(problem, CAUSE_PROBE_FROM, "#/from");
    if (!request_add_places(request, values.from, problem))
        return false;
    if (!read_target(values.target, policy, request, problem)) {
        probe_question_aim(problem);
        return false;
    }
    out->asked.starttls = starttls_of_port(request->ports[0]);
    return true;
}

bool probe_question_time(const char *header, uint32_t *time_ms, struct problem *problem)
{
    double seconds;
    char *end;

    *time_ms = 0;
    if (header == NULL)
        return true;
    seconds = strtod(header, &end);
    if (strspn(header, "0123456789.") != strlen(header) || *end != '\0' || !(seconds > 0))
        return problem_set(problem, CAUSE_SCRAPE_TIMEOUT, NULL);
    if (seconds > time_max_s)
        seconds = time_max_s;
    *time_ms = (uint32_t)(seconds * 1000);
    *time_ms -= *time_ms < 2 * OFFSET_MS ? *time_ms / 2 : (uint32_t)OFFSET_MS;
    if (*time_ms == 0)
        *time_ms = 1;
    return true;
}
