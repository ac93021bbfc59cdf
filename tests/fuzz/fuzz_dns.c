/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A name server's replies to both questions for a name, the first with its length in
 * front, through c-ares, dns.c and lookup.c: which addresses are probed for it.
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

static void judge_choice(const struct lookup *ipv4, const struct lookup *ipv6)
{
    struct prefix owner[1];
    struct policy policy;
    struct addr chosen[RESULT_TARGETS_MAX];
    struct problem problem = {0};
    uint32_t warnings = 0;
    unsigned count, denied;

    policy_init(&policy);
    FUZZ_REQUIRE(prefix_parse("93.184.216.0/24", &owner[0]) == PREFIX_OK);
    policy.deny = (struct prefix_list){owner, 1};
    denied = count_denied(ipv4, &policy) + count_denied(ipv6, &policy);
    if (!select_addresses(ipv4, ipv6, &policy, chosen, &count, &warnings, &problem)) {
        FUZZ_REQUIRE(denied > 0 || ipv4->count + ipv6->count == 0);
        FUZZ_REQUIRE(problem.id ==
                     (denied > 0 ? PROBLEM_TARGET_NOT_ALLOWED : PROBLEM_NAME_NOT_FOUND));
        FUZZ_REQUIRE(count == 0 && problem.code != NULL);
        judge_silence(ipv4, &problem);
        judge_silence(ipv6, &problem);
        return;
    }
    FUZZ_REQUIRE(denied == 0);
    FUZZ_REQUIRE(count == (unsigned)(ipv4->count > 0) + (unsigned)(ipv6->count > 0) && count > 0);
    for (unsigned i = 0; i < count; i++)
        FUZZ_REQUIRE(bogon_kind_of(&chosen[i]) == BOGON_NONE &&
                     !prefix_contains(&owner[0], &chosen[i]));
    FUZZ_REQUIRE(count == 1 || (chosen[0].family == ADDR_IPV4 && chosen[1].family == ADDR_IPV6));
    FUZZ_REQUIRE((warnings >> WARNING_MORE_ADDRESSES & 1) == (ipv4->count > 1 || ipv6->count > 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    size_t first = len >= 2 ? (size_t)data[0] << 8 | data[1] : 0;
    struct lookup ipv4, ipv6;

    if (len < 2 || len > NAME_SERVER_REPLY_MAX_LEN)
        return 0;
    data += 2;
    len -= 2;
    if (first > len)
        first = len;
    ipv4 = name_server_ask(ADDR_IPV4, data, first, 0);
    ipv6 = name_server_ask(ADDR_IPV6, data + first, len - first, 0);
    judge_lookup(&ipv4, ADDR_IPV4, data, first);
    judge_lookup(&ipv6, ADDR_IPV6, data + first, len - first);
    judge_choice(&ipv4, &ipv6);
    return 0;
}
