/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/json_service.h"

#include <stdio.h>

#include "frontend/model/utc.h"
#include "frontend/render/inspection_text.h"

void json_add_instant(struct json *json, const char *key, int64_t seconds)
{
    char time[UTC_LEN], text[UTC_LEN + 1];
    bool ok = utc_write(seconds, time);

    snprintf(text, sizeof(text), "%sZ", time);
    json_add_text(json, key, ok ? text : NULL);
}

static void add_text_or_null(struct json *json, const char *key, const char *text)
{
    json_add_text(json, key, text[0] != '\0' ? text : NULL);
}

void json_add_problems(struct json *json, const struct inspection_subject *subject)
{
    const struct inspection *it = subject->inspection;
    char sentence[INSPECTION_SENTENCE_LEN];

    json_open_array(json, "problems");
    for (unsigned i = 0; i < it->problem_count; i++) {
        const struct inspection_problem *problem = &it->problems[i];
        json_open_object(json, NULL);
        json_add_text(json, "code", inspection_problem_code(problem->id));
        json_add_text(json, "severity",
                      inspection_severity_name(inspection_problem_severity(problem->id)));
        json_add_number_or_null(json, "depth",
                                problem->depth == INSPECTION_NOT_SENT ? -1 : problem->depth);
        json_add_text(json, "confidence", problem->likely ? "likely" : "certain");
        inspection_fact(ENGLISH, subject, problem, sentence);
        json_add_text(json, "summary", sentence);
        inspection_next_step(ENGLISH, subject, problem, sentence);
        json_add_text(json, "advice", sentence);
        json_close_object(json);
    }
    json_close_array(json);
}

void json_add_checked(struct json *json, const struct inspection *inspection)
{
    if (inspection->checked_s != 0)
        json_add_instant(json, "checked", inspection->checked_s);
    else
        json_add_null(json, "checked"); /* the port is not open: not inspected */
}

void json_add_service(struct json *json, const char *key, const struct inspection_subject *subject)
{
    const struct inspection *it = subject->inspection;

    json_open_object(json, key);
    json_add_checked(json, it);
    json_add_text(json, "answered", inspection_answered_word(it));
    json_add_text(json, "by", inspection_by_name(it->by));
    json_add_problems(json, subject);
    add_text_or_null(json, "protocol", it->protocol);
    json_add_number_or_null(json, "http_status", it->http_status != 0 ? it->http_status : -1);
    add_text_or_null(json, "location", it->location);
    json_add_ms(json, "connect_ms", it->connect_ns);
    if (it->answer_ns != 0)
        json_add_ms(json, "delay_ms", it->answer_ns);
    else
        json_add_null(json, "delay_ms");
    add_text_or_null(json, "text", it->text);
    json_close_object(json);
}
