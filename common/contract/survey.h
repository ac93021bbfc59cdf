/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which TLS versions and which post-quantum groups a server takes: one question and one
 * connection each, and what follows from the answers.  Pure; the inspector fills it, portlightd
 * and the command line show it.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_SURVEY_H
#define PORTLIGHT_COMMON_CONTRACT_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The newest is asked first: one that is not answered in time is the last. */
enum survey_question {
    SURVEY_SSL3 = 0, /* this version alone, and so on */
    SURVEY_TLS1_0,
    SURVEY_TLS1_1,
    SURVEY_TLS1_2,
    SURVEY_TLS1_3,       /* with all groups: it names the one that it prefers */
    SURVEY_POST_QUANTUM, /* TLS 1.3 with post-quantum groups alone */
    SURVEY_COUNT
};

enum { SURVEY_VERSIONS = SURVEY_POST_QUANTUM };

enum survey_answer {
    SURVEY_UNKNOWN = 0, /* not asked, late, or no TLS */
    SURVEY_NO,
    SURVEY_YES,
    SURVEY_RESET, /* the connection was: "no" of a server that answers other questions */
    SURVEY_ANSWER_COUNT
};

struct survey {
    bool asked;
    uint8_t answers[SURVEY_COUNT];    /* enum survey_answer */
    uint16_t group;                   /* that TLS 1.3 prefers; 0: unknown */
    uint16_t suites[SURVEY_VERSIONS]; /* chosen of all that were offered, where yes */
    uint16_t post_quantum_group;      /* taken when nothing else was offered; 0: none */
};

/* The question after this one (the first after SURVEY_COUNT), or SURVEY_COUNT when no more needs
 * asking: whoever prefers a post-quantum group takes one. */
enum survey_question survey_next(const struct survey *survey, enum survey_question after);

/* What the answers say together, when all are there.  handshake_version is what the whole
 * handshake agreed on, or 0. */
void survey_conclude(struct survey *survey, uint16_t handshake_version);

enum survey_answer survey_takes_post_quantum(const struct survey *survey);
enum survey_answer survey_prefers_post_quantum(const struct survey *survey);
/* Does it take SSL 3.0, TLS 1.0 or 1.1? */
bool survey_takes_old(const struct survey *survey);

/* ML-KEM alone or with an elliptic curve (draft-ietf-tls-ecdhe-mlkem), or Kyber before it. */
bool survey_is_post_quantum(uint16_t group);
/* "X25519MLKEM768", from IANA's registry of supported groups; NULL for others. */
const char *survey_group_name(uint16_t group);
/* IANA's name of a suite that is broken: RC4, DES, 3DES, EXPORT, NULL, anonymous.  NULL for others.
 */
const char *survey_weak_suite_name(uint16_t suite);
const char *survey_answer_name(unsigned answer);    /* "yes", "no", "unknown" */
const char *survey_version_key(unsigned question);  /* "tls1.2" */
const char *survey_version_name(unsigned question); /* "TLS 1.2" */

#endif
