/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever an engine says: operations, subjects, and what a place put into an answer. */
#include <string.h>

#include "fleet/ask/answer.h"
#include "fleet/bus/nats_parser.h"
#include "fleet/message/subject.h"
#include "tests/fuzz/fuzz.h"

static void require_within(const struct nats_text *text, const uint8_t *data, size_t used)
{
    const uint8_t *at = (const uint8_t *)text->at;

    FUZZ_REQUIRE(text->len == 0 || (at >= data && at + text->len <= data + used));
}

static void take_message(const struct nats_event *event)
{
    static const struct wire_check asked = {
        .addr = {.family = ADDR_IPV4, .bytes = {93, 184, 215, 14}},
        .port_count = 3,
        .ports = {443, 80, 22},
        .trace = true,
        .packets = true,
    };
    struct answer_read read;
    struct subject subject;

    if (subject_read_ask(event->subject.at, event->subject.len, &subject))
        FUZZ_REQUIRE(place_is_name(subject.place, strlen(subject.place)));
    if (subject_read_tell(event->reply.at, event->reply.len, &subject))
        (void)subject_slot(subject.token);
    (void)answer_read(event->payload.at, event->payload.len, &asked, &read);
    (void)answer_read(event->payload.at, event->payload.len, NULL, &read);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nats_event event;
    size_t used;

    while (size > 0 && nats_parse(data, size, &event, &used) == NATS_WHOLE) {
        FUZZ_REQUIRE(used > 0 && used <= size);
        require_within(&event.payload, data, used);
        require_within(&event.subject, data, used);
        require_within(&event.reply, data, used);
        if (event.operation == NATS_MESSAGE)
            take_message(&event);
        data += used;
        size -= used;
    }
    return 0;
}
