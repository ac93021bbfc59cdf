/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seeds DIRECTORY: writes the first seeds of the packet, wire, dns and dns_reply targets,
 * made from the tests' frames, one message of each type, and replies about a name (make
 * seeds).
 */
#include <stdio.h>
#include <sys/stat.h>

#include "common/contract/wire.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/name_server.h"

static void write_seed(const char *directory, const char *target, const char *name,
                       const void *data, size_t len)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", directory, target);
    mkdir(path, 0755);
    snprintf(path, sizeof(path), "%s/%s/%s", directory, target, name);
    file = fopen(path, "wb");
    if (file == NULL || fwrite(data, 1, len, file) != len)
        perror(path);
    if (file != NULL)
        fclose(file);
}

/* Both replies, the first with its length in front. */
static void write_dns_seed(const char *directory, const char *name, unsigned flags,
                           const char *const *addresses, unsigned ipv4, unsigned ipv6)
{
    uint8_t seed[2 + 2 * NAME_SERVER_REPLY_MAX_LEN];
    size_t first = name_server_reply(seed + 2, ADDR_IPV4, flags, addresses, ipv4);
    size_t len = name_server_reply(seed + 2 + first, ADDR_IPV6, flags, addresses + ipv4, ipv6);

    seed[0] = (uint8_t)(first >> 8);
    seed[1] = (uint8_t)first;
    write_seed(directory, "dns", name, seed, 2 + first + len);
}

static void write_dns_seeds(const char *directory)
{
    static const struct {
        const char *name;
        unsigned flags;
        const char *addresses[4];
        unsigned ipv4, ipv6;
    } seeds[] = {
        {"ipv6-alone", 0, {"2606:4700::1"}, 0, 1},
        {"both", 0, {"9.9.9.9", "2606:4700::1"}, 1, 1},
        {"several", 0, {"9.9.9.9", "8.8.4.4", "2606:4700::1", "2606:4700::2"}, 2, 2},
        {"private", 0, {"9.9.9.9", "10.0.0.1", "2606:4700::1"}, 2, 1},
        {"mapped", 0, {"9.9.9.9", "::ffff:127.0.0.1"}, 1, 1},
        {"denied", 0, {"93.184.216.34"}, 1, 0},
        {"other-owner", 0, {"9.9.9.9", "@127.0.0.1", "@::1"}, 2, 1},
        {"other-family", 0, {"2606:4700::1", "9.9.9.9", "9.9.9.9"}, 2, 1},
        {"nothing", 0, {NULL}, 0, 0},
        {"no-name", NAME_SERVER_NO_NAME, {NULL}, 0, 0},
        {"failed", NAME_SERVER_FAILED, {NULL}, 0, 0},
        {"truncated", NAME_SERVER_TRUNCATED, {"9.9.9.9"}, 1, 0},
        {"alias", 0, {"@12 > a.@16", "@45 9.9.9.9", "@12 > A.example.NET"}, 2, 1},
        {"loop", 0, {"@12 > a.@16", "@45 > @12", "9.9.9.9"}, 2, 1},
    };

    for (unsigned i = 0; i < ARRAY_LEN(seeds); i++)
        write_dns_seed(directory, seeds[i].name, seeds[i].flags, seeds[i].addresses, seeds[i].ipv4,
                       seeds[i].ipv6);
}

static void write_dns_reply_seeds(const char *directory)
{
    static const struct {
        const char *name;
        enum addr_family asked;
        const char *records[4];
        unsigned count;
    } seeds[] = {
        {"ipv4", ADDR_IPV4, {"9.9.9.9", "8.8.4.4"}, 2},
        {"ipv6", ADDR_IPV6, {"2606:4700::1", "9.9.9.9"}, 2},
        {"other-owner", ADDR_IPV4, {"@127.0.0.1", "WWW.example.NET 9.9.9.9"}, 2},
        {"chain", ADDR_IPV4, {"@12 > a.@16", "@45 > b.net", "b.net 9.9.9.9"}, 3},
        {"backwards", ADDR_IPV4, {"b.net 9.9.9.9", "a.net > b.net", "@12 > a.net"}, 3},
        {"broken", ADDR_IPV4, {"@12 > a.net", "b.net > c.net", "c.net 9.9.9.9"}, 3},
        {"loop", ADDR_IPV4, {"@12 > a.net", "a.net > www.example.net", "a.net 9.9.9.9"}, 3},
        {"two-targets", ADDR_IPV4, {"@12 > a.net", "@12 > b.net", "a.net 9.9.9.9"}, 3},
        {"beside-alias", ADDR_IPV6, {"@12 > a.net", "::1", "a.net 2606:4700::1", "@::2"}, 4},
        {"nothing", ADDR_IPV6, {NULL}, 0},
    };

    for (unsigned i = 0; i < ARRAY_LEN(seeds); i++) {
        uint8_t reply[NAME_SERVER_REPLY_MAX_LEN];
        size_t len = name_server_reply(reply, seeds[i].asked, 0, seeds[i].records, seeds[i].count);
        write_seed(directory, "dns_reply", seeds[i].name, reply, len);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        struct wire_message message;
    } messages[] = {
        {"hello", {.type = WIRE_HELLO}},
        {"ping", {.type = WIRE_PING, .token = 1}},
        {"check",
         {.type = WIRE_CHECK, .check = {1, {ADDR_IPV4, {198, 18, 3, 2}}, 2, {80, 443}, 3000}}},
        {"cancel", {.type = WIRE_CANCEL, .job = 1}},
        {"welcome", {.type = WIRE_WELCOME, .welcome = {3, 3000, 600}}},
        {"pong", {.type = WIRE_PONG, .pong = {1, 2, 3, 4, 5}}},
        {"refused", {.type = WIRE_REFUSED, .refused = {1, REFUSED_BUSY, WIRE_NO_PORT, 1000}}},
        {"result",
         {.type = WIRE_RESULT,
          .result = {1,
                     true,
                     {.port = 443,
                      .state = STATE_OPEN,
                      .responder = {ADDR_IPV6, {0x20, 1}},
                      .ttl = 62}}}},
        {"trace",
         {.type = WIRE_CHECK,
          .check = {.job = 2,
                    .addr = {ADDR_IPV6, {0x20, 1}},
                    .port_count = 1,
                    .ports = {22},
                    .trace = true,
                    .packets = true}}},
        {"hop",
         {.type = WIRE_HOP,
          .hop =
              {.job = 2, .port = 22, .hop = 3, .addr = {ADDR_IPV4, {198, 18, 2, 1}}, .rtt_ns = 7}}},
        {"packet",
         {.type = WIRE_PACKET,
          .packet =
              {.job = 2, .port = 22, .time_ns = 9, .outgoing = true, .len = 20, .bytes = {0x45}}}},
    };
    const struct frame *frame;

    if (argc != 2)
        return 2;
    for (unsigned i = 0; (frame = frame_at(i)) != NULL; i++)
        write_seed(argv[1], "packet", frame->name, frame->bytes, frame->len);
    for (unsigned i = 0; i < ARRAY_LEN(messages); i++) {
        uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
        size_t len = wire_encode(&messages[i].message, bytes);
        write_seed(argv[1], "wire", messages[i].name, bytes, len);
    }
    write_dns_seeds(argv[1]);
    write_dns_reply_seeds(argv[1]);
    return 0;
}
