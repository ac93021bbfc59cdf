/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prepares the text of a configuration file for libconfuse, which counts the lines of comments
 * twice, accepts a truncated file, and silently lets a second list replace the first.  Pure.
 */
#ifndef PORTLIGHT_COMMON_CONFIG_CONFIG_TEXT_H
#define PORTLIGHT_COMMON_CONFIG_CONFIG_TEXT_H

#include <stddef.h>

/* Overwrites comments with spaces, so that line numbers don't change.  Returns 0, or the line of an
 * opening brace, quote or comment that is never closed. */
int config_text_prepare(char *text, size_t len);

enum { CONFIG_TEXT_KEY_LEN = 64 };

/* Finds a key that is set twice in its section.  Returns 0, or the line of the second one, and
 * fills key with "section.key".  Call config_text_prepare first. */
int config_text_find_repeat(char *text, size_t len, char key[static CONFIG_TEXT_KEY_LEN]);

/* The line on which "section.key" is set, or 0.  Call config_text_prepare first. */
int config_text_find_key(char *text, size_t len, const char *wanted);

#endif
