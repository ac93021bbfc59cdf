/* SPDX-License-Identifier: BSD-2-Clause */
/* How a host or a device answers: the habits of its TCP, its packet filter and its ICMP. */
#ifndef PORTLIGHT_TEST_WORLD_STACK_H
#define PORTLIGHT_TEST_WORLD_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "common/net/packet.h"

enum stack_dscp { STACK_DSCP_FOLLOWS = 0, STACK_DSCP_ZERO, STACK_DSCP_LOW_DELAY, STACK_DSCP_OTHER };
enum stack_id { STACK_ID_ZERO = 0, STACK_ID_RANDOM, STACK_ID_COPIED };
enum stack_label { STACK_LABEL_SET = 0, STACK_LABEL_ZERO, STACK_LABEL_COPIED };

struct world_stack {
    uint8_t ttl, echo_ttl; /* with which its packets start; 0: with what was left of ours */
    uint8_t dscp;          /* enum stack_dscp, of resets */
    uint8_t other_tos;
    uint8_t id;    /* enum stack_id */
    uint8_t label; /* enum stack_label */
    bool window;   /* resets have one, too */
    bool bare;     /* SYN-ACKs without options */
};

/* One of our packets, as it arrives. */
struct world_packet {
    struct packet packet; /* our own, with TTL and TOS as they are there */
    bool echo;
};

/* The random part of an answer. */
struct stack_chance {
    uint32_t seq, label;
    uint16_t id;
};

/* The answers, ready to leave: the TTL is the first one. */
struct packet stack_syn_ack(const struct world_stack *stack, const struct world_packet *syn,
                            bool proxy, struct stack_chance chance);
struct packet stack_reset(const struct world_stack *stack, const struct world_packet *syn,
                          struct stack_chance chance);
struct packet stack_reset_of_ack(const struct world_stack *stack, const struct world_packet *ack);
struct packet stack_echo_reply(const struct world_stack *stack, const struct world_packet *request);

/* An error about our packet, which is quoted with the TTL that it has. */
struct packet stack_error(const struct addr *from, uint8_t ttl, const struct world_packet *about,
                          uint8_t type, uint8_t code);

#endif
