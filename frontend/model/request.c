/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/request.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/hex.h"
#include "frontend/model/service.h"

/* More than the server takes as a request line, so that what is too long is for
 * each key to say. */
enum { QUERY_VALUE_MAX_LEN = 8192 };

void request_init(struct request *request)
{
    *request = (struct request){.me = true};
}

static bool refuse_host(enum hostname_error error, struct problem *problem)
{
    static const enum problem_cause causes[] = {
        [HOSTNAME_INVALID] = CAUSE_HOST_INVALID,
        [HOSTNAME_INVALID_IDNA] = CAUSE_HOST_INVALID_IDNA,
        [HOSTNAME_AMBIGUOUS_IPV4] = CAUSE_HOST_AMBIGUOUS_IPV4,
        [HOSTNAME_TOO_LONG] = CAUSE_HOST_TOO_LONG,
        [HOSTNAME_SPECIAL_USE] = CAUSE_HOST_SPECIAL_USE,
        [HOSTNAME_NOT_FQDN] = CAUSE_HOST_NOT_FQDN,
    };

    problem_set(problem, causes[error], "#/host");
    problem->code = hostname_error_code(error);
    return false;
}

/* A name that only a lab can let through is judged at the end. */
static bool is_whole(enum hostname_error error)
{
    return error == HOSTNAME_OK || error == HOSTNAME_SPECIAL_USE || error == HOSTNAME_NOT_FQDN;
}

static bool suggest(const struct pasted *pasted, struct problem *problem)
{
    static const unsigned url = 1U << PASTED_SCHEME | 1U << PASTED_USER | 1U << PASTED_PATH;
    bool has_port = pasted->port > 0 && pasted->port <= UINT16_MAX;
    enum problem_cause cause = CAUSE_HOST_PORT_GIVEN;

    if ((pasted->removed & url) != 0)
        cause = has_port ? CAUSE_HOST_URL_PORT_GIVEN : CAUSE_HOST_URL_GIVEN;
    else if (pasted->port > UINT16_MAX)
        return problem_set(problem, CAUSE_PORT_OUT_OF_RANGE, "#/host");
    else if (!has_port)
        cause = CAUSE_HOST_WRAPPED;
    return problem_set_quoted(problem, cause, "#/host", pasted->host, NULL, pasted->port);
}

/* What hostname_parse refuses may have a host in it. */
static bool read_pasted(struct request *request, const char *text, size_t len,
                        enum hostname_error error, struct problem *problem)
{
    static const unsigned harmless =
        1U << PASTED_BLANKS | 1U << PASTED_INVISIBLE | 1U << PASTED_FORMS;
    char copy[HOSTNAME_INPUT_MAX_LEN + 1];
    struct hostname host;
    struct pasted pasted;

    if (len > HOSTNAME_INPUT_MAX_LEN || memchr(text, '\0', len) != NULL)
        return refuse_host(error, problem);
    memcpy(copy, text, len);
    copy[len] = '\0';
    pasted_read(copy, &pasted);
    request->host_error = hostname_parse(pasted.host, strlen(pasted.host), &host);
    /* other digits are no address: programs read them differently */
    if ((pasted.removed >> PASTED_FORMS & 1) != 0 && host.addr.family != ADDR_NONE)
        return refuse_host(host.addr.family == ADDR_IPV4 ? HOSTNAME_AMBIGUOUS_IPV4 : error,
                           problem);
    if (is_whole(request->host_error) && (pasted.removed & ~harmless) == 0 && pasted.port == 0) {
        request->host = host;
        return true;
    }
    if (request->host_error == HOSTNAME_OK)
        return strlen(pasted.host) < PROBLEM_QUOTED_LEN ? suggest(&pasted, problem)
                                                        : refuse_host(HOSTNAME_INVALID, problem);
    if ((pasted.removed & ~harmless) == 0 && request->host_error != HOSTNAME_INVALID)
        error = request->host_error;
    refuse_host(error, problem);
    if (error != HOSTNAME_INVALID)
        return false;
    problem_set(problem, pasted_mistake(pasted.host[0] != '\0' ? copy : ""), "#/host");
    problem->code = hostname_error_code(error);
    return false;
}

bool request_set_host(struct request *request, const char *text, size_t len,
                      struct problem *problem)
{
    enum hostname_error error;

    request->me = len == 2 && memcmp(text, "me", 2) == 0;
    if (request->me)
        return true;
    error = request->host_error = hostname_parse(text, len, &request->host);
    return is_whole(error) || read_pasted(request, text, len, error, problem);
}

bool request_add_port(struct request *request, double value, const struct policy *policy,
                      struct problem *problem)
{
    char pointer[PROBLEM_POINTER_LEN];
    uint16_t port;

    snprintf(pointer, sizeof(pointer), "#/ports/%u", request->port_count);
    if (request->port_count == policy->max_ports)
        return problem_set_numbers(problem, CAUSE_TOO_MANY_PORTS, pointer, policy->max_ports, 0);
    if (value < 1 || value > UINT16_MAX)
        return problem_set(problem, CAUSE_PORT_OUT_OF_RANGE, pointer);
    port = isnan(value) ? 0 : (uint16_t)value;
    if (port != value)
        return problem_set(problem, CAUSE_PORT_NOT_INTEGER, pointer);
    for (unsigned i = 0; i < request->port_count; i++)
        if (request->ports[i] == port)
            return problem_set_numbers(problem, CAUSE_PORT_DUPLICATE, pointer, port, 0);
    if (policy_check_port(policy, port) != POLICY_OK)
        return problem_set_numbers(problem, CAUSE_PORT_NOT_ALLOWED, pointer, port, 0);
    request->ports[request->port_count++] = port;
    return true;
}

bool request_set_family(struct request *request, const char *text, size_t len,
                        struct problem *problem)
{
    static const char *const names[] = {"any", "ipv4", "ipv6"};

    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        if (len != strlen(names[i]) || memcmp(text, names[i], len) != 0)
            continue;
        request->family = (enum request_family)i;
        return true;
    }
    return problem_set(problem, CAUSE_FAMILY_UNKNOWN, "#/family");
}

bool request_asks_places(const struct request *request)
{
    return request->from_all || request->from_count > 0;
}

bool request_add_place(struct request *request, const char *text, size_t len,
                       struct problem *problem)
{
    bool is_all = len == 3 && memcmp(text, "all", 3) == 0;
    char pointer[PROBLEM_POINTER_LEN];

    snprintf(pointer, sizeof(pointer), "#/from/%u", request->from_count);
    if (!place_is_name(text, len) || request->from_all || (is_all && request->from_count > 0))
        return problem_set(problem, CAUSE_PLACE_MALFORMED, pointer);
    if (request->from_count == PLACES_ASKED_MAX)
        return problem_set_numbers(problem, CAUSE_TOO_MANY_PLACES, pointer, PLACES_ASKED_MAX, 0);
    for (unsigned i = 0; i < request->from_count; i++)
        if (strlen(request->from[i]) == len && memcmp(request->from[i], text, len) == 0)
            return problem_set_quoted(problem, CAUSE_PLACE_DUPLICATE, pointer, request->from[i],
                                      NULL, 0);
    request->from_all = is_all;
    if (!is_all)
        memcpy(request->from[request->from_count++], text, len);
    return true;
}

bool request_add_places(struct request *request, const char *list, struct problem *problem)
{
    for (const char *at = list; *list != '\0'; at++) { /* empty, as a form has it: here */
        size_t len = strcspn(at, ",");
        if (!request_add_place(request, at, len, problem))
            return false;
        at += len;
        if (*at == '\0')
            break;
    }
    return true;
}

bool request_wants_family(const struct request *request, enum addr_family family)
{
    switch (request->family) {
    case REQUEST_IPV4: return family == ADDR_IPV4;
    case REQUEST_IPV6: return family == ADDR_IPV6;
    case REQUEST_ANY: break;
    }
    return true;
}

uint16_t request_service_port(const struct request *request)
{
    for (unsigned i = 0; i < request->port_count; i++)
        if (service_srv_label(request->ports[i]) != NULL)
            return request->ports[i];
    return 0;
}

bool request_check_address(const struct policy *policy, const struct addr *addr,
                           struct problem *problem)
{
    switch (policy_check_address(policy, addr)) {
    case POLICY_OK: return true;
    case POLICY_OPTED_OUT: return problem_set(problem, CAUSE_ADDRESS_OPTED_OUT, "#/host");
    case POLICY_ADDRESS_EMBEDDED: return problem_set(problem, CAUSE_ADDRESS_EMBEDDED, "#/host");
    default: return problem_set(problem, CAUSE_ADDRESS_NOT_PUBLIC, "#/host");
    }
}

bool request_finish(const struct request *request, const struct policy *policy,
                    struct problem *problem)
{
    if (request->port_count == 0)
        return problem_set(problem, CAUSE_PORTS_REQUIRED, "#/ports");
    if (!request->me && request->host_error != HOSTNAME_OK && !policy_allows_local_names(policy))
        return refuse_host(request->host_error, problem);
    if (request->me || request->host.addr.family == ADDR_NONE)
        return true;
    if (!request_wants_family(request, (enum addr_family)request->host.addr.family))
        return problem_set(problem, CAUSE_FAMILY_MISMATCH, "#/family");
    return request_check_address(policy, &request->host.addr, problem);
}

const char *const request_keys[] = {"host", "ports", "family", "trace", "packets", "from", NULL};
const char *const request_keys_inspected[] = {"host",    "ports", "family",  "trace",
                                              "packets", "from",  "service", NULL};

/* --- the query string ------------------------------------------------------- */

int request_decode_value(const char *text, size_t len, char *out, size_t out_len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        char c = text[i] == '+' ? ' ' : text[i];
        if (c == '%') {
            int high = i + 2 < len ? hex_digit_value(text[i + 1]) : -1;
            int low = i + 2 < len ? hex_digit_value(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return -1;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0' || n + 1 >= out_len)
            return -1;
        out[n++] = c;
    }
    out[n] = '\0';
    return (int)n;
}

static bool query_host(struct request *request, const char *value, size_t len,
                       const struct policy *policy, struct problem *problem)
{
    (void)policy;
    return len == 0 || request_set_host(request, value, len, problem);
}

static bool query_ports(struct request *request, const char *value, size_t len,
                        const struct policy *policy, struct problem *problem)
{
    for (const char *at = value; len > 0;) {
        size_t digits = strspn(at, "0123456789");
        if (digits == 0 || (at[digits] != ',' && at[digits] != '\0') || (digits > 1 && *at == '0'))
            return request_add_port(request, NAN, policy, problem);
        if (!request_add_port(request, digits > 9 ? 1e9 : atoi(at), policy, problem))
            return false;
        if (at[digits] == '\0')
            break;
        at += digits + 1;
    }
    return true;
}

static bool query_family(struct request *request, const char *value, size_t len,
                         const struct policy *policy, struct problem *problem)
{
    (void)policy;
    return request_set_family(request, value, len, problem);
}

#define SERVICE_FLAG offsetof(struct request, service)

static bool read_flag(bool *flag, const char *name, const char *value, struct problem *problem)
{
    char pointer[PROBLEM_POINTER_LEN];

    *flag = strcmp(value, "true") == 0;
    if (*flag || strcmp(value, "false") == 0)
        return true;
    snprintf(pointer, sizeof(pointer), "#/%s", name);
    return problem_set_word(problem, CAUSE_NOT_A_BOOLEAN, pointer, name);
}

static bool query_from(struct request *request, const char *value, size_t len,
                       const struct policy *policy, struct problem *problem)
{
    (void)len, (void)policy;
    return request_add_places(request, value, problem);
}

static const struct {
    const char *name;
    bool repeatable; /* as a form's checkboxes are */
    bool (*read)(struct request *request, const char *value, size_t len,
                 const struct policy *policy, struct problem *problem);
    size_t flag; /* without `read`: the offset of a bool */
} query_keys[] = {
    {"host", false, query_host, 0},
    {"ports", true, query_ports, 0},
    {"family", false, query_family, 0},
    {"trace", false, NULL, offsetof(struct request, trace)},
    {"packets", false, NULL, offsetof(struct request, packets)},
    {"service", false, NULL, SERVICE_FLAG},
    {"from", true, query_from, 0},
};

static bool is_host_key(const char *key, size_t len)
{
    return len == 4 && memcmp(key, "host", 4) == 0;
}

/* A query that is being read. */
struct query {
    bool is_link; /* to the page: unknown keys are nobody's mistake, and the host is read apart */
    const struct policy *policy;
    struct request *request;
    unsigned seen; /* bit n: the n-th of query_keys */
};

static bool read_pair(struct query *query, const char *pair, size_t len, struct problem *problem)
{
    struct request *request = query->request;
    const char *equals = memchr(pair, '=', len);
    size_t key_len = equals != NULL ? (size_t)(equals - pair) : len;
    char value[QUERY_VALUE_MAX_LEN + 1];
    int value_len;

    for (unsigned i = 0; i < ARRAY_LEN(query_keys); i++) {
        if (strlen(query_keys[i].name) != key_len || memcmp(query_keys[i].name, pair, key_len) != 0)
            continue;
        if ((query->seen >> i & 1) != 0 && !query_keys[i].repeatable)
            return problem_set_word(problem, CAUSE_KEY_DUPLICATE, NULL, query_keys[i].name);
        query->seen |= 1U << i;
        value_len = equals == NULL
                        ? 0
                        : request_decode_value(equals + 1, len - key_len - 1, value, sizeof(value));
        if (value_len < 0)
            return problem_set_word(problem, CAUSE_BAD_ENCODING, NULL, query_keys[i].name);
        value[value_len] = '\0';
        if (query->is_link && (is_host_key(pair, key_len) || query_keys[i].flag == SERVICE_FLAG))
            return true;
        request->names_service |= query_keys[i].flag == SERVICE_FLAG;
        return query_keys[i].read != NULL
                   ? query_keys[i].read(request, value, (size_t)value_len, query->policy, problem)
                   : read_flag((bool *)((char *)request + query_keys[i].flag), query_keys[i].name,
                               value, problem);
    }
    return query->is_link || problem_refuse_key(problem, request_keys, pair, key_len);
}

static bool read_pairs(const char *text, bool is_link, const struct policy *policy,
                       struct request *request, struct problem *problem)
{
    struct query query = {.is_link = is_link, .policy = policy, .request = request};
    struct problem later; /* the first mistake is the one to report */
    bool ok = true;

    for (const char *pair = text; *pair != '\0';) {
        size_t len = strcspn(pair, "&");
        if (len > 0 && !read_pair(&query, pair, len, ok ? problem : &later))
            ok = false;
        pair += len + (pair[len] == '&');
    }
    return ok;
}

bool request_from_query(const char *query, const struct policy *policy, struct request *request,
                        struct problem *problem)
{
    request_init(request);
    return read_pairs(query, false, policy, request, problem) &&
           request_finish(request, policy, problem);
}

/* --- a link to the page ------------------------------------------------------- */

/* The value of a key in the query; false if it isn't there or can't be read. */
static bool find_value(const char *query, const char *key, char *out, size_t out_len)
{
    size_t key_len = strlen(key), len;

    for (const char *pair = query; *pair != '\0'; pair += len + (pair[len] == '&')) {
        len = strcspn(pair, "&");
        if (strncmp(pair, key, key_len) != 0 || key_len > len ||
            (pair[key_len] != '=' && key_len != len))
            continue;
        if (key_len == len) {
            out[0] = '\0';
            return true;
        }
        return request_decode_value(pair + key_len + 1, len - key_len - 1, out, out_len) >= 0;
    }
    return false;
}

static bool has_key(const char *query, const char *key)
{
    size_t key_len = strlen(key), len;

    for (const char *pair = query; *pair != '\0'; pair += len + (pair[len] == '&')) {
        len = strcspn(pair, "&");
        if (len >= key_len && strncmp(pair, key, key_len) == 0 &&
            (len == key_len || pair[key_len] == '='))
            return true;
    }
    return false;
}

static void read_link(const char *query, struct request_link *link)
{
    *link = (struct request_link){.own = has_key(query, "me")};
    link->asks = has_key(query, "host") || (has_key(query, "ports") && !link->own);
    if (find_value(query, "host", link->typed, sizeof(link->typed)))
        pasted_read(link->typed, &link->pasted);
    else
        link->typed[0] = '\0';
    if (!find_value(query, "at", link->at, sizeof(link->at)) ||
        link->at[strspn(link->at, "0123456789-:TZ")] != '\0')
        link->at[0] = '\0';
}

static bool set_pasted_host(struct request *request, const struct request_link *link,
                            struct problem *problem)
{
    const char *host = link->pasted.host;

    if (request_set_host(request, host, strlen(host), problem))
        return true;
    if (problem->cause == CAUSE_HOST_INVALID)
        problem_set(problem, pasted_mistake(host), "#/host");
    return false;
}

/* Behind those that were chosen; it is left out if they are as many as there may be. */
static bool add_pasted_port(struct request *request, uint32_t port, const struct policy *policy,
                            struct problem *problem)
{
    if (port == 0 || request->port_count == policy->max_ports)
        return true;
    for (unsigned i = 0; i < request->port_count; i++)
        if (request->ports[i] == port)
            return true;
    return request_add_port(request, port, policy, problem);
}

bool request_from_link(const char *query, const struct policy *policy, struct request *request,
                       struct request_link *link, struct problem *problem)
{
    struct problem later;
    bool ok;

    read_link(query, link);
    request_init(request);
    request->trace = request->packets = true;
    request->trace_gives_way = !has_key(query, "trace");
    ok = read_pairs(query, true, policy, request, problem);
    if (link->typed[0] != '\0') {
        if (!set_pasted_host(request, link, ok ? problem : &later))
            ok = false;
        if (!add_pasted_port(request, link->pasted.port, policy, ok ? problem : &later))
            ok = false;
    }
    return ok && request_finish(request, policy, problem);
}
