/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/inspection/json_inspection.h"

#include <stdio.h>

#include "frontend/render/inspection_text.h"
#include "frontend/render/json_member.h"
#include "frontend/render/json_service.h"

enum { HEX_LEN = 2 * INSPECTION_HASH_LEN + 1 };

static void add_text_or_null(struct json *json, const char *key, const char *text)
{
    json_add_text(json, key, text[0] != '\0' ? text : NULL);
}

static void add_hash(struct json *json, const char *key, const uint8_t *hash)
{
    char text[HEX_LEN];

    for (unsigned i = 0; i < INSPECTION_HASH_LEN; i++)
        snprintf(text + (size_t)2 * i, 3, "%02x", hash[i]);
    json_add_text(json, key, text);
}

static void add_handshake(struct json *json, const struct inspection *it)
{
    if (it->version == 0) {
        json_add_null(json, "handshake");
        return;
    }
    json_open_object(json, "handshake");
    json_add_text(json, "version", inspection_version_name(it->version));
    json_add_text(json, "cipher", it->cipher);
    add_text_or_null(json, "group", it->group);
    add_text_or_null(json, "alpn", it->alpn);
    json_add_text(json, "client_certificate", inspection_asked_name(it->client_certificate));
    json_add_text(json, "ocsp", inspection_staple_name(it->staple));
    json_add_bool(json, "secure_renegotiation", it->secure_renegotiation);
    json_close_object(json);
}

static void add_names(struct json *json, const struct inspection *it)
{
    json_open_array(json, "names");
    for (unsigned i = 0; i < it->name_count; i++)
        json_add_text(json, NULL, it->names[i]);
    json_close_array(json);
    json_add_number(json, "names_count", it->names_count);
}

static void add_certificate(struct json *json, const struct inspection *it)
{
    const struct inspection_certificate *leaf = &it->chain[0];

    if (!it->has_certificate) {
        json_add_null(json, "certificate");
        return;
    }
    json_open_object(json, "certificate");
    json_add_text(json, "subject", leaf->subject);
    add_names(json, it);
    json_add_bool(json, "matches", it->matches);
    json_add_text(json, "issuer", leaf->issuer);
    json_add_text(json, "serial", it->serial);
    json_add_instant(json, "not_before", leaf->not_before_s);
    json_add_instant(json, "not_after", leaf->not_after_s);
    json_add_number(json, "days_left", inspection_days_left(it));
    json_add_number(json, "lifetime_days", (leaf->not_after_s - leaf->not_before_s) / 86400);
    json_add_text(json, "key", inspection_key_name(it->key));
    json_add_number(json, "bits", it->bits);
    json_add_text(json, "signature", it->signature);
    add_hash(json, "sha256", leaf->sha256);
    add_hash(json, "spki_sha256", it->spki_sha256);
    json_add_bool(json, "must_staple", it->must_staple);
    json_add_number(json, "scts", it->scts);
    json_close_object(json);
}

static void add_chain(struct json *json, const struct inspection *it)
{
    json_open_array(json, "chain");
    for (unsigned i = 0; i < it->chain_count; i++) {
        const struct inspection_certificate *certificate = &it->chain[i];
        json_open_object(json, NULL);
        json_add_text(json, "subject", certificate->subject);
        json_add_text(json, "issuer", certificate->issuer);
        json_add_instant(json, "not_after", certificate->not_after_s);
        add_hash(json, "sha256", certificate->sha256);
        json_add_text(json, "role", inspection_role_name(certificate->role));
        json_close_object(json);
    }
    json_close_array(json);
}

static void add_trust(struct json *json, const struct inspection *it)
{
    if (it->verified)
        json_add_instant(json, "valid_until", it->valid_until_s);
    else
        json_add_null(json, "valid_until");
    add_text_or_null(json, "missing", it->missing);
    if (it->store[0] == '\0') {
        json_add_null(json, "trust");
        return;
    }
    json_open_object(json, "trust");
    json_add_text(json, "store", it->store);
    json_add_instant(json, "date", it->store_s);
    add_text_or_null(json, "anchor", it->anchor);
    json_close_object(json);
}

/* Adds a broken suite by name, others by number. */
static void add_suite(struct json *json, const char *key, uint16_t suite)
{
    const char *weak = survey_weak_suite_name(suite);
    char number[sizeof("0x0000")];

    snprintf(number, sizeof(number), "0x%04x", suite);
    json_add_text(json, key, suite == 0 ? NULL : weak != NULL ? weak : number);
}

static void add_survey(struct json *json, const struct survey *survey)
{
    uint16_t group = survey->post_quantum_group != 0 ? survey->post_quantum_group : survey->group;

    if (!survey->asked) {
        json_add_null(json, "versions");
        json_add_null(json, "suites");
        json_add_null(json, "post_quantum");
        return;
    }
    json_open_object(json, "versions");
    for (unsigned i = 0; i < SURVEY_VERSIONS; i++)
        json_add_text(json, survey_version_key(i), survey_answer_name(survey->answers[i]));
    json_close_object(json);
    json_open_object(json, "suites");
    for (unsigned i = 0; i < SURVEY_VERSIONS; i++)
        add_suite(json, survey_version_key(i),
                  survey->answers[i] == SURVEY_YES ? survey->suites[i] : 0);
    json_close_object(json);
    json_open_object(json, "post_quantum");
    json_add_text(json, "supported", survey_answer_name(survey_takes_post_quantum(survey)));
    json_add_text(json, "preferred", survey_answer_name(survey_prefers_post_quantum(survey)));
    json_add_text(json, "group", survey_is_post_quantum(group) ? survey_group_name(group) : NULL);
    json_add_text(json, "preferred_group", survey_group_name(survey->group));
    json_close_object(json);
}

static void add_tls(struct json *json, const struct inspected *inspected, unsigned target)
{
    const struct inspection_subject subject = inspected_subject(inspected, target);
    const struct inspection *it = subject.inspection;

    json_open_object(json, "tls");
    json_add_checked(json, it);
    json_add_text(json, "state", inspection_state_name(it->state));
    json_add_problems(json, &subject);
    add_text_or_null(json, "sni", inspected->name);
    json_add_text(json, "starttls",
                  it->starttls != STARTTLS_NONE ? starttls_name(it->starttls) : NULL);
    add_text_or_null(json, "protocol", it->protocol);
    json_add_ms(json, "connect_ms", it->connect_ns);
    json_add_ms(json, "handshake_ms", it->handshake_ns);
    json_add_number_or_null(json, "alert", it->alert);
    add_handshake(json, it);
    add_certificate(json, it);
    add_chain(json, it);
    add_trust(json, it);
    add_survey(json, &it->survey);
    json_close_object(json);
}

static void add_address(struct json *json, const struct inspected *inspected, unsigned target)
{
    const struct inspected_target *at = &inspected->targets[target];
    const struct inspection_subject subject = inspected_subject(inspected, target);

    json_open_object(json, NULL);
    json_add_address(json, "address", &at->addr);
    json_add_text(json, "family", addr_family_name((enum addr_family)at->addr.family));
    json_add_text(json, "port_state", verdict_state_name(at->port_state));
    if (inspected->greeting)
        json_add_service(json, "service", &subject);
    else
        add_tls(json, inspected, target);
    json_close_object(json);
}

char *json_write_inspected(const struct inspected *inspected)
{
    struct json json = {0};

    json_open_object(&json, NULL);
    json_add_text(&json, "host", inspected->host);
    json_add_number(&json, "port", inspected->port);
    json_add_time(&json, "started", inspected->started_wall_ns, 3);
    json_add_ms(&json, "duration_ms", inspected->duration_ns);
    json_open_array(&json, "addresses");
    for (unsigned i = 0; i < inspected->target_count; i++)
        add_address(&json, inspected, i);
    json_close_array(&json);
    return json_take(&json);
}

char *json_write_inspected_one(const struct inspected *inspected, unsigned target)
{
    struct json json = {0};

    add_address(&json, inspected, target);
    return strbuf_take(&json.text);
}
