/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * May this be probed?  The port allowlist, the address rules and the limits of
 * one request.  Pure; both processes ask it, each with its own copy of the
 * configuration, so that the prober does not depend on the frontend's answer.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_POLICY_H
#define PORTLIGHT_COMMON_CONTRACT_POLICY_H

#include "common/net/prefix.h"

enum {
    POLICY_PORTS_MAX = 3,         /* ports in one request; the configuration can only lower it */
    POLICY_TIMEOUT_MAX_MS = 3000, /* one probe, all retransmissions included */
    POLICY_TIMEOUT_MIN_MS = 100,
    POLICY_LINGER_MAX_MS = 2000,
    POLICY_PACKET_LOGS = 256, /* targets whose packets a prober keeps at a time */
};

/* The ports anybody may ask about unless the configuration says otherwise. */
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
    bool own;                 /* the prober's own addresses and networks are targets, too */
    bool show_own;            /* and may be seen in traces and packets */
    struct prefix_list embed; /* addresses in these stand for an IPv4 address */
    struct prefix_list allow; /* excepted from the special-purpose rules */
    struct prefix_list deny;  /* never probed, whatever else says yes */
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

/* The built-in defaults: the default ports, three of them, three seconds. */
void policy_init(struct policy *policy);

/* Port 0 is ignored: it can never be allowed. */
void policy_allow_port(struct policy *policy, uint16_t port);

enum policy_answer policy_check_port(const struct policy *policy, uint16_t port);

/* deny beats allow beats the special-purpose rules of bogons.h.  An address in one of `embed` is
 * judged like the IPv4 address that it stands for, unless deny or allow name it itself. */
enum policy_answer policy_check_address(const struct policy *policy, const struct addr *addr);

/* Can it embed IPv4 addresses?  With a length of 40, 48, 56, 64 or 96 as RFC 6052 section 2.2 has
 * it, and up to 32 right behind the prefix (RFC 5969 section 4). */
bool policy_can_embed(const struct prefix *prefix);

/* Is the address in one of `embed`?  Fills in the IPv4 address. */
bool policy_embedded_ipv4(const struct policy *policy, const struct addr *addr, struct addr *ipv4);

/* May anybody see this address of a router, or of this machine?  A public one, or one that may be
 * checked. */
bool policy_shows(const struct policy *policy, const struct addr *addr);

/* What a check takes of its target's quota, in ports: a silent port gets 13 packets, ICMP echoes
 * included, and at most about 60 more with a trace. */
static inline uint32_t policy_target_cost(unsigned port_count, bool trace)
{
    return port_count * (trace ? 3U : 1U);
}

/* Is this a lab: does `allow` let private or other special-purpose addresses through?  Then names
 * for local use are names like others. */
bool policy_allows_local_names(const struct policy *policy);

#endif
