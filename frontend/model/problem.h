/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why a request was not answered with a result: RFC 9457 problem details.  The type tells programs
 * what to do, and the cause tells people why.  Texts are English; i18n/i18n.h translates them.
 * Pure; the daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_MODEL_PROBLEM_H
#define PORTLIGHT_FRONTEND_MODEL_PROBLEM_H

#include "common/base/compiler.h"
#include "common/contract/wire.h"

enum problem_id {
    PROBLEM_NONE = 0,
    PROBLEM_MALFORMED_REQUEST,
    PROBLEM_INVALID_HOST,
    PROBLEM_PORT_NOT_ALLOWED,
    PROBLEM_TOO_MANY_PORTS,
    PROBLEM_NAME_NOT_FOUND,
    PROBLEM_TARGET_NOT_ALLOWED,
    PROBLEM_CROSS_SITE, /* another site's page made this client's browser ask */
    PROBLEM_RATE_LIMITED,
    PROBLEM_PROBER_UNAVAILABLE,
    PROBLEM_NO_PLACE_ANSWERED,
    PROBLEM_BUSY,
    PROBLEM_NOT_FOUND,
    PROBLEM_METHOD_NOT_ALLOWED,
    PROBLEM_BODY_TOO_LARGE,
    PROBLEM_LENGTH_REQUIRED,
    PROBLEM_MISDIRECTED, /* Host is not a name of this server */
    PROBLEM_INSPECTOR_UNAVAILABLE,
    PROBLEM_COUNT
};

/* Which limit was hit: the `code` of PROBLEM_RATE_LIMITED. */
enum limit {
    LIMIT_NONE = 0,
    LIMIT_CLIENT,         /* one client's cost units */
    LIMIT_CLIENT_CHECKS,  /* its checks under way */
    LIMIT_CLIENT_TARGETS, /* its new targets in an hour */
    LIMIT_TARGET,         /* ports of one target, for all clients */
    LIMIT_COUNT
};

/* Each cause has one sentence.  They are grouped by the type that they imply. */
enum problem_cause {
    CAUSE_TEXT = 0, /* none of these: the text is its own, and is not translated */

    /* PROBLEM_MALFORMED_REQUEST */
    CAUSE_PORT_OUT_OF_RANGE,
    CAUSE_PORT_NOT_INTEGER,
    CAUSE_PORT_DUPLICATE,
    CAUSE_PORTS_REQUIRED,
    CAUSE_FAMILY_UNKNOWN,
    CAUSE_FAMILY_MISMATCH,
    CAUSE_FAMILY_MISMATCH_OWN,
    CAUSE_NOT_A_BOOLEAN,
    CAUSE_NOT_A_STRING,
    CAUSE_NOT_AN_ARRAY,
    CAUSE_NOT_A_JSON_BOOLEAN,
    CAUSE_NOT_PLACES,
    CAUSE_KEY_DUPLICATE,
    CAUSE_KEY_UNKNOWN,
    CAUSE_KEY_UNKNOWN_NAMED,
    CAUSE_KEY_MEANT,
    CAUSE_BAD_ENCODING,
    CAUSE_NOT_JSON,
    CAUSE_CONTENT_TYPE,
    CAUSE_BAD_HEADER,
    CAUSE_NOT_HTTP,
    CAUSE_BAD_HOST,
    CAUSE_BAD_LENGTH,
    CAUSE_BAD_TARGET,
    CAUSE_TOO_MANY_HEADERS,
    CAUSE_FORWARDED,
    CAUSE_PROBER_TIMEOUT,
    CAUSE_STARTTLS_UNKNOWN,
    CAUSE_ONE_PORT,
    CAUSE_SURVEY_BEHIND,
    CAUSE_PATIENT_ELSEWHERE,
    CAUSE_SERVICE_WITH_FROM,
    CAUSE_PROBE_TARGET, /* from here on, of /probe */
    CAUSE_PROBE_MODULE,
    CAUSE_PROBE_FROM,
    CAUSE_SCRAPE_TIMEOUT,
    CAUSE_PLACE_MALFORMED,
    CAUSE_PLACE_DUPLICATE,
    CAUSE_PLACE_UNKNOWN,
    CAUSE_TOO_MANY_PLACES,
    CAUSE_NO_PLACES,

    /* PROBLEM_INVALID_HOST */
    CAUSE_HOST_INVALID,
    CAUSE_HOST_INVALID_IDNA,
    CAUSE_HOST_AMBIGUOUS_IPV4,
    CAUSE_HOST_TOO_LONG,
    CAUSE_HOST_SPECIAL_USE,
    CAUSE_HOST_NOT_FQDN,
    CAUSE_HOST_EMPTY, /* from here on, on the page: pasted.h */
    CAUSE_HOST_MANY,
    CAUSE_HOST_BLANK,
    CAUSE_HOST_WILDCARD,
    CAUSE_HOST_ZONE,
    CAUSE_HOST_BRACKETS,
    CAUSE_HOST_COLON,
    CAUSE_HOST_DOTS,
    CAUSE_HOST_URL_GIVEN, /* from here on, of the API: the text contains a host */
    CAUSE_HOST_URL_PORT_GIVEN,
    CAUSE_HOST_PORT_GIVEN,
    CAUSE_HOST_WRAPPED,

    /* PROBLEM_PORT_NOT_ALLOWED */
    CAUSE_PORT_NOT_ALLOWED,
    CAUSE_PROBER_PORT,

    /* PROBLEM_TOO_MANY_PORTS */
    CAUSE_TOO_MANY_PORTS,
    CAUSE_PROBER_PORTS,

    /* PROBLEM_NAME_NOT_FOUND */
    CAUSE_DNS_TIMEOUT,
    CAUSE_DNS_ERROR,
    CAUSE_DNS_NO_NAME,
    CAUSE_DNS_NO_ADDRESS,

    /* PROBLEM_TARGET_NOT_ALLOWED */
    CAUSE_ADDRESS_NOT_PUBLIC,
    CAUSE_ADDRESS_EMBEDDED,
    CAUSE_OWN_NETWORK,
    CAUSE_ADDRESS_OPTED_OUT,
    CAUSE_NAME_NOT_PUBLIC,
    CAUSE_NAME_OPTED_OUT,
    CAUSE_PROBER_TARGET,
    CAUSE_INSPECTOR_TARGET,

    /* PROBLEM_CROSS_SITE */
    CAUSE_CROSS_SITE,

    /* PROBLEM_RATE_LIMITED */
    CAUSE_CLIENT_SPENT,
    CAUSE_CLIENT_TOO_OFTEN,
    CAUSE_CLIENT_COST,
    CAUSE_CLIENT_CHECKS,
    CAUSE_CLIENT_TARGETS,
    CAUSE_TARGET_SPENT,

    /* PROBLEM_PROBER_UNAVAILABLE */
    CAUSE_PROBER_DOWN,
    CAUSE_PROBER_SILENT,

    /* PROBLEM_NO_PLACE_ANSWERED */
    CAUSE_NO_PLACE_ANSWERED,
    CAUSE_PLACE_DOWN, /* from here on, why one place did not answer */
    CAUSE_PLACE_VERSION,
    CAUSE_PLACE_SILENT,
    CAUSE_PLACE_NONSENSE,

    /* PROBLEM_BUSY */
    CAUSE_TOO_MANY_CHECKS,
    CAUSE_TOO_MANY_LOOKUPS,
    CAUSE_DNS_DOWN,
    CAUSE_PACKETS_AWAY,
    CAUSE_NO_MEMORY,

    /* PROBLEM_NOT_FOUND */
    CAUSE_NOT_FOUND,
    CAUSE_PACKETS_GONE,

    /* PROBLEM_METHOD_NOT_ALLOWED */
    CAUSE_METHOD_NOT_ALLOWED,
    CAUSE_METHOD_UNKNOWN,

    /* PROBLEM_BODY_TOO_LARGE */
    CAUSE_BODY_TOO_LARGE,
    CAUSE_REQUEST_TOO_LARGE,

    /* PROBLEM_LENGTH_REQUIRED */
    CAUSE_CODED_BODY,

    /* PROBLEM_MISDIRECTED */
    CAUSE_MISDIRECTED,

    /* PROBLEM_INSPECTOR_UNAVAILABLE */
    CAUSE_INSPECTOR_DOWN,
    CAUSE_COUNT
};

enum { PROBLEM_POINTER_LEN = 32, PROBLEM_QUOTED_LEN = 64, PROBLEM_DETAIL_LEN = 256 };

/* pointer is a JSON pointer fragment ("#/ports/1"), or empty if the problem concerns no single
 * field. code is a static string, or NULL if the type says it all. */
struct problem {
    enum problem_id id;
    enum problem_cause cause;
    enum limit limit;
    const char *code;
    uint32_t numbers[2];             /* for %1 and %2 in the cause's sentence */
    const char *word;                /* for %s: static */
    const char *const *keys;         /* for %k, a list with commas: static, ends with NULL */
    char quoted[PROBLEM_QUOTED_LEN]; /* for %q: from the client's input */
    char pointer[PROBLEM_POINTER_LEN];
    char detail[PROBLEM_DETAIL_LEN]; /* the sentence, in English */
    uint32_t retry_after_s;          /* 0: none */
};

const char *problem_name(enum problem_id id);  /* "rate-limited", the end of `type` */
const char *problem_title(enum problem_id id); /* "Too many requests" */
int problem_status(enum problem_id id);        /* 429 */
const char *limit_name(enum limit limit);      /* "client-checks" */

/* Seconds after which a retry may help, at least 1; 0 if waiting does not change this status (RFC
 * 9110 section 10.2.3). */
uint32_t problem_retry_after_s(const struct problem *problem);

/* The cause's sentence with its %-placeholders; NULL for CAUSE_TEXT. */
const char *problem_format(enum problem_cause cause);

/* Fills *problem and returns false, so that a validator can end with `return problem_set(...)`.
 * pointer may be NULL. */
bool problem_set(struct problem *problem, enum problem_cause cause, const char *pointer);
bool problem_set_numbers(struct problem *problem, enum problem_cause cause, const char *pointer,
                         uint32_t first, uint32_t second);
bool problem_set_word(struct problem *problem, enum problem_cause cause, const char *pointer,
                      const char *word);

/* The same with a piece of the client's input, which the caller has found harmless and short enough
 * for `quoted`. word may be NULL and number 0. */
bool problem_set_quoted(struct problem *problem, enum problem_cause cause, const char *pointer,
                        const char *quoted, const char *word, uint32_t number);

/* Refuses a key that is not among `known` (static, ends with NULL).  Names the key if it is
 * harmless, and the key that was probably meant, or else all of them. */
bool problem_refuse_key(struct problem *problem, const char *const *known, const char *key,
                        size_t len);

/* Rewrites the problem to list these keys, or these values of a key (static, ends with NULL). */
void problem_set_keys(struct problem *problem, const char *const *known);

/* The same with the caller's own text: CAUSE_TEXT. pointer and code may be NULL. */
bool problem_set_text(struct problem *problem, enum problem_id id, const char *code,
                      const char *pointer, const char *format, ...) PRINTF_LIKE(5, 6);

/* Writes the problem's sentence with this format, which is problem_format's or a translation of
 * it. */
void problem_write_detail(const struct problem *problem, const char *format,
                          char text[static PROBLEM_DETAIL_LEN]);

/* Fills *problem with what the prober's refusal means to the client. */
void problem_from_refusal(struct problem *problem, const struct wire_refused *refused);

#endif
