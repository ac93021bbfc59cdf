/* SPDX-License-Identifier: BSD-2-Clause */
/* What the API writes is read back as it was, and what it would not write is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/remote/json_reader.h"
#include "frontend/render/json.h"
#include "tests/unit/support/frames.h"

enum { TEXT_MAX_LEN = 16384, COOKED_LEN = 20 };

static struct request a_request(void)
{
    struct request request = {.port_count = 2, .ports = {443, 22}, .packets = true, .trace = true};

    snprintf(request.host.text, sizeof(request.host.text), "example.net");
    return request;
}

#define OPEN_EVIDENCE (UINT64_C(1) << EVIDENCE_TTL_MATCHES_HOST | UINT64_C(1) << EVIDENCE_LOCAL_NAT)

/* Everything in it that can be. */
static struct result a_result(void)
{
    struct result result = {.host = "example.net",
                            .started_wall_ns = UINT64_C(1767323045120000000),
                            .duration_ns = 31200000,
                            .target_count = 1,
                            .warnings = 1U << WARNING_MORE_ADDRESSES};
    struct result_target *target = &result.targets[0];
    struct verdict *open = &target->verdicts[0], *silent = &target->verdicts[1];
    const struct frame *frame = frame_named("own-syn4");
    struct wire_message packet = {
        .type = WIRE_PACKET,
        .packet = {.port = 443,
                   .time_ns = UINT64_C(1767323045120000123),
                   .outgoing = true,
                   .len = (uint8_t)(frame->len - COOKED_LEN)},
    };
    unsigned index;

    target->addr = frame_them4;
    target->port_count = 2;
    target->shows_packets = true;
    verdict_init(open, 443);
    verdict_init(silent, 22);
    open->state = STATE_OPEN;
    open->reason = REASON_SYN_ACK;
    open->disposition = DISPOSITION_ACCEPT;
    open->actor = ACTOR_HOST;
    open->confidence = CONFIDENCE_CERTAIN;
    open->evidence = OPEN_EVIDENCE;
    open->rtt_ns = 23104000;
    open->sent = 1;
    open->responder = frame_them4;
    open->ttl = 52;
    open->hops = open->actor_hop = 12;
    silent->state = STATE_FILTERED;
    silent->reason = REASON_ICMP_ADMIN_PROHIBITED;
    silent->disposition = DISPOSITION_REJECT;
    silent->actor = ACTOR_PATH;
    silent->confidence = CONFIDENCE_LIKELY;
    silent->sent = 8;
    silent->responder = frame_router4;
    silent->ttl = 60;
    silent->hops = silent->actor_hop = 4;
    silent->icmp_type = 3;
    silent->icmp_code = 13;
    silent->last_hop = 1;
    silent->silent_from = 2;
    assert_true(probe_details_add(
        &target->trails[1],
        &(struct wire_message){.type = WIRE_HOP,
                               .hop = {.hop = 1, .addr = frame_router4, .rtt_ns = 9800000}}));
    assert_true(probe_details_add(
        &target->trails[1],
        &(struct wire_message){.type = WIRE_HOP, .hop = {.hop = 2, .rtt_ns = VERDICT_NO_RTT}}));
    memcpy(packet.packet.bytes, frame->bytes + COOKED_LEN, packet.packet.len);
    assert_true(result_take(target, &packet, &index));
    packet.packet.time_ns++;
    packet.packet.outgoing = false;
    assert_true(result_take(target, &packet, &index));
    return result;
}

static char *an_answer(void)
{
    struct result result = a_result();
    char *text = json_write_result(&result);

    result_free(&result);
    assert_non_null(text);
    return text;
}

static bool reads(const char *text)
{
    const struct request request = a_request();
    struct result result = {0};
    bool ok = json_reader_read_result(text, strlen(text), &request, &result);

    result_free(&result);
    return ok;
}

static void test_the_question(void **state)
{
    struct request request = a_request();
    char *text = json_reader_write_question(&request);

    (void)state;
    assert_string_equal(text, "{\"host\":\"example.net\",\"ports\":[443,22],\"family\":\"any\","
                              "\"trace\":true,\"packets\":true}");
    free(text);
    request = (struct request){.me = true, .port_count = 1, .ports = {80}, .family = REQUEST_IPV6};
    text = json_reader_write_question(&request);
    assert_string_equal(text, "{\"host\":\"me\",\"ports\":[80],\"family\":\"ipv6\",\"trace\":false,"
                              "\"packets\":false}");
    free(text);
}

static void test_the_answer_as_it_was(void **state)
{
    const struct request request = a_request();
    struct result before = a_result(), after = {0};
    char *text = an_answer(), *again;

    (void)state;
    assert_true(json_reader_read_result(text, strlen(text), &request, &after));
    again = json_write_result(&after);
    assert_string_equal(again, text);
    free(again);
    assert_string_equal(after.host, before.host);
    assert_int_equal(after.started_wall_ns, before.started_wall_ns);
    assert_int_equal(after.duration_ns, before.duration_ns);
    assert_int_equal(after.warnings, before.warnings);
    assert_int_equal(after.target_count, 1);
    assert_true(addr_equal(&after.targets[0].addr, &before.targets[0].addr));
    assert_true(result_is_complete(&after) && after.targets[0].shows_packets);
    for (unsigned i = 0; i < 2; i++) {
        struct probe_details *a = &after.targets[0].trails[i], *b = &before.targets[0].trails[i];
        assert_int_equal(a->hop_count, b->hop_count);
        assert_int_equal(a->packet_count, b->packet_count);
        for (unsigned j = 0; j < a->packet_count; j++) {
            b->packets[j].port = 0; /* the trail's port is its place */
            assert_memory_equal(&a->packets[j], &b->packets[j], sizeof(struct wire_packet));
        }
    }
    free(text);
    result_free(&before);
    result_free(&after);
}

/* The answer with the first `from` replaced by `to`. */
static void change(const char *text, const char *from, const char *to, char *out)
{
    const char *at = strstr(text, from);

    assert_non_null(at);
    snprintf(out, TEXT_MAX_LEN, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void test_what_is_refused(void **state)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"\"port\":443", "\"port\":444"},
        {"\"port\":443", "\"port\":null"},
        {"\"state\":\"open\"", "\"state\":\"ajar\""},
        {"\"state\":\"open\"", "\"state\":1"},
        {"\"state\":\"open\",", ""},
        {"\"reason\":\"syn-ack\"", "\"reason\":1"},
        {"\"disposition\":\"accept\"", "\"disposition\":null"},
        {"\"actor\":\"host\",", ""},
        {"\"confidence\":\"certain\"", "\"confidence\":null"},
        {"\"rtt_ms\":23.104", "\"rtt_ms\":-1"},
        {"\"rtt_ms\":23.104", "\"rtt_ms\":1e300"},
        {"\"rtt_ms\":23.104", "\"rtt_ms\":\"23\""},
        {"\"sent\":1", "\"sent\":256"},
        {"\"sent\":1", "\"sent\":null"},
        {"\"sent\":1", "\"sent\":0.5"},
        {"\"responder\":\"198.18.3.2\"", "\"responder\":\"198.18.3.256\""},
        {"\"responder\":\"198.18.3.2\"", "\"responder\":7"},
        {"\"ttl\":52", "\"ttl\":-1"},
        {"\"ttl\":52", "\"ttl\":256"},
        {"\"hops\":12", "\"hops\":\"12\""},
        {"\"actor_hop\":12", "\"actor_hop\":1e10"},
        {"\"icmp\":{\"type\":3", "\"icmp\":{\"type\":300"},
        {"\"icmp\":{\"type\":3,\"code\":13}", "\"icmp\":{}"},
        {"\"last_hop\":{\"hop\":1", "\"last_hop\":{\"hop\":31"},
        {"\"silent_from\":2", "\"silent_from\":31"},
        {"\"hops\":[{\"hop\":1", "\"hops\":[{\"hop\":2"},
        {"\"rtt_ms\":9.8},{\"hop\":2", "\"rtt_ms\":[]},{\"hop\":2"},
        {"\"direction\":\"sent\"", "\"direction\":\"lost\""},
        {"\"time\":\"2026-", "\"time\":\"26-"},
        {"\"time\":\"2026-", "\"time\":\"9999-"},
        {"\"time\":\"2026-01", "\"time\":\"2026-13"},
        {"\"time\":\"2026-01", "\"time\":\"2026-00"},
        {"\"time\":\"2026-01-02T03", "\"time\":\"2026-01-02T24"},
        {"\"time\":\"2026-01-02T03", "\"time\":\"2026-01-02T-3"},
        {"120000123Z", "120000123"},
        {"120000123Z", "120000123Z "},
        {"\"bytes\":\"4", "\"bytes\":\"g"},
        {"\"bytes\":\"4", "\"bytes\":\""},
        {"\"bytes\":\"45", "\"bytes\":\"4A"},
        {"\"bytes\":\"45", "\"bytes\":\"95"},
        {"\"bytes\"", "\"octets\""},
        {"\"address\":\"198.18.3.2\"", "\"address\":null"},
        {"\"started\"", "\"begun\""},
        {"\"duration_ms\":31.2", "\"duration_ms\":null"},
        {"\"addresses\":[", "\"addresses\":[7,"},
        {"\"addresses\":[", "\"addresses\":[{\"address\":\"192.0.2.1\",\"ports\":[]},"},
        {"\"ports\":[", "\"ports\":[{},"},
        {"{\"host\"", "[\"host\""},
    };
    char changed[TEXT_MAX_LEN], *text = an_answer();

    (void)state;
    assert_true(reads(text));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        change(text, rows[i].from, rows[i].to, changed);
        if (reads(changed))
            fail_msg("%s instead of %s is read", rows[i].to, rows[i].from);
    }
    free(text);
}

static void test_networks_with_places(void **state)
{
    struct result before = a_result(), after = {0};
    struct request request = a_request();
    struct problem problem;
    char *text, *again;

    (void)state;
    before.targets[0].network.asn = 64500;
    before.targets[0].done[0] = before.targets[0].done[1] = true;
    assert_true(result_add_places(&before, 1));
    before.places[0] = (struct place_answer){
        .place = {.name = "fra", .title = "Frankfurt"},
        .status = PLACE_STATUS_ANSWERED,
        .target_count = before.target_count,
    };
    memcpy(before.places[0].targets, before.targets, sizeof(before.targets));
    text = json_write_result(&before);
    assert_true(request_add_place(&request, "fra", 3, &problem));
    assert_true(json_reader_read_result(text, strlen(text), &request, &after));
    assert_int_equal(after.targets[0].network.asn, 64500);
    again = json_write_result(&after);
    assert_string_equal(again, text);
    free(again);
    free(text);
    result_free(&before);
    result_free(&after);
}

/* A new word costs the reader that word, not the answer. */
static void test_words_of_a_newer_server(void **state)
{
    static const char *const rows[][3] = {
        {"\"reason\":\"syn-ack\"", "\"reason\":\"\"", "\"reason\":\"other\""},
        {"\"disposition\":\"accept\"", "\"disposition\":\"ACCEPT\"", "\"disposition\":\"unknown\""},
        {"\"actor\":\"host\"", "\"actor\":\"hostess\"", "\"actor\":\"unknown\""},
        {"\"confidence\":\"certain\"", "\"confidence\":\"sworn\"", "\"confidence\":\"guess\""},
    };
    const struct request request = a_request();
    char changed[TEXT_MAX_LEN], *text = an_answer();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct result result = {0};
        char *again;
        change(text, rows[i][0], rows[i][1], changed);
        assert_true(json_reader_read_result(changed, strlen(changed), &request, &result));
        again = json_write_result(&result);
        assert_non_null(strstr(again, rows[i][2]));
        free(again);
        result_free(&result);
    }
    free(text);
}

/* Of a verdict with everything known: each named field of verdict.def goes out and comes back. */
static void test_every_named_field_is_in_json(void **state)
{
    const struct request request = {.port_count = 1, .ports = {443}};
    struct result before = a_result(), after = {0};
    struct verdict *verdict = &before.targets[0].verdicts[0];
    char *text;

    (void)state;
    verdict->actor_hop = 13; /* no two fields alike */
    before.targets[0].port_count = 1;
    for (size_t i = VERDICT_FIELDS_V3; i < verdict_field_count; i++) {
        const struct field *field = &verdict_fields[i];
        uint8_t bytes[64] = {0}; /* as on the wire, whatever the machine's own order is */
        struct reader reader = reader_of(bytes, field_len(field));
        bytes[field_len(field) - 1] = 1;
        if (field->kind == FIELD_ADDRESS_OR_NONE)
            memcpy((uint8_t *)verdict + field->offset, &frame_us4, sizeof(frame_us4));
        else if (field->kind == FIELD_TIME)
            memcpy((uint8_t *)verdict + field->offset, &(uint64_t){4000000}, sizeof(uint64_t));
        else
            assert_true(field_read(field, &reader, verdict));
    }
    text = json_write_result(&before);
    assert_true(json_reader_read_result(text, strlen(text), &request, &after));
    for (size_t i = 0; i < verdict_field_count; i++) {
        const struct field *field = &verdict_fields[i];
        char key[64];
        uint8_t out[2][64];
        struct writer a = writer_of(out[0], 64), b = writer_of(out[1], 64);
        if (field->name == NULL)
            continue;
        snprintf(key, sizeof(key), "\"%s\":", field->name);
        assert_non_null(strstr(text, key));
        field_write(field, &a, verdict);
        field_write(field, &b, &after.targets[0].verdicts[0]);
        assert_int_equal(a.pos, field_len(field));
        assert_memory_equal(out[0], out[1], a.pos);
    }
    free(text);
    result_free(&before);
    result_free(&after);
}

/* What a newer server may add. */
static void test_what_is_passed_over(void **state)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"\"ttl-matches-host\"", "\"new-fact\",7,\"ttl-matches-host\""},
        {"\"warnings\":[", "\"warnings\":[\"Something new.\",7,"},
        {"\"rtt_ms\":23.104", "\"new\":{},\"rtt_ms\":23.104"},
        {"{\"host\"", "{\"new\":null,\"host\""},
    };
    const struct request request = a_request();
    char changed[TEXT_MAX_LEN], *text = an_answer();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct result result = {0};
        change(text, rows[i].from, rows[i].to, changed);
        assert_true(json_reader_read_result(changed, strlen(changed), &request, &result));
        assert_int_equal(result.targets[0].verdicts[0].evidence, OPEN_EVIDENCE);
        assert_int_equal(result.warnings, 1U << WARNING_MORE_ADDRESSES);
        result_free(&result);
    }
    free(text);
}

/* Cut short it is no answer, wherever; and nothing leaks or is read beyond it. */
static void test_every_cut(void **state)
{
    const struct request request = a_request();
    char *text = an_answer();

    (void)state;
    for (size_t len = 0; len < strlen(text); len++) {
        struct result result = {0};
        char *cut = malloc(len + 1);
        assert_non_null(cut);
        memcpy(cut, text, len);
        assert_false(json_reader_read_result(cut, len, &request, &result));
        free(cut);
        result_free(&result);
    }
    free(text);
}

static void test_too_many_addresses(void **state)
{
    static const char three[] = "{\"host\":\"h\",\"started\":\"2026-01-02T03:04:05.120Z\","
                                "\"duration_ms\":1,\"addresses\":[{},{},{}],\"warnings\":[]}";

    (void)state;
    assert_false(reads(three));
}

/* With this many hops instead of its own. */
static bool reads_with_hops(unsigned count)
{
    static const char list[] = "\"hops\":[{";
    size_t room = TEXT_MAX_LEN + count * 64, n;
    char *text = an_answer(), *changed = malloc(room);
    const char *at = strstr(text, list), *end = strstr(at, "}]");
    bool ok;

    assert_non_null(changed);
    n = (size_t)snprintf(changed, room, "%.*s%s", (int)(at - text), text, list);
    for (unsigned i = 1; i <= count; i++)
        n +=
            (size_t)snprintf(changed + n, room - n, "%s\"hop\":%u,\"address\":null,\"rtt_ms\":null",
                             i > 1 ? "},{" : "", i);
    snprintf(changed + n, room - n, "%s", end);
    ok = reads(changed);
    free(changed);
    free(text);
    return ok;
}

static void test_too_many_hops(void **state)
{
    (void)state;
    assert_true(reads_with_hops(VERDICT_HOPS_MAX));
    assert_false(reads_with_hops(VERDICT_HOPS_MAX + 1));
}

static void assert_problem(const char *body, long status, const char *name, const char *detail)
{
    char code[API_CLIENT_CODE_LEN];
    struct problem problem;

    json_reader_read_problem(body, strlen(body), status, "h:80", &problem, code);
    assert_string_equal(problem_name(problem.id), name);
    assert_string_equal(problem.detail, detail);
}

static void test_problems(void **state)
{
    struct problem before, after;
    char code[API_CLIENT_CODE_LEN], *text;

    (void)state;
    for (unsigned id = PROBLEM_NONE + 1; id < PROBLEM_COUNT; id++) {
        problem_set_text(&before, (enum problem_id)id, "a-code", "#/host", "No %u.", id);
        text = json_write_problem(&before);
        json_reader_read_problem(text, strlen(text), 599, "h:80", &after, code);
        assert_int_equal(after.id, id);
        assert_string_equal(after.code, "a-code");
        assert_string_equal(after.pointer, "#/host");
        assert_string_equal(after.detail, before.detail);
        free(text);
    }
    assert_problem("", 429, "rate-limited", "h:80 answered with HTTP status 429.");
    assert_problem("{}", 403, "target-not-allowed", "h:80 answered with HTTP status 403.");
    assert_problem("[7]", 422, "port-not-allowed", "h:80 answered with HTTP status 422.");
    assert_problem("\"x\"", 503, "prober-unavailable", "h:80 answered with HTTP status 503.");
    assert_problem("{\"type\":\"/problems/none\",\"detail\":\"d\"}", 400, "malformed-request", "d");
    assert_problem("{\"type\":\"about:blank\",\"detail\":\"a\\u001b[31m\\u00e9\"}", 500,
                   "prober-unavailable", "a?[31m??");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_question),
        cmocka_unit_test(test_the_answer_as_it_was),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_networks_with_places),
        cmocka_unit_test(test_words_of_a_newer_server),
        cmocka_unit_test(test_every_named_field_is_in_json),
        cmocka_unit_test(test_what_is_passed_over),
        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_too_many_addresses),
        cmocka_unit_test(test_too_many_hops),
        cmocka_unit_test(test_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
