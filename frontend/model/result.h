/* SPDX-License-Identifier: BSD-2-Clause */
/* One answer, as far as it has come: what the renderers (JSON, text, page)
 * print.  Pure; the daemon and the command line. */
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

/* Things worth knowing that do not change a verdict; bits of result.warnings. */
enum result_warning {
    WARNING_IPV4_LOOKUP_FAILED = 0, /* the A lookup failed, only AAAA was checked */
    WARNING_IPV6_LOOKUP_FAILED,
    WARNING_MORE_ADDRESSES,  /* the name has further addresses that were not checked */
    WARNING_FAMILIES_DIFFER, /* a port has different states on IPv4 and IPv6 */
    WARNING_NO_IPV4_HERE,    /* the name has IPv4 addresses, the checker has no way to them */
    WARNING_NO_IPV6_HERE,
    WARNING_DNS64,      /* IPv6 addresses that a resolver made of the IPv4 ones were left out */
    WARNING_SRV,        /* the service's clients go to another host or port */
    WARNING_NOT_TRACED, /* a limit had no room for the page's own trace */
    WARNING_NAME_IS_NOT_VISITOR, /* a name of dynamic DNS points elsewhere than at who asks */
    WARNING_DATA_OLD,            /* what is said about a network is old */
    WARNING_COUNT
};

struct result_target {
    struct addr addr;
    uint8_t port_count;
    bool done[POLICY_PORTS_MAX];        /* verdicts[i] holds an answer */
    bool shows_packets, shows_services; /* requested */
    struct network network;             /* that the address is in */
    struct verdict verdicts[POLICY_PORTS_MAX];
    struct probe_details trails[POLICY_PORTS_MAX];
    struct inspection *services[POLICY_PORTS_MAX]; /* behind open ports; NULL: none, or not yet */
};

/* What became of a place that was asked. */
enum place_status {
    PLACE_STATUS_PENDING = 0,
    PLACE_STATUS_ANSWERED, /* of one address at least */
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
    bool is_suspect;  /* portlight-fleet has caught it at what can't be true, here or lately */
    const char *code; /* of a refusal: static */
    uint64_t duration_ns;
    uint8_t target_count;
    struct result_target targets[RESULT_TARGETS_MAX]; /* those that it answered about */
};

struct result {
    char host[HOSTNAME_MAX_LEN + 1]; /* of the request, in canonical form */
    uint64_t started_wall_ns;        /* CLOCK_REALTIME */
    uint64_t duration_ns;
    uint8_t target_count;
    struct result_target targets[RESULT_TARGETS_MAX];
    uint32_t warnings;
    uint8_t place_count;         /* 0: asked here alone.  Else targets are the first answered */
    struct place_answer *places; /* place's, whose details are; in the order of the question */
};

/* A target of which nothing is known yet: every port has an empty verdict. */
void result_target_init(struct result_target *target, const struct addr *addr,
                        const uint16_t *ports, unsigned port_count, bool shows_packets);

/* Takes a HOP, a PACKET or a RESULT of this target's; false if it fits nowhere: a port
 * that was not requested or has its verdict, or what probe_details_add refuses.  *port_index
 * is the port it is about. */
bool result_take(struct result_target *target, const struct wire_message *message,
                 unsigned *port_index);

/* A port's verdict is there: puts it into the target, with what follows from the target's network
 * (EVIDENCE_CDN_EDGE, which a prober can't know and is not believed). */
void result_set_verdict(struct result_target *target, unsigned port_index,
                        const struct verdict *verdict);

/* Frees what came with the verdicts. */
void result_free(struct result *result);

/* Room for the answers of so many places; false without memory. */
bool result_add_places(struct result *result, unsigned count);

/* Makes the first answered place's targets the result's; false if none has answered. */
bool result_settle_places(struct result *result);

/* "no-answer": the API's word. */
const char *place_status_name(enum place_status status);

bool result_is_complete(const struct result *result);

/* Is there no way from the checker to this target, though there may be one to the other?  Such
 * an answer waits until result_drop_missing_family has seen all. */
bool result_is_held(const struct result *result, unsigned target, unsigned port);

/* Of a complete result: takes the target out to whose family the checker has no way at all, and
 * warns instead, if the other's ports were checked.  Only "any" gives two targets.  Returns
 * whether one was taken out. */
bool result_drop_missing_family(struct result *result);

/* Sets the warnings that follow from the verdicts themselves. */
void result_compare_families(struct result *result);

/* Sets the warnings that follow from the networks, of a result with its host, time and targets.
 * visitor: who asks; NULL: nobody who has an address. */
void result_judge_networks(struct result *result, const struct addr *visitor, uint64_t max_age_s);

/* One sentence each, and its word for programs. */
const char *result_warning_text(enum result_warning warning);
const char *result_warning_code(enum result_warning warning);

/* The first address that is a CDN's proxy; NULL: none is. */
const struct result_target *result_edge(const struct result *result);

#endif
