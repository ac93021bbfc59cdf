/* SPDX-License-Identifier: BSD-2-Clause */
/* A captured frame, through the parser to the verdict of a probe that it may
 * concern. */
#include "tests/fuzz/fuzz.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

enum { ASKED_HOP = 2 /* whose first SYN the frames answer */ };

/* The same frame may be about SYNs with a small TTL, or about an echo. */
static void walk(const struct record *record, const struct packet *packet)
{
    struct echo echo = {.id = FRAME_ECHO_ID, .first_seq = FRAME_ECHO_SEQ};
    struct record adopting = *record;
    struct echo_request request;
    struct path path;
    uint8_t number, hop;
    bool news, proven;

    path_begin_trace(&path, FRAME_SEQ - ASKED_HOP * 4, 0, PATH_HOPS_MAX, 0);
    while (path_next(&path, 0, &number, &hop))
        FUZZ_REQUIRE(number / 4 == hop && hop <= PATH_HOPS_MAX);
    if (path_see(&path, record, packet, &news) && news) {
        FUZZ_REQUIRE(path_length(&path) >= 1 &&
                     path_first_answered(&path, &proven) + path_last_forwarder(&path) >= 1);
        if (record_adopt(&adopting, packet))
            FUZZ_REQUIRE(packet->kind == PACKET_TCP && path_first_answered(&path, &proven) != 0 &&
                         record_best(&adopting)->kind >= ANSWER_RESET);
    }
    FUZZ_REQUIRE(echo_add(&echo, ECHO_FULL_TTL, &request));
    if (echo_see(&echo, &record->dst, packet))
        FUZZ_REQUIRE(echo_is_about(&echo, &record->dst, packet) && !packet->outgoing);
}

static void judge(const struct packet *packet, const struct addr *us, const struct addr *them)
{
    struct record_room room = {0};
    struct record record = {
        .src = *us,
        .dst = *them,
        .dport = FRAME_DPORT,
        .tos = 0x28,
        .seqs = {FRAME_SEQ},
        .sports = {FRAME_SPORT},
        .ts_value = 0x0a0b0c0d,
        .ip_id = 0x4242,
        .first_left_ns = 1,
        .left = {1, 0, 2},
        .try_count = 3,
        .room = &room,
    };
    struct verdict verdict;
    enum record_event event;

    walk(&record, packet);
    event = record_see(&record, packet);
    judge_alone(&record, &verdict);
    FUZZ_REQUIRE((event == RECORD_ANSWERED) == (record.answer_count == 1));
    FUZZ_REQUIRE(verdict.state != STATE_OPEN ||
                 (packet->kind == PACKET_TCP && packet->tcp.ack == FRAME_SEQ + 1));
    FUZZ_REQUIRE(verdict_state_name(verdict.state) != NULL &&
                 verdict_reason_name(verdict.reason) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct packet packet;
    bool parsed = packet_parse_frame(data, len, &packet);

    FUZZ_REQUIRE(parsed == (packet.kind != PACKET_NONE));
    if (!parsed)
        return 0;
    packet.time_ns = 3;
    judge(&packet, &frame_us4, &frame_them4);
    judge(&packet, &frame_us6, &frame_them6);
    return 0;
}
