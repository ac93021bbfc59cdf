/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/packets/packet_view.h"
#include "frontend/packets/pcap.h"
#include "frontend/render/json.h"
#include "tests/unit/support/frames.h"

/* A frame of frames.h as a message, without its cooked header. */
static struct wire_message packet_of(const char *name, uint64_t time_ns, bool outgoing)
{
    const struct frame *frame = frame_named(name);
    struct wire_message message = {
        .type = WIRE_PACKET,
        .packet = {.port = FRAME_DPORT, .time_ns = time_ns, .outgoing = outgoing},
    };

    message.packet.len = (uint8_t)(frame->len - 20);
    memcpy(message.packet.bytes, frame->bytes + 20, message.packet.len);
    return message;
}

static struct result a_result(void)
{
    struct result result = {.host = "h", .target_count = 1};
    struct result_target *target = &result.targets[0];

    target->addr = frame_them4;
    target->port_count = 1;
    target->shows_packets = true;
    verdict_init(&target->verdicts[0], FRAME_DPORT);
    return result;
}

static void add(struct result *result, struct wire_message message)
{
    unsigned index;

    assert_true(result_take(&result->targets[0], &message, &index));
    assert_int_equal(index, 0);
}

static void test_relative_numbers_and_words(void **state)
{
    struct result result = a_result();
    struct packet_view view;
    char option[PACKET_VIEW_OPTION_LEN];

    (void)state;
    add(&result, packet_of("own-syn4", 1000, true));
    add(&result, packet_of("syn-ack4", 2000, false));
    assert_true(packet_view_at(&result.targets[0].trails[0], 0, &view));
    assert_string_equal(view.kind, "syn");
    assert_string_equal(view.flags, "SYN");
    assert_true(view.has_seq && view.seq == 0 && !view.has_ack);
    packet_view_option(&view.packet, 0, option);
    assert_string_equal(option, "mss 1460");
    packet_view_option(&view.packet, 4, option);
    assert_string_equal(option, "window-scale 7");
    assert_true(packet_view_at(&result.targets[0].trails[0], 1, &view));
    assert_string_equal(view.kind, "syn-ack");
    assert_string_equal(view.flags, "SYN,ACK");
    assert_true(view.has_seq && view.seq == 0 && view.has_ack && view.ack == 1);
    result_free(&result);
}

static void test_nonsense_is_left_out(void **state)
{
    struct result result = a_result();
    struct wire_message message = packet_of("own-syn4", 1, true);
    struct packet_view view;
    char *text;

    (void)state;
    message.packet.bytes[0] = 0x95; /* IP version 9 */
    add(&result, message);
    assert_false(packet_view_at(&result.targets[0].trails[0], 0, &view));
    text = json_write_port(&result.targets[0], 0);
    assert_non_null(strstr(text, "\"packets\":[]"));
    free(text);
    result_free(&result);
}

static void test_hops_and_path(void **state)
{
    struct result result = a_result();
    struct wire_message hop = {
        .type = WIRE_HOP,
        .hop = {.port = FRAME_DPORT, .hop = 1, .addr = frame_router4, .rtt_ns = 9800000}};
    unsigned index;
    char *text;

    (void)state;
    add(&result, hop);
    assert_false(result_take(&result.targets[0], &hop, &index)); /* the next is 2 */
    hop.hop = (struct wire_hop){.port = FRAME_DPORT, .hop = 2, .rtt_ns = VERDICT_NO_RTT};
    add(&result, hop);
    hop.hop.port = 1;
    assert_false(result_take(&result.targets[0], &hop, &index));
    result.targets[0].verdicts[0].last_hop = 1;
    result.targets[0].verdicts[0].silent_from = 2;
    text = json_write_port(&result.targets[0], 0);
    assert_non_null(
        strstr(text, "\"path\":{\"last_hop\":{\"hop\":1,\"address\":\"198.18.1.1\",\"rtt_ms\":9.8},"
                     "\"silent_from\":2,\"hops\":[{\"hop\":1,\"address\":\"198.18.1.1\","
                     "\"rtt_ms\":9.8},{\"hop\":2,\"address\":null,\"rtt_ms\":null}]}"));
    free(text);
    result.targets[0].verdicts[0].last_hop = 0;
    text = json_write_port(&result.targets[0], 0);
    assert_non_null(strstr(text, "\"last_hop\":{\"hop\":0,\"address\":null,\"rtt_ms\":null}"));
    free(text);
    result_free(&result);
}

static void test_pcap_bytes(void **state)
{
    static const uint8_t header[] = {0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4,   0, 0, 0, 0,
                                     0,    0,    0,    0,    0, 0, 0, 192, 0, 0, 0, 101};
    static const uint8_t record[] = {0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 60, 0, 0, 0, 60};
    struct result result = a_result();
    size_t len;
    uint8_t *file;

    (void)state;
    add(&result, packet_of("syn-ack4", 3000000000, false));
    add(&result, packet_of("own-syn4", 2000000005, true));
    add(&result, packet_of("own-syn4", 2000000005, true)); /* twice: once */
    file = pcap_make(&result, &len);
    assert_non_null(file);
    assert_memory_equal(file, header, sizeof(header));
    assert_memory_equal(file + 24, record, sizeof(record)); /* by time */
    assert_memory_equal(file + 40, frame_named("own-syn4")->bytes + 20, 60);
    assert_int_equal(len, 24 + 16 + 60 + 16 + frame_named("syn-ack4")->len - 20);
    free(file);
    result_free(&result);
}

static void test_packets_are_bounded(void **state)
{
    struct result result = a_result();
    struct wire_message message = packet_of("own-syn4", 1, true);
    unsigned index;

    (void)state;
    for (unsigned i = 0; i < PROBE_DETAILS_PACKETS_MAX; i++)
        add(&result, message);
    assert_false(result_take(&result.targets[0], &message, &index));
    result_free(&result);
    assert_int_equal(result.targets[0].trails[0].packet_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relative_numbers_and_words),
        cmocka_unit_test(test_nonsense_is_left_out),
        cmocka_unit_test(test_hops_and_path),
        cmocka_unit_test(test_pcap_bytes),
        cmocka_unit_test(test_packets_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
