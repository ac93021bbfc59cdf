/* SPDX-License-Identifier: BSD-2-Clause */
/* What the writer writes is, byte for byte, what cJSON prints after it has read it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/render/json.h"
#include "frontend/render/json_member.h"

static void assert_taken(struct json *json, const char *wanted)
{
    char *text = json_take(json);

    assert_non_null(text);
    assert_string_equal(text, wanted);
    free(text);
}

/* And frees it. */
static void assert_as_cjson(char *text)
{
    cJSON *read = cJSON_Parse(text);
    char *again = cJSON_PrintUnformatted(read);

    assert_non_null(again);
    assert_string_equal(text, again);
    cJSON_Delete(read);
    free(again);
    free(text);
}

static void test_commas_stand_between(void **state)
{
    struct json json = {0};

    (void)state;
    json_open_object(&json, NULL);
    json_open_array(&json, "none");
    json_close_array(&json);
    json_open_array(&json, "two");
    json_add_number(&json, NULL, -1);
    json_open_object(&json, NULL);
    json_close_object(&json);
    json_close_array(&json);
    json_open_object(&json, "inner");
    json_add_bool(&json, "yes", true);
    json_add_bool(&json, "no", false);
    json_close_object(&json);
    json_add_text(&json, "nobody", NULL);
    assert_taken(&json, "{\"none\":[],\"two\":[-1,{}],\"inner\":{\"yes\":true,\"no\":false},"
                        "\"nobody\":null}");
}

/* Each byte that text may have, alone and between others. */
static void test_every_byte_is_escaped_as_cjson_does(void **state)
{
    (void)state;
    for (unsigned c = 1; c < 0x80; c++) {
        const char text[] = {(char)c, 'a', (char)c, (char)c, '\0'};
        cJSON *value = cJSON_CreateObject();
        struct json json = {0};
        char *wanted;
        cJSON_AddStringToObject(value, "text", text);
        wanted = cJSON_PrintUnformatted(value);
        json_open_object(&json, NULL);
        json_add_text(&json, "text", text);
        assert_taken(&json, wanted);
        free(wanted);
        cJSON_Delete(value);
    }
}

static void test_numbers(void **state)
{
    static const struct {
        uint64_t ns;
        const char *ms;
    } times[] = {
        {0, "0"},
        {499, "0"},
        {500, "0.001"},
        {10000, "0.01"},
        {100000, "0.1"},
        {110000, "0.11"},
        {101000, "0.101"},
        {1000000, "1"},
        {1010000, "1.01"},
        {23100499, "23.1"},
        {999999500, "1000"},
        {UINT64_C(3600000000), "3600"},
        {UINT64_MAX - 500, "18446744073709.551"},
    };
    static const long long numbers[] = {0, 9, 10, -1, -10, 65535, 4294967295, INT64_MAX, INT64_MIN};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(times); i++) {
        struct json json = {0};
        char wanted[64];
        snprintf(wanted, sizeof(wanted), "{\"ms\":%s}", times[i].ms);
        json_open_object(&json, NULL);
        json_add_ms(&json, "ms", times[i].ns);
        assert_taken(&json, wanted);
    }
    for (unsigned i = 0; i < ARRAY_LEN(numbers); i++) {
        struct json json = {0};
        char wanted[64];
        snprintf(wanted, sizeof(wanted), "{\"number\":%lld}", numbers[i]);
        json_open_object(&json, NULL);
        json_add_number(&json, "number", numbers[i]);
        assert_taken(&json, wanted);
    }
}

static uint64_t draw(uint64_t *random)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *random >> 24;
}

/* Any of what the contract allows, sound or not. */
static struct verdict a_verdict(uint64_t *random, uint16_t port)
{
    struct verdict verdict;

    verdict_init(&verdict, port);
    verdict.state = (enum verdict_state)(draw(random) % STATE_COUNT);
    verdict.reason = (enum verdict_reason)(draw(random) % REASON_COUNT);
    verdict.disposition = (enum verdict_disposition)(draw(random) % DISPOSITION_COUNT);
    verdict.actor = (enum verdict_actor)(draw(random) % ACTOR_COUNT);
    verdict.confidence = (enum verdict_confidence)(draw(random) % CONFIDENCE_COUNT);
    verdict.evidence = draw(random) & ((UINT64_C(1) << EVIDENCE_COUNT) - 1);
    verdict.explanations = draw(random) & ((UINT64_C(1) << EXPLANATION_COUNT) - 1);
    verdict.rtt_ns = draw(random) % 3 == 0 ? VERDICT_NO_RTT : draw(random) % UINT64_C(5000000000);
    verdict.sent = (uint8_t)(draw(random) % 9);
    if (draw(random) % 2 == 0)
        verdict.responder = (struct addr){ADDR_IPV4, {198, 18, (uint8_t)draw(random), 7}};
    return verdict;
}

static void test_results_are_as_cjson_prints_them(void **state)
{
    uint64_t random = 8;

    (void)state;
    for (unsigned i = 0; i < 2000; i++) {
        struct result result = {.host = "example.net",
                                .started_wall_ns = draw(&random) * 1000000,
                                .duration_ns = draw(&random) % UINT64_C(5000000000),
                                .target_count = 1 + i % 2,
                                .warnings = (uint8_t)(draw(&random) % (1U << WARNING_COUNT))};
        for (unsigned t = 0; t < result.target_count; t++) {
            struct result_target *target = &result.targets[t];
            target->addr = t == 0 ? (struct addr){ADDR_IPV4, {198, 18, 3, 2}}
                                  : (struct addr){ADDR_IPV6, {0x20, 1, 0, 2, [15] = 1}};
            target->port_count = (uint8_t)(1 + i % 3);
            for (unsigned p = 0; p < target->port_count; p++)
                target->verdicts[p] = a_verdict(&random, (uint16_t)(1 + draw(&random) % 65535));
        }
        assert_as_cjson(json_write_port(&result.targets[0], 0));
        assert_as_cjson(json_write_resolved(&result));
        assert_as_cjson(json_write_result(&result));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commas_stand_between),
        cmocka_unit_test(test_every_byte_is_escaped_as_cjson_does),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_results_are_as_cjson_prints_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
