/* SPDX-License-Identifier: BSD-2-Clause */
/* What a page shows, for all that draw a part of it.  Pure; the daemon. */
#ifndef PORTLIGHT_FRONTEND_PAGE_VIEW_H
#define PORTLIGHT_FRONTEND_PAGE_VIEW_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/place_now.h"
#include "frontend/model/problem.h"
#include "frontend/model/request.h"
#include "frontend/model/result.h"

/* What the operator says of this server: portlight.conf(5); empty: nothing. */
struct page_owner {
    const char *title, *contact, *imprint, *about;
};

/* What a visitor and a target may be asked for, to be told. */
struct page_limits {
    unsigned client_quota, client_window_s; /* 0: no limit */
    unsigned target_quota, target_window_s;
};

/* Everything may be NULL but policy, visitor, limits and the texts: then the page is the form
 * alone. */
struct page {
    const struct policy *policy;
    const struct addr *visitor;
    const struct page_limits *limits;
    const struct page_owner *owner;
    const struct request *request;
    const struct request_link *link;
    const struct result *result;
    const struct problem *problem;
    const struct api_place *places;   /* to choose from */
    unsigned place_count, places_max; /* 0: none; that one request may ask */
    const char *title;                /* of the window, instead of what follows from the answer */
    const char *note;                 /* a sentence above the form, to be translated */
    const char *pcap_path; /* where the packets can be had for a while, below the server's root */
    const char *up;        /* from this page to the server's root: "", "../", … */
    const char *origin;    /* the server's root as a URL, for commands to copy: ends in '/' */
    bool inspects;         /* there is an inspector to go on with */
    enum language language;
    bool fixed_language; /* chosen by the path, not by the browser's wish */
};

#endif
