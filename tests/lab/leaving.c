/* SPDX-License-Identifier: BSD-2-Clause */
/* leaving COUNT: queues so many resets to 127.0.0.9 with the prober's sender, and ends as the
 * prober does. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prober/io/raw_sender.h"

static void on_failed(void *context, uint64_t tag, int error)
{
    (void)context;
    printf("%u: %s\n", (unsigned)tag, strerror(error));
}

int main(int argc, char **argv)
{
    struct raw_sender *sender = raw_sender_open(on_failed, NULL);
    struct segment rst = {
        .src = {ADDR_IPV4, {127, 0, 0, 1}},
        .dst = {ADDR_IPV4, {127, 0, 0, 9}},
        .sport = 61000,
        .dport = 9,
        .flags = TCP_RST,
        .ttl = 64,
    };

    if (argc != 2 || sender == NULL || raw_sender_start_thread(sender) != 0) {
        fprintf(stderr, "leaving: %s\n", strerror(errno));
        return 1;
    }
    for (int i = 0; i < atoi(argv[1]); i++) {
        rst.seq = (uint32_t)i;
        raw_sender_queue(sender, &rst, (uint64_t)i);
    }
    raw_sender_finish(sender);
    printf("%llu\n", (unsigned long long)raw_sender_count(sender));
    return 0;
}
