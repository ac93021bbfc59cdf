/* SPDX-License-Identifier: BSD-2-Clause */
/* --chain: the certificates that a server sent, in PEM (RFC 7468).  An edge; the command line. */
#ifndef PORTLIGHT_FRONTEND_CLI_CHAIN_FILE_H
#define PORTLIGHT_FRONTEND_CLI_CHAIN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct chain_file {
    const char *path;
    FILE *file; /* NULL: no --chain */
    bool fresh; /* the file did not exist before */
    unsigned certificates;
};

/* Opens the file before anything is sent, but does not change it yet.  Ends the program if it can't
 * be written. path may be NULL. */
struct chain_file chain_file_open(const char *path);

/* Adds a chain, in the form that inspect_chain_next reads, received from this address.  The first
 * chain replaces what was in the file. */
void chain_file_add(struct chain_file *chain, const char *address, const uint8_t *bytes,
                    size_t len);

/* Returns false after printing why if the file could not be written or no certificate came; in the
 * latter case the file is as it was before. */
bool chain_file_close(struct chain_file *chain);

#endif
