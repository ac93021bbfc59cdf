/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The trusted roots, and intermediates that are known, read once at the start.  With handshake.h
 * and certificate.h the only user of OpenSSL.  An edge; the inspector.
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
    struct stack_st_X509 *known; /* intermediates, not trusted; may be empty */
    unsigned count;
    int64_t date_s;            /* the file's */
    char name[TRUST_NAME_LEN]; /* for people: the package and its version, or the file */
};

/* Reads the PEM file, and of the file or directory `known` (empty: none) all that is PEM.  False
 * after logging why not; else it lives as long as the program. */
bool trust_load(struct trust *trust, const char *path, const char *known);

#endif
