/* SPDX-License-Identifier: BSD-2-Clause */
/* --chain: the certificates as a server sent them, in PEM (RFC 7468).  An edge; the command line.
 */
#ifndef PORTLIGHT_FRONTEND_CLI_CHAIN_FILE_H
#define PORTLIGHT_FRONTEND_CLI_CHAIN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct chain_file {
    const char *path;
    FILE *file; /* NULL: no --chain */
    bool fresh; /* there was no such file */
    unsigned certificates;
};

/* Opened before anything is sent, and not changed yet; it ends the program if it can't be written.
 * path may be NULL. */
struct chain_file chain_file_open(const char *path);

/* A chain as inspect_chain_next reads it, from this address; the first one takes the place of what
 * was in the file. */
void chain_file_add(struct chain_file *chain, const char *address, const uint8_t *bytes,
                    size_t len);

/* False after saying why, when it could not be written or no certificate came: then the file is as
 * it was. */
bool chain_file_close(struct chain_file *chain);

#endif
