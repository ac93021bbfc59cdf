/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/utf8.h"
#include "frontend/limits/costs.h"
#include "frontend/model/offered_ports.h"
#include "frontend/model/service.h"
#include "frontend/render/json_member.h"
#include "frontend/render/json_network.h"
#include "frontend/render/json_places.h"
#include "frontend/render/json_port.h"

/* --- reading ------------------------------------------------------------------ */

static bool wrong_type(struct problem *problem, const char *key, enum problem_cause cause)
{
    char pointer[PROBLEM_POINTER_LEN];

    snprintf(pointer, sizeof(pointer), "#/%s", key);
    return problem_set_word(problem, cause, pointer, key);
}

static bool read_host(const cJSON *value, const struct policy *policy, struct request *request,
                      struct problem *problem)
{
    (void)policy;
    return cJSON_IsString(value)
               ? request_set_host(request, value->valuestring, strlen(value->valuestring), problem)
               : wrong_type(problem, "host", CAUSE_NOT_A_STRING);
}

static bool read_ports(const cJSON *value, const struct policy *policy, struct request *request,
                       struct problem *problem)
{
    const cJSON *item;

    if (!cJSON_IsArray(value))
        return wrong_type(problem, "ports", CAUSE_NOT_AN_ARRAY);
    cJSON_ArrayForEach(item, value)
    {
        double port = cJSON_IsNumber(item) ? item->valuedouble : NAN;
        if (!request_add_port(request, port, policy, problem))
            return false;
    }
    return true;
}

static bool read_family(const cJSON *value, const struct policy *policy, struct request *request,
                        struct problem *problem)
{
    (void)policy;
    return cJSON_IsString(value) ? request_set_family(request, value->valuestring,
                                                      strlen(value->valuestring), problem)
                                 : wrong_type(problem, "family", CAUSE_NOT_A_STRING);
}

static bool read_trace(const cJSON *value, const struct policy *policy, struct request *request,
                       struct problem *problem)
{
    (void)policy;
    request->trace = cJSON_IsTrue(value);
    return cJSON_IsBool(value) || wrong_type(problem, "trace", CAUSE_NOT_A_JSON_BOOLEAN);
}

static bool read_packets(const cJSON *value, const struct policy *policy, struct request *request,
                         struct problem *problem)
{
    (void)policy;
    request->packets = cJSON_IsTrue(value);
    return cJSON_IsBool(value) || wrong_type(problem, "packets", CAUSE_NOT_A_JSON_BOOLEAN);
}

static bool read_service(const cJSON *value, const struct policy *policy, struct request *request,
                         struct problem *problem)
{
    (void)policy;
    request->names_service = true;
    request->service = cJSON_IsTrue(value);
    return cJSON_IsBool(value) || wrong_type(problem, "service", CAUSE_NOT_A_JSON_BOOLEAN);
}

static bool read_from(const cJSON *value, const struct policy *policy, struct request *request,
                      struct problem *problem)
{
    const cJSON *item;

    (void)policy;
    if (cJSON_IsString(value))
        return request_add_place(request, value->valuestring, strlen(value->valuestring), problem);
    if (!cJSON_IsArray(value))
        return wrong_type(problem, "from", CAUSE_NOT_PLACES);
    cJSON_ArrayForEach(item, value)
    {
        const char *name = cJSON_IsString(item) ? item->valuestring : "";
        if (!request_add_place(request, name, strlen(name), problem))
            return false;
    }
    return true;
}

static const struct {
    const char *name;
    bool (*read)(const cJSON *value, const struct policy *policy, struct request *request,
                 struct problem *problem);
} keys[] = {
    {"host", read_host},   {"ports", read_ports},     {"family", read_family},
    {"trace", read_trace}, {"packets", read_packets}, {"service", read_service},
    {"from", read_from},
};

static bool read_member(const cJSON *member, unsigned *seen, const struct policy *policy,
                        struct request *request, struct problem *problem)
{
    for (unsigned i = 0; i < ARRAY_LEN(keys); i++) {
        if (strcmp(member->string, keys[i].name) != 0)
            continue;
        if ((*seen >> i & 1) != 0)
            return problem_set_word(problem, CAUSE_KEY_DUPLICATE, NULL, keys[i].name);
        *seen |= 1U << i;
        return keys[i].read(member, policy, request, problem);
    }
    return problem_refuse_key(problem, request_keys, member->string, strlen(member->string));
}

/* Checks only \u escapes: cJSON takes \u0000 and \uzzzz for a NUL, which truncates the string. */
static bool is_clean_escape(const char *at, size_t len)
{
    static const char hex[] = "0123456789abcdefABCDEF";

    if (len < 2 || at[1] != 'u')
        return true;
    return len >= 6 && strspn(at + 2, hex) >= 4 && memcmp(at + 2, "0000", 4) != 0;
}

/* Rejects what cJSON accepts but RFC 8259 or we do not: control bytes as white space and in
 * strings, a byte order mark, invalid UTF-8, and escapes that truncate a string.  The body is
 * followed by a NUL. */
static bool is_clean(const char *body, size_t len)
{
    bool in_string = false;

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)body[i];
        bool is_space = !in_string && (c == '\t' || c == '\r' || c == '\n');
        if ((c < 0x20 && !is_space) || c == 0x7f || (c > 0x7f && !in_string))
            return false;
        in_string ^= c == '"';
        if (c == '\\') {
            if (!is_clean_escape(body + i, len - i))
                return false;
            i++; /* an escaped backslash starts no escape */
        }
    }
    return utf8_is_valid(body, len);
}

/* cJSON reads 080 and 5. as numbers; RFC 8259 section 6 does not. */
static bool has_strict_numbers(const char *body, size_t len)
{
    bool in_string = false;

    for (size_t i = 0; i < len; i++) {
        bool starts = i == 0 || strchr("0123456789.+-eE", body[i - 1]) == NULL;
        if (body[i] == '\\' && in_string) {
            i++;
            continue;
        }
        in_string ^= body[i] == '"';
        if (in_string || body[i] < '0' || body[i] > '9' || i + 1 == len)
            continue;
        if (body[i] == '0' && (starts || body[i - 1] == '-') && body[i + 1] >= '0' &&
            body[i + 1] <= '9')
            return false;
        if (body[i + 1] == '.' && (i + 2 == len || body[i + 2] < '0' || body[i + 2] > '9'))
            return false;
    }
    return true;
}

bool json_read_request(const char *body, size_t len, const struct policy *policy,
                       struct request *request, struct problem *problem)
{
    char text[API_JSON_BODY_MAX_LEN + 1];
    unsigned seen = 0;
    const cJSON *member;
    bool ok;
    cJSON *root = NULL;

    request_init(request);
    if (len > API_JSON_BODY_MAX_LEN)
        return problem_set_numbers(problem, CAUSE_BODY_TOO_LARGE, NULL, API_JSON_BODY_MAX_LEN, 0);
    memcpy(text, body, len);
    text[len] = '\0';
    if (is_clean(text, len) && has_strict_numbers(text, len))
        root = cJSON_ParseWithLengthOpts(text, len + 1, NULL, 1);
    ok = root != NULL && cJSON_IsObject(root);
    if (!ok)
        problem_set(problem, CAUSE_NOT_JSON, NULL);
    for (member = ok ? root->child : NULL; ok && member != NULL; member = member->next)
        ok = read_member(member, &seen, policy, request, problem);
    cJSON_Delete(root);
    return ok && request_finish(request, policy, problem);
}

/* --- writing ------------------------------------------------------------------ */

static void add_checked(struct json *json, const struct result_target *target)
{
    json_open_object(json, NULL);
    json_add_target(json, &target->addr);
    json_add_network(json, &target->network);
    json_add_ports(json, target);
    json_close_object(json);
}

char *json_write_result(const struct result *result)
{
    struct json json = {0};

    json_open_object(&json, NULL);
    json_add_text(&json, "host", result->host);
    json_add_time(&json, "started", result->started_wall_ns, 3);
    json_add_ms(&json, "duration_ms", result->duration_ns);
    json_open_array(&json, "addresses");
    for (unsigned i = 0; i < result->target_count; i++)
        add_checked(&json, &result->targets[i]);
    json_close_array(&json);
    json_add_warnings(&json, result);
    if (result->place_count > 0)
        json_add_places(&json, result);
    return json_take(&json);
}

char *json_write_port(const struct result_target *target, unsigned port_index)
{
    struct json json = {0};

    json_open_object(&json, NULL);
    json_add_target(&json, &target->addr);
    json_add_port(&json, target, port_index);
    return json_take(&json);
}

char *json_write_service(const struct result_target *target, unsigned port_index)
{
    struct json json = {0};

    json_open_object(&json, NULL);
    json_add_target(&json, &target->addr);
    json_add_number(&json, "port", target->verdicts[port_index].port);
    json_add_service_answer(&json, target, port_index);
    return json_take(&json);
}

char *json_write_resolved(const struct result *result)
{
    struct json json = {0};

    json_open_object(&json, NULL);
    json_add_text(&json, "host", result->host);
    json_open_array(&json, "addresses");
    for (unsigned i = 0; i < result->target_count; i++) {
        json_open_object(&json, NULL);
        json_add_target(&json, &result->targets[i].addr);
        json_add_network(&json, &result->targets[i].network);
        json_close_object(&json);
    }
    json_close_array(&json);
    return json_take(&json);
}

static void add_error(struct json *json, const struct problem *problem)
{
    json_open_array(json, "errors");
    json_open_object(json, NULL);
    json_add_text(json, "pointer", problem->pointer);
    json_add_text(json, "code", problem->code != NULL ? problem->code : problem_name(problem->id));
    json_add_text(json, "detail", problem->detail);
    json_close_object(json);
    json_close_array(json);
}

char *json_write_place(const struct place_answer *answer)
{
    struct json json = {0};

    json_open_object(&json, NULL);
    json_add_place(&json, answer);
    return json_take(&json);
}

char *json_write_comparison(const struct result *result)
{
    struct json json = {0};

    json_open_object(&json, NULL);
    json_add_comparison(&json, result);
    return json_take(&json);
}

char *json_write_places(const struct api_place *places, unsigned count, unsigned asked_max)
{
    struct json json = {0};

    json_open_object(&json, NULL);
    json_add_place_list(&json, places, count);
    json_add_number(&json, "max_places", asked_max);
    return json_take(&json);
}

char *json_write_problem(const struct problem *problem)
{
    struct json json = {0};
    char type[64];

    snprintf(type, sizeof(type), "/problems/%s", problem_name(problem->id));
    json_open_object(&json, NULL);
    json_add_text(&json, "type", type);
    json_add_text(&json, "title", problem_title(problem->id));
    json_add_number(&json, "status", problem_status(problem->id));
    json_add_text(&json, "detail", problem->detail);
    if (problem->code != NULL)
        json_add_text(&json, "code", problem->code);
    if (problem_retry_after_s(problem) > 0)
        json_add_number(&json, "retry_after_s", problem_retry_after_s(problem));
    if (problem->pointer[0] != '\0')
        add_error(&json, problem);
    return json_take(&json);
}

char *json_write_me(const struct addr *client)
{
    struct json json = {0};

    json_open_object(&json, NULL);
    json_add_target(&json, client);
    return json_take(&json);
}

char *json_write_ports(const struct policy *policy)
{
    struct json json = {0};

    json_open_object(&json, NULL);
    json_open_array(&json, "ports");
    for (uint16_t port = 0; (port = offered_port_after(policy, port)) != 0;) {
        const struct service *service = service_by_port(port);
        json_open_object(&json, NULL);
        json_add_number(&json, "port", port);
        json_add_text(&json, "service", service != NULL ? service->name : NULL);
        json_add_text(&json, "description", service != NULL ? service->description : NULL);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_add_bool(&json, "any_port", policy->any_port);
    return json_take(&json);
}

static void add_quota(struct json *json, const char *key, uint32_t quota, uint32_t window_s,
                      const struct ratelimit_state *left)
{
    if (quota == 0) {
        json_add_null(json, key);
        return;
    }
    json_open_object(json, key);
    json_add_number(json, "quota", quota);
    json_add_number(json, "window_s", window_s);
    if (left != NULL) {
        json_add_number(json, "remaining", left->remaining);
        json_add_number(json, "reset_s", (long long)clock_ns_to_s_up(left->reset_ns));
    }
    json_close_object(json);
}

void json_use_memory(void *(*allocate)(size_t len), void (*release)(void *memory))
{
    cJSON_Hooks hooks = {allocate, release};

    cJSON_InitHooks(&hooks);
}

char *json_write_limits(const struct api_limits *limits)
{
    struct json json = {0};

    json_open_object(&json, NULL);
    json_add_number(&json, "max_ports", limits->policy->max_ports);
    json_add_number(&json, "timeout_ms", limits->policy->timeout_ms);
    json_add_number(&json, "linger_ms", limits->policy->linger_ms);
    add_quota(&json, "client", limits->client_quota, limits->client_window_s, &limits->client);
    add_quota(&json, "new_targets", limits->new_targets_quota, limits->new_targets_window_s,
              &limits->new_targets);
    if (limits->checks_at_once > 0)
        json_add_number(&json, "checks_at_once", limits->checks_at_once);
    else
        json_add_null(&json, "checks_at_once");
    add_quota(&json, "target", limits->target_quota, limits->target_window_s, NULL);
    json_open_object(&json, "costs");
    json_add_number(&json, "request", COST_REQUEST);
    json_add_number(&json, "port", COST_PORT);
    json_add_number(&json, "trace", COST_TRACE);
    json_add_number(&json, "service", COST_SERVICE);
    json_add_number(&json, "host", COST_HOST);
    json_add_number(&json, "tls", COST_TLS);
    json_add_number(&json, "survey", COST_SURVEY);
    json_add_number(&json, "patient", COST_PATIENT);
    json_close_object(&json);
    return json_take(&json);
}
