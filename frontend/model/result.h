/* SPDX-License-Identifier: BSD-2-Clause */
/* One answer, as far as it is known, for the renderers (JSON, text, page).  Pure; the daemon and
 * the command line. */
#ifndef PORTLIGHT_FRONTEND_MODEL_RESULT_H
#define PORTLIGHT_FRONTEND_MODEL_RESULT_H

#include "common/contract/place.h"
#include "common/contract/policy.h"
#include "common/contract/verdict.h"
#include "frontend/model/hostname.h"
#include "frontend/model/network.h"
#include "frontend/model/probe_details.h"

struct inspection;

enum { RESULT_TARGETS_MAX = 2 /* the best address of each family */ };

/* Warnings that do not change a verdict; bit numbers of result.warnings. */
enum result_warning {
    WARNING_IPV4_LOOKUP_FAILED = 0, /* the A lookup failed, only AAAA was checked */
    WARNING_IPV6_LOOKUP_FAILED,
    WARNING_MORE_ADDRESSES,  /* the name has further addresses that were not checked */
    WARNING_FAMILIES_DIFFER, /* a port has different states on IPv4 and IPv6 */
    WARNING_NO_IPV4_HERE,    /* the name has IPv4 addresses, but the checker has no route to them */
    WARNING_NO_IPV6_HERE,
    WARNING_DNS64,      /* left out IPv6 addresses that a resolver synthesized from IPv4 ones */
    WARNING_SRV,        /* the service's clients go to another host or port */
    WARNING_NOT_TRACED, /* a limit had no room for a trace that was not explicitly requested */
    WARNING_NAME_IS_NOT_VISITOR, /* a dynamic DNS name does not point to the client */
    WARNING_DATA_OLD,            /* the network data is old */
    WARNING_COUNT
};

struct result_target {
    struct addr addr;
    uint8_t port_count;
    bool done[POLICY_PORTS_MAX];        /* verdicts[i] holds an answer */
    bool shows_packets, shows_services; /* requested */
    struct network network;             /* of the address */
    struct verdict verdicts[POLICY_PORTS_MAX];
    struct probe_details trails[POLICY_PORTS_MAX];
    struct inspection *services[POLICY_PORTS_MAX]; /* behind open ports; NULL: not known */
};

/* What became of a place that was asked. */
enum place_status {
    PLACE_STATUS_PENDING = 0,
    PLACE_STATUS_ANSWERED, /* about at least one address */
    PLACE_STATUS_REFUSED,  /* by its own rules or limits: code says which */
    PLACE_STATUS_NO_ANSWER,
    PLACE_STATUS_DOWN,
    PLACE_STATUS_OTHER_VERSION,
    PLACE_STATUS_NONSENSE,
    PLACE_STATUS_COUNT
};

struct place_answer {
    struct place place;
    enum place_status status;
    bool is_suspect;  /* portlight-fleet caught it reporting impossible things, now or recently */
    const char *code; /* why it refused: static */
    uint64_t duration_ns;
    uint8_t target_count;
    struct result_target targets[RESULT_TARGETS_MAX]; /* only those that it answered about */
};

struct result {
    char host[HOSTNAME_MAX_LEN + 1]; /* of the request, in canonical form */
    uint64_t started_wall_ns;        /* CLOCK_REALTIME */
    uint64_t duration_ns;
    uint8_t target_count;
    struct result_target targets[RESULT_TARGETS_MAX];
    uint32_t warnings;
    /* In the order of the request.  With places, `targets` are those of the first place that
     * answered, which owns their details. */
    uint8_t place_count; /* 0: only this server was asked */
    struct place_answer *places;
};

/* Initializes a target about which nothing is known yet: every port has an empty verdict. */
void result_target_init(struct result_target *target, const struct addr *addr,
                        const uint16_t *ports, unsigned port_count, bool shows_packets);

/* Adds a HOP, PACKET or RESULT about this target and sets *port_index to its port.  Returns false
 * if it does not fit: a port that was not requested or already has its verdict, or what
 * probe_details_add rejects. */
bool result_take(struct result_target *target, const struct wire_message *message,
                 unsigned *port_index);

/* Stores a port's verdict, with what follows from the target's network: EVIDENCE_CDN_EDGE, which a
 * prober can't know and is not trusted to say. */
void result_set_verdict(struct result_target *target, unsigned port_index,
                        const struct verdict *verdict);

/* Frees what came with the verdicts. */
void result_free(struct result *result);

/* Allocates room for the answers of this many places; false without memory. */
bool result_add_places(struct result *result, unsigned count);

/* Makes the targets of the first place that answered the result's own; false if none has. */
bool result_settle_places(struct result *result);

/* The API's word, such as "no-answer". */
const char *place_status_name(enum place_status status);

bool result_is_complete(const struct result *result);

/* Has the checker no route to this target, though it may have one to the other?  Such an answer is
 * held back until result_drop_missing_family has seen all. */
bool result_is_held(const struct result *result, unsigned target, unsigned port);

/* For a complete result: if the checker has no route at all to one family, and the ports of the
 * other were checked, removes that family's target and warns instead.  Only family "any" gives two
 * targets.  Returns whether it removed one. */
bool result_drop_missing_family(struct result *result);

/* Sets the warnings that follow from the verdicts themselves. */
void result_compare_families(struct result *result);

/* Sets the warnings that follow from the networks, for a result with its host, time and targets.
 * client: the client's address; NULL: unknown. */
void result_judge_networks(struct result *result, const struct addr *client, uint64_t max_age_s);

/* The warning's sentence, and its word for programs. */
const char *result_warning_text(enum result_warning warning);
const char *result_warning_code(enum result_warning warning);

/* The first target that is a CDN's proxy, or NULL. */
const struct result_target *result_edge(const struct result *result);

#endif
