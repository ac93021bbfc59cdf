/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One request: a host and up to three ports.  Both decoders (the JSON body and
 * the query string) fill it through these setters, so that each rule stands
 * once.  Pure; the daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_MODEL_REQUEST_H
#define PORTLIGHT_FRONTEND_MODEL_REQUEST_H

#include "common/contract/place.h"
#include "common/contract/policy.h"
#include "frontend/model/hostname.h"
#include "frontend/model/pasted.h"
#include "frontend/model/problem.h"

enum request_family { REQUEST_ANY = 0, REQUEST_IPV4, REQUEST_IPV6 };

struct request {
    bool me; /* no host, or "me": the client's own address */
    struct hostname host;
    enum hostname_error host_error; /* of a name for local use only: request_finish judges it */
    uint16_t ports[POLICY_PORTS_MAX];
    uint8_t port_count;
    enum request_family family;
    bool trace;
    bool trace_gives_way; /* nobody asked for it by name: left out where a limit has no room */
    bool packets;
    bool service, names_service; /* does a program answer behind an open port?  The key was there */
    bool from_all;               /* every place, as far as one request may */
    uint8_t from_count;          /* places by name; without any and without from_all: here */
    char from[PLACES_ASKED_MAX][PLACE_NAME_LEN];
};

void request_init(struct request *request);

/* Blanks around the host and invisible characters in it are taken off, capitals and forms of all
 * scripts are folded; a URL or a port is no host, but the problem says which one was meant.
 *
 * Each returns false with *problem filled.  Pointers name the field as in the
 * JSON body; a query string's errors use the same. */
bool request_set_host(struct request *request, const char *text, size_t len,
                      struct problem *problem);
/* value is any number the client sent, integer or not, NAN for what is none; the
 * position is counted from the ports added before.  A fourth port is PROBLEM_TOO_MANY_PORTS, a twin
 * or a number outside 1 to 65535 PROBLEM_MALFORMED_REQUEST. */
bool request_add_port(struct request *request, double value, const struct policy *policy,
                      struct problem *problem);
/* The keys of a request, without an inspector and with one, for problem_refuse_key. */
extern const char *const request_keys[], *const request_keys_inspected[];

bool request_set_family(struct request *request, const char *text, size_t len,
                        struct problem *problem);

/* A place's name, or "all" alone.  Whether there is such a place is for the daemon to say. */
bool request_add_place(struct request *request, const char *text, size_t len,
                       struct problem *problem);

/* Several, with commas between; none if the list is empty. */
bool request_add_places(struct request *request, const char *list, struct problem *problem);

/* Does it ask places, and not just here? */
bool request_asks_places(const struct request *request);

/* May this address be probed?  A literal, or the client's own. */
bool request_check_address(const struct policy *policy, const struct addr *addr,
                           struct problem *problem);

/* Does the request's family admit this one? */
bool request_wants_family(const struct request *request, enum addr_family family);

/* The first of the ports whose service clients find by SRV records; 0 if there is none. */
uint16_t request_service_port(const struct request *request);

/* The last step: ports are there, a name for local use is in a lab (policy.h), a literal is of the
 * wanted family and the policy allows it. */
bool request_finish(const struct request *request, const struct policy *policy,
                    struct problem *problem);

/*
 * Reads "host=example.net&ports=443,22&family=any&trace=false&packets=false&service=false
 * &from=fra,iad"
 * (application/x-www-form-urlencoded; "ports" may also be given several times,
 * as a form's checkboxes do).  Unknown and doubled keys, bad escapes and %00
 * are PROBLEM_MALFORMED_REQUEST.  After a mistake it reads on, so that a form can
 * be shown again with all that was typed.
 */
bool request_from_query(const char *query, const struct policy *policy, struct request *request,
                        struct problem *problem);

/* Undoes the form encoding of a value into out, with a NUL behind it; the length, or -1 for a bad
 * escape, a NUL or more than fits. */
int request_decode_value(const char *text, size_t len, char *out, size_t out_len);

enum { REQUEST_TYPED_LEN = HOSTNAME_INPUT_MAX_LEN + 1, REQUEST_AT_LEN = 32 };

/* What a link to the page says besides the question. */
struct request_link {
    bool asks;                     /* it has a host, or ports for the visitor's own address */
    bool own;                      /* "me": fill in the visitor's own address */
    char typed[REQUEST_TYPED_LEN]; /* the host as it was typed; empty: none, or not readable */
    struct pasted pasted;          /* what was made of it */
    char at[REQUEST_AT_LEN]; /* when the link was made: digits, '-', ':', 'T', 'Z'; or empty */
};

/*
 * The same as people bring it.  Keys that are not known are ignored (utm_source, fbclid), the host
 * may be whatever was pasted, and its port is one of the ports.  trace and packets are true unless
 * the link says false; a trace that it does not name gives way.
 */
bool request_from_link(const char *query, const struct policy *policy, struct request *request,
                       struct request_link *link, struct problem *problem);

#endif
