/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/inspect/json_inspection.h"

#include <stdio.h>

#include "frontend/render/inspection_text.h"
#include "frontend/render/json_member.h"
#include "frontend/render/json_service.h"

enum { HEX_LEN = 2 * INSPECTION_HASH_LEN + 1 };

static void add_text_or_null(cJSON *object, const char *key, const char *text)
{
    json_add_text(object, key, text[0] != '\0' ? text : NULL);
}

static void add_hash(cJSON *object, const char *key, const uint8_t *hash)
{
    char text[HEX_LEN];

    for (unsigned i = 0; i < INSPECTION_HASH_LEN; i++)
        snprintf(text + (size_t)2 * i, 3, "%02x", hash[i]);
    json_add_text(object, key, text);
}

static void add_handshake(cJSON *object, const struct inspection *it)
{
    cJSON *handshake;

    if (it->version == 0) {
        json_add_null(object, "handshake");
        return;
    }
    handshake = json_add_object(object, "handshake");
    json_add_word(handshake, "version", inspection_version_name(it->version));
    json_add_text(handshake, "cipher", it->cipher);
    add_text_or_null(handshake, "group", it->group);
    add_text_or_null(handshake, "alpn", it->alpn);
    json_add_word(handshake, "client_certificate", inspection_asked_name(it->client_certificate));
    json_add_word(handshake, "ocsp", inspection_staple_name(it->staple));
    cJSON_AddBoolToObject(handshake, "secure_renegotiation", it->secure_renegotiation);
}

static void add_names(cJSON *object, const struct inspection *it)
{
    cJSON *names = json_add_array(object, "names");

    for (unsigned i = 0; i < it->name_count; i++)
        cJSON_AddItemToArray(names, cJSON_CreateString(it->names[i]));
    json_add_number(object, "names_count", it->names_count);
}

static void add_certificate(cJSON *object, const struct inspection *it)
{
    const struct inspection_certificate *leaf = &it->chain[0];
    cJSON *certificate;

    if (!it->has_certificate) {
        json_add_null(object, "certificate");
        return;
    }
    certificate = json_add_object(object, "certificate");
    json_add_text(certificate, "subject", leaf->subject);
    add_names(certificate, it);
    cJSON_AddBoolToObject(certificate, "matches", it->matches);
    json_add_text(certificate, "issuer", leaf->issuer);
    json_add_text(certificate, "serial", it->serial);
    json_add_instant(certificate, "not_before", leaf->not_before_s);
    json_add_instant(certificate, "not_after", leaf->not_after_s);
    json_add_number(certificate, "days_left", inspection_days_left(it));
    json_add_number(certificate, "lifetime_days", (leaf->not_after_s - leaf->not_before_s) / 86400);
    json_add_word(certificate, "key", inspection_key_name(it->key));
    json_add_number(certificate, "bits", it->bits);
    json_add_text(certificate, "signature", it->signature);
    add_hash(certificate, "sha256", leaf->sha256);
    add_hash(certificate, "spki_sha256", it->spki_sha256);
    cJSON_AddBoolToObject(certificate, "must_staple", it->must_staple);
    json_add_number(certificate, "scts", it->scts);
}

static void add_chain(cJSON *object, const struct inspection *it)
{
    cJSON *chain = json_add_array(object, "chain");

    for (unsigned i = 0; i < it->chain_count; i++) {
        const struct inspection_certificate *certificate = &it->chain[i];
        cJSON *one = cJSON_CreateObject();
        cJSON_AddItemToArray(chain, one);
        json_add_text(one, "subject", certificate->subject);
        json_add_text(one, "issuer", certificate->issuer);
        json_add_instant(one, "not_after", certificate->not_after_s);
        add_hash(one, "sha256", certificate->sha256);
        json_add_word(one, "role", inspection_role_name(certificate->role));
    }
}

static void add_trust(cJSON *object, const struct inspection *it)
{
    cJSON *trust;

    if (it->verified)
        json_add_instant(object, "valid_until", it->valid_until_s);
    else
        json_add_null(object, "valid_until");
    add_text_or_null(object, "missing", it->missing);
    if (it->store[0] == '\0') {
        json_add_null(object, "trust");
        return;
    }
    trust = json_add_object(object, "trust");
    json_add_text(trust, "store", it->store);
    json_add_instant(trust, "date", it->store_s);
    add_text_or_null(trust, "anchor", it->anchor);
}

/* A broken one by its name, others by their number. */
static void add_suite(cJSON *object, const char *key, uint16_t suite)
{
    const char *weak = survey_weak_suite_name(suite);
    char number[sizeof("0x0000")];

    snprintf(number, sizeof(number), "0x%04x", suite);
    json_add_text(object, key, suite == 0 ? NULL : weak != NULL ? weak : number);
}

static void add_survey(cJSON *object, const struct survey *survey)
{
    uint16_t group = survey->post_quantum_group != 0 ? survey->post_quantum_group : survey->group;
    cJSON *versions, *suites, *post_quantum;

    if (!survey->asked) {
        json_add_null(object, "versions");
        json_add_null(object, "suites");
        json_add_null(object, "post_quantum");
        return;
    }
    versions = json_add_object(object, "versions");
    for (unsigned i = 0; i < SURVEY_VERSIONS; i++)
        json_add_word(versions, survey_version_key(i), survey_answer_name(survey->answers[i]));
    suites = json_add_object(object, "suites");
    for (unsigned i = 0; i < SURVEY_VERSIONS; i++)
        add_suite(suites, survey_version_key(i),
                  survey->answers[i] == SURVEY_YES ? survey->suites[i] : 0);
    post_quantum = json_add_object(object, "post_quantum");
    json_add_word(post_quantum, "supported", survey_answer_name(survey_takes_post_quantum(survey)));
    json_add_word(post_quantum, "preferred",
                  survey_answer_name(survey_prefers_post_quantum(survey)));
    json_add_word(post_quantum, "group",
                  survey_is_post_quantum(group) ? survey_group_name(group) : NULL);
    json_add_word(post_quantum, "preferred_group", survey_group_name(survey->group));
}

static void add_tls(cJSON *object, const struct inspected *inspected, unsigned target)
{
    const struct inspection_subject subject = inspected_subject(inspected, target);
    const struct inspection *it = subject.inspection;
    cJSON *tls = json_add_object(object, "tls");

    json_add_instant(tls, "checked", it->checked_s);
    json_add_word(tls, "state", inspection_state_name(it->state));
    json_add_problems(tls, &subject);
    add_text_or_null(tls, "sni", inspected->name);
    json_add_word(tls, "starttls",
                  it->starttls != STARTTLS_NONE ? starttls_name(it->starttls) : NULL);
    add_text_or_null(tls, "protocol", it->protocol);
    json_add_ms(tls, "connect_ms", it->connect_ns);
    json_add_ms(tls, "handshake_ms", it->handshake_ns);
    json_add_number_or_null(tls, "alert", it->alert);
    add_handshake(tls, it);
    add_certificate(tls, it);
    add_chain(tls, it);
    add_trust(tls, it);
    add_survey(tls, &it->survey);
}

static cJSON *make_address(const struct inspected *inspected, unsigned target)
{
    const struct inspected_target *at = &inspected->targets[target];
    const struct inspection_subject subject = inspected_subject(inspected, target);
    cJSON *one = cJSON_CreateObject();

    json_add_address(one, "address", &at->addr);
    json_add_word(one, "family", addr_family_name((enum addr_family)at->addr.family));
    json_add_word(one, "port_state", verdict_state_name(at->port_state));
    if (inspected->greeting)
        json_add_service(one, "service", &subject);
    else
        add_tls(one, inspected, target);
    return one;
}

static char *print(cJSON *root)
{
    char *text = cJSON_PrintUnformatted(root);

    cJSON_Delete(root);
    return text;
}

char *json_write_inspected(const struct inspected *inspected)
{
    cJSON *root = cJSON_CreateObject(), *addresses;

    json_add_text(root, "host", inspected->host);
    json_add_number(root, "port", inspected->port);
    json_add_time(root, "started", inspected->started_wall_ns, 3);
    json_add_ms(root, "duration_ms", inspected->duration_ns);
    addresses = json_add_array(root, "addresses");
    for (unsigned i = 0; i < inspected->target_count; i++)
        cJSON_AddItemToArray(addresses, make_address(inspected, i));
    return print(root);
}

char *json_write_inspected_one(const struct inspected *inspected, unsigned target)
{
    return print(make_address(inspected, target));
}
