/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The answer about one port, in the words of the API.  The numbers travel over the boundary,
 * the words are made in the frontend and in logs.  verdict.def is the table of all words and
 * fields, with what each means; this header makes C of it.  Pure; both processes.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_VERDICT_H
#define PORTLIGHT_COMMON_CONTRACT_VERDICT_H

#include "common/contract/field.h"
#include "common/net/addr.h"

enum { VERDICT_UNKNOWN_HOP = -1, VERDICT_NO_ICMP = -1, VERDICT_HOPS_MAX = 30 };
#define VERDICT_NO_RTT FIELD_NO_TIME

/* enum verdict_state {STATE_UNKNOWN, ..., STATE_COUNT}; and likewise verdict_reason,
 * verdict_disposition, verdict_actor, verdict_confidence, and verdict_evidence, whose numbers
 * are the bits of verdict.evidence. */
/* clang-format off */
#define LIST(list, count, fallback) enum verdict_##list {
#define WORD(number, word, text, german) number,
#define END(list, count) count };
/* clang-format on */
#include "common/contract/verdict.def"

/* What is not known is ADDR_NONE, -1 or VERDICT_NO_RTT, never a guess. */
struct verdict {
#define ONE_OF(list, text)                          enum verdict_##list list;
#define SOME_OF(list, member, text)                 uint64_t member;
#define FIELD(type, member, kind, most, name, text) type member;
#include "common/contract/verdict.def"
};

/* An "unknown, no answer yet" for a port: every optional field empty. */
void verdict_init(struct verdict *verdict, uint16_t port);

/* Can a prober have said this: do state, reason and disposition go together?  What a newer one has
 * other words for passes. */
bool verdict_is_consistent(const struct verdict *verdict);

/* struct verdict's fields, offsets from its start, in the order of the wire.  Old probers and
 * servers send the first VERDICT_FIELDS_V3 of them at least. */
enum { VERDICT_FIELDS_V3 = 17 /* when WIRE_VERSION 3 began */ };
extern const struct field verdict_fields[];
extern const size_t verdict_field_count;

/* const char *verdict_state_name(unsigned state), and so on for each list: the API's word,
 * NULL for a number outside the list.  verdict_state_words is the list itself. */
#define LIST(list, count, fallback)                   \
    extern const struct words verdict_##list##_words; \
    const char *verdict_##list##_name(unsigned number);
#include "common/contract/verdict.def"

#endif
