/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file of portlight-networks(8) in memory.  It is read as a whole, so that whoever truncates or
 * replaces it later changes nothing, and read again on SIGHUP, from a directory that was opened
 * before the sandbox.  An edge; the daemon portlightd and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_NETWORKS_TABLE_FILE_H
#define PORTLIGHT_FRONTEND_NETWORKS_TABLE_FILE_H

#include "common/contract/network_table.h"

struct table_file {
    const char *path; /* the configuration's */
    int directory;    /* of the file, or -1 */
    uint8_t *bytes;
    struct network_table table; /* empty without a file */
};

/* Opens the directory and reads the file if there is one.  Says what was read, and what is wrong;
 * that nothing is there is not wrong. */
void table_file_open(struct table_file *file, const char *path);

/* Reads it again.  A file that is gone or unsound leaves what was read before. */
void table_file_reload(struct table_file *file);

void table_file_close(struct table_file *file);

/* The date of its oldest source, in seconds since 1970; 0 without a file. */
uint64_t table_file_oldest_s(const struct network_table *table);

#endif
