/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/json_reader.h"
#include "frontend/cli/json_reader_network.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/base/clock.h"
#include "frontend/model/hex.h"
#include "frontend/packets/packet_view.h"

enum { YEAR_MAX = 2500 /* 64 bits of nanoseconds last a little longer */ };

static const double max_ms = 1e9;

/* --- out ------------------------------------------------------------------------- */

char *json_reader_write_question(const struct request *request)
{
    static const char *const families[] = {"any", "ipv4", "ipv6"};
    cJSON *root = cJSON_CreateObject();
    cJSON *ports;
    char *text;

    cJSON_AddStringToObject(root, "host", request->me ? "me" : request->host.text);
    ports = cJSON_AddArrayToObject(root, "ports");
    for (unsigned i = 0; i < request->port_count; i++)
        cJSON_AddItemToArray(ports, cJSON_CreateNumber(request->ports[i]));
    cJSON_AddStringToObject(root, "family", families[request->family]);
    cJSON_AddBoolToObject(root, "trace", request->trace);
    cJSON_AddBoolToObject(root, "packets", request->packets);
    text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    return text;
}

/* --- in: members; each clears *ok when its member is not what it should be --------- */

static const cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* A whole number, or none for null. */
static int16_t read_number(const cJSON *object, const char *key, int max, int16_t none, bool *ok)
{
    const cJSON *item = member(object, key);

    if (cJSON_IsNull(item) && none < 0)
        return none;
    if (cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble <= max &&
        item->valuedouble == (int)item->valuedouble)
        return (int16_t)item->valuedouble;
    *ok = false;
    return none;
}

/* Nanoseconds of a member in milliseconds; VERDICT_NO_RTT for null. */
static uint64_t read_ms(const cJSON *object, const char *key, bool *ok)
{
    const cJSON *item = member(object, key);

    if (cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble <= max_ms)
        return (uint64_t)(item->valuedouble * 1e6 + 0.5);
    *ok = *ok && cJSON_IsNull(item);
    return VERDICT_NO_RTT;
}

static struct addr read_address(const cJSON *object, const char *key, bool *ok)
{
    const cJSON *item = member(object, key);
    struct addr addr = {0};

    if (cJSON_IsString(item) && strcmp(item->valuestring, "private") == 0)
        return (struct addr){.family = ADDR_IPV4}; /* of either family */
    *ok = *ok &&
          (cJSON_IsNull(item) || (cJSON_IsString(item) && addr_parse(item->valuestring, &addr)));
    return addr;
}

/* A word that is not known here becomes the list's fallback, as in common/contract/wire.h. */
static unsigned read_word(const cJSON *object, const char *key, const struct words *words, bool *ok)
{
    const cJSON *item = member(object, key);
    unsigned number = words_find(words, cJSON_GetStringValue(item));

    *ok = *ok && cJSON_IsString(item) && number < words->count;
    return number < words->count ? number : 0;
}

/* Words that are not known here are left out. */
static uint64_t read_words(const cJSON *object, const char *key, const struct words *words)
{
    const cJSON *item;
    uint64_t bits = 0;

    cJSON_ArrayForEach(item, member(object, key))
    {
        unsigned bit = words_find(words, cJSON_GetStringValue(item));
        bits |= bit < words->count ? UINT64_C(1) << bit : 0;
    }
    return bits;
}

static bool is_date(const struct tm *utc)
{
    return utc->tm_year >= 1970 && utc->tm_year <= YEAR_MAX && utc->tm_mon >= 1 &&
           utc->tm_mon <= 12 && utc->tm_mday >= 1 && utc->tm_mday <= 31 && utc->tm_hour >= 0 &&
           utc->tm_hour <= 23 && utc->tm_min >= 0 && utc->tm_min <= 59 && utc->tm_sec >= 0 &&
           utc->tm_sec <= 60;
}

/* "2026-01-02T03:04:05.120Z", up to nine digits behind the point. */
static uint64_t read_time(const cJSON *object, const char *key, bool *ok)
{
    const cJSON *item = member(object, key);
    struct tm utc = {0};
    char fraction[10] = "";
    uint64_t ns = 0;
    int end = 0;

    if (!cJSON_IsString(item) ||
        sscanf(item->valuestring, "%4d-%2d-%2dT%2d:%2d:%2d.%9[0-9]Z%n", &utc.tm_year, &utc.tm_mon,
               &utc.tm_mday, &utc.tm_hour, &utc.tm_min, &utc.tm_sec, fraction, &end) != 7 ||
        end == 0 || item->valuestring[end] != '\0' || !is_date(&utc)) {
        *ok = false;
        return 0;
    }
    utc.tm_year -= 1900;
    utc.tm_mon--;
    for (unsigned i = 0, missing = 0; i < 9; i++) {
        missing |= fraction[i] == '\0';
        ns = ns * 10 + (missing ? 0 : (uint64_t)(fraction[i] - '0'));
    }
    return (uint64_t)timegm(&utc) * NS_PER_S + ns;
}

/* --- in: a port ------------------------------------------------------------------------ */

/* As add_bytes of json_port.c writes them: digits in lower case. */
static bool read_packet_bytes(const cJSON *item, struct wire_packet *packet)
{
    const char *text = cJSON_IsString(item) ? item->valuestring : "";
    size_t len = strlen(text);

    if (len % 2 != 0 || len / 2 < 20 || len / 2 > sizeof(packet->bytes) ||
        strspn(text, "0123456789abcdef") != len)
        return false;
    packet->len = (uint8_t)(len / 2);
    for (size_t i = 0; i < packet->len; i++)
        packet->bytes[i] =
            (uint8_t)(hex_digit_value(text[2 * i]) << 4 | hex_digit_value(text[2 * i + 1]));
    return true;
}

static const char *const direction_names[] = {"received", "sent"};
static const struct words directions = {direction_names, 2, 2};

static bool read_packets(const cJSON *packets, struct probe_details *details)
{
    struct packet_view view;
    const cJSON *item;
    bool ok = true;

    cJSON_ArrayForEach(item, packets)
    {
        struct wire_message message = {.type = WIRE_PACKET};
        message.packet.outgoing = read_word(item, "direction", &directions, &ok) == 1;
        message.packet.time_ns = read_time(item, "time", &ok);
        if (!ok || !read_packet_bytes(member(item, "bytes"), &message.packet) ||
            !probe_details_add(details, &message) ||
            !packet_view_at(details, details->packet_count - 1U, &view))
            return false;
    }
    return true;
}

static bool read_path(const cJSON *path, struct verdict *verdict, struct probe_details *details)
{
    const cJSON *item;
    bool ok = true;

    if (cJSON_IsNull(path))
        return true;
    verdict->last_hop = read_number(member(path, "last_hop"), "hop", VERDICT_HOPS_MAX, 0, &ok);
    verdict->silent_from =
        read_number(path, "silent_from", VERDICT_HOPS_MAX, VERDICT_UNKNOWN_HOP, &ok);
    cJSON_ArrayForEach(item, member(path, "hops"))
    {
        struct wire_message message = {.type = WIRE_HOP};
        message.hop.hop = (uint8_t)read_number(item, "hop", VERDICT_HOPS_MAX, 0, &ok);
        message.hop.addr = read_address(item, "address", &ok);
        message.hop.rtt_ns = read_ms(item, "rtt_ms", &ok);
        if (!ok || !probe_details_add(details, &message))
            return false;
    }
    return ok;
}

static void read_icmp(const cJSON *icmp, struct verdict *verdict, bool *ok)
{
    if (cJSON_IsNull(icmp))
        return;
    verdict->icmp_type = read_number(icmp, "type", UINT8_MAX, 0, ok);
    verdict->icmp_code = read_number(icmp, "code", UINT8_MAX, 0, ok);
}

/* A row of verdict.def with a name.  An older server may not have the newest: they stay unknown,
 * as verdict_init left them. */
static void read_field(const cJSON *object, const struct field *field, struct verdict *verdict,
                       bool *ok)
{
    void *at = (char *)verdict + field->offset;

    if (member(object, field->name) == NULL && field >= &verdict_fields[VERDICT_FIELDS_V3])
        return;
    switch (field->kind) {
    case FIELD_ONE_OF: *(unsigned *)at = read_word(object, field->name, field->words, ok); break;
    case FIELD_SOME_OF: *(uint64_t *)at = read_words(object, field->name, field->words); break;
    case FIELD_TIME: *(uint64_t *)at = read_ms(object, field->name, ok); break;
    case FIELD_NUMBER:
        *(int16_t *)at = read_number(object, field->name, field->most, VERDICT_UNKNOWN_HOP, ok);
        break;
    case FIELD_ADDRESS_OR_NONE: *(struct addr *)at = read_address(object, field->name, ok); break;
    case FIELD_U8:
        *(uint8_t *)at = (uint8_t)read_number(object, field->name, field->most, 0, ok);
        break;
    default: break; /* test_every_named_field_is_in_json */
    }
}

static bool read_port(const cJSON *object, uint16_t port, struct result_target *target,
                      unsigned index)
{
    struct verdict *verdict = &target->verdicts[index];
    const cJSON *number = member(object, "port"), *packets = member(object, "packets");
    bool ok = cJSON_IsNumber(number) && number->valuedouble == port;

    verdict_init(verdict, port);
    for (size_t i = 0; i < verdict_field_count; i++)
        if (verdict_fields[i].name != NULL)
            read_field(object, &verdict_fields[i], verdict, &ok);
    read_icmp(member(object, "icmp"), verdict, &ok);
    target->shows_packets = cJSON_IsArray(packets);
    target->done[index] = true;
    return ok && read_path(member(object, "path"), verdict, &target->trails[index]) &&
           read_packets(packets, &target->trails[index]);
}

/* --- in: the whole ------------------------------------------------------------------------ */

static bool read_target(const cJSON *object, const struct request *request,
                        struct result_target *target)
{
    const cJSON *ports = member(object, "ports"), *item;
    bool ok = cJSON_GetArraySize(ports) == request->port_count;

    target->addr = read_address(object, "address", &ok);
    if (!ok || target->addr.family == ADDR_NONE)
        return false;
    json_reader_read_network(object, &target->network);
    cJSON_ArrayForEach(item, ports)
    {
        unsigned index = target->port_count;
        target->port_count++;
        if (!read_port(item, request->ports[index], target, index))
            return false;
    }
    return true;
}

static uint32_t read_warnings(const cJSON *warnings)
{
    const cJSON *item;
    uint32_t bits = 0;

    cJSON_ArrayForEach(item, warnings)
    {
        for (unsigned i = 0; i < WARNING_COUNT; i++)
            if (cJSON_IsString(item) &&
                strcmp(item->valuestring, result_warning_text((enum result_warning)i)) == 0)
                bits |= 1U << i;
    }
    return bits;
}

/* Printable ASCII, the rest as question marks; cut where it does not fit. */
static void copy_text(const cJSON *item, char *to, size_t to_len)
{
    const char *from = cJSON_IsString(item) ? item->valuestring : "";
    size_t n = 0;

    for (; from[n] != '\0' && n + 1 < to_len; n++)
        to[n] = from[n] >= ' ' && from[n] <= '~' ? from[n] : '?';
    to[n] = '\0';
}

static bool read_root(const cJSON *root, const struct request *request, struct result *result)
{
    const cJSON *addresses = member(root, "addresses"), *item;
    int count = cJSON_GetArraySize(addresses);
    bool ok = cJSON_IsArray(addresses) && count >= 1 && count <= RESULT_TARGETS_MAX;

    copy_text(member(root, "host"), result->host, sizeof(result->host));
    result->started_wall_ns = read_time(root, "started", &ok);
    result->duration_ns = read_ms(root, "duration_ms", &ok);
    result->warnings = read_warnings(member(root, "warnings"));
    if (!ok || result->duration_ns == VERDICT_NO_RTT)
        return false;
    cJSON_ArrayForEach(item, addresses)
    {
        if (!read_target(item, request, &result->targets[result->target_count++]))
            return false;
    }
    return true;
}

bool json_reader_read_result(const char *body, size_t len, const struct request *request,
                             struct result *result)
{
    cJSON *root = cJSON_ParseWithLength(body, len);
    bool ok = read_root(root, request, result);

    cJSON_Delete(root);
    return ok;
}

static enum problem_id id_of_status(long status)
{
    switch (status) {
    case 400: return PROBLEM_MALFORMED_REQUEST;
    case 403: return PROBLEM_TARGET_NOT_ALLOWED;
    case 422: return PROBLEM_PORT_NOT_ALLOWED;
    case 429: return PROBLEM_RATE_LIMITED;
    default: return PROBLEM_PROBER_UNAVAILABLE;
    }
}

static enum problem_id id_of_type(const cJSON *type)
{
    static const char prefix[] = "/problems/";

    if (!cJSON_IsString(type) || strncmp(type->valuestring, prefix, sizeof(prefix) - 1) != 0)
        return PROBLEM_NONE;
    for (unsigned id = PROBLEM_NONE + 1; id < PROBLEM_COUNT; id++)
        if (strcmp(type->valuestring + sizeof(prefix) - 1, problem_name((enum problem_id)id)) == 0)
            return (enum problem_id)id;
    return PROBLEM_NONE;
}

void json_reader_read_problem(const char *body, size_t len, long status, const char *server,
                              struct problem *problem, char code[static API_CLIENT_CODE_LEN])
{
    cJSON *root = cJSON_ParseWithLength(body, len);
    enum problem_id id = id_of_type(member(root, "type"));

    problem_set_text(problem, id != PROBLEM_NONE ? id : id_of_status(status), NULL, NULL,
                     "%.100s answered with HTTP status %ld.", server, status);
    if (cJSON_IsString(member(root, "detail")))
        copy_text(member(root, "detail"), problem->detail, sizeof(problem->detail));
    if (cJSON_IsString(member(root, "code"))) {
        copy_text(member(root, "code"), code, API_CLIENT_CODE_LEN);
        problem->code = code;
    }
    if (id == PROBLEM_NONE && problem->id == PROBLEM_PROBER_UNAVAILABLE)
        problem->code = "server"; /* it does not speak as portlight does */
    copy_text(member(cJSON_GetArrayItem(member(root, "errors"), 0), "pointer"), problem->pointer,
              sizeof(problem->pointer));
    cJSON_Delete(root);
}
