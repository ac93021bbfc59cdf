/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer as lines for a shell.  Pure but for malloc; the daemon and the
 * command line. */
#ifndef PORTLIGHT_FRONTEND_RENDER_TEXT_H
#define PORTLIGHT_FRONTEND_RENDER_TEXT_H

#include "frontend/model/result.h"

/* What is added to a port's line.  Zeroed: only the hops, if there are any. */
struct text_style {
    bool colour;  /* colour the state's word (ECMA-48) */
    bool explain; /* add the explanation and the advice */
    bool packets; /* add the ladder of packets */
    bool utf8;    /* with UTF-8 arrows */
};

/* A line per port, "443/tcp open accept host 23.1ms", preceded by the address if there are several,
 * and a line "warning: ..." for each warning.  The caller frees it, as with the texts below; NULL
 * without memory. */
char *text_result(const struct result *result);

/* The lines of one port in this style. */
char *text_block(const struct result *result, unsigned target, unsigned port,
                 const struct text_style *style);

/* The lines of a result with places: each starts with the place's name, followed by a line for each
 * port about which the places differ. */
char *text_places(const struct result *result, const struct text_style *style);

#endif
