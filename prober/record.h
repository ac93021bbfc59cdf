/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that was seen of one probe: its SYNs leaving and what came back.
 * Pure; the prober.  This is where a stranger's packet is believed or not; what
 * it means is classify.h's to say.
 */
#ifndef PORTLIGHT_RECORD_H
#define PORTLIGHT_RECORD_H

#include "common/packet.h"
#include "common/schedule.h"

enum { RECORD_ANSWERS_MAX = 4, RECORD_NO_TRY = 0xff };

/* The flows of the schedule, and one more for the lone ACK that silent ports get. */
enum { RECORD_ACK_FLOW = SCHEDULE_FLOWS, RECORD_FLOWS };

struct record_flow {
    uint32_t seq;
    uint16_t sport;
    uint16_t nat_sport; /* what this machine's own NAT made of it; 0: nothing */
};

/* One SYN.  ts_value, and on IPv4 ip_id, tell the two sends of a flow apart. */
struct record_try {
    uint64_t left_ns; /* capture clock: its copy was seen leaving; 0: not seen */
    uint32_t ts_value;
    uint16_t ip_id;
    uint8_t flow;
    bool refused; /* set by the owner: the kernel did not take it */
};

/* In order of weight: a later one beats an earlier one (VERDICTS 3.1 A6). */
enum answer_kind { ANSWER_TTL_EXCEEDED = 1, ANSWER_UNREACHABLE, ANSWER_RESET, ANSWER_SYN_ACK };

struct record_answer {
    uint64_t time_ns; /* capture clock */
    struct addr from;
    uint8_t kind;      /* enum answer_kind */
    uint8_t try;       /* the SYN it answers, or RECORD_NO_TRY */
    bool try_is_guess; /* both sends of its flow could be meant */
    bool late;         /* it came after the probe's time */
    bool window_zero;
    bool no_options; /* TCP: none, though we offered some */
    bool flow_label_set;
    bool dont_fragment;
    bool ip_id_zero;
    uint16_t window;
    uint8_t ttl, tos;
    uint8_t icmp_type, icmp_code;
    uint8_t quoted_ttl;
};

struct record {
    struct addr src, dst;
    struct addr nat_src; /* what our own NAT made of src, or ADDR_NONE */
    uint16_t dport;
    uint8_t tos; /* of the SYNs */
    struct record_flow flows[RECORD_FLOWS];
    struct record_try tries[SCHEDULE_STEPS];
    uint8_t try_count;             /* handed to the kernel */
    struct record_answer *answers; /* the owner's room for RECORD_ANSWERS_MAX: most need none */
    uint8_t answer_count;
    uint8_t refused;   /* SYNs that the kernel did not take */
    int send_error;    /* the last one's errno */
    uint8_t planned;   /* set by the owner: SYNs that a silent port gets */
    bool out_of_time;  /* set by the owner: what comes now is late */
    bool capture_lost; /* set by the owner: packets were lost meanwhile */
    uint32_t ack;      /* of the lone ACK: its RST has this sequence number */
    bool ack_asked, ack_answered;
    uint8_t ack_ttl;   /* of the RST that answered it */
    bool bad_ack;      /* a SYN-ACK or RST for something we never sent came */
    bool stale;        /* an ACK without SYN came: an old connection */
    uint8_t half_open; /* bit n: flow n's SYN was accepted */
    uint8_t torn_down; /* bit n: a RST of ours for that connection left */
};

enum record_event {
    RECORD_IGNORED = 0,
    RECORD_LEFT,     /* one of our SYNs, or the RST that ends a connection */
    RECORD_STALE,    /* an ACK of an old connection: ask again on another flow */
    RECORD_ANSWERED, /* an answer was added, or an equal one is there already */
    RECORD_ALIVE,    /* the lone ACK was answered */
};

/*
 * Judges one captured packet.  Only a flow on which a SYN may have left can be
 * answered: a local firewall that rejects our SYN answers in the target's name.
 * TCP must come from the target's port to one of
 * our flows and acknowledge its SYN (RFC 9293 section 3.10.7.3: in SYN-SENT a
 * RST counts only if its ACK covers the SYN); an ICMP error must quote a flow's
 * addresses, ports and sequence number.  A SYN that our own NAT sends from another
 * port is recognised by its sequence number, and answers to that port count too.
 * Fragmentation-needed and packet-too-big
 * are no answer.
 */
enum record_event record_see(struct record *record, const struct packet *packet);

/* Takes the TCP answer to a SYN with a small TTL, which path.h believed, if it weighs
 * more than all answers so far: a port that answers any SYN of ours is not silent. */
bool record_adopt(struct record *record, const struct packet *packet);

/* Is this one of our packets to the target, going out; or, on loopback where libpcap
 * shows each packet only once, arriving? */
bool record_is_ours(const struct record *record, const struct packet *packet);

/* Is it a TCP packet from the target's port to us?  Of which flow (-1: none)? */
bool record_is_theirs(const struct record *record, const struct packet *packet, int *flow);

/* Is it an ICMP error about a packet of ours to the target's port?  Of which flow? */
bool record_is_quoted(const struct record *record, const struct packet *packet, int *flow);

/* Is it any of these, of a flow of ours? */
bool record_concerns(const struct record *record, const struct packet *packet);

/* The kind of such an answer, or 0: one that doesn't count. */
enum answer_kind record_tcp_kind(const struct packet *packet);
enum answer_kind record_icmp_kind(const struct packet *packet);

/* The answer that decides, or NULL.  Of several, the heaviest, then the first. */
const struct record_answer *record_best(const struct record *record);

/* SYNs that left this machine: seen leaving, or answered. */
uint8_t record_sent(const struct record *record);

#endif
