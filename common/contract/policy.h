/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * May this be probed?  The port allowlist, the address rules, and the limits of one request.  Pure;
 * every process that takes requests checks it against its own reading of the configuration, so that
 * none has to trust the one before it.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_POLICY_H
#define PORTLIGHT_COMMON_CONTRACT_POLICY_H

#include "common/contract/syn_schedule.h"
#include "common/net/prefix.h"

enum {
    POLICY_PORTS_MAX = 3,         /* ports in one request; the configuration can only lower it */
    POLICY_TIMEOUT_MAX_MS = 3000, /* one probe, all retransmissions included */
    POLICY_TIMEOUT_MIN_MS = 100,
    POLICY_LINGER_MAX_MS = 2000,
    POLICY_PACKET_LOGS = 256, /* checks whose packets a prober records at a time */
};

/* The allowlist unless the configuration has its own. */
extern const uint16_t policy_default_ports[];
extern const size_t policy_default_ports_len;

struct policy {
    uint64_t ports[65536 / 64]; /* bit n: port n is allowed */
    bool any_port;
    uint8_t max_ports;
    uint32_t timeout_ms;
    uint32_t linger_ms;
    bool echo;
    bool control_port;
    bool own;                 /* the prober's own addresses and networks may be probed */
    bool show_own;            /* addresses that are not public are shown in traces and packets */
    struct prefix_list embed; /* addresses in these embed an IPv4 address */
    struct prefix_list allow; /* exempt from the special-purpose rules */
    struct prefix_list deny;  /* never probed, even if `allow` has it */
};

enum policy_answer {
    POLICY_OK = 0,
    POLICY_PORT_NOT_ALLOWED,
    POLICY_TOO_MANY_PORTS,
    POLICY_TIMEOUT_TOO_LONG,
    POLICY_ADDRESS_NOT_PUBLIC,
    POLICY_ADDRESS_EMBEDDED,
    POLICY_OPTED_OUT,
};

/* Sets the built-in defaults: the default ports, three in a request, three seconds each. */
void policy_init(struct policy *policy);

/* Adds a port to the allowlist.  Port 0 is ignored: it is never allowed. */
void policy_allow_port(struct policy *policy, uint16_t port);

enum policy_answer policy_check_port(const struct policy *policy, uint16_t port);

/* deny overrides allow, and allow overrides the special-purpose rules of bogons.h.  For an address
 * in one of `embed`, the embedded IPv4 address decides, unless deny or allow has the address. */
enum policy_answer policy_check_address(const struct policy *policy, const struct addr *addr);

/* Can addresses of this prefix embed IPv4 addresses?  With a length of 40, 48, 56, 64 or 96 as in
 * RFC 6052 section 2.2; with up to 32 bits right after the prefix (RFC 5969 section 4). */
bool policy_can_embed(const struct prefix *prefix);

/* Is the address in one of `embed`?  Then *ipv4 is the embedded address. */
bool policy_embedded_ipv4(const struct policy *policy, const struct addr *addr, struct addr *ipv4);

/* May this address of a router or of this machine be shown?  Yes if it is public, if `allow` has
 * it, or with show_own. */
bool policy_shows(const struct policy *policy, const struct addr *addr);

/* How much of the target's quota a check takes, in ports. */
static inline uint32_t policy_target_cost(unsigned port_count, bool trace)
{
    return port_count * (trace ? (unsigned)SYN_SCHEDULE_TRACED_COST : 1U);
}

/* Does `allow` have special-purpose addresses, as in a lab?  Then local names may be resolved. */
bool policy_allows_local_names(const struct policy *policy);

#endif
