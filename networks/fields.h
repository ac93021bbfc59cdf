/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of a text file and their fields, in place.  Pure; portlight-networks. */
#ifndef PORTLIGHT_NETWORKS_FIELDS_H
#define PORTLIGHT_NETWORKS_FIELDS_H

#include <stdbool.h>

/* The line that *text begins with, without its end, and *text behind it; NULL at the end. */
char *fields_next_line(char **text);

/* Splits at commas, or at tabs if there is one; a field in double quotes may have commas, and two
 * quotes for one (RFC 4180).  Returns how many; what is more than max stays in the last one. */
unsigned fields_split(char *line, char **fields, unsigned max);

/* Two capitals that can be a country's (not ZZ, and not A1 or ??). */
bool fields_is_country(const char *text);

#endif
