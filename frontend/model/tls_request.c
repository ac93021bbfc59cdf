/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/tls_request.h"

#include <stdio.h>
#include <string.h>

enum { QUERY_MAX_LEN = 2048 };

/* What request.h reads, and whether each of our own keys was there. */
struct split {
    char query[QUERY_MAX_LEN];
    size_t len;
    bool has_port, has_starttls, has_survey, has_service, has_patient, automatic;
};

static bool is_key(const char *pair, size_t len, const char *key)
{
    return len >= strlen(key) && memcmp(pair, key, strlen(key)) == 0;
}

static bool is_value(const char *pair, size_t len, const char *key, const char *value)
{
    return len == strlen(key) + strlen(value) &&
           memcmp(pair + strlen(key), value, strlen(value)) == 0;
}

static bool keep(struct split *split, const char *name, const char *rest, size_t rest_len,
                 struct problem *problem)
{
    int len = snprintf(split->query + split->len, sizeof(split->query) - split->len, "&%s%.*s",
                       name, (int)rest_len, rest);

    if (rest_len > QUERY_MAX_LEN || (size_t)len >= sizeof(split->query) - split->len)
        return problem_set(problem, CAUSE_HOST_TOO_LONG, "#/host");
    split->len += (size_t)len;
    return true;
}

static bool once(bool *had, const char *key, struct problem *problem)
{
    if (*had)
        return problem_set_word(problem, CAUSE_KEY_DUPLICATE, NULL, key);
    *had = true;
    return true;
}

static bool read_starttls(struct split *split, const char *value, size_t len,
                          struct tls_request *out, struct problem *problem)
{
    if (!once(&split->has_starttls, "starttls", problem))
        return false;
    split->automatic = len == 4 && memcmp(value, "auto", 4) == 0;
    out->starttls = split->automatic ? STARTTLS_NONE : starttls_find(value, len);
    if (out->starttls != STARTTLS_COUNT)
        return true;
    out->starttls = STARTTLS_NONE;
    problem_set(problem, CAUSE_STARTTLS_UNKNOWN, "#/starttls");
    problem_set_keys(problem, starttls_choices());
    return false;
}

static bool read_flag(bool *had, const char *value, size_t len, const char *key, bool *out,
                      struct problem *problem)
{
    char pointer[16];

    if (!once(had, key, problem))
        return false;
    *out = is_value(value, len, "", "true");
    snprintf(pointer, sizeof(pointer), "#/%s", key);
    return *out || is_value(value, len, "", "false") ||
           problem_set_word(problem, CAUSE_NOT_A_BOOLEAN, pointer, key);
}

static bool read_own(struct split *split, const char *pair, size_t len, struct tls_request *out,
                     struct problem *problem)
{
    static const char *const keys[] = {"host",   "port",    "family",  "starttls",
                                       "survey", "service", "patient", NULL};

    if (is_key(pair, len, "starttls="))
        return read_starttls(split, pair + strlen("starttls="), len - strlen("starttls="), out,
                             problem);
    if (is_key(pair, len, "service="))
        return read_flag(&split->has_service, pair + strlen("service="), len - strlen("service="),
                         "service", &out->greeting, problem);
    if (is_key(pair, len, "patient="))
        return read_flag(&split->has_patient, pair + strlen("patient="), len - strlen("patient="),
                         "patient", &out->patient, problem);
    if (is_key(pair, len, "survey="))
        return read_flag(&split->has_survey, pair + strlen("survey="), len - strlen("survey="),
                         "survey", &out->survey, problem);
    if (is_key(pair, len, "port="))
        return once(&split->has_port, "port", problem) &&
               keep(split, "ports=", pair + strlen("port="), len - strlen("port="), problem);
    if (is_value(pair, len, "host=", ""))
        return true; /* the visitor */
    if (is_key(pair, len, "host=") || is_key(pair, len, "family="))
        return keep(split, "", pair, len, problem);
    return problem_refuse_key(problem, keys, pair, strcspn(pair, "=&"));
}

bool tls_request_from_query(const char *query, const struct policy *policy, struct tls_request *out,
                            struct problem *problem)
{
    struct split split = {.automatic = true};
    struct problem later; /* the first mistake is the one to report */
    bool ok = true;
    size_t len;

    *out = (struct tls_request){.starttls = STARTTLS_NONE};
    for (const char *pair = query; *pair != '\0'; pair += len + (pair[len] == '&')) {
        len = strcspn(pair, "&");
        if (len > 0 && !read_own(&split, pair, len, out, ok ? problem : &later))
            ok = false;
    }
    if (!split.has_port)
        ok = keep(&split, "ports=443", "", 0, ok ? problem : &later) && ok;
    if (!request_from_query(split.query, policy, &out->request, ok ? problem : &later)) {
        if (strncmp(problem->pointer, "#/ports", strlen("#/ports")) == 0)
            snprintf(problem->pointer, sizeof(problem->pointer), "#/port"); /* its name here */
        return false;
    }
    if (out->request.port_count != 1)
        return ok && problem_set(problem, CAUSE_ONE_PORT, "#/port");
    if (split.automatic)
        out->starttls = starttls_of_port(out->request.ports[0]);
    if (ok && out->survey && (out->greeting || out->starttls != STARTTLS_NONE))
        return problem_set(problem, CAUSE_SURVEY_BEHIND, "#/survey");
    if (ok && out->patient && (!out->greeting || !inspection_is_web_port(out->request.ports[0])))
        return problem_set(problem, CAUSE_PATIENT_ELSEWHERE, "#/patient");
    return ok;
}
