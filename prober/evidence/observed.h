/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything captured of one probe: its outgoing SYNs and what came back.  Pure; the prober.  This
 * module decides whether an incoming packet is accepted as an answer; classify.h interprets it.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_OBSERVED_H
#define PORTLIGHT_PROBER_EVIDENCE_OBSERVED_H

#include "common/contract/syn_schedule.h"
#include "common/net/packet.h"

enum { OBSERVED_ANSWERS_MAX = 4, OBSERVED_NO_ATTEMPT = 0xff };

/* The flows of the schedule, and one more for the lone ACK to silent ports. */
enum { OBSERVED_ACK_FLOW = SYN_SCHEDULE_FLOWS, OBSERVED_FLOWS };

/* If this many flows agree, that is hardly chance, even if paths are chosen by flow. */
enum { OBSERVED_FLOWS_MANY = SYN_SCHEDULE_FLOWS };

/* In order of weight: a later one outweighs an earlier one (docs/verdicts.md). */
enum answer_kind { ANSWER_TTL_EXCEEDED = 1, ANSWER_UNREACHABLE, ANSWER_RESET, ANSWER_SYN_ACK };

struct observed_answer {
    uint64_t time_ns; /* capture's clock */
    struct addr from;
    uint8_t kind;          /* enum answer_kind */
    uint8_t attempt;       /* the SYN that it answers, or OBSERVED_NO_ATTEMPT */
    bool attempt_is_guess; /* it may answer either SYN of its flow */
    bool late;             /* it came after the probe's time */
    bool window_zero;
    bool no_options;                        /* TCP: it has none, though our SYN had */
    bool flow_label_set, flow_label_copied; /* as in our SYN */
    bool dont_fragment;
    bool ip_id_zero, ip_id_copied; /* as in our SYN */
    uint16_t window;
    uint8_t ttl, tos;
    uint8_t icmp_type, icmp_code;
    uint8_t quoted_ttl;
};

/* A summary of the weightiest answer on one flow. */
struct observed_flow_answer {
    uint8_t kind; /* enum answer_kind; 0: none */
    uint8_t ttl, tos;
    uint8_t looks : 4;  /* of a RST: bits that are constant for each stack */
    bool has_reset : 1; /* a RST came, even if another answer outweighs it */
};

/* What most probes never need.  The owner provides the memory. */
struct observed_extra {
    struct observed_answer answers[OBSERVED_ANSWERS_MAX];
    struct observed_flow_answer flows[SYN_SCHEDULE_FLOWS]; /* valid once there is an answer */
    struct addr nat_src;                                   /* src after this machine's own NAT */
    uint16_t nat_sports[OBSERVED_FLOWS];                   /* and the source ports; 0: unchanged */
};

/* SYNs are numbered as in the schedule, which also gives their flows.  There are a hundred thousand
 * of these structs, so they don't store what can be computed. */
struct observed {
    struct addr src, dst;
    uint16_t dport;
    uint32_t seqs[OBSERVED_FLOWS];
    uint32_t ack;      /* of the lone ACK: a RST to it has this sequence number */
    uint32_t ts_value; /* of the first SYN */
    uint64_t first_egress_ns;
    uint32_t egress[SYN_SCHEDULE_ATTEMPTS]; /* 0: not seen leaving; see observed_egress_ns */
    struct observed_extra *extra;
    uint16_t sports[OBSERVED_FLOWS];
    uint16_t ip_id;        /* of the first SYN, odd */
    int16_t send_error;    /* errno of the last SYN that was refused */
    uint8_t attempt_count; /* SYNs handed to the kernel */
    uint8_t refused;       /* set by the owner; bit n: SYN n was refused or skipped */
    uint8_t planned;       /* set by the owner: SYNs that a silent port gets */
    uint8_t answer_count;
    uint8_t ack_ttl;       /* of the RST that answered the lone ACK */
    uint8_t half_open;     /* bit n: flow n's SYN was accepted */
    uint8_t torn_down;     /* bit n: our RST for that connection left */
    bool out_of_time : 1;  /* set by the owner: answers from now on are late */
    bool capture_lost : 1; /* set by the owner: the capture lost packets meanwhile */
    bool has_nat : 1;      /* our own NAT changes the source: see nat_src, nat_sports */
    bool ack_asked : 1, ack_answered : 1;
};

/* The flow of SYN n. */
uint8_t observed_flow(unsigned n);

/* What distinguishes the two SYNs of a flow: the TSval (RFC 7323), from a 1 kHz clock that follows
 * the schedule, and for IPv4 the identification, which is never 0. */
uint32_t observed_ts_value(const struct observed *observed, unsigned n);
uint16_t observed_ip_id(const struct observed *observed, unsigned n);

/* The flow label of a flow (RFC 6437), never 0. */
uint32_t observed_flow_label(const struct observed *observed, unsigned flow);

/* When SYN n was seen leaving, by the capture's clock; 0: it was not.  If that clock was set
 * meanwhile, earlier times are converted to the new one. */
uint64_t observed_egress_ns(const struct observed *observed, unsigned n);

/* The time from the answered SYN to its answer, by the capture's clock; 0: unknown. */
uint64_t observed_rtt_ns(const struct observed *observed, const struct observed_answer *answer);

/* Records when SYN n left, for the first time. */
void observed_set_egress(struct observed *observed, unsigned n, uint64_t time_ns);

enum observed_event {
    OBSERVED_IGNORED = 0,
    OBSERVED_EGRESS,   /* one of our SYNs or RSTs left */
    OBSERVED_ANSWERED, /* an answer was added, or equals an earlier one */
    OBSERVED_ALIVE,    /* the lone ACK was answered */
};

/*
 * Handles one captured packet.  Accepts answers only on a flow on which a SYN may have left: a
 * local firewall that rejects our SYN answers in the target's name, over loopback, perhaps before
 * the kernel reports the refusal.  TCP must come from the target's port to one of our flows and
 * acknowledge its SYN (RFC 9293 section 3.10.7.3: in SYN-SENT, a RST counts only if its ACK covers
 * the SYN).  An ICMP error must quote a flow's addresses, ports and sequence number.  If our own
 * NAT changes a SYN's source, its sequence number still identifies it, and answers to the new port
 * count, too.
 *
 * Anything else changes nothing, because anybody can send it without seeing our SYNs.  This
 * includes the ACK of an old connection (RFC 9293 section 3.10.7.4): our kernel's RST ends that
 * connection, and the next SYN is answered.  Fragmentation-needed and packet-too-big are not
 * answers.
 */
enum observed_event observed_on_packet(struct observed *observed, const struct packet *packet);

/* Is the target this machine? */
bool observed_is_own_address(const struct observed *observed);

/* Is this one of our packets to the target (packet_may_be_ours)? */
bool observed_is_ours(const struct observed *observed, const struct packet *packet);

/* Is it a TCP packet from the target's port to one of our flows?  *flow: which (-1: none). */
bool observed_is_theirs(const struct observed *observed, const struct packet *packet, int *flow);

/* Is it an ICMP error about a packet of ours to the target's port?  *flow: of which flow. */
bool observed_is_quoted(const struct observed *observed, const struct packet *packet, int *flow);

/* Is it any of these three, on one of our flows? */
bool observed_concerns(const struct observed *observed, const struct packet *packet);

/* The kind of such an answer; 0: it doesn't count.  As in the SYN-SENT state, RST is examined
 * before SYN, and FIN is ignored. */
enum answer_kind observed_tcp_kind(const struct packet *packet);
enum answer_kind observed_icmp_kind(const struct packet *packet);

/* The deciding answer: the weightiest, and the first of several such; or NULL. */
const struct observed_answer *observed_best(const struct observed *observed);

/* SYNs that left this machine: seen leaving, or answered. */
uint8_t observed_sent(const struct observed *observed);

#endif
