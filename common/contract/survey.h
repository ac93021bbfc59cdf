/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which TLS versions and post-quantum groups a server accepts.  Each question takes one connection.
 * Pure; the inspector fills it, portlightd and portlight show it.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_SURVEY_H
#define PORTLIGHT_COMMON_CONTRACT_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The newest version is asked first; after a question without an answer in time, no more follow. */
enum survey_question {
    SURVEY_SSL3 = 0, /* offers this version alone; likewise those below */
    SURVEY_TLS1_0,
    SURVEY_TLS1_1,
    SURVEY_TLS1_2,
    SURVEY_TLS1_3,       /* with all groups: the server selects the one that it prefers */
    SURVEY_POST_QUANTUM, /* TLS 1.3 with only post-quantum groups */
    SURVEY_COUNT
};

enum { SURVEY_VERSIONS = SURVEY_POST_QUANTUM };

enum survey_answer {
    SURVEY_UNKNOWN = 0, /* not asked, too late, or not TLS */
    SURVEY_NO,
    SURVEY_YES,
    SURVEY_RESET, /* connection reset: means "no" if the server answers other questions */
    SURVEY_ANSWER_COUNT
};

struct survey {
    bool asked;
    uint8_t answers[SURVEY_COUNT];    /* enum survey_answer */
    uint16_t group;                   /* preferred with TLS 1.3; 0: unknown */
    uint16_t suites[SURVEY_VERSIONS]; /* the suite that the server selected, where yes */
    uint16_t post_quantum_group;      /* selected when only such were offered; 0: none */
};

/* The question after this one (SURVEY_COUNT: the first), or SURVEY_COUNT at the end.  Skips
 * SURVEY_POST_QUANTUM if TLS 1.3 already selected such a group, or is not accepted. */
enum survey_question survey_next(const struct survey *survey, enum survey_question after);

/* Call it after the last answer: settles what each answer means in the light of the others.
 * handshake_version is the version of the complete handshake, or 0. */
void survey_conclude(struct survey *survey, uint16_t handshake_version);

enum survey_answer survey_takes_post_quantum(const struct survey *survey);
enum survey_answer survey_prefers_post_quantum(const struct survey *survey);
/* Does it accept SSL 3.0, TLS 1.0 or TLS 1.1? */
bool survey_takes_old(const struct survey *survey);

/* Is it ML-KEM, alone or with an elliptic curve (draft-ietf-tls-ecdhe-mlkem), or its draft Kyber?
 */
bool survey_is_post_quantum(uint16_t group);
/* "X25519MLKEM768", from IANA's registry of supported groups; NULL for others. */
const char *survey_group_name(uint16_t group);
/* IANA's name of a broken suite (RC4, DES, 3DES, EXPORT, NULL, anonymous); NULL for others. */
const char *survey_weak_suite_name(uint16_t suite);
const char *survey_answer_name(unsigned answer);    /* "yes", "no", "unknown" */
const char *survey_version_key(unsigned question);  /* "tls1.2" */
const char *survey_version_name(unsigned question); /* "TLS 1.2" */

#endif
