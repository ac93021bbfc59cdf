/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inspections COUNT PORT NAME ROOTS: so many handshakes with a server on loopback, its certificates
 * judged, for test_cost.py to count the instructions of; all in one process, where the inspector
 * has a child for each.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "inspector/tls/handshake.h"

enum { PATIENCE_S = 60 /* under valgrind */, CAP = 512 * 1024 };

static int connected(uint16_t port)
{
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0)
        exit(1);
    return fd;
}

static __attribute__((noinline)) void inspect_one(const struct handshake_setup *setup,
                                                  struct stream *stream, struct inspection *out)
{
    struct handshake *handshake = handshake_make(setup, stream, out);

    if (handshake == NULL || out->state != INSPECTION_TRUSTED)
        exit(1);
    handshake_end(handshake, "");
}

int main(int argc, char **argv)
{
    struct handshake_setup setup = {.alpn = ALPN_WEB};
    struct inspect_ask ask = {.kind = INSPECT_TLS};
    unsigned count = argc == 5 ? (unsigned)atoi(argv[1]) : 0;
    struct trust trust;

    if (count == 0 || !trust_load(&trust, argv[4], ""))
        return 2;
    ask.port = (uint16_t)atoi(argv[2]);
    snprintf(ask.name, sizeof(ask.name), "%s", argv[3]);
    setup.settings = handshake_settings_new();
    setup.trust = &trust;
    setup.ask = &ask;
    for (unsigned i = 0; i < count; i++) {
        struct inspection out = {.alert = -1, .checked_s = time(NULL)};
        struct stream stream = {.fd = connected(ask.port), .cap = CAP};
        stream.start_ns = clock_now_ns();
        stream.deadline_ns = stream.start_ns + PATIENCE_S * NS_PER_S;
        inspect_one(&setup, &stream, &out);
        close(stream.fd);
    }
    printf("%u inspections\n", count);
    return 0;
}
