/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sentences and commands with places to fill in.  In a text %T is the target's address, %R that
 * of the device it is about, %N its distance, %P the port, %H the host that was asked for, %U the
 * same in a URL, %S the name of a service's unit, %L "probably " unless it is certain.  Pure but
 * for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_FILL_H
#define PORTLIGHT_FRONTEND_PAGE_FILL_H

#include "common/net/addr.h"
#include "frontend/i18n/i18n.h"
#include "frontend/model/strbuf.h"

struct fill {
    enum language language;
    const struct addr *target, *device; /* device: NULL or ADDR_NONE for "a device" */
    const char *host, *unit;            /* NULL: the target's address; empty */
    unsigned port, number;
    bool certain;
};

/* Appends it as HTML: markup in the text, too, becomes character references. */
void fill_append(struct strbuf *buf, const struct fill *fill, const char *text);

#endif
