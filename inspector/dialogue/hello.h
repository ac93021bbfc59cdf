/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first two messages of TLS, made and read byte by byte, as no library asks for old versions
 * or for groups that it lacks (RFC 8446 section 4.1, RFC 5246 section 7.4.1; RFC 6101 for SSL 3.0).
 * No key is made: a server answers before it needs one.  TLS 1.3 is asked with an empty key_share,
 * so that the server must name the group that it prefers (RFC 8446 section 4.2.8).  Pure; the
 * inspector's worker.
 */
#ifndef PORTLIGHT_INSPECTOR_DIALOGUE_HELLO_H
#define PORTLIGHT_INSPECTOR_DIALOGUE_HELLO_H

#include "common/contract/survey.h"

enum {
    HELLO_RANDOM_LEN = 64, /* the random and the session's id */
    HELLO_MAX_LEN = 1024,
    HELLO_ANSWER_MAX_LEN = 4096, /* of which an answer is read */
};

/* Writes a ClientHello and returns its length.  name: sent as SNI, none if empty; shorter than
 * 254. */
size_t hello_write(enum survey_question question, const char *name,
                   const uint8_t random[static HELLO_RANDOM_LEN],
                   uint8_t out[static HELLO_MAX_LEN]);

enum hello_result {
    HELLO_MORE = 0,  /* cut off: there may be more */
    HELLO_ACCEPTED,  /* ServerHello or HelloRetryRequest, in *version and *group */
    HELLO_REFUSED,   /* a fatal alert, or close_notify */
    HELLO_NO_ANSWER, /* not TLS, or not to the point */
};

struct hello_answer {
    enum hello_result result;
    uint16_t version, group; /* group 0: not said */
    uint16_t suite;          /* as IANA numbers them */
};

/* Reads all that the server has sent so far. */
struct hello_answer hello_read(const void *data, size_t len);

/* The answer to the question; *answer is not HELLO_MORE. */
enum survey_answer hello_judge(enum survey_question question, const struct hello_answer *answer);

#endif
