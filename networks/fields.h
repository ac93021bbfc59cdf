/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of a text file and their fields, in place.  Pure; portlight-networks. */
#ifndef PORTLIGHT_NETWORKS_FIELDS_H
#define PORTLIGHT_NETWORKS_FIELDS_H

#include <stdbool.h>

/* Cuts off the first line of *text, without its end, and moves *text past it; NULL at the end. */
char *fields_next_line(char **text);

/* Splits a line in place, at tabs if it has any, otherwise at commas.  A field in double quotes may
 * hold commas, and "" for a quote (RFC 4180).  Returns the number of fields; the last of `max`
 * keeps the rest of the line. */
unsigned fields_split(char *line, char **fields, unsigned max);

/* Two capital letters that may be a country code (not ZZ or XX, nor A1 or ??). */
bool fields_is_country(const char *text);

#endif
