/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sentences and commands with placeholders. %T is the target's address, %R the address of the
 * device in question, %N its distance, %P the port, %H the requested host, %U the same in a URL,
 * %S the name of the service's unit, %L "probably " unless it is certain.  Pure but for malloc;
 * the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_FILL_H
#define PORTLIGHT_FRONTEND_PAGE_FILL_H

#include "common/net/addr.h"
#include "frontend/i18n/i18n.h"
#include "frontend/model/strbuf.h"

struct fill {
    enum language language;
    const struct addr *target, *device; /* device: NULL or ADDR_NONE: "a device" */
    const char *host, *unit;            /* host NULL: the target's address; unit NULL: empty */
    unsigned port, number;
    bool certain;
};

/* Appends the text as HTML, with all markup escaped. */
void fill_append(struct strbuf *buf, const struct fill *fill, const char *text);

#endif
