/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/json_service.h"

#include <time.h>

#include "frontend/render/inspection_text.h"
#include "frontend/render/json_member.h"

enum { DATE_LEN = 32 };

void json_add_instant(cJSON *object, const char *key, int64_t seconds)
{
    time_t time = (time_t)seconds;
    char text[DATE_LEN];
    struct tm utc;
    bool ok = gmtime_r(&time, &utc) != NULL && utc.tm_year >= -1900 && utc.tm_year <= 8099 &&
              strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc) > 0;

    json_add_text(object, key, ok ? text : NULL);
}

static void add_text_or_null(cJSON *object, const char *key, const char *text)
{
    json_add_text(object, key, text[0] != '\0' ? text : NULL);
}

void json_add_problems(cJSON *object, const struct inspection_subject *subject)
{
    const struct inspection *it = subject->inspection;
    cJSON *problems = json_add_array(object, "problems");
    char sentence[INSPECTION_SENTENCE_LEN];

    for (unsigned i = 0; i < it->problem_count; i++) {
        const struct inspection_problem *problem = &it->problems[i];
        cJSON *one = cJSON_CreateObject();
        cJSON_AddItemToArray(problems, one);
        json_add_word(one, "code", inspection_problem_code(problem->id));
        json_add_word(one, "severity",
                      inspection_severity_name(inspection_problem_severity(problem->id)));
        json_add_number_or_null(one, "depth",
                                problem->depth == INSPECTION_NOT_SENT ? -1 : problem->depth);
        json_add_word(one, "confidence", problem->likely ? "likely" : "certain");
        inspection_fact(ENGLISH, subject, problem, sentence);
        json_add_text(one, "summary", sentence);
        inspection_next_step(ENGLISH, subject, problem, sentence);
        json_add_text(one, "advice", sentence);
    }
}

void json_add_service(cJSON *object, const char *key, const struct inspection_subject *subject)
{
    const struct inspection *it = subject->inspection;
    cJSON *service = json_add_object(object, key);

    json_add_instant(service, "checked", it->checked_s);
    json_add_word(service, "answered", inspection_answered_word(it));
    json_add_word(service, "by", inspection_by_name(it->by));
    json_add_problems(service, subject);
    add_text_or_null(service, "protocol", it->protocol);
    json_add_number_or_null(service, "http_status", it->http_status != 0 ? it->http_status : -1);
    add_text_or_null(service, "location", it->location);
    json_add_ms(service, "connect_ms", it->connect_ns);
    if (it->answer_ns != 0)
        json_add_ms(service, "delay_ms", it->answer_ns);
    else
        json_add_null(service, "delay_ms");
    add_text_or_null(service, "text", it->text);
}
