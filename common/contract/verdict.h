/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The verdict about one port.  Numbers cross the prober's boundary; the frontend and logs turn them
 * into the words of the API.  verdict.def has all words and fields with their meaning; this header
 * makes C of it.  Pure; every program.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_VERDICT_H
#define PORTLIGHT_COMMON_CONTRACT_VERDICT_H

#include "common/contract/field.h"
#include "common/net/addr.h"

enum { VERDICT_UNKNOWN_HOP = -1, VERDICT_NO_ICMP = -1, VERDICT_HOPS_MAX = 30 };
#define VERDICT_NO_RTT FIELD_NO_TIME

/* enum verdict_state {STATE_UNKNOWN, ..., STATE_COUNT}, and likewise verdict_reason,
 * verdict_disposition, verdict_actor and verdict_confidence; verdict_evidence and
 * verdict_explanation, whose numbers are bits of the members evidence and explanations. */
/* clang-format off */
#define LIST(list, count, fallback) enum verdict_##list {
#define WORD(number, word, text, german) number,
#define END(list, count) count };
/* clang-format on */
#include "common/contract/verdict.def"

/* Unknown values are ADDR_NONE, -1 or VERDICT_NO_RTT, never a guess. */
struct verdict {
#define ONE_OF(list, text)                          enum verdict_##list list;
#define SOME_OF(list, member, text)                 uint64_t member;
#define FIELD(type, member, kind, most, name, text) type member;
#include "common/contract/verdict.def"
};

/* Sets a port's state to unknown, with every other field empty. */
void verdict_init(struct verdict *verdict, uint16_t port);

/* Can a prober have reached this verdict: do state, reason and disposition go together?  A reason
 * that only a newer prober knows passes. */
bool verdict_is_consistent(const struct verdict *verdict);

/* The fields of struct verdict, in the order of the wire.  Every prober and server of this wire
 * version sends at least the first VERDICT_FIELDS_V3. */
enum { VERDICT_FIELDS_V3 = 17 /* when WIRE_VERSION 3 began */ };
extern const struct field verdict_fields[];
extern const size_t verdict_field_count;

/* const char *verdict_state_name(unsigned state), and so on for each list: the API's word,
 * NULL for a number outside the list. */
#define LIST(list, count, fallback) const char *verdict_##list##_name(unsigned number);
#include "common/contract/verdict.def"

#endif
