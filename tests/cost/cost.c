/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cost KIND COUNT: so many checks of one port through the pure path, or so many answers, for
 * test_cost.py to count the instructions of.  work() and what it calls is
 * portlight's own; the network around it is tests/unit's, and not counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/contract/wire.h"
#include "tests/cost/answers.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/network.h"

enum { PORT = 443 };

static const struct kind {
    const char *name;
    enum network_answer answer;
    enum verdict_state state;
    unsigned frames; /* that the capture would bring */
    bool echo;       /* asked for, and answered */
} kinds[] = {
    {"open", NETWORK_OPEN, STATE_OPEN, 3, false},       /* the SYN, its answer, the kernel's RST */
    {"closed", NETWORK_CLOSED, STATE_CLOSED, 4, false}, /* on two flows */
    {"silent", NETWORK_SILENT, STATE_FILTERED, SYN_SCHEDULE_ATTEMPTS, false},
    {"open-echo", NETWORK_OPEN, STATE_OPEN, 4, true},
    {"closed-echo", NETWORK_CLOSED, STATE_CLOSED, 5, true},
};

/* What comes to the prober as bytes, and leaves it so: a check, frames, a result. */
static __attribute__((noinline)) void cost_of_bytes(const struct kind *kind, uint32_t job,
                                                    const struct frame *frame,
                                                    const struct wire_result *result)
{
    const struct wire_message answer = {.type = WIRE_RESULT, .result = *result};
    struct wire_message asked = {.type = WIRE_CHECK};
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
    struct packet packet;
    size_t len;

    asked.check = (struct wire_check){
        .job = job, .addr = {ADDR_IPV4, {198, 18, 3, 2}}, .port_count = 1, .ports = {PORT}};
    len = wire_encode(&asked, bytes);
    if (wire_check_shape(bytes, len, WIRE_CLIENT, true) != WIRE_OK ||
        wire_decode(bytes, len, &asked) != WIRE_OK)
        abort();
    for (unsigned i = 0; i < kind->frames; i++)
        if (!packet_parse_frame(frame->bytes, frame->len, &packet))
            abort();
    wire_encode(&answer, bytes);
}

int main(int argc, char **argv)
{
    uint32_t count = argc == 3 ? (uint32_t)atoi(argv[2]) : 0;
    const struct frame *frame = frame_named("syn-ack4");
    const struct kind *kind = kinds;
    struct test_network *network = network_new();

    if (argc == 3 && strcmp(argv[1], "free") == 0)
        return answers_write(count);
    if (argc == 3 && strcmp(argv[1], "results") == 0)
        return answers_write_results(count);
    while (kind < kinds + ARRAY_LEN(kinds) && (argc != 3 || strcmp(kind->name, argv[1]) != 0))
        kind++;
    if (kind == kinds + ARRAY_LEN(kinds) || count > NETWORK_RESULTS_MAX)
        return 2;
    network->answers[PORT] = kind->answer;
    network->policy.echo = network->echo_replies = kind->echo;
    network_start(network);
    for (uint32_t job = 0; job < count; job++) {
        const struct wire_result *result;
        network_check(network, 0, job, (const uint16_t[]){PORT, 0});
        network_run(network, 5 * NS_PER_S);
        network->sent_count = 0;
        if (network->result_count != 1)
            return 1;
        result = &network->results[0].result;
        if (result->job != job || result->verdict.state != kind->state)
            return 1;
        cost_of_bytes(kind, job, frame, result);
        network->result_count = 0;
    }
    printf("%u verdicts\n", count);
    network_free(network);
    return 0;
}
