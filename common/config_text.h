/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of a configuration file before libconfuse reads it: libconfuse counts
 * the lines of comments twice, and takes a file that was cut off for a whole
 * one.  Pure.
 */
#ifndef PORTLIGHT_CONFIG_TEXT_H
#define PORTLIGHT_CONFIG_TEXT_H

#include <stddef.h>

/* Overwrites comments with blanks, keeping every line where it is.  Returns 0, or
 * the line on which a section, list, string or comment begins that never ends. */
int config_text_prepare(char *text, size_t len);

#endif
