/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/verdict.h"

#include <string.h>

#include "common/base/compiler.h"

/* static const char *const state_names[STATE_COUNT] = {[STATE_UNKNOWN] = "unknown", ...}; */
/* clang-format off */
#define LIST(list, count, fallback) static const char *const list##_names[(count)] = {
#define WORD(number, word, text, german) [number] = (word),
#define END(list, count) };
/* clang-format on */
#include "common/contract/verdict.def"

#define LIST(list, count, fallback)                                              \
    const struct words verdict_##list##_words = {list##_names, count, fallback}; \
    const char *verdict_##list##_name(unsigned number)                           \
    {                                                                            \
        return words_name(&verdict_##list##_words, number);                      \
    }
#include "common/contract/verdict.def"

const struct field verdict_fields[] = {
#define ONE_OF(list, text)                     \
    {.kind = FIELD_ONE_OF,                     \
     .offset = offsetof(struct verdict, list), \
     .words = &verdict_##list##_words,         \
     .name = #list},
#define SOME_OF(list, member, text)              \
    {.kind = FIELD_SOME_OF,                      \
     .offset = offsetof(struct verdict, member), \
     .words = &verdict_##list##_words,           \
     .name = #member},
#define FIELD(type, member, kind_, most_, name_, text) \
    {.kind = (kind_),                                  \
     .offset = offsetof(struct verdict, member),       \
     .count = 1,                                       \
     .most = (most_),                                  \
     .name = (name_)},
#include "common/contract/verdict.def"
};

const size_t verdict_field_count = ARRAY_LEN(verdict_fields);

_Static_assert(EVIDENCE_COUNT <= 64, "evidence is a mask of 64 bits");

void verdict_init(struct verdict *verdict, uint16_t port)
{
    memset(verdict, 0, sizeof(*verdict));
    for (size_t i = 0; i < verdict_field_count; i++)
        field_clear(&verdict_fields[i], verdict);
    verdict->port = port;
}

bool verdict_is_consistent(const struct verdict *verdict)
{
    bool answered = verdict->reason == REASON_SYN_ACK || verdict->reason == REASON_RESET;

    if (verdict->reason == REASON_OTHER)
        return true;
    switch (verdict->state) {
    case STATE_OPEN:
        /* who accepts without a window may be a filter: then nobody knows what becomes of it */
        return verdict->reason == REASON_SYN_ACK &&
               (verdict->disposition == DISPOSITION_ACCEPT ||
                verdict->disposition == DISPOSITION_UNKNOWN) &&
               verdict->sent > 0;
    case STATE_CLOSED:
        return verdict->reason == REASON_RESET && verdict->disposition != DISPOSITION_ACCEPT &&
               verdict->disposition != DISPOSITION_DROP && verdict->sent > 0;
    case STATE_FILTERED: return !answered && verdict->disposition != DISPOSITION_ACCEPT;
    case STATE_UNKNOWN: return verdict->disposition != DISPOSITION_ACCEPT;
    case STATE_COUNT: break;
    }
    return false;
}
