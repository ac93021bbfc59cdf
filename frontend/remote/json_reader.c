/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/remote/json_reader.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/hex.h"
#include "frontend/packets/packet_view.h"
#include "frontend/remote/json_reader_member.h"

#define PACKETS_APART_MAX_NS (UINT64_C(24) * 3600 * NS_PER_S)

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
    if (request_asks_places(request)) {
        cJSON *from = cJSON_AddArrayToObject(root, "from");
        for (unsigned i = 0; i < request->from_count; i++)
            cJSON_AddItemToArray(from, cJSON_CreateString(request->from[i]));
        if (request->from_all)
            cJSON_AddItemToArray(from, cJSON_CreateString("all"));
    }
    text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    return text;
}

/* --- in: words ------------------------------------------------------------------- */

/* An unknown word becomes the list's fallback, as in common/contract/wire.h. */
static unsigned read_word(const cJSON *object, const char *key, const struct words *words, bool *ok)
{
    const cJSON *item = json_member(object, key);
    unsigned number = words_find(words, cJSON_GetStringValue(item));

    *ok = *ok && cJSON_IsString(item) && number < words->count;
    return number < words->count ? number : 0;
}

/* Leaves out unknown words. */
static uint64_t read_words(const cJSON *object, const char *key, const struct words *words)
{
    const cJSON *item;
    uint64_t bits = 0;

    cJSON_ArrayForEach(item, json_member(object, key))
    {
        unsigned bit = words_find(words, cJSON_GetStringValue(item));
        bits |= bit < words->count ? UINT64_C(1) << bit : 0;
    }
    return bits;
}

/* --- in: a port ------------------------------------------------------------------------ */

/* Reads what add_bytes of json_port.c writes: hexadecimal digits in lower case. */
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

/* Is the time within seconds of the first packet?  A check takes no longer, even if a clock is
 * set. */
static bool is_near_first(const struct probe_details *details, uint64_t time_ns)
{
    uint64_t first_ns = details->packets[0].time_ns;

    return (time_ns > first_ns ? time_ns - first_ns : first_ns - time_ns) < PACKETS_APART_MAX_NS;
}

static bool read_packets(const cJSON *packets, struct probe_details *details)
{
    struct packet_view view;
    const cJSON *item;
    bool ok = true;

    cJSON_ArrayForEach(item, packets)
    {
        struct wire_message message = {.type = WIRE_PACKET};
        message.packet.outgoing = read_word(item, "direction", &directions, &ok) == 1;
        message.packet.time_ns = json_read_time(item, "time", &ok);
        if (!ok || !read_packet_bytes(json_member(item, "bytes"), &message.packet) ||
            !probe_details_add(details, &message) ||
            !packet_view_at(details, details->packet_count - 1U, &view) ||
            !is_near_first(details, message.packet.time_ns))
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
    verdict->last_hop =
        json_read_number(json_member(path, "last_hop"), "hop", VERDICT_HOPS_MAX, 0, &ok);
    verdict->silent_from =
        json_read_number(path, "silent_from", VERDICT_HOPS_MAX, VERDICT_UNKNOWN_HOP, &ok);
    cJSON_ArrayForEach(item, json_member(path, "hops"))
    {
        struct wire_message message = {.type = WIRE_HOP};
        message.hop.hop = (uint8_t)json_read_number(item, "hop", VERDICT_HOPS_MAX, 0, &ok);
        message.hop.addr = json_read_address(item, "address", &ok);
        message.hop.rtt_ns = json_read_ms(item, "rtt_ms", &ok);
        if (!ok || !probe_details_add(details, &message))
            return false;
    }
    return ok;
}

static void read_icmp(const cJSON *icmp, struct verdict *verdict, bool *ok)
{
    if (cJSON_IsNull(icmp))
        return;
    verdict->icmp_type = json_read_number(icmp, "type", UINT8_MAX, 0, ok);
    verdict->icmp_code = json_read_number(icmp, "code", UINT8_MAX, 0, ok);
}

/* Reads a named row of verdict.def.  An older server may not send the newest ones; they keep
 * verdict_init's values. */
static void read_field(const cJSON *object, const struct field *field, struct verdict *verdict,
                       bool *ok)
{
    void *at = (char *)verdict + field->offset;

    if (json_member(object, field->name) == NULL && field >= &verdict_fields[VERDICT_FIELDS_V3])
        return;
    switch (field->kind) {
    case FIELD_ONE_OF: *(unsigned *)at = read_word(object, field->name, field->words, ok); break;
    case FIELD_SOME_OF: *(uint64_t *)at = read_words(object, field->name, field->words); break;
    case FIELD_TIME: *(uint64_t *)at = json_read_ms(object, field->name, ok); break;
    case FIELD_NUMBER:
        *(int16_t *)at =
            json_read_number(object, field->name, field->most, VERDICT_UNKNOWN_HOP, ok);
        break;
    case FIELD_ADDRESS_OR_NONE:
        *(struct addr *)at = json_read_address(object, field->name, ok);
        break;
    case FIELD_U8:
        *(uint8_t *)at = (uint8_t)json_read_number(object, field->name, field->most, 0, ok);
        break;
    default: break; /* can't happen: test_every_named_field_is_in_json */
    }
}

static bool read_port(const cJSON *object, uint16_t port, struct result_target *target,
                      unsigned index)
{
    struct verdict *verdict = &target->verdicts[index];
    const cJSON *number = json_member(object, "port"), *packets = json_member(object, "packets");
    bool ok = cJSON_IsNumber(number) && number->valuedouble == port;

    verdict_init(verdict, port);
    for (size_t i = 0; i < verdict_field_count; i++)
        if (verdict_fields[i].name != NULL)
            read_field(object, &verdict_fields[i], verdict, &ok);
    read_icmp(json_member(object, "icmp"), verdict, &ok);
    target->shows_packets = cJSON_IsArray(packets);
    target->done[index] = true;
    return ok && read_path(json_member(object, "path"), verdict, &target->trails[index]) &&
           read_packets(packets, &target->trails[index]);
}

/* --- in: the whole ------------------------------------------------------------------------ */

static bool read_target(const cJSON *object, const struct request *request,
                        struct result_target *target)
{
    const cJSON *ports = json_member(object, "ports"), *item;
    bool ok = cJSON_GetArraySize(ports) == request->port_count;

    target->addr = json_read_address(object, "address", &ok);
    if (!ok || target->addr.family == ADDR_NONE)
        return false;
    json_read_network(object, &target->network);
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

static bool read_targets(const cJSON *addresses, const struct request *request,
                         struct result_target *targets, uint8_t *count)
{
    const cJSON *item;

    if (!cJSON_IsArray(addresses) || cJSON_GetArraySize(addresses) > RESULT_TARGETS_MAX)
        return false;
    cJSON_ArrayForEach(item, addresses)
    {
        if (!read_target(item, request, &targets[(*count)++]))
            return false;
    }
    return true;
}

/* The code if we know it, otherwise NULL. */
static const char *code_of(const cJSON *code)
{
    static const char *const known[] = {"opted-out",        "address-not-public", "busy",
                                        "target",           "own-network",        "refused",
                                        "port-not-allowed", "address-embedded"};

    for (size_t i = 0; cJSON_IsString(code) && i < ARRAY_LEN(known); i++)
        if (strcmp(code->valuestring, known[i]) == 0)
            return known[i];
    return NULL;
}

static void read_description(const cJSON *object, struct place *place)
{
    const cJSON *asn = json_member(object, "asn");

    json_copy_text(json_member(object, "place"), place->name, sizeof(place->name));
    json_copy_text(json_member(object, "title"), place->title, sizeof(place->title));
    json_copy_text(json_member(object, "country"), place->country, sizeof(place->country));
    if (cJSON_IsNumber(asn) && asn->valuedouble >= 0 && asn->valuedouble <= UINT32_MAX)
        place->asn = (uint32_t)asn->valuedouble;
}

static bool read_place(const cJSON *object, const struct request *request,
                       struct place_answer *answer)
{
    const cJSON *status = json_member(object, "status");
    bool ok = true;

    read_description(object, &answer->place);
    for (unsigned i = PLACE_STATUS_ANSWERED; i < PLACE_STATUS_COUNT; i++)
        if (cJSON_IsString(status) &&
            strcmp(status->valuestring, place_status_name((enum place_status)i)) == 0)
            answer->status = (enum place_status)i;
    answer->is_suspect = cJSON_IsTrue(json_member(object, "suspect"));
    answer->code = code_of(json_member(object, "code"));
    answer->duration_ns = json_read_ms(object, "duration_ms", &ok);
    return ok && answer->status != PLACE_STATUS_PENDING &&
           place_is_name(answer->place.name, strlen(answer->place.name)) &&
           read_targets(json_member(object, "addresses"), request, answer->targets,
                        &answer->target_count);
}

static bool read_places(const cJSON *places, const struct request *request, struct result *result)
{
    int count = cJSON_GetArraySize(places), at = 0;
    const cJSON *item;

    if (count < 1 || count > PLACES_ASKED_MAX || !result_add_places(result, (unsigned)count))
        return false;
    cJSON_ArrayForEach(item, places)
    {
        if (!read_place(item, request, &result->places[at++]))
            return false;
    }
    return result_settle_places(result);
}

static bool read_root(const cJSON *root, const struct request *request, struct result *result)
{
    const cJSON *addresses = json_member(root, "addresses");
    bool ok = cJSON_GetArraySize(addresses) >= 1;

    json_copy_text(json_member(root, "host"), result->host, sizeof(result->host));
    result->started_wall_ns = json_read_time(root, "started", &ok);
    result->duration_ns = json_read_ms(root, "duration_ms", &ok);
    result->warnings = read_warnings(json_member(root, "warnings"));
    if (!ok || result->duration_ns == VERDICT_NO_RTT)
        return false;
    if (request_asks_places(request)) {
        ok = read_places(json_member(root, "places"), request, result);
        for (unsigned i = 0; ok && i < result->target_count; i++)
            json_read_network(cJSON_GetArrayItem(addresses, (int)i), &result->targets[i].network);
        return ok;
    }
    return read_targets(addresses, request, result->targets, &result->target_count);
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
    enum problem_id id = id_of_type(json_member(root, "type"));

    problem_set_text(problem, id != PROBLEM_NONE ? id : id_of_status(status), NULL, NULL,
                     "%.100s answered with HTTP status %ld.", server, status);
    if (cJSON_IsString(json_member(root, "detail")))
        json_copy_text(json_member(root, "detail"), problem->detail, sizeof(problem->detail));
    if (cJSON_IsString(json_member(root, "code"))) {
        json_copy_text(json_member(root, "code"), code, API_CLIENT_CODE_LEN);
        problem->code = code;
    }
    if (id == PROBLEM_NONE && problem->id == PROBLEM_PROBER_UNAVAILABLE)
        problem->code = "server"; /* it is probably not portlight */
    json_copy_text(json_member(cJSON_GetArrayItem(json_member(root, "errors"), 0), "pointer"),
                   problem->pointer, sizeof(problem->pointer));
    cJSON_Delete(root);
}

bool json_reader_read_places(const char *body, size_t len,
                             void (*each)(const struct place *place, const char *status))
{
    cJSON *root = cJSON_ParseWithLength(body, len);
    const cJSON *places = json_member(root, "places"), *item;
    bool ok = cJSON_IsArray(places);

    cJSON_ArrayForEach(item, places)
    {
        struct place place = {.asn = 0};
        char status[API_CLIENT_CODE_LEN];
        read_description(item, &place);
        json_copy_text(json_member(item, "status"), status, sizeof(status));
        if (ok && place_is_name(place.name, strlen(place.name)))
            each(&place, status);
    }
    cJSON_Delete(root);
    return ok;
}
