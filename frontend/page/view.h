/* SPDX-License-Identifier: BSD-2-Clause */
/* What a page shows, for all modules that draw a part of it.  Pure; the daemon. */
#ifndef PORTLIGHT_FRONTEND_PAGE_VIEW_H
#define PORTLIGHT_FRONTEND_PAGE_VIEW_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/place_now.h"
#include "frontend/model/problem.h"
#include "frontend/model/request.h"
#include "frontend/model/result.h"

/* The operator's texts about this server, from portlight.conf(5); empty: none. */
struct page_owner {
    const char *title, *contact, *imprint, *about;
};

/* The limits that the page states. */
struct page_limits {
    unsigned client_quota, client_window_s; /* 0: no limit */
    unsigned target_quota, target_window_s;
};

/* All pointers but policy, client, limits, owner, up and origin may be NULL: then the page is only
 * the form. */
struct page {
    const struct policy *policy;
    const struct addr *client;
    const struct page_limits *limits;
    const struct page_owner *owner;
    const struct request *request;
    const struct request_link *link;
    const struct result *result;
    const struct problem *problem;
    const struct api_place *places;   /* to choose from */
    unsigned place_count, places_max; /* how many; the most that one request may ask */
    const char *title;                /* the window's title, instead of the default */
    const char *note;                 /* a sentence above the form, for tr() */
    const char
        *pcap_path; /* where the packets can be downloaded for a while, below the server's root */
    const char *up; /* from this page to the server's root: "", "../", … */
    const char *origin; /* the server's root as a URL, for commands to copy: ends in '/' */
    bool inspects;      /* there is an inspector */
    enum language language;
    bool fixed_language; /* set by the path, not by Accept-Language */
};

#endif
