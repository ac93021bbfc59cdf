/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer as lines for a shell.  Pure but for malloc; the daemon and the
 * command line. */
#ifndef PORTLIGHT_FRONTEND_RENDER_TEXT_H
#define PORTLIGHT_FRONTEND_RENDER_TEXT_H

#include "frontend/model/result.h"

/* What comes with a port's line; zeroed: nothing but the hops, if there are any. */
struct text_style {
    bool colour;  /* the state's word, by ECMA-48 */
    bool explain; /* the sentence and the advice below */
    bool packets; /* the ladder of packets below */
    bool utf8;    /* its arrows are more than ASCII */
};

/* A line per port, "443/tcp open accept host 23.1ms", with the address in front
 * when there are several, and a line "warning: ..." for each warning.  The caller frees; NULL when
 * there is no memory. */
char *text_result(const struct result *result);

/* The lines of one port, in a style. */
char *text_block(const struct result *result, unsigned target, unsigned port,
                 const struct text_style *style);

/* The same of a result with places: each line begins with the place's name; behind them, a line
 * for each port that is not the same to all. */
char *text_places(const struct result *result, const struct text_style *style);

#endif
