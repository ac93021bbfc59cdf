/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * packets FROM FIRST COUNT PORT
 *
 * What a packet costs without a prober, for make bench: COUNT SYNs like the prober's, to port PORT
 * of as many addresses from FIRST on, through one raw socket with its packets by the dozen.
 * Prints one line of JSON.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "common/base/clock.h"
#include "prober/io/send_batch.h"

static double cpu_seconds(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
    static struct send_batch batch;
    struct segment syn = {.sport = 60999, .ttl = 64, .tos = 0x28, .ip_id = 1, .flags = TCP_SYN};
    long count = argc == 5 ? atol(argv[3]) : 0;
    unsigned long refused = 0;
    uint64_t begin_ns;
    double cpu;

    batch.fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
    if (count == 0 || !addr_parse(argv[1], &syn.src) || !addr_parse(argv[2], &syn.dst) ||
        batch.fd < 0) {
        fprintf(stderr, "usage: packets FROM FIRST COUNT PORT; %s\n", strerror(errno));
        return 1;
    }
    syn.dport = (uint16_t)atoi(argv[4]);
    begin_ns = clock_now_ns();
    cpu = cpu_seconds();
    for (long i = 0; i < count; i++) {
        for (int byte = 3; ++syn.dst.bytes[byte] == 0;)
            byte--;
        syn.seq = (uint32_t)i;
        send_batch_add(&batch, &syn, 0);
        if (batch.count < BATCH_MAX && i + 1 < count)
            continue;
        send_batch_flush(&batch);
        refused += batch.refused;
        batch.count = 0;
    }
    printf("{\"packets\": %ld, \"refused\": %lu, \"seconds\": %.6f, \"cpu_seconds\": %.6f}\n",
           count, refused, (double)(clock_now_ns() - begin_ns) / 1e9, cpu_seconds() - cpu);
    return 0;
}
