/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that was seen of one probe: its SYNs on their way out, and what came back.  Pure;
 * the prober.  This decides whether a stranger's packet is believed; classify.h says what it
 * means.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_OBSERVED_H
#define PORTLIGHT_PROBER_EVIDENCE_OBSERVED_H

#include "common/contract/syn_schedule.h"
#include "common/net/packet.h"

enum { OBSERVED_ANSWERS_MAX = 4, OBSERVED_NO_ATTEMPT = 0xff };

/* The flows of the schedule, and one more for the lone ACK that silent ports get. */
enum { OBSERVED_ACK_FLOW = SYN_SCHEDULE_FLOWS, OBSERVED_FLOWS };

/* That these agree is no chance, if paths are chosen by flow. */
enum { OBSERVED_FLOWS_MANY = SYN_SCHEDULE_FLOWS };

/* In order of weight: a later one beats an earlier one (docs/verdicts.md). */
enum answer_kind { ANSWER_TTL_EXCEEDED = 1, ANSWER_UNREACHABLE, ANSWER_RESET, ANSWER_SYN_ACK };

struct observed_answer {
    uint64_t time_ns; /* capture clock */
    struct addr from;
    uint8_t kind;          /* enum answer_kind */
    uint8_t attempt;       /* the SYN it answers, or OBSERVED_NO_ATTEMPT */
    bool attempt_is_guess; /* both sends of its flow could be meant */
    bool late;             /* it came after the probe's time */
    bool window_zero;
    bool no_options;                        /* TCP: none, though we offered some */
    bool flow_label_set, flow_label_copied; /* as in our SYN */
    bool dont_fragment;
    bool ip_id_zero, ip_id_copied; /* as in our SYN */
    uint16_t window;
    uint8_t ttl, tos;
    uint8_t icmp_type, icmp_code;
    uint8_t quoted_ttl;
};

/* The weightiest answer of one flow, in short. */
struct observed_flow_answer {
    uint8_t kind; /* enum answer_kind; 0: none */
    uint8_t ttl, tos;
    uint8_t looks : 4;  /* of a RST: what each stack does always, or never */
    bool has_reset : 1; /* a RST came, be it the weightiest or not */
};

/* What most probes never need.  The owner provides it. */
struct observed_extra {
    struct observed_answer answers[OBSERVED_ANSWERS_MAX];
    struct observed_flow_answer flows[SYN_SCHEDULE_FLOWS]; /* once there is an answer */
    struct addr nat_src;                 /* what this machine's own NAT made of src */
    uint16_t nat_sports[OBSERVED_FLOWS]; /* and of the ports; 0: nothing */
};

/* SYNs have the schedule's numbers, which also say their flows.  There are a hundred thousand
 * of these, so what can be computed is not stored. */
struct observed {
    struct addr src, dst;
    uint16_t dport;
    uint32_t seqs[OBSERVED_FLOWS];
    uint32_t ack;      /* of the lone ACK: its RST has this sequence number */
    uint32_t ts_value; /* of the first SYN */
    uint64_t first_egress_ns;
    uint32_t egress[SYN_SCHEDULE_ATTEMPTS]; /* see observed_egress_ns */
    struct observed_extra *extra;
    uint16_t sports[OBSERVED_FLOWS];
    uint16_t ip_id;        /* of the first SYN, odd */
    int16_t send_error;    /* errno of the last SYN that was refused */
    uint8_t attempt_count; /* SYNs handed to the kernel */
    uint8_t refused;       /* set by the owner: bit n: the kernel did not take SYN n */
    uint8_t planned;       /* set by the owner: SYNs that a silent port gets */
    uint8_t answer_count;
    uint8_t ack_ttl;       /* of the RST that answered the lone ACK */
    uint8_t half_open;     /* bit n: flow n's SYN was accepted */
    uint8_t torn_down;     /* bit n: a RST of ours for that connection left */
    bool out_of_time : 1;  /* set by the owner: what comes now is late */
    bool capture_lost : 1; /* set by the owner: packets were lost meanwhile */
    bool has_nat : 1;      /* `extra` says what our own NAT made of src and sports */
    bool ack_asked : 1, ack_answered : 1;
};

/* The flow of SYN n. */
uint8_t observed_flow(unsigned n);

/* What tells the two SYNs of a flow apart: its TSval (RFC 7323), by a clock of 1 kHz that
 * follows the schedule, and on IPv4 its identification, which is never 0. */
uint32_t observed_ts_value(const struct observed *observed, unsigned n);
uint16_t observed_ip_id(const struct observed *observed, unsigned n);

/* The flow label of a flow (RFC 6437), never 0. */
uint32_t observed_flow_label(const struct observed *observed, unsigned flow);

/* When SYN n was seen leaving, by the capture's clock; 0: it was not.  When that clock was set
 * meanwhile, the earlier SYNs have times by the new one. */
uint64_t observed_egress_ns(const struct observed *observed, unsigned n);

/* From the SYN that was answered to its answer, by the capture's clock; 0: not known. */
uint64_t observed_rtt_ns(const struct observed *observed, const struct observed_answer *answer);
void observed_set_egress(struct observed *observed, unsigned n, uint64_t time_ns);

enum observed_event {
    OBSERVED_IGNORED = 0,
    OBSERVED_EGRESS,   /* one of our SYNs, or the RST that ends a connection */
    OBSERVED_ANSWERED, /* an answer was added, or an equal one is there already */
    OBSERVED_ALIVE,    /* the lone ACK was answered */
};

/*
 * Takes one captured packet.  Only a flow on which a SYN may have left can be
 * answered: a local firewall that rejects our SYN answers in the target's name, over
 * loopback, perhaps before the refusal is reported.  TCP must come from the target's port to
 * one of our flows and acknowledge its SYN (RFC 9293 section 3.10.7.3: in SYN-SENT a
 * RST counts only if its ACK covers the SYN); an ICMP error must quote a flow's
 * addresses, ports and sequence number.  A SYN that our own NAT sends from another
 * port is recognised by its sequence number, and answers to that port count too.
 * Anything else leaves no trace: whoever sees none of our SYNs can send it.  That holds for
 * the ACK of an old connection, too (RFC 9293 section 3.10.7.4): our kernel's RST ends that
 * one, and the next SYN is answered.
 * Fragmentation-needed and packet-too-big are no answer.
 */
enum observed_event observed_on_packet(struct observed *observed, const struct packet *packet);

/* Is the target this machine? */
bool observed_is_own_address(const struct observed *observed);

/* Is this one of our packets to the target (packet_may_be_ours)? */
bool observed_is_ours(const struct observed *observed, const struct packet *packet);

/* Is it a TCP packet from the target's port to us?  Of which flow (-1: none)? */
bool observed_is_theirs(const struct observed *observed, const struct packet *packet, int *flow);

/* Is it an ICMP error about a packet of ours to the target's port?  Of which flow? */
bool observed_is_quoted(const struct observed *observed, const struct packet *packet, int *flow);

/* Is it any of these, of a flow of ours? */
bool observed_concerns(const struct observed *observed, const struct packet *packet);

/* The kind of such an answer, or 0: one that doesn't count.  As in SYN-SENT a RST is looked at
 * before a SYN, and a FIN not at all. */
enum answer_kind observed_tcp_kind(const struct packet *packet);
enum answer_kind observed_icmp_kind(const struct packet *packet);

/* The answer that decides, or NULL.  Of several, the heaviest, then the first. */
const struct observed_answer *observed_best(const struct observed *observed);

/* SYNs that left this machine: seen leaving, or answered. */
uint8_t observed_sent(const struct observed *observed);

#endif
