/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/remote/inspected_reader.h"

#include <cjson/cJSON.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/contract/survey.h"
#include "frontend/model/strbuf.h"
#include "frontend/render/inspection_text.h"

static const double days_max = 10000000;

static const cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* NULL for what is no text. */
static const char *text_of(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(member(object, key));
}

/* Without control characters, those of C1 included. */
static void add_text(struct strbuf *buf, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char at = (unsigned char)text[0], next = (unsigned char)text[1];
        bool c1 = at == 0xc2 && next >= 0x80 && next < 0xa0;
        if (at < 0x20 || at == 0x7f || c1)
            strbuf_append(buf, "?");
        else
            strbuf_append_n(buf, text, 1);
        text += c1; /* two bytes */
    }
}

static void add_word(struct strbuf *buf, const char *text)
{
    if (text == NULL)
        return;
    strbuf_append(buf, " ");
    add_text(buf, text);
}

static bool add_problems(struct strbuf *buf, const cJSON *tls)
{
    const cJSON *problem;

    cJSON_ArrayForEach(problem, member(tls, "problems"))
    {
        const char *severity = text_of(problem, "severity"), *code = text_of(problem, "code"),
                   *summary = text_of(problem, "summary");
        if (severity == NULL || code == NULL || summary == NULL)
            return false;
        strbuf_append(buf, " ");
        add_word(buf, severity);
        add_word(buf, code);
        strbuf_append(buf, ": ");
        add_text(buf, summary);
        strbuf_append(buf, "\n");
    }
    return true;
}

static void add_survey(struct strbuf *buf, const cJSON *tls)
{
    const char *post_quantum = text_of(member(tls, "post_quantum"), "supported");

    if (post_quantum == NULL)
        return;
    strbuf_append(buf, "  survey");
    for (unsigned i = 0; i < SURVEY_VERSIONS; i++) {
        const char *answer = text_of(member(tls, "versions"), survey_version_key(i));
        strbuf_printf(buf, " %s=", survey_version_key(i));
        add_text(buf, answer != NULL ? answer : "unknown");
    }
    strbuf_append(buf, " post-quantum=");
    add_text(buf, post_quantum);
    strbuf_append(buf, "\n");
}

static bool read_days(const cJSON *tls, struct strbuf *buf, struct inspected_answer *out)
{
    const cJSON *certificate = member(tls, "certificate"), *days = member(certificate, "days_left");

    if (!cJSON_IsObject(certificate))
        return cJSON_IsNull(certificate);
    if (!cJSON_IsNumber(days) || days->valuedouble < -days_max || days->valuedouble > days_max)
        return false;
    if (days->valueint < out->days_left)
        out->days_left = days->valueint;
    strbuf_printf(buf, " %dd", days->valueint);
    return true;
}

static bool read_address(const cJSON *root, const cJSON *one, struct strbuf *buf,
                         struct inspected_answer *out)
{
    const cJSON *tls = member(one, "tls"), *port = member(root, "port");
    const char *state = text_of(tls, "state"), *address = text_of(one, "address"),
               *host = text_of(root, "host"), *port_state = text_of(one, "port_state");

    if (state == NULL || address == NULL || host == NULL || port_state == NULL ||
        !cJSON_IsNumber(port))
        return false;
    out->unknown |= strcmp(state, inspection_state_name(INSPECTION_UNKNOWN)) == 0 ||
                    strcmp(port_state, verdict_state_name(STATE_UNKNOWN)) == 0;
    out->trusted &= strcmp(state, inspection_state_name(INSPECTION_TRUSTED)) == 0;
    strbuf_printf(buf, "%d/tcp tls", port->valueint);
    add_word(buf, state);
    add_word(buf, text_of(member(tls, "handshake"), "version"));
    if (!read_days(tls, buf, out))
        return false;
    add_word(buf, text_of(tls, "protocol"));
    add_word(buf, host);
    add_word(buf, strcmp(host, address) != 0 ? address : NULL);
    strbuf_append(buf, "\n");
    add_survey(buf, tls);
    if (strcmp(port_state, verdict_state_name(STATE_OPEN)) != 0 &&
        cJSON_GetArraySize(member(tls, "problems")) == 0) {
        strbuf_append(buf, "  port");
        add_word(buf, port_state);
        strbuf_printf(buf, ": %s\n", inspection_not_open_text());
    }
    return add_problems(buf, tls);
}

bool inspected_reader_read(const char *body, size_t len, struct inspected_answer *out)
{
    cJSON *root = cJSON_ParseWithLength(body, len);
    const cJSON *addresses = member(root, "addresses"), *one;
    struct strbuf buf = {0};
    bool ok = cJSON_IsArray(addresses) && cJSON_GetArraySize(addresses) > 0;

    *out = (struct inspected_answer){.trusted = true, .days_left = INT_MAX};
    cJSON_ArrayForEach(one, addresses) ok = ok && read_address(root, one, &buf, out);
    out->json = ok ? cJSON_PrintUnformatted(root) : NULL;
    out->lines = strbuf_take(&buf);
    cJSON_Delete(root);
    if (ok && out->json != NULL && out->lines != NULL)
        return true;
    inspected_answer_free(out);
    return false;
}

void inspected_answer_free(struct inspected_answer *answer)
{
    free(answer->json);
    free(answer->lines);
    *answer = (struct inspected_answer){0};
}
