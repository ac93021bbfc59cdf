/* SPDX-License-Identifier: BSD-2-Clause */
/* A captured frame, through the parser to the verdict of a probe that it may
 * concern. */
#include "prober/evidence/observed_flows.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

enum { ASKED_HOP = 2 /* whose first SYN the frames answer */ };

/* The frames answer FRAME_SEQ: let that be the first SYN to the hop. */
static struct packet as_of_hop(const struct ttl_probe *ttl_probe, struct packet packet)
{
    uint32_t seq = ttl_probe_seq(ttl_probe, ttl_probe_number(ASKED_HOP, 0));

    packet.tcp.seq += seq - FRAME_SEQ;
    packet.tcp.ack += seq - FRAME_SEQ;
    packet.quote.seq += seq - FRAME_SEQ;
    return packet;
}

/* The same frame may be about SYNs with a small TTL, or about an echo. */
static void walk(const struct observed *observed, const struct packet *packet)
{
    struct echo echo = {
        .cookie = FRAME_ECHO_COOKIE, .id = FRAME_ECHO_ID, .first_seq = FRAME_ECHO_SEQ};
    struct echo_request request = {0};
    struct ttl_probe ttl_probe;
    struct packet of_hop;
    uint8_t number, hop;
    bool news, proven;

    ttl_probe_begin_trace(&ttl_probe, FRAME_SEQ, 0, UINT8_MAX, 0);
    while (ttl_probe_next(&ttl_probe, 0, &number, &hop))
        FUZZ_REQUIRE(number / TTL_PROBE_NUMBERS_PER_HOP == hop && hop <= TTL_PROBE_HOPS_MAX);
    of_hop = as_of_hop(&ttl_probe, *packet);
    if (ttl_probe_on_packet(&ttl_probe, observed, &of_hop, &news) && news)
        FUZZ_REQUIRE(ttl_probe_length(&ttl_probe) >= 1 &&
                     ttl_probe_first_answered(&ttl_probe, &proven) +
                             ttl_probe_last_forwarder(&ttl_probe) ==
                         ASKED_HOP);
    FUZZ_REQUIRE(echo_add(&echo, ECHO_FULL_TTL, &request));
    if (echo_on_packet(&echo, &observed->dst, packet))
        FUZZ_REQUIRE(echo_is_about(&echo, &observed->dst, packet) && !packet->outgoing);
}

static void judge(const struct packet *packet, const struct addr *us, const struct addr *them)
{
    struct observed_extra room = {0};
    struct observed observed = {
        .src = *us,
        .dst = *them,
        .dport = FRAME_DPORT,
        .seqs = {FRAME_SEQ},
        .sports = {FRAME_SPORT},
        .ts_value = 0x0a0b0c0d,
        .ip_id = 0x4242,
        .first_egress_ns = 1,
        .egress = {1, 0, 2},
        .attempt_count = 3,
        .planned = SYN_SCHEDULE_ATTEMPTS,
        .extra = &room,
    };
    struct verdict verdict;
    enum observed_event event;

    walk(&observed, packet);
    event = observed_on_packet(&observed, packet);
    judge_alone(&observed, &verdict);
    FUZZ_REQUIRE((event == OBSERVED_ANSWERED) == (observed.answer_count == 1));
    FUZZ_REQUIRE(verdict.state != STATE_OPEN ||
                 (packet->kind == PACKET_TCP && packet->tcp.ack == FRAME_SEQ + 1));
    FUZZ_REQUIRE(observed.answer_count == 0 ||
                 observed_next_contrast(&observed) >= observed.attempt_count);
    FUZZ_REQUIRE((verdict.state == STATE_UNKNOWN) <= (verdict.disposition == DISPOSITION_UNKNOWN));
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
