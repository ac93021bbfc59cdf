/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/inspection.h"

#include <string.h>

#include "common/base/utf8.h"

static const struct {
    const char *code;
    enum inspection_severity severity;
} problems[INSPECTION_PROBLEM_COUNT] = {
#define PROBLEM(id, code, severity, fact, next) {code, SEVERITY_##severity},
#include "common/contract/inspection.def"
#undef PROBLEM
};

#define NAME_OF(names, number) ((number) < ARRAY_LEN(names) ? (names)[number] : NULL)

const char *inspection_state_name(unsigned state)
{
    static const char *const names[INSPECTION_STATE_COUNT] = {
        "unknown",     "trusted",     "untrusted", "failed", "not-tls",
        "no-starttls", "unreachable", "answered",  "silent"};

    return NAME_OF(names, state);
}

const char *inspection_problem_code(unsigned id)
{
    return id < INSPECTION_PROBLEM_COUNT ? problems[id].code : NULL;
}

enum inspection_severity inspection_problem_severity(unsigned id)
{
    return problems[id].severity;
}

const char *inspection_severity_name(enum inspection_severity severity)
{
    static const char *const names[] = {"info", "warning", "uncertain", "error"};

    return NAME_OF(names, severity);
}

static const char *const choices[] = {"auto",     "none",  "smtp", "imap", "pop3", "ftp",
                                      "postgres", "mysql", "ldap", "rdp",  "tds",  NULL};
static const char *const *const starttls_names = choices + 1;
_Static_assert(ARRAY_LEN(choices) == 1 + STARTTLS_COUNT + 1, "a name for each");

const char *const *starttls_choices(void)
{
    return choices;
}

const char *starttls_name(unsigned protocol)
{
    return protocol < STARTTLS_COUNT ? starttls_names[protocol] : NULL;
}

enum starttls starttls_find(const char *name, size_t len)
{
    for (unsigned i = 0; i < STARTTLS_COUNT; i++)
        if (strlen(starttls_names[i]) == len && memcmp(starttls_names[i], name, len) == 0)
            return (enum starttls)i;
    return STARTTLS_COUNT;
}

enum starttls starttls_of_port(uint16_t port)
{
    switch (port) {
    case 25:
    case 587: return STARTTLS_SMTP;
    case 143: return STARTTLS_IMAP;
    case 110: return STARTTLS_POP3;
    case 21: return STARTTLS_FTP;
    case 5432: return STARTTLS_POSTGRES;
    case 3306: return STARTTLS_MYSQL;
    case 389: return STARTTLS_LDAP;
    case 3389: return STARTTLS_RDP;
    case 1433: return STARTTLS_TDS;
    default: return STARTTLS_NONE;
    }
}

bool inspection_is_tls_port(uint16_t port)
{
    static const uint16_t ports[] = {443, 465, 636, 853, 990, 993, 995, 8443, 8883};

    for (size_t i = 0; i < ARRAY_LEN(ports); i++)
        if (ports[i] == port)
            return true;
    return false;
}

bool inspection_is_web_port(uint16_t port)
{
    return port == 80 || port == 8080 || port == 443 || port == 8443;
}

const char *inspection_key_name(unsigned key)
{
    static const char *const names[KEY_COUNT] = {"other", "rsa", "ec", "ed25519", "ed448", "dsa"};

    return NAME_OF(names, key);
}

const char *inspection_asked_name(unsigned asked)
{
    static const char *const names[CLIENT_CERT_COUNT] = {"not-asked", "asked", "required"};

    return NAME_OF(names, asked);
}

const char *inspection_staple_name(unsigned staple)
{
    static const char *const names[STAPLE_COUNT] = {"none", "good", "revoked", "unknown",
                                                    "invalid"};

    return NAME_OF(names, staple);
}

const char *inspection_role_name(unsigned role)
{
    static const char *const names[ROLE_COUNT] = {"leaf", "intermediate", "root", "extra"};

    return NAME_OF(names, role);
}

const char *inspection_by_name(unsigned by)
{
    static const char *const names[BY_COUNT] = {NULL, "greeting", "request", "reset"};

    return NAME_OF(names, by);
}

const char *inspection_version_name(unsigned version)
{
    static const char *const names[] = {"SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"};

    return version >= 0x0300 ? NAME_OF(names, version - 0x0300) : NULL;
}

/* --- problems ------------------------------------------------------------------ */

bool inspection_has(const struct inspection *inspection, enum inspection_problem_id id)
{
    for (unsigned i = 0; i < inspection->problem_count; i++)
        if (inspection->problems[i].id == id)
            return true;
    return false;
}

void inspection_add(struct inspection *inspection, enum inspection_problem_id id, unsigned depth,
                    bool likely, int32_t number)
{
    if (inspection->problem_count == INSPECTION_PROBLEMS_MAX || inspection_has(inspection, id))
        return;
    inspection->problems[inspection->problem_count++] = (struct inspection_problem){
        .id = (uint8_t)id, .depth = (uint8_t)depth, .likely = likely, .number = number};
}

void inspection_sort(struct inspection *inspection)
{
    struct inspection_problem *all = inspection->problems;

    for (unsigned i = 1; i < inspection->problem_count; i++) {
        struct inspection_problem moved = all[i];
        unsigned at = i;
        for (; at > 0 && problems[all[at - 1].id].severity < problems[moved.id].severity; at--)
            all[at] = all[at - 1];
        all[at] = moved;
    }
}

/* --- texts ------------------------------------------------------------------------ */

void inspection_text(char out[static INSPECTION_TEXT_MAX_LEN + 1], const void *text, size_t len)
{
    const char *from = text;
    size_t n = 0;

    for (size_t at = 0; at < len;) {
        size_t step = utf8_sequence_len(from + at, len - at);
        bool hidden = step == 0 || utf8_is_hidden(from + at, step);
        size_t put = hidden ? 1 : step;
        if (n + put > INSPECTION_TEXT_MAX_LEN)
            break;
        if (hidden)
            out[n] = '?';
        else
            memcpy(out + n, from + at, step);
        n += put;
        at += step == 0 ? 1 : step;
    }
    out[n] = '\0';
}

/* --- bytes -------------------------------------------------------------------------- */

static const int64_t TIME_MIN_S = -62167219200, TIME_MAX_S = 253402300799; /* years 0, 9999 */

/* One way or the other: with a reader it fills what with a writer it writes. */
struct codec {
    struct reader *reader;
    struct writer *writer;
    bool bad;
};

static void code_bytes(struct codec *codec, uint8_t *bytes, size_t len)
{
    if (codec->reader != NULL)
        read_bytes(codec->reader, bytes, len);
    else if (codec->writer != NULL)
        write_bytes(codec->writer, bytes, len);
}

/* A number below `count`. */
static void code_u8(struct codec *codec, uint8_t *value, unsigned count)
{
    code_bytes(codec, value, 1);
    if (*value >= count)
        codec->bad = true;
}

/* The number of a word; one that is not known here reads as the fallback. */
static void code_word(struct codec *codec, uint8_t *value, unsigned count, unsigned fallback)
{
    code_bytes(codec, value, 1);
    if (codec->reader != NULL && *value >= count)
        *value = (uint8_t)fallback;
}

static void code_flag(struct codec *codec, bool *value)
{
    uint8_t byte = *value;

    code_u8(codec, &byte, 2);
    *value = byte == 1;
}

static void code_u16(struct codec *codec, uint16_t *value)
{
    if (codec->reader != NULL)
        *value = read_u16(codec->reader);
    else if (codec->writer != NULL)
        write_u16(codec->writer, *value);
}

static void code_u64(struct codec *codec, uint64_t *value)
{
    if (codec->reader != NULL)
        *value = read_u64(codec->reader);
    else if (codec->writer != NULL)
        write_u64(codec->writer, *value);
}

static void code_i64(struct codec *codec, int64_t *value)
{
    uint64_t bits = (uint64_t)*value;

    code_u64(codec, &bits);
    *value = (int64_t)bits;
}

/* Seconds since 1970, in a year of four digits, as a certificate has them. */
static void code_time(struct codec *codec, int64_t *value)
{
    code_i64(codec, value);
    codec->bad |= *value < TIME_MIN_S || *value > TIME_MAX_S;
}

/* 0: none. */
static void code_version(struct codec *codec, uint16_t *value)
{
    code_u16(codec, value);
    codec->bad |= *value != 0 && inspection_version_name(*value) == NULL;
}

static void code_text(struct codec *codec, char text[static INSPECTION_TEXT_MAX_LEN + 1])
{
    char clean[INSPECTION_TEXT_MAX_LEN + 1];
    uint8_t len = (uint8_t)strlen(text);

    code_bytes(codec, &len, 1);
    code_bytes(codec, (uint8_t *)text, len);
    text[len] = '\0';
    if (codec->reader == NULL)
        return;
    inspection_text(clean, text, len);
    codec->bad |= strlen(text) != len || strcmp(text, clean) != 0;
}

static void code_problem(struct codec *codec, struct inspection_problem *problem)
{
    int64_t number = problem->number;

    code_word(codec, &problem->id, INSPECTION_PROBLEM_COUNT, INSPECTION_PROBLEM_OTHER);
    code_u8(codec, &problem->depth, UINT8_MAX + 1);
    code_flag(codec, &problem->likely);
    code_i64(codec, &number);
    codec->bad |= number < INT32_MIN || number > INT32_MAX;
    problem->number = (int32_t)number;
}

static void code_chain(struct codec *codec, struct inspection *it)
{
    code_u8(codec, &it->chain_count, INSPECTION_CHAIN_MAX + 1);
    for (unsigned i = 0; i < it->chain_count && !codec->bad; i++) {
        struct inspection_certificate *certificate = &it->chain[i];
        code_text(codec, certificate->subject);
        code_text(codec, certificate->issuer);
        code_time(codec, &certificate->not_before_s);
        code_time(codec, &certificate->not_after_s);
        code_bytes(codec, certificate->sha256, INSPECTION_HASH_LEN);
        code_word(codec, &certificate->role, ROLE_COUNT, ROLE_EXTRA);
    }
}

static void code_certificate(struct codec *codec, struct inspection *it)
{
    code_flag(codec, &it->has_certificate);
    code_flag(codec, &it->matches);
    code_flag(codec, &it->must_staple);
    code_flag(codec, &it->verified);
    code_word(codec, &it->key, KEY_COUNT, KEY_OTHER);
    code_u16(codec, &it->bits);
    code_u16(codec, &it->scts);
    code_u16(codec, &it->names_count);
    code_u8(codec, &it->name_count, INSPECTION_NAMES_MAX + 1);
    for (unsigned i = 0; i < it->name_count && !codec->bad; i++)
        code_text(codec, it->names[i]);
    code_text(codec, it->serial);
    code_text(codec, it->signature);
    code_bytes(codec, it->spki_sha256, INSPECTION_HASH_LEN);
    code_chain(codec, it);
    code_time(codec, &it->valid_until_s);
    code_text(codec, it->anchor);
    code_text(codec, it->blamed);
    code_text(codec, it->missing);
    code_text(codec, it->store);
    code_time(codec, &it->store_s);
    codec->bad |= it->has_certificate && it->chain_count == 0;
}

static void code_survey(struct codec *codec, struct survey *survey)
{
    code_flag(codec, &survey->asked);
    for (unsigned i = 0; i < SURVEY_COUNT; i++)
        code_word(codec, &survey->answers[i], SURVEY_ANSWER_COUNT, SURVEY_UNKNOWN);
    for (unsigned i = 0; i < SURVEY_VERSIONS; i++)
        code_u16(codec, &survey->suites[i]);
    code_u16(codec, &survey->group);
    code_u16(codec, &survey->post_quantum_group);
}

static void code_all(struct codec *codec, struct inspection *it)
{
    uint16_t alert = (uint16_t)it->alert;

    code_u8(codec, &it->state, INSPECTION_STATE_COUNT);
    code_u8(codec, &it->starttls, STARTTLS_COUNT);
    code_u8(codec, &it->problem_count, INSPECTION_PROBLEMS_MAX + 1);
    for (unsigned i = 0; i < it->problem_count && !codec->bad; i++)
        code_problem(codec, &it->problems[i]);
    code_u64(codec, &it->connect_ns);
    code_u64(codec, &it->handshake_ns);
    code_time(codec, &it->checked_s);
    code_version(codec, &it->version);
    code_u16(codec, &alert);
    it->alert = (int16_t)alert;
    code_text(codec, it->cipher);
    code_text(codec, it->group);
    code_text(codec, it->alpn);
    code_u8(codec, &it->client_certificate, CLIENT_CERT_COUNT);
    code_u8(codec, &it->staple, STAPLE_COUNT);
    code_flag(codec, &it->secure_renegotiation);
    code_certificate(codec, it);
    code_survey(codec, &it->survey);
    code_word(codec, &it->by, BY_COUNT, BY_NOTHING);
    code_text(codec, it->protocol);
    code_text(codec, it->text);
    code_u16(codec, &it->http_status);
    code_text(codec, it->location);
    code_u64(codec, &it->answer_ns);
}

void inspection_write(struct writer *writer, const struct inspection *inspection)
{
    struct inspection copy = *inspection;
    struct codec codec = {.writer = writer};

    code_all(&codec, &copy);
}

bool inspection_read(struct reader *reader, struct inspection *out)
{
    struct codec codec = {.reader = reader};

    *out = (struct inspection){0};
    code_all(&codec, out);
    return !codec.bad && !reader->failed;
}
