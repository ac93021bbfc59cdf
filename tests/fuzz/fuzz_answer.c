/* SPDX-License-Identifier: BSD-2-Clause */
/* What a server may answer: a result or a problem.  What is read of it can be printed in
 * every form, as JSON byte for byte as cJSON would, and is read again as it is written. */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/packets/pcap.h"
#include "frontend/remote/json_reader.h"
#include "frontend/render/json.h"
#include "frontend/render/text.h"
#include "tests/fuzz/fuzz.h"

static const struct request request = {.port_count = 2, .ports = {443, 22}};

static bool is_printable(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

static void print_every_way(const struct result *result)
{
    static const struct text_style all = {true, true, true, true};
    size_t len;

    free(pcap_make(result, &len));
    for (unsigned i = 0; i < result->target_count; i++) {
        for (unsigned j = 0; j < request.port_count; j++) {
            char *text = text_block(result, i, j, &all);
            FUZZ_REQUIRE(result->targets[i].verdicts[j].port == request.ports[j]);
            FUZZ_REQUIRE(text != NULL && strlen(text) > 0);
            free(text);
        }
    }
}

static void require_as_cjson(const char *text)
{
    cJSON *read = cJSON_Parse(text);
    char *again = cJSON_PrintUnformatted(read);

    FUZZ_REQUIRE(again != NULL && strcmp(text, again) == 0);
    free(again);
    cJSON_Delete(read);
}

static void judge(const struct result *result)
{
    char *text = json_write_result(result), *again;
    struct result second = {0};

    FUZZ_REQUIRE(result->target_count >= 1 && result_is_complete(result));
    FUZZ_REQUIRE(is_printable(result->host));
    FUZZ_REQUIRE(json_reader_read_result(text, strlen(text), &request, &second));
    again = json_write_result(&second);
    FUZZ_REQUIRE(strcmp(text, again) == 0);
    require_as_cjson(text);
    print_every_way(result);
    free(text);
    free(again);
    result_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char code[API_CLIENT_CODE_LEN], *body = malloc(len + 1);
    struct result result = {0};
    struct problem problem;

    FUZZ_REQUIRE(body != NULL);
    memcpy(body, data, len);
    if (json_reader_read_result(body, len, &request, &result))
        judge(&result);
    result_free(&result);
    json_reader_read_problem(body, len, 429, "h:80", &problem, code);
    FUZZ_REQUIRE(problem.id != PROBLEM_NONE && is_printable(problem.detail) &&
                 is_printable(problem.pointer));
    FUZZ_REQUIRE(problem.code == NULL || is_printable(problem.code));
    free(body);
    return 0;
}
