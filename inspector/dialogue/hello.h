/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Builds a ClientHello and reads the answer byte by byte, because a library offers neither old
 * versions nor groups that it lacks (RFC 8446 section 4.1, RFC 5246 section 7.4.1; RFC 6101 for
 * SSL 3.0).  Needs no keys: the server answers before it would.  A TLS 1.3 hello has an empty
 * key_share, so the server must name the group that it prefers (RFC 8446 section 4.2.8).  Pure; the
 * inspector's worker.
 */
#ifndef PORTLIGHT_INSPECTOR_DIALOGUE_HELLO_H
#define PORTLIGHT_INSPECTOR_DIALOGUE_HELLO_H

#include "common/contract/survey.h"

enum {
    HELLO_RANDOM_LEN = 64, /* random and session_id, 32 bytes each */
    HELLO_MAX_LEN = 1024,
    HELLO_ANSWER_MAX_LEN = 4096, /* read no more of an answer */
};

/* Writes a ClientHello and returns its length.  `name` is sent as SNI unless it is empty; it must
 * be shorter than 254 bytes. */
size_t hello_write(enum survey_question question, const char *name,
                   const uint8_t random[static HELLO_RANDOM_LEN],
                   uint8_t out[static HELLO_MAX_LEN]);

enum hello_result {
    HELLO_MORE = 0,  /* incomplete so far */
    HELLO_ACCEPTED,  /* ServerHello or HelloRetryRequest; version, group and suite are set */
    HELLO_REFUSED,   /* a fatal alert, or close_notify */
    HELLO_NO_ANSWER, /* not TLS, or another message */
};

struct hello_answer {
    enum hello_result result;
    uint16_t version, group; /* group 0: none given */
    uint16_t suite;          /* IANA's number */
};

/* Reads everything that the server has sent so far, from its first byte. */
struct hello_answer hello_read(const void *data, size_t len);

/* Does the server support what the question asks about?  HELLO_MORE counts as no answer. */
enum survey_answer hello_survey_answer(enum survey_question question,
                                       const struct hello_answer *answer);

#endif
