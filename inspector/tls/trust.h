/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The trusted roots and known intermediates, read once at the start.  An edge; the inspector.
 */
#ifndef PORTLIGHT_INSPECTOR_TLS_TRUST_H
#define PORTLIGHT_INSPECTOR_TLS_TRUST_H

#include <stdbool.h>
#include <stdint.h>

struct x509_store_st;
struct stack_st_X509;

enum { TRUST_NAME_LEN = 128 };

struct trust {
    struct x509_store_st *roots;
    struct stack_st_X509 *known; /* intermediates, not trusted by themselves; may be empty */
    unsigned count;              /* of the roots */
    int64_t date_s;              /* the file's mtime */
    char name[TRUST_NAME_LEN];   /* for people: Debian's package and version, or the file */
};

/* Reads roots from the PEM file `path`, and intermediates from every PEM file in `known`, a file or
 * directory (empty: none).  False after logging why.  Never freed. */
bool trust_load(struct trust *trust, const char *path, const char *known);

#endif
