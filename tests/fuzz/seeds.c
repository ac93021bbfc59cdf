/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seeds DIRECTORY: writes the first seeds of the packet, wire, dns, dns_reply, share and engine
 * targets, made from the tests' frames, one message of each type, and replies about a name (make
 * seeds).
 */
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/compiler.h"
#include "common/contract/frontend_frame.h"
#include "common/contract/inspect_wire.h"
#include "common/contract/wire.h"
#include "frontend/share/piece.h"
#include "frontend/share/statement.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/hello_frames.h"
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

/* Orders of fuzz_engine.c: its setup, then an order and what it takes. */
static void write_engine_seeds(const char *directory)
{
#define ASK(who, where, flags)                      0, who, where, flags
#define CANCEL(who)                                 2, who
#define FORGET(who)                                 3, who
#define WAIT(units)                                 4, units
#define LEFT(back)                                  6, back, 0
#define TCP(back, flags, ttl, tos, wrong, traits)   7, back, flags, ttl, tos, wrong, traits
#define ICMP(back, type, code, ttl, quoted, sender) 8, back, type, code, ttl, quoted, sender
#define ECHO(back, ttl, tos, expired)               9, back, ttl, tos, expired
#define REFUSE(back, error)                         10, back, error
#define WEATHER(bits)                               11, bits
    enum {
        OPEN = 0x1a,
        LINUX = 2,
        IN_PLACE = 7,
        SYN_ACK = TCP_SYN | TCP_ACK,
        RST = TCP_RST | TCP_ACK
    };
    enum { TRACE = 1, PACKETS = 2, THREE = 16, IPV6 = 1, OURSELVES = 2 };
    static const struct {
        const char *name;
        uint8_t orders[96];
    } seeds[] = {
        {"open", {0, ASK(0, 0, 0), LEFT(0), WAIT(10), TCP(0, SYN_ACK, 62, 0, 0, OPEN), WAIT(40)}},
        {"closed",
         {0, ASK(0, 0, 0), LEFT(0), WAIT(10), TCP(0, RST, 62, 0, 0, LINUX), LEFT(0), WAIT(10),
          TCP(0, RST, 62, 0x28, 0, LINUX), WAIT(60)}},
        {"closed-with-echo",
         {1, ASK(0, IPV6, PACKETS), LEFT(1), WAIT(10), ECHO(0, 62, 0x28, 0),
          TCP(1, RST, 62, 0, 0, LINUX), LEFT(0), WAIT(10), TCP(0, RST, 62, 0x28, 0, LINUX),
          WAIT(60)}},
        {"forged",
         {0, ASK(0, 0, 0), WAIT(4), TCP(0, RST, 64, 0, 0, 0), WAIT(4),
          TCP(1, SYN_ACK, 62, 0, 0, OPEN), WAIT(4), TCP(0, RST, 64, 0, 8, 0)}},
        {"in-place",
         {1, ASK(0, 0, 0), LEFT(1), WAIT(1), ECHO(0, 62, 0x28, 0), TCP(1, RST, 60, 0, 0, IN_PLACE),
          WAIT(1), TCP(0, RST, 60, 0x28, 0, IN_PLACE), WAIT(1), TCP(0, RST, 61, 0x28, 0, IN_PLACE),
          ICMP(1, 11, 0, 64, 1, 2), ECHO(2, 62, 0x28, 1), WAIT(200)}},
        {"prohibited",
         {0, ASK(0, 0, 0), LEFT(0), ICMP(0, 3, 13, 64, 63, 2), ICMP(0, 3, 13, 64, 63, 2)}},
        {"silent-trace",
         {3, ASK(0, 0, TRACE | PACKETS), WAIT(160), ICMP(0, 11, 0, 64, 1, 5), WAIT(60),
          TCP(1, SYN_ACK, 62, 0, 0, OPEN), WAIT(200), WAIT(200), WAIT(200), WAIT(100)}},
        {"a-quote-of-ttl-1",
         {0, ASK(0, 0, TRACE), ICMP(0, 3, 13, 64, 1, 2), ICMP(1, 11, 0, 64, 1, 3),
          ICMP(0, 11, 0, 64, 1, 4), ICMP(0, 11, 0, 64, 1, 5), ICMP(0, 11, 0, 64, 1, 6),
          ICMP(0, 11, 0, 64, 1, 7), ICMP(0, 11, 0, 64, 1, 8), ICMP(0, 11, 0, 64, 1, 9)}},
        {"refused",
         {0, WEATHER(1), ASK(0, 0, TRACE), WAIT(200), WEATHER(0), ASK(1, 0, 0), REFUSE(0, 1),
          WAIT(60), REFUSE(0, 3)}},
        {"crowd",
         {7, ASK(0, 0, THREE), ASK(1, 0, THREE), ASK(2, 0, THREE | TRACE), ASK(3, 0, 0), WAIT(20),
          CANCEL(1), FORGET(2), TCP(5, RST, 62, 0, 0, LINUX), ICMP(6, 3, 1, 64, 63, 2), WAIT(200),
          WEATHER(8), WAIT(200)}},
        {"old-connections",
         {0, ASK(0, 0, 0), WAIT(10), TCP(0, TCP_ACK, 62, 0, 77, 0), WAIT(1),
          TCP(0, SYN_ACK, 62, 0, 0, OPEN), WAIT(30)}},
        {"ourselves",
         {1, ASK(0, OURSELVES, TRACE), LEFT(0), TCP(0, RST, 64, 0, 0, 32), WAIT(10),
          TCP(0, RST, 64, 0x28, 0, 32)}},
        {"no-route", {1, WEATHER(4), ASK(0, 0, THREE), WEATHER(0)}},
        {"dead-gateway",
         {1, ASK(0, 0, 0), WAIT(200), WAIT(200), WAIT(210), ICMP(0, 3, 1, 64, 64, 1), WAIT(60)}},
    };

    for (unsigned i = 0; i < ARRAY_LEN(seeds); i++) {
        size_t len = sizeof(seeds[i].orders);
        while (len > 1 && seeds[i].orders[len - 1] == 0)
            len--;
        write_seed(directory, "engine", seeds[i].name, seeds[i].orders, len);
    }
}

static void write_inspect_seeds(const char *directory)
{
    static struct inspect_message answer = {.type = INSPECT_ANSWER};
    static uint8_t bytes[INSPECT_MESSAGE_MAX_LEN];
    struct inspection *it = &answer.answer.inspection;

    *it = (struct inspection){.state = INSPECTION_UNTRUSTED,
                              .alert = -1,
                              .version = 0x0304,
                              .has_certificate = true,
                              .chain_count = 2,
                              .name_count = 1,
                              .names_count = 1,
                              .names = {"www.example.net"},
                              .text = "M\xc3\xbcller"};
    inspection_add(it, INSPECTION_PROBLEM_EXPIRED, 0, false, 3);
    write_seed(directory, "inspect", "answer", bytes, inspect_encode(&answer, bytes));
}

/* The question in front. */
static void write_hello_seeds(const char *directory)
{
    static const struct {
        const char *name, *hex;
    } seeds[] = {
        {"retry", "05 " FRAME_RETRY},
        {"tls13", "04 " FRAME_HELLO_1_3},
        {"tls10", "01 " FRAME_HELLO_1_0},
        {"pieces", "00 " FRAME_HELLO_IN_PIECES},
        {"warning", "01 " FRAME_WARNING_FIRST},
        {"alert", "03 15030100020246"},
        {"http", "04 485454502f312e3120343030"},
    };

    for (unsigned i = 0; i < ARRAY_LEN(seeds); i++) {
        uint8_t bytes[256];
        write_seed(directory, "hello", seeds[i].name, bytes, hello_frame(seeds[i].hex, bytes));
    }
}

/* Without the signature, which the fuzzer makes. */
static void write_share_seeds(const char *directory)
{
    static struct statement statement = {
        .epoch = 1,
        .beat = 2,
        .next = 2,
        .frontend_count = 2,
        .charge_count = 2,
        .heard = {{1, 0, 1}, {9, 2, 1}},
        .charges = {{4711, 1, 0, STATEMENT_VISITORS, 32}, {42, 3, 10, STATEMENT_TARGETS, 64}},
    };
    static const uint8_t key[SIPHASH_KEY_LEN] = {7};
    static uint8_t bytes[STATEMENT_MAX_LEN], frame[FRONTEND_FRAME_MAX_LEN], piece[PIECE_MAX_LEN];
    const struct frontend_frame told = {FRONTEND_TOLD, 0, "f2", "x", 1};
    struct piece_ask ask;
    size_t len = statement_write(&statement, key, "f2", bytes);

    write_seed(directory, "share", "statement", bytes + 8, len - 8);
    statement.charge_count = 0;
    len = statement_write(&statement, key, "f2", bytes);
    write_seed(directory, "share", "beat", bytes + 8, len - 8);
    write_seed(directory, "share", "told", frame, frontend_frame_write(&told, frame));
    memset(ask.name, '0', sizeof(ask.name));
    ask.at = 7;
    piece_ask_write(&ask, bytes);
    write_seed(directory, "share", "ask", bytes, PIECE_ASK_LEN);
    ask.at = 0;
    ask.name[PIECE_NAME_LEN - 1] = '\0';
    write_seed(directory, "share", "piece", piece,
               piece_write(&ask, bytes, PIECE_ASK_LEN, key, piece));
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
    write_engine_seeds(argv[1]);
    write_inspect_seeds(argv[1]);
    write_share_seeds(argv[1]);
    write_hello_seeds(argv[1]);
    return 0;
}
