/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of a configuration file before libconfuse reads it: libconfuse counts
 * the lines of comments twice, takes a file that was cut off for a whole one, and
 * lets a second list replace the first.  Pure.
 */
#ifndef PORTLIGHT_COMMON_CONFIG_CONFIG_TEXT_H
#define PORTLIGHT_COMMON_CONFIG_CONFIG_TEXT_H

#include <stddef.h>

/* Overwrites comments with blanks, keeping every line where it is.  Returns 0, or
 * the line on which a section, list, string or comment begins that never ends. */
int config_text_prepare(char *text, size_t len);

enum { CONFIG_TEXT_KEY_LEN = 64 };

/* Finds a key that is set twice in its section, of which libconfuse would keep the
 * last without a word.  Text as config_text_prepare left it.  Returns 0, or the line
 * of the second one, and fills key with "section.key". */
int config_text_find_repeat(char *text, size_t len, char key[static CONFIG_TEXT_KEY_LEN]);

/* The line on which "section.key" is set, or 0.  Text as config_text_prepare left it. */
int config_text_find_key(char *text, size_t len, const char *wanted);

#endif
