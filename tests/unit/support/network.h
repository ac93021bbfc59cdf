/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A network of one target for the engine, with a clock of its own: the ops that
 * the engine asks for, played by the test.  Time passes only in network_run.
 */
#ifndef PORTLIGHT_TEST_NETWORK_H
#define PORTLIGHT_TEST_NETWORK_H

#include "prober/engine/engine.h"

enum { NETWORK_HOST_TTL = 62, NETWORK_HOPS_MAX = 256, NETWORK_PACKETS_MAX = 1024 };

enum { NETWORK_LEFT_MAX = 1 << 18 };

enum { NETWORK_SENT_MAX = 65536, NETWORK_EVENTS_MAX = 4096, NETWORK_RESULTS_MAX = 65536 };

enum network_answer {
    NETWORK_SILENT = 0,
    NETWORK_OPEN,
    NETWORK_CLOSED,
    NETWORK_FORGED_OPEN,     /* a forged RST, 20 ms later the SYN-ACK */
    NETWORK_FORGED_FAR,      /* the same, with the SYN-ACK 700 ms later */
    NETWORK_PLAIN,           /* a RST that never bears a DSCP, as of FreeBSD */
    NETWORK_MARKED_ONLY,     /* SYNs with our DSCP open, others get nothing */
    NETWORK_DIVIDED,         /* closed on the first flow, open on the second */
    NETWORK_PROHIBITED,      /* ICMP from a router */
    NETWORK_PROHIBITED_NEAR, /* the same, with the host's SYN-ACK 700 ms later */
    NETWORK_NO_ROUTE,        /* ICMP from a router, at once */
    NETWORK_NO_NEIGHBOUR,    /* our own machine's word, 3.05 s after the first SYN */
    NETWORK_HOST_DOWN,       /* ICMP 3.05 s after the first SYN */
    NETWORK_OPEN_NEAR,       /* answers only SYNs with a small TTL */
    NETWORK_STALE_FIRST,     /* the first SYN meets an old connection */
};

struct network_sent {
    struct segment segment;
    uint64_t at_ns;
};

struct network_result {
    uint64_t at_ns;
    uint32_t peer;
    bool refused;
    struct wire_refused refusal;
    struct wire_result result;
};

struct network_event {
    uint64_t at_ns;
    struct packet packet;
};

struct test_network {
    struct engine *engine;
    struct policy policy;
    struct engine_config config;
    uint64_t now_ns, rtt_ns;
    enum network_answer answers[65536]; /* by port */
    unsigned loss_percent;              /* each way */
    unsigned limit; /* after so many RSTs and ICMP errors none comes; 0: no limit */
    unsigned limited;
    bool kernel_is_silent; /* sends no RST of its own */
    int send_error, source_error;
    enum route_kind route; /* to the target */
    bool queue_is_full;    /* what was sent before fails while more is being sent */
    uint64_t failed_tags[64];
    unsigned failed_count;
    uint64_t echo_behind_ns; /* its reply comes so much later than a SYN's */
    bool echo_replies; /* the target answers ICMP echo, which the policy allows only if told so */
    bool ack_answered; /* it answers lone ACKs, which are not kept in `sent` */
    unsigned echo_count, ack_count, hop_count, packet_count;
    struct echo_request echoes[64]; /* the first ones */
    unsigned left_count;            /* packets of all kinds, and when each left */
    uint64_t left_ns[NETWORK_LEFT_MAX];
    struct wire_hop hops[NETWORK_HOPS_MAX];
    struct wire_packet packets[NETWORK_PACKETS_MAX];
    uint64_t losses, random;
    unsigned sent_count, event_count, result_count;
    struct network_sent sent[NETWORK_SENT_MAX];
    struct network_event events[NETWORK_EVENTS_MAX];
    struct network_result results[NETWORK_RESULTS_MAX];
};

/* A network whose policy allows 198.18.0.0/15 and every port; RTT 50 ms. */
struct test_network *network_new(void);
/* After changes to policy or config: the engine starts. */
void network_start(struct test_network *network);
void network_free(struct test_network *network);

/* One CHECK of 198.18.3.2; ports end with 0. */
void network_check(struct test_network *network, uint32_t peer, uint32_t job,
                   const uint16_t *ports);
/* One CHECK of any kind: the job is set, and the target to 198.18.3.2 if it has none. */
void network_ask(struct test_network *network, uint32_t peer, uint32_t job,
                 struct wire_check check);

/* The most packets that left within any span of this length. */
unsigned network_busiest(const struct test_network *network, uint64_t span_ns);

/* A packet arrives now, whoever sent it. */
void network_inject(struct test_network *network, const struct packet *packet);
void network_run(struct test_network *network, uint64_t duration_ns);

/* The only result or refusal of the job; fails the test if there are more or none. */
const struct network_result *network_result(const struct test_network *network, uint32_t peer,
                                            uint32_t job, uint16_t port);

uint64_t network_random(struct test_network *network);

#endif
