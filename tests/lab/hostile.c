/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile SOCKET SEED COUNT [well-formed]: sends the prober COUNT messages that are random,
 * mutated from good ones, or good but about what may not be probed (only these if
 * well-formed); connects again when it is dropped, and waits a second before it leaves.
 * Prints "sent N sessions N answers N".  It knows the wire's layout by itself
 * (common/contract/wire.h).
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { HELLO = 1, PING, CHECK, CANCEL, HELLO_LEN = 7, CHECK_LEN = 32, MESSAGE_MAX = 64 };

static uint64_t state;
static int well_formed;

static uint32_t draw(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % below;
}

static int connect_to(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

    strncpy(name.sun_path, path, sizeof(name.sun_path) - 1);
    for (int i = 0; i < 2000; i++) { /* it may be busy dropping others of ours */
        if (connect(fd, (struct sockaddr *)&name, sizeof(name)) == 0)
            return fd;
        usleep(5000);
    }
    perror(path);
    exit(1);
}

static size_t put_hello(uint8_t *out)
{
    memcpy(out, (const uint8_t[]){HELLO, 0x50, 0x4c, 0x49, 0x54, 0, 3}, HELLO_LEN);
    return HELLO_LEN;
}

/* Whom to ask about: addresses near all borders of what may be asked. */
static void put_address(uint8_t *family, uint8_t *bytes)
{
    static const uint8_t starts[][4] = {
        {10, 0, 0, 1},   {127, 0, 0, 1},  {169, 254, 169, 254}, {192, 168, 1, 1},
        {172, 16, 0, 1}, {100, 64, 0, 1}, {224, 0, 0, 1},       {255, 255, 255, 255},
        {0, 0, 0, 0},    {45, 30, 3, 2},  {45, 30, 3, 2},       {45, 30, 1, 1}};
    static const uint8_t starts6[][2] = {{0, 0},       {0x20, 0x02}, {0xfe, 0x80}, {0xfc, 0},
                                         {0x26, 0x06}, {0x3f, 0xff}, {0x20, 0x01}, {0xff, 2}};

    memset(bytes, 0, 16);
    if (draw(3) > 0) {
        *family = 4;
        memcpy(bytes, starts[draw(sizeof(starts) / sizeof(starts[0]))], 4);
        if (draw(8) == 0)
            bytes[draw(4)] = (uint8_t)draw(256);
        return;
    }
    *family = 6;
    memcpy(bytes, starts6[draw(sizeof(starts6) / sizeof(starts6[0]))], 2);
    for (int i = 2; i < 16; i++)
        bytes[i] = draw(2) ? (uint8_t)draw(256) : 0;
}

static size_t put_check(uint8_t *out)
{
    static const uint16_t ports[] = {443, 22, 80, 25, 1, 444, 65535, 8081};
    unsigned count = 1 + draw(3), first = draw(8);

    memset(out, 0, CHECK_LEN);
    out[0] = CHECK;
    out[3] = (uint8_t)draw(4);
    out[4] = (uint8_t)draw(256);
    put_address(&out[5], &out[6]);
    out[22] = (uint8_t)count;
    for (unsigned i = 0; i < count; i++) {
        uint16_t port = ports[(first + i) % 8]; /* twice the same would be malformed */
        out[23 + 2 * i] = (uint8_t)(port >> 8);
        out[24 + 2 * i] = (uint8_t)port;
    }
    if (draw(4) == 0)
        out[29] = (uint8_t)draw(256);
    out[31] = (uint8_t)(draw(8) == 0 ? draw(4) : 0);
    return CHECK_LEN;
}

static size_t put_message(uint8_t *out)
{
    size_t len;

    switch (draw(64) | (well_formed ? 64U : 0)) {
    case 0:
        out[0] = PING;
        len = 9;
        break;
    case 1:
        out[0] = CANCEL;
        len = 5;
        break;
    case 2:
        len = 1 + draw(MESSAGE_MAX - 1);
        for (size_t i = 0; i < len; i++)
            out[i] = (uint8_t)draw(256);
        return len;
    default: len = put_check(out); break;
    }
    for (size_t i = out[0] == CHECK ? len : 1; i < len; i++)
        out[i] = (uint8_t)draw(256);
    if (well_formed)
        return len;
    if (draw(256) == 0) /* one of its bits is wrong, */
        out[draw((uint32_t)len)] ^= (uint8_t)(1 << draw(8));
    if (draw(512) == 0) /* or its length */
        len = 1 + draw(MESSAGE_MAX - 1);
    return len;
}

int main(int argc, char **argv)
{
    unsigned long count = argc >= 4 ? strtoul(argv[3], NULL, 10) : 0;
    unsigned long sessions = 0, answers = 0, sent = 0;
    uint8_t message[MESSAGE_MAX], answer[512];
    int fd = -1;

    if (count == 0)
        return 2;
    well_formed = argc == 5;
    state = strtoull(argv[2], NULL, 10) * 0x9e3779b97f4a7c15 + 1;
    while (sent < count) {
        if (fd < 0) {
            fd = connect_to(argv[1]);
            sessions++;
            send(fd, message, put_hello(message), MSG_NOSIGNAL);
        }
        size_t len = put_message(message);
        ssize_t rc = send(fd, message, len, MSG_NOSIGNAL | MSG_DONTWAIT);
        sent += rc > 0;
        while (
            (rc = rc < 0 && errno != EAGAIN ? 0 : recv(fd, answer, sizeof(answer), MSG_DONTWAIT)) >
            0)
            answers++;
        if (rc == 0 || (rc < 0 && errno != EAGAIN)) {
            close(fd);
            fd = -1;
        }
    }
    sleep(1);
    printf("sent %lu sessions %lu answers %lu\n", sent, sessions, answers);
    return 0;
}
