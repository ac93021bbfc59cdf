/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why a request was not answered with a result: RFC 9457 problem details, one
 * ID a cause.  Pure; the daemon and the command line.
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
    PROBLEM_CROSS_SITE, /* another site's page sent this visitor's browser */
    PROBLEM_RATE_LIMITED,
    PROBLEM_PROBER_UNAVAILABLE,
    PROBLEM_BUSY,
    PROBLEM_NOT_FOUND,
    PROBLEM_METHOD_NOT_ALLOWED,
    PROBLEM_BODY_TOO_LARGE,
    PROBLEM_MISDIRECTED, /* by a name that is none of this server's */
    PROBLEM_COUNT
};

enum { PROBLEM_POINTER_LEN = 32, PROBLEM_DETAIL_LEN = 256 };

/* pointer is a JSON pointer fragment ("#/ports/1"), empty when the problem is
 * not one field's; code is a static string, NULL when the ID says all. */
struct problem {
    enum problem_id id;
    const char *code;
    char pointer[PROBLEM_POINTER_LEN];
    char detail[PROBLEM_DETAIL_LEN];
    uint32_t retry_after_s; /* 0: none */
};

const char *problem_name(enum problem_id id);  /* "rate-limited", the end of `type` */
const char *problem_title(enum problem_id id); /* "Too many requests" */
int problem_status(enum problem_id id);        /* 429 */

/* Fills *problem and returns false, so that a check can end with it.  pointer
 * and code may be NULL. */
bool problem_set(struct problem *problem, enum problem_id id, const char *code, const char *pointer,
                 const char *format, ...) PRINTF_LIKE(5, 6);

/* What the prober's refusal means to the one who asked. */
void problem_from_refusal(struct problem *problem, const struct wire_refused *refused);

#endif
