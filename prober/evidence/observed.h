/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that was seen of one probe: its SYNs leaving and what came back.
 * Pure; the prober.  This is where a stranger's packet is believed or not; what
 * it means is classify.h's to say.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_OBSERVED_H
#define PORTLIGHT_PROBER_EVIDENCE_OBSERVED_H

#include "common/net/packet.h"
#include "common/contract/syn_schedule.h"

enum { RECORD_ANSWERS_MAX = 4, RECORD_NO_TRY = 0xff };

/* The flows of the schedule, and one more for the lone ACK that silent ports get. */
enum { RECORD_ACK_FLOW = SCHEDULE_FLOWS, RECORD_FLOWS };

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

/* What most records never need; the owner's. */
struct record_room {
    struct record_answer answers[RECORD_ANSWERS_MAX];
    struct addr nat_src;               /* what this machine's own NAT made of src */
    uint16_t nat_sports[RECORD_FLOWS]; /* and of the ports; 0: nothing */
};

/* Its SYNs are numbered as the schedule has them, which says the flow of each.  There are a
 * hundred thousand of these: what can be worked out is not kept. */
struct record {
    struct addr src, dst;
    uint16_t dport;
    uint32_t seqs[RECORD_FLOWS];
    uint32_t ack;      /* of the lone ACK: its RST has this sequence number */
    uint32_t ts_value; /* of the first SYN */
    uint64_t first_left_ns;
    uint32_t left[SCHEDULE_STEPS]; /* see record_left_ns */
    struct record_room *room;
    uint16_t sports[RECORD_FLOWS];
    uint16_t ip_id;     /* of the first SYN, odd */
    int16_t send_error; /* errno of the last SYN that was refused */
    uint8_t tos;        /* of the SYNs */
    uint8_t try_count;  /* SYNs handed to the kernel */
    uint8_t refused;    /* set by the owner: bit n: the kernel did not take SYN n */
    uint8_t planned;    /* set by the owner: SYNs that a silent port gets */
    uint8_t answer_count;
    uint8_t ack_ttl;       /* of the RST that answered the lone ACK */
    uint8_t half_open;     /* bit n: flow n's SYN was accepted */
    uint8_t torn_down;     /* bit n: a RST of ours for that connection left */
    bool out_of_time : 1;  /* set by the owner: what comes now is late */
    bool capture_lost : 1; /* set by the owner: packets were lost meanwhile */
    bool has_nat : 1;      /* the room says what became of src and sports */
    bool ack_asked : 1, ack_answered : 1;
    bool bad_ack : 1; /* a SYN-ACK or RST for something we never sent came */
    bool stale : 1;   /* an ACK without SYN came: an old connection */
};

/* The flow of SYN n. */
uint8_t record_flow(unsigned n);

/* What tells the two SYNs of a flow apart: its TSval (RFC 7323), by a clock of 1 kHz that
 * follows the schedule, and on IPv4 its identification, which is never 0. */
uint32_t record_ts_value(const struct record *record, unsigned n);
uint16_t record_ip_id(const struct record *record, unsigned n);

/* When SYN n was seen leaving, by the capture's clock; 0: it was not.  When that clock was set
 * meanwhile, the earlier SYNs have times by the new one. */
uint64_t record_left_ns(const struct record *record, unsigned n);
void record_set_left(struct record *record, unsigned n, uint64_t time_ns);

enum record_event {
    RECORD_IGNORED = 0,
    RECORD_LEFT,     /* one of our SYNs, or the RST that ends a connection */
    RECORD_STALE,    /* an ACK of an old connection: ask again on another flow */
    RECORD_ANSWERED, /* an answer was added, or an equal one is there already */
    RECORD_ALIVE,    /* the lone ACK was answered */
};

/*
 * Judges one captured packet.  Only a flow on which a SYN may have left can be
 * answered: a local firewall that rejects our SYN answers in the target's name, over
 * loopback, perhaps before we hear of the refusal.  TCP must come from the target's port to
 * one of our flows and acknowledge its SYN (RFC 9293 section 3.10.7.3: in SYN-SENT a
 * RST counts only if its ACK covers the SYN); an ICMP error must quote a flow's
 * addresses, ports and sequence number.  A SYN that our own NAT sends from another
 * port is recognised by its sequence number, and answers to that port count too.
 * Fragmentation-needed and packet-too-big are no answer.
 */
enum record_event record_see(struct record *record, const struct packet *packet);

/* Takes the TCP answer to a SYN with a small TTL, which path.h believed, if it weighs
 * more than all answers so far: a port that answers any SYN of ours is not silent. */
bool record_adopt(struct record *record, const struct packet *packet);

/* Is this one of our packets to the target (packet_may_be_ours)? */
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
