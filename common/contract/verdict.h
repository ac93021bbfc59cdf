/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The answer about one port, in the words of the API.  The numbers travel over
 * the boundary, the words are made in the frontend and in logs.  Pure; both
 * processes.  The enumerations may grow at their end, never be renumbered.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_VERDICT_H
#define PORTLIGHT_COMMON_CONTRACT_VERDICT_H

#include "common/net/addr.h"

enum verdict_state {
    STATE_UNKNOWN = 0, /* the checker itself could not tell */
    STATE_OPEN,        /* a valid SYN-ACK came */
    STATE_CLOSED,      /* a valid RST came */
    STATE_FILTERED,    /* no TCP answer: silence or an ICMP error */
    STATE_COUNT
};

/* The packet, or its absence, that decided. */
enum verdict_reason {
    REASON_NO_RESPONSE = 0,
    REASON_SYN_ACK,
    REASON_RESET,
    REASON_ICMP_NET_UNREACHABLE,
    REASON_ICMP_HOST_UNREACHABLE,
    REASON_ICMP_PROTOCOL_UNREACHABLE,
    REASON_ICMP_PORT_UNREACHABLE,
    REASON_ICMP_NET_PROHIBITED,
    REASON_ICMP_HOST_PROHIBITED,
    REASON_ICMP_ADMIN_PROHIBITED,
    REASON_ICMP_TTL_EXCEEDED,
    REASON_ICMP_NO_ROUTE,
    REASON_ICMP_BEYOND_SCOPE,
    REASON_ICMP_ADDRESS_UNREACHABLE,
    REASON_ICMP_SOURCE_POLICY,
    REASON_ICMP_REJECT_ROUTE,
    REASON_LOCAL_ARP_FAILURE,
    REASON_LOCAL_FIREWALL,
    REASON_NO_ROUTE,
    REASON_SEND_FAILED,
    REASON_CAPTURE_LOST,
    REASON_LOSSY_PATH,
    REASON_EGRESS_BLOCKED,
    REASON_COUNT
};

/* What was done to our SYN, in firewall terms. */
enum verdict_disposition {
    DISPOSITION_UNKNOWN = 0,
    DISPOSITION_ACCEPT,
    DISPOSITION_REFUSE,      /* the host's own TCP said no: nothing listens */
    DISPOSITION_REJECT,      /* a packet filter said no */
    DISPOSITION_DROP,        /* silence */
    DISPOSITION_UNREACHABLE, /* routing: host down, no route */
    DISPOSITION_COUNT
};

enum verdict_actor {
    ACTOR_UNKNOWN = 0,
    ACTOR_HOST,
    ACTOR_HOST_FIREWALL,
    ACTOR_PATH,
    ACTOR_BEHIND_NAT,
    ACTOR_LOCAL,
    ACTOR_COUNT
};

enum verdict_confidence {
    CONFIDENCE_GUESS = 0,
    CONFIDENCE_LIKELY,
    CONFIDENCE_CERTAIN,
    CONFIDENCE_COUNT
};

/* Facts that led to the verdict; bit numbers of verdict.evidence. */
enum verdict_evidence {
    EVIDENCE_DSCP_REFLECTED = 0,  /* the RST carries our SYN's DSCP: a full TCP stack made it */
    EVIDENCE_DSCP_NOT_REFLECTED,  /* it does not: a filter, or a stack that never does */
    EVIDENCE_FLOW_LABEL_SET,      /* IPv6 RST with a flow label: made by a stack */
    EVIDENCE_FLOW_LABEL_ZERO,     /* without: a filter, or a stack that sets none */
    EVIDENCE_WINDOW_ZERO,         /* SYN-ACK with window 0: no listener sends it, SYN proxies do */
    EVIDENCE_RESPONDER_IS_TARGET, /* the ICMP error's source is the target's address */
    EVIDENCE_RESPONDER_IS_ROUTER, /* it is somebody else's */
    EVIDENCE_TTL_EXPIRED_IN_TRANSIT, /* TIME EXCEEDED although sent with a full TTL: a loop */
    EVIDENCE_OWN_ADDRESS,            /* the target is an address of this machine */
    EVIDENCE_RETRANSMITTED,       /* the answer came to a SYN after the first: packets were lost */
    EVIDENCE_RST_INJECTED,        /* a RST came as well as the SYN-ACK */
    EVIDENCE_ICMP_CONTRADICTED,   /* an ICMP error came as well as a TCP answer */
    EVIDENCE_BAD_ACK_IGNORED,     /* TCP packets that acknowledged something else came, too */
    EVIDENCE_STALE_CONNECTION,    /* an old connection at the target answered one of our ports */
    EVIDENCE_NO_SIGN_OF_LIFE,     /* no port of this check got any answer from the target */
    EVIDENCE_OTHER_PORT_ANSWERED, /* the target is alive: another port of this check answered */
    EVIDENCE_LATE_ANSWER,         /* it came while only listening, after the last SYN's time */
    EVIDENCE_RTT_AMBIGUOUS,       /* of two equal SYNs the later is taken as the answered one */
    EVIDENCE_NO_OPTIONS,          /* SYN-ACK without TCP options: no usual listener sends it */
    EVIDENCE_TTL_MATCHES_HOST,    /* it travelled as far as the host's other answers */
    EVIDENCE_TTL_NEARER,          /* less far: somebody before the host sent it */
    EVIDENCE_TTL_FARTHER,         /* farther: somebody behind the host's address sent it */
    EVIDENCE_TTL_BASE_DIFFERS,    /* its TTL started elsewhere than the host's other answers' */
    EVIDENCE_HOP_CONFIRMED,       /* SYNs with a small TTL show how far they get answered */
    EVIDENCE_TTL_EXPIRED_AT_TARGET,  /* the target's own address forwards our SYNs: NAT */
    EVIDENCE_FORGED_SOURCE,          /* an ICMP error in the target's name, from nearer */
    EVIDENCE_HOST_REFLECTS_DSCP,     /* another RST of the host's carries our DSCP */
    EVIDENCE_ECHO_REFLECTS_DSCP,     /* its echo reply does */
    EVIDENCE_STACK_REFLECTS_NOTHING, /* the RST of our control port does not either */
    EVIDENCE_DSCP_CLEARED,           /* the path clears the DSCP: reflection can't be seen */
    EVIDENCE_ODD_TOS,                /* the RST has a TOS that we did not send */
    EVIDENCE_ODD_WINDOW,             /* the RST has a window: no host's TCP sends one */
    EVIDENCE_RESETS_DIFFER,          /* DF or IP ID unlike another RST of the host's */
    EVIDENCE_ECHO_ANSWERED,          /* the target answers ICMP echo */
    EVIDENCE_ACK_PROBE_ANSWERED,     /* a lone ACK to the silent port got the host's RST */
    EVIDENCE_REPORTED_LATE,        /* the error came after the router's neighbour search gave up */
    EVIDENCE_ROUTING_LOOP,         /* the trace meets the same router again */
    EVIDENCE_NEXT_HOP_ANSWERS,     /* the hop behind the last one answers echoes, not our SYNs */
    EVIDENCE_RATE_LIMIT_SUSPECTED, /* another port was rejected only after a pause */
    EVIDENCE_LOCAL_NAT,            /* this machine rewrites the source of our packets */
    EVIDENCE_COUNT
};

enum { VERDICT_UNKNOWN_HOP = -1, VERDICT_NO_ICMP = -1, VERDICT_HOPS_MAX = 30 };
#define VERDICT_NO_RTT UINT64_MAX

/* What is not known is ADDR_NONE, -1 or VERDICT_NO_RTT, never a guess. */
struct verdict {
    uint16_t port;
    enum verdict_state state;
    enum verdict_reason reason;
    enum verdict_disposition disposition;
    enum verdict_actor actor;
    enum verdict_confidence confidence;
    uint64_t evidence; /* bits by enum verdict_evidence */
    uint64_t rtt_ns;   /* from the answered SYN leaving to its answer, capture clock */
    uint8_t sent;      /* SYNs that left this machine */
    struct addr responder;
    int16_t ttl;       /* of the deciding packet as it arrived, 0 to 255 */
    int16_t hops;      /* distance of its sender: the first router is 1 */
    int16_t actor_hop; /* distance of the actor */
    int16_t icmp_type;
    int16_t icmp_code;
    /* of the trace, if there is one: the last hop that forwards our SYN (0: this
     * machine), and the first that is silent to it and all behind it */
    int16_t last_hop, silent_from;
};

/* An "unknown, no answer yet" for a port: every optional field empty. */
void verdict_init(struct verdict *verdict, uint16_t port);

/* The API's words.  A number outside its enumeration gives NULL. */
const char *verdict_state_name(unsigned state);
const char *verdict_reason_name(unsigned reason);
const char *verdict_disposition_name(unsigned disposition);
const char *verdict_actor_name(unsigned actor);
const char *verdict_confidence_name(unsigned confidence);
const char *verdict_evidence_name(unsigned bit);

#endif
