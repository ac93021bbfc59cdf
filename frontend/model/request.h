/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One request: a host and up to three ports.  All decoders (JSON body, query string, command line)
 * fill it through these setters, so each rule is in one place.  Pure; the daemon and the command
 * line.
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
    bool me; /* the client's own address: no host was given, or "me" */
    struct hostname host;
    enum hostname_error host_error; /* a name for local use: request_finish decides */
    uint16_t ports[POLICY_PORTS_MAX];
    uint8_t port_count;
    enum request_family family;
    bool trace;
    bool trace_gives_way; /* not explicitly requested: dropped if a limit has no room for it */
    bool packets;
    bool service;       /* also inspect services behind open ports */
    bool names_service; /* the key was present */
    bool from_all;      /* all places, up to the limit of one request */
    uint8_t from_count; /* named places; none and no from_all: only this server */
    char from[PLACES_ASKED_MAX][PLACE_NAME_LEN];
};

void request_init(struct request *request);

/* Removes blanks around the host and invisible characters in it, and folds capitals and forms of
 * all scripts.  A URL or a port is not a host, but the problem says which one was meant.
 *
 * Each setter returns false with *problem.  Pointers name the field as in the JSON body, also for a
 * query string. */
bool request_set_host(struct request *request, const char *text, size_t len,
                      struct problem *problem);
/* value is any number that the client sent, NAN if it sent none.  The position in the pointer
 * counts the ports added before.  A fourth port is PROBLEM_TOO_MANY_PORTS; a duplicate or a number
 * outside 1 to 65535 is PROBLEM_MALFORMED_REQUEST. */
bool request_add_port(struct request *request, double value, const struct policy *policy,
                      struct problem *problem);
/* The known keys, without an inspector and with one, for problem_refuse_key. */
extern const char *const request_keys[], *const request_keys_inspected[];

bool request_set_family(struct request *request, const char *text, size_t len,
                        struct problem *problem);

/* A place's name, or "all" by itself.  Only the form is checked; places_choose finds the place. */
bool request_add_place(struct request *request, const char *text, size_t len,
                       struct problem *problem);

/* Several, separated by commas; an empty list adds none. */
bool request_add_places(struct request *request, const char *list, struct problem *problem);

/* Does the request ask places rather than only this server? */
bool request_asks_places(const struct request *request);

/* May this address be probed?  A literal, or the client's own. */
bool request_check_address(const struct policy *policy, const struct addr *addr,
                           struct problem *problem);

/* Does the request want addresses of this family? */
bool request_wants_family(const struct request *request, enum addr_family family);

/* The first port whose clients use SRV records; 0 if there is none. */
uint16_t request_service_port(const struct request *request);

/* The last step: checks that there are ports, that a name for local use is allowed (policy.h), and
 * that a literal has the wanted family and the policy allows it. */
bool request_finish(const struct request *request, const struct policy *policy,
                    struct problem *problem);

/*
 * Reads "host=example.net&ports=443,22&family=any&trace=false&packets=false&service=false
 * &from=fra,iad"
 * (application/x-www-form-urlencoded; "ports" may also be given several times, as a form's
 * checkboxes do).  Unknown and duplicate keys, bad escapes and %00 are PROBLEM_MALFORMED_REQUEST.
 * Reading continues after a mistake, so that the form can be shown again with everything typed.
 */
bool request_from_query(const char *query, const struct policy *policy, struct request *request,
                        struct problem *problem);

/* Decodes a form-encoded value into out and appends a NUL.  Returns the length, or -1 for a bad
 * escape, a NUL, or a value that does not fit. */
int request_decode_value(const char *text, size_t len, char *out, size_t out_len);

enum { REQUEST_TYPED_LEN = HOSTNAME_INPUT_MAX_LEN + 1, REQUEST_AT_LEN = 32 };

/* What a link to the page says in addition to the request. */
struct request_link {
    bool asks;                     /* it has a host, or ports for the client's own address */
    bool own;                      /* "me": fill in the client's own address */
    char typed[REQUEST_TYPED_LEN]; /* the host as typed; empty: none, or not readable */
    struct pasted pasted;          /* what was made of it */
    char at[REQUEST_AT_LEN]; /* when the link was made: digits, '-', ':', 'T', 'Z'; or empty */
};

/*
 * Reads the query of a link to the page.  Ignores unknown keys (utm_source, fbclid).  The host may
 * be anything that people paste, and its port is added to the ports. trace and packets are true
 * unless the link says false; a trace that the link does not name may be dropped.
 */
bool request_from_link(const char *query, const struct policy *policy, struct request *request,
                       struct request_link *link, struct problem *problem);

#endif
