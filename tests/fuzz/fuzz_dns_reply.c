/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One reply of a name server's, read without c-ares, and once more by the C library's
 * parser: the same records are the name's addresses.
 */
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>
#include <strings.h>

#include "frontend/dns/reply.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/support/name_server.h"

enum { RECORDS_MAX = NAME_SERVER_REPLY_MAX_LEN / 11 /* the root's, without data */ };

/* The answers as text, which a name's bytes are not to portlight. */
static struct record {
    char owner[NS_MAXDNAME], target[NS_MAXDNAME]; /* no target: not an alias */
    uint16_t type;
    bool reached;
    const uint8_t *data;
} records[RECORDS_MAX];

/* How many; -1 when this parser does not like them, or what comes after them. */
static int parse(const uint8_t *reply, size_t len)
{
    ns_msg message;
    int count;

    if (ns_initparse(reply, (int)len, &message) != 0)
        return -1;
    count = ns_msg_count(message, ns_s_an);
    FUZZ_REQUIRE(count <= RECORDS_MAX);
    for (int i = 0; i < count; i++) {
        struct record *record = &records[i];
        ns_rr rr;
        *record = (struct record){.type = 0};
        if (ns_parserr(&message, ns_s_an, i, &rr) != 0)
            return -1;
        if (ns_rr_class(rr) != ns_c_in)
            continue;
        /* (of the root "." as a target is, and not "") */
        memcpy(record->owner, ns_rr_name(rr), strlen(ns_rr_name(rr)) + 1);
        record->type = rr.type;
        record->data = ns_rr_rdata(rr);
        if (record->type == ns_t_cname &&
            ns_name_uncompress(reply, reply + len, record->data, record->target,
                               sizeof(record->target)) < 0)
            return -1;
    }
    return count;
}

/* Marks what the name owns, then what its aliases' targets own, until nothing is new. */
static void reach(int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        struct record *record = &records[i];
        if (record->type == 0 || record->reached || strcasecmp(record->owner, name) != 0)
            continue;
        record->reached = true;
        if (record->type == ns_t_cname)
            reach(count, record->target);
    }
}

static void judge(const struct lookup *lookup, enum addr_family family, int count)
{
    unsigned found = 0;

    FUZZ_REQUIRE(lookup->status == LOOKUP_FAILED || lookup->status == LOOKUP_NO_ADDRESS ||
                 lookup->status == LOOKUP_OK);
    FUZZ_REQUIRE((lookup->status == LOOKUP_OK) == (lookup->count > 0));
    if (lookup->status == LOOKUP_FAILED)
        return;
    for (int i = 0; i < count; i++) {
        if (!records[i].reached || records[i].type != (family == ADDR_IPV4 ? ns_t_a : ns_t_aaaa))
            continue;
        FUZZ_REQUIRE(found < lookup->count && lookup->addrs[found].family == family);
        FUZZ_REQUIRE(memcmp(lookup->addrs[found].bytes, records[i].data,
                            addr_len(&lookup->addrs[found])) == 0);
        found++;
    }
    FUZZ_REQUIRE(found == lookup->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const struct dns_service service = {NAME_SERVER_NAME, NAME_SERVER_NAME, 443};
    struct lookup ipv4, ipv6;
    int count;

    if (len > NAME_SERVER_REPLY_MAX_LEN)
        return 0;
    ipv4 = dns_reply_read(data, len, NAME_SERVER_NAME, ADDR_IPV4);
    ipv6 = dns_reply_read(data, len, NAME_SERVER_NAME, ADDR_IPV6);
    FUZZ_REQUIRE(ipv4.status == LOOKUP_FAILED || ipv6.status == LOOKUP_FAILED);
    dns_reply_serves_elsewhere(data, len, &service);
    count = parse(data, len);
    if (count < 0)
        return 0;
    reach(count, NAME_SERVER_NAME);
    judge(&ipv4, ADDR_IPV4, count);
    judge(&ipv6, ADDR_IPV6, count);
    return 0;
}
