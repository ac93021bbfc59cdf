/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seeds DIRECTORY: writes the first seeds of the packet and wire targets, made
 * from the tests' frames and one message of each type (make seeds).
 */
#include <stdio.h>
#include <sys/stat.h>

#include "common/wire.h"
#include "tests/unit/frames.h"

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
    return 0;
}
