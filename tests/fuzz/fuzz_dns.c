/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A name server's replies to both questions for a name, the first with its length in
 * front, through c-ares, dns/reply.c and dns/select.c: which addresses are probed for it.
 */
#include <string.h>

#include "common/net/bogons.h"
#include "frontend/dns/select.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/support/name_server.h"

/* Addresses of the asked family that stood in the reply, or none and why. */
static void judge_lookup(const struct lookup *lookup, enum addr_family family, const uint8_t *reply,
                         size_t len)
{
    FUZZ_REQUIRE(lookup->status > LOOKUP_NOT_ASKED && lookup->status <= LOOKUP_TIMED_OUT);
    FUZZ_REQUIRE((lookup->status == LOOKUP_OK) == (lookup->count > 0));
    FUZZ_REQUIRE(lookup->count <= LOOKUP_ADDRS_MAX);
    for (unsigned i = 0; i < lookup->count; i++) {
        const struct addr *addr = &lookup->addrs[i];
        FUZZ_REQUIRE(addr->family == family);
        FUZZ_REQUIRE(memmem(reply, len, addr->bytes, addr_len(addr)) != NULL);
    }
}

static unsigned count_denied(const struct lookup *lookup, const struct policy *policy)
{
    unsigned denied = 0;

    for (unsigned i = 0; i < lookup->count; i++)
        denied += policy_check_address(policy, &lookup->addrs[i]) != POLICY_OK;
    return denied;
}

/* A name's addresses are its owner's affair: none is told. */
static void judge_silence(const struct lookup *lookup, const struct problem *problem)
{
    char text[ADDR_TEXT_LEN];

    for (unsigned i = 0; i < lookup->count; i++) {
        addr_format(&lookup->addrs[i], text);
        FUZZ_REQUIRE(strlen(text) < 4 || strstr(problem->detail, text) == NULL);
    }
}

static void judge_choice(const struct lookups *lookups)
{
    struct prefix owner[1];
    struct policy policy;
    struct selection selection;
    struct problem problem = {0};
    unsigned found = lookups->ipv4.count + lookups->ipv6.count, count, denied;

    policy_init(&policy);
    FUZZ_REQUIRE(prefix_parse("93.184.216.0/24", &owner[0]) == PREFIX_OK);
    policy.deny = (struct prefix_list){owner, 1};
    denied = count_denied(&lookups->ipv4, &policy) + count_denied(&lookups->ipv6, &policy);
    if (!select_addresses(lookups, &policy, &selection, &problem)) {
        FUZZ_REQUIRE(denied > 0 || found == 0);
        FUZZ_REQUIRE(problem.id ==
                     (denied > 0 ? PROBLEM_TARGET_NOT_ALLOWED : PROBLEM_NAME_NOT_FOUND));
        FUZZ_REQUIRE(selection.count == 0 && problem.code != NULL);
        judge_silence(&lookups->ipv4, &problem);
        judge_silence(&lookups->ipv6, &problem);
        return;
    }
    FUZZ_REQUIRE(denied == 0);
    count = selection.count;
    FUZZ_REQUIRE(count ==
                     (unsigned)(lookups->ipv4.count > 0) + (unsigned)(lookups->ipv6.count > 0) &&
                 count > 0);
    for (unsigned i = 0; i < count; i++)
        FUZZ_REQUIRE(bogon_kind_of(&selection.addrs[i]) == BOGON_NONE &&
                     !prefix_contains(&owner[0], &selection.addrs[i]));
    FUZZ_REQUIRE(count == 1 || (selection.addrs[0].family == ADDR_IPV4 &&
                                selection.addrs[1].family == ADDR_IPV6));
    FUZZ_REQUIRE((selection.warnings >> WARNING_MORE_ADDRESSES & 1) ==
                 (lookups->ipv4.count > 1 || lookups->ipv6.count > 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    size_t first = len >= 2 ? (size_t)data[0] << 8 | data[1] : 0;
    struct lookups lookups;

    if (len < 2 || len > NAME_SERVER_REPLY_MAX_LEN)
        return 0;
    data += 2;
    len -= 2;
    if (first > len)
        first = len;
    lookups.ipv4 = name_server_ask(ADDR_IPV4, data, first, 0);
    lookups.ipv6 = name_server_ask(ADDR_IPV6, data + first, len - first, 0);
    judge_lookup(&lookups.ipv4, ADDR_IPV4, data, first);
    judge_lookup(&lookups.ipv6, ADDR_IPV6, data + first, len - first);
    judge_choice(&lookups);
    return 0;
}
