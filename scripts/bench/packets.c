/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * packets FROM FIRST COUNT PORT [capture|answered|echoed]
 *
 * The floor, for make bench: what the same packets cost the simplest program.  Sends COUNT SYNs
 * like the prober's to port PORT of COUNT addresses from FIRST on, in batches through one raw
 * socket. With `capture`, the prober's capture runs and sees each of them leave; with `answered`,
 * it also waits for all answers; with `echoed`, it also sends an ICMP echo for each.  Has no
 * schedule, clients or verdicts.  Prints one line of JSON.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "common/base/clock.h"
#include "prober/io/capture.h"
#include "prober/io/send_batch.h"
#include "prober/packet/capture_marks.h"

enum { GROUP = 5, PORTS = 32 * GROUP, FRAMES = 4096, QUIET_MS = 200 };

struct floor {
    struct capture *capture; /* NULL: without a capture */
    unsigned long seen, answers, replies;
};

static double cpu_seconds(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void count(void *context, const struct packet *packet)
{
    struct floor *floor = context;

    if (packet->kind == PACKET_ECHO)
        floor->replies += packet->echo.reply;
    else if (packet->outgoing)
        floor->seen += packet->tcp.flags == TCP_SYN;
    else
        floor->answers += packet->tcp.flags == (TCP_SYN | TCP_ACK);
}

static void read_all(struct floor *floor)
{
    if (floor->capture != NULL)
        capture_read(floor->capture, FRAMES, count, floor);
}

/* Reads until everything has arrived, or nothing more does. */
static void wait_for(struct floor *floor, unsigned long answers, unsigned long replies)
{
    struct pollfd ready = {.fd = capture_fd(floor->capture), .events = POLLIN};

    while ((floor->answers < answers || floor->replies < replies) && poll(&ready, 1, QUIET_MS) == 1)
        read_all(floor);
}

/* Also reserves the ports, so that no program uses them. */
static bool open_capture(struct floor *floor, struct segment *syn, struct echo_request *echo)
{
    struct source_ports_span spans[SOURCE_PORTS_SPANS];
    static uint16_t ports[PORTS];
    char error[CAPTURE_ERROR_LEN];

    if (!source_ports_reserve(ports, PORTS, GROUP))
        return false;
    source_ports_spans(ports, PORTS, GROUP, spans);
    syn->sport = ports[0];
    echo->id = mark_echo_id(1, false, capture_owner(spans[0].low));
    floor->capture = capture_open(spans, error);
    return floor->capture != NULL;
}

static unsigned long flush(struct send_batch *batch, struct floor *floor)
{
    send_batch_flush(batch);
    batch->count = 0;
    read_all(floor);
    return batch->refused;
}

static unsigned long send_all(struct send_batch *batch, struct floor *floor, struct segment *syn,
                              struct echo_request *echo, long wanted)
{
    unsigned long refused = 0;

    for (long i = 0; i < wanted; i++) {
        for (int byte = 3; ++syn->dst.bytes[byte] == 0;)
            byte--;
        syn->seq = (uint32_t)i;
        send_batch_add(batch, syn, 0);
        echo->dst = syn->dst;
        echo->seq = (uint16_t)i;
        if (echo->ttl != 0)
            send_batch_add_echo(batch, echo, 0);
        if (batch->count + 2 > BATCH_MAX)
            refused += flush(batch, floor);
    }
    return refused + (batch->count > 0 ? flush(batch, floor) : 0);
}

int main(int argc, char **argv)
{
    static struct send_batch batch;
    struct segment syn = {.sport = 60999, .ttl = 64, .tos = 0x28, .ip_id = 1, .flags = TCP_SYN};
    struct echo_request echo = {.tos = 0x28, .ip_id = 1};
    const char *kind = argc == 6 ? argv[5] : "";
    long wanted = argc >= 5 ? atol(argv[3]) : 0;
    struct floor floor = {0};
    unsigned long refused;
    uint64_t begin_ns;
    double cpu;

    batch.fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
    if (wanted == 0 || !addr_parse(argv[1], &syn.src) || !addr_parse(argv[2], &syn.dst) ||
        batch.fd < 0 || (kind[0] != '\0' && !open_capture(&floor, &syn, &echo))) {
        fprintf(stderr, "usage: packets FROM FIRST COUNT PORT [capture|answered|echoed]; %s\n",
                strerror(errno));
        return 1;
    }
    syn.dport = (uint16_t)atoi(argv[4]);
    echo.src = syn.src;
    echo.ttl = strcmp(kind, "echoed") == 0 ? syn.ttl : 0;
    begin_ns = clock_now_ns();
    cpu = cpu_seconds();
    refused = send_all(&batch, &floor, &syn, &echo, wanted);
    if (kind[0] != '\0' && strcmp(kind, "capture") != 0)
        wait_for(&floor, (unsigned long)wanted, echo.ttl != 0 ? (unsigned long)wanted : 0);
    printf("{\"packets\": %ld, \"refused\": %lu, \"seen\": %lu, \"answers\": %lu, "
           "\"replies\": %lu, \"seconds\": %.6f, \"cpu_seconds\": %.6f}\n",
           wanted, refused, floor.seen, floor.answers, floor.replies,
           (double)(clock_now_ns() - begin_ns) / 1e9, cpu_seconds() - cpu);
    return 0;
}
