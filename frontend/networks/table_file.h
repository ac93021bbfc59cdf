/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file of portlight-networks(8) in memory.  It is read whole, so later truncation or
 * replacement changes nothing.  SIGHUP reads it again, from a directory that was opened before the
 * sandbox.  An edge; portlightd and the command line.
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

/* Opens the directory and reads the file.  Logs what was read or what is wrong; a missing file is
 * not an error. */
void table_file_open(struct table_file *file, const char *path);

/* Reads it again.  If the file is gone or invalid, the previous data stays. */
void table_file_reload(struct table_file *file);

void table_file_close(struct table_file *file);

/* The date of its oldest source, in seconds since 1970; 0 without a file. */
uint64_t table_file_oldest_s(const struct network_table *table);

#endif
