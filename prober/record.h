/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that was seen of one probe: its SYNs leaving and what came back.
 * Pure; the prober.  This is where a stranger's packet is believed or not; what
 * it means is classify.h's to say.
 */
#ifndef PORTLIGHT_RECORD_H
#define PORTLIGHT_RECORD_H

#include "common/packet.h"
#include "prober/schedule.h"

enum { RECORD_ANSWERS_MAX = 4, RECORD_NO_TRY = 0xff };

struct record_flow {
    uint32_t seq;
    uint16_t sport;
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
    uint8_t ttl, tos;
    uint8_t icmp_type, icmp_code;
    uint8_t quoted_ttl;
};

struct record {
    struct addr src, dst;
    uint16_t dport;
    uint8_t tos; /* of the SYNs */
    struct record_flow flows[SCHEDULE_FLOWS];
    struct record_try tries[SCHEDULE_STEPS];
    uint8_t try_count; /* handed to the kernel */
    struct record_answer answers[RECORD_ANSWERS_MAX];
    uint8_t answer_count;
    uint8_t refused;   /* SYNs that the kernel did not take */
    int send_error;    /* the last one's errno */
    bool out_of_time;  /* set by the owner: what comes now is late */
    bool capture_lost; /* set by the owner: packets were lost meanwhile */
    bool target_alive; /* set by the owner: another port of the check answered */
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
};

/*
 * Judges one captured packet.  Only a flow on which a SYN may have left can be
 * answered: a local firewall that rejects our SYN answers in the target's name.
 * TCP must come from the target's port to one of
 * our flows and acknowledge its SYN (RFC 9293 section 3.10.7.3: in SYN-SENT a
 * RST counts only if its ACK covers the SYN); an ICMP error must quote a flow's
 * addresses, ports and sequence number.  Fragmentation-needed and packet-too-big
 * are no answer.
 */
enum record_event record_see(struct record *record, const struct packet *packet);

/* The answer that decides, or NULL.  Of several, the heaviest, then the first. */
const struct record_answer *record_best(const struct record *record);

/* SYNs that left this machine: seen leaving, or answered. */
uint8_t record_sent(const struct record *record);

#endif
