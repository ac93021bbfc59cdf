/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A message from either side: what decodes must encode to the same bytes, or, where a newer
 * prober's words and fields were left out, to bytes that say the same when read again.  And a
 * struct of any content: it encodes to a message of its type's length, which the
 * other side reads back or refuses.
 */
#include <string.h>

#include "common/contract/wire.h"
#include "tests/fuzz/fuzz.h"

/* How many of the two sides, before or after HELLO, may send this. */
static unsigned count_senders(const void *data, size_t len)
{
    unsigned count = 0;

    for (int side = WIRE_CLIENT; side <= WIRE_PROBER; side++)
        for (int greeted = 0; greeted <= 1; greeted++)
            count += wire_check_shape(data, len, (enum wire_side)side, greeted) == WIRE_OK;
    return count;
}

static void policy_check_request(const struct wire_check *check)
{
    FUZZ_REQUIRE(check->port_count >= 1 && check->port_count <= POLICY_PORTS_MAX);
    FUZZ_REQUIRE(addr_len(&check->addr) != 0);
    for (unsigned i = 0; i < POLICY_PORTS_MAX; i++)
        for (unsigned j = 0; j < i; j++)
            FUZZ_REQUIRE(i >= check->port_count ? check->ports[i] == 0
                                                : check->ports[i] != check->ports[j]);
}

static void judge_verdict(const struct verdict *verdict)
{
    FUZZ_REQUIRE(verdict_state_name(verdict->state) != NULL &&
                 verdict_reason_name(verdict->reason) != NULL &&
                 verdict_disposition_name(verdict->disposition) != NULL &&
                 verdict_actor_name(verdict->actor) != NULL &&
                 verdict_confidence_name(verdict->confidence) != NULL);
    FUZZ_REQUIRE(verdict->last_hop <= VERDICT_HOPS_MAX);
    FUZZ_REQUIRE(verdict->silent_from <= VERDICT_HOPS_MAX + 1);
}

/* What the reader's side takes for granted. */
static void judge(const struct wire_message *message)
{
    if (message->type == WIRE_CHECK)
        policy_check_request(&message->check);
    if (message->type == WIRE_RESULT)
        judge_verdict(&message->result.verdict);
    if (message->type == WIRE_HOP)
        FUZZ_REQUIRE(message->hop.hop >= 1 && message->hop.hop <= VERDICT_HOPS_MAX);
    if (message->type == WIRE_PACKET)
        FUZZ_REQUIRE(message->packet.len >= 20 && message->packet.len <= WIRE_PACKET_BYTES_LEN);
    if (message->type == WIRE_REFUSED)
        FUZZ_REQUIRE(message->refused.reason >= 1 && message->refused.reason < REFUSED_COUNT);
}

/* May a reader leave something of it out?  Words of a RESULT, REFUSED or PLACE, what is behind a
 * prober's message or HELLO; never of what a client asks. */
static bool is_newer(const uint8_t *data, size_t len)
{
    return data[0] == WIRE_RESULT || data[0] == WIRE_REFUSED || data[0] == WIRE_PLACE ||
           (len > wire_len(data[0]) && (data[0] == WIRE_HELLO || data[0] >= 128));
}

static void decode(const uint8_t *data, size_t len)
{
    uint8_t again[WIRE_MESSAGE_MAX_LEN], twice[WIRE_MESSAGE_MAX_LEN];
    struct wire_message message;
    enum wire_error error = wire_decode(data, len, &message);
    size_t n;

    FUZZ_REQUIRE(error != WIRE_BAD_VALUE || len > WIRE_MESSAGE_MAX_LEN ||
                 count_senders(data, len) == 1);
    if (error != WIRE_OK)
        return;
    FUZZ_REQUIRE(len > WIRE_MESSAGE_MAX_LEN || count_senders(data, len) == 1);
    n = wire_encode(&message, again);
    FUZZ_REQUIRE(n == wire_len(data[0]));
    if (n != len || memcmp(again, data, len) != 0) {
        FUZZ_REQUIRE(is_newer(data, len));
        FUZZ_REQUIRE(wire_decode(again, n, &message) == WIRE_OK);
        FUZZ_REQUIRE(wire_encode(&message, twice) == n && memcmp(twice, again, n) == 0);
    }
    judge(&message);
}

static void encode(const uint8_t *data, size_t len)
{
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
    struct wire_message message = {0};
    enum wire_error error;
    size_t n;

    if (len == 0 || wire_len(data[0]) == 0)
        return;
    memcpy(&message, data, len < sizeof(message) ? len : sizeof(message));
    message.type = (enum wire_type)data[0];
    if (message.type == WIRE_CHECK) { /* a bool is 0 or 1 */
        message.check.trace = data[len - 1] & 1;
        message.check.packets = data[len - 1] >> 1 & 1;
    } else if (message.type == WIRE_RESULT) {
        message.result.last = data[len - 1] & 1;
    } else if (message.type == WIRE_PACKET) {
        message.packet.outgoing = data[len - 1] & 1;
    }
    n = wire_encode(&message, bytes);
    FUZZ_REQUIRE(n == wire_len(message.type) && count_senders(bytes, n) == 1);
    error = wire_decode(bytes, n, &message);
    FUZZ_REQUIRE(error == WIRE_OK || error == WIRE_BAD_VALUE);
    decode(bytes, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    count_senders(data, len);
    decode(data, len);
    encode(data, len);
    return 0;
}
