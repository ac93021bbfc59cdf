/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/verdict.h"

#include <string.h>

static const char *const state_names[STATE_COUNT] = {
    [STATE_UNKNOWN] = "unknown",
    [STATE_OPEN] = "open",
    [STATE_CLOSED] = "closed",
    [STATE_FILTERED] = "filtered",
};

static const char *const reason_names[REASON_COUNT] = {
    [REASON_NO_RESPONSE] = "no-response",
    [REASON_SYN_ACK] = "syn-ack",
    [REASON_RESET] = "reset",
    [REASON_ICMP_NET_UNREACHABLE] = "icmp-net-unreachable",
    [REASON_ICMP_HOST_UNREACHABLE] = "icmp-host-unreachable",
    [REASON_ICMP_PROTOCOL_UNREACHABLE] = "icmp-protocol-unreachable",
    [REASON_ICMP_PORT_UNREACHABLE] = "icmp-port-unreachable",
    [REASON_ICMP_NET_PROHIBITED] = "icmp-net-prohibited",
    [REASON_ICMP_HOST_PROHIBITED] = "icmp-host-prohibited",
    [REASON_ICMP_ADMIN_PROHIBITED] = "icmp-admin-prohibited",
    [REASON_ICMP_TTL_EXCEEDED] = "icmp-ttl-exceeded",
    [REASON_ICMP_NO_ROUTE] = "icmp-no-route",
    [REASON_ICMP_BEYOND_SCOPE] = "icmp-beyond-scope",
    [REASON_ICMP_ADDRESS_UNREACHABLE] = "icmp-address-unreachable",
    [REASON_ICMP_SOURCE_POLICY] = "icmp-source-policy",
    [REASON_ICMP_REJECT_ROUTE] = "icmp-reject-route",
    [REASON_LOCAL_ARP_FAILURE] = "local-arp-failure",
    [REASON_LOCAL_FIREWALL] = "local-firewall",
    [REASON_NO_ROUTE] = "no-route",
    [REASON_SEND_FAILED] = "send-failed",
    [REASON_CAPTURE_LOST] = "capture-lost",
    [REASON_LOSSY_PATH] = "lossy-path",
    [REASON_EGRESS_BLOCKED] = "egress-blocked",
};

static const char *const disposition_names[DISPOSITION_COUNT] = {
    [DISPOSITION_UNKNOWN] = "unknown", [DISPOSITION_ACCEPT] = "accept",
    [DISPOSITION_REFUSE] = "refuse",   [DISPOSITION_REJECT] = "reject",
    [DISPOSITION_DROP] = "drop",       [DISPOSITION_UNREACHABLE] = "unreachable",
};

static const char *const actor_names[ACTOR_COUNT] = {
    [ACTOR_UNKNOWN] = "unknown",
    [ACTOR_HOST] = "host",
    [ACTOR_HOST_FIREWALL] = "host-firewall",
    [ACTOR_PATH] = "path",
    [ACTOR_BEHIND_NAT] = "behind-nat",
    [ACTOR_LOCAL] = "local",
};

static const char *const confidence_names[CONFIDENCE_COUNT] = {
    [CONFIDENCE_GUESS] = "guess",
    [CONFIDENCE_LIKELY] = "likely",
    [CONFIDENCE_CERTAIN] = "certain",
};

static const char *const evidence_names[EVIDENCE_COUNT] = {
    [EVIDENCE_DSCP_REFLECTED] = "dscp-reflected",
    [EVIDENCE_DSCP_NOT_REFLECTED] = "dscp-not-reflected",
    [EVIDENCE_FLOW_LABEL_SET] = "flow-label-set",
    [EVIDENCE_FLOW_LABEL_ZERO] = "flow-label-zero",
    [EVIDENCE_WINDOW_ZERO] = "window-zero",
    [EVIDENCE_RESPONDER_IS_TARGET] = "responder-is-target",
    [EVIDENCE_RESPONDER_IS_ROUTER] = "responder-is-router",
    [EVIDENCE_TTL_EXPIRED_IN_TRANSIT] = "ttl-expired-in-transit",
    [EVIDENCE_OWN_ADDRESS] = "own-address",
    [EVIDENCE_RETRANSMITTED] = "retransmitted",
    [EVIDENCE_RST_INJECTED] = "rst-injected",
    [EVIDENCE_ICMP_CONTRADICTED] = "icmp-contradicted",
    [EVIDENCE_BAD_ACK_IGNORED] = "bad-ack-ignored",
    [EVIDENCE_STALE_CONNECTION] = "stale-connection",
    [EVIDENCE_NO_SIGN_OF_LIFE] = "no-sign-of-life",
    [EVIDENCE_OTHER_PORT_ANSWERED] = "other-port-answered",
    [EVIDENCE_LATE_ANSWER] = "late-answer",
    [EVIDENCE_RTT_AMBIGUOUS] = "rtt-ambiguous",
    [EVIDENCE_NO_OPTIONS] = "no-options",
    [EVIDENCE_TTL_MATCHES_HOST] = "ttl-matches-host",
    [EVIDENCE_TTL_NEARER] = "ttl-nearer",
    [EVIDENCE_TTL_FARTHER] = "ttl-farther",
    [EVIDENCE_TTL_BASE_DIFFERS] = "ttl-base-differs",
    [EVIDENCE_HOP_CONFIRMED] = "hop-confirmed",
    [EVIDENCE_TTL_EXPIRED_AT_TARGET] = "ttl-expired-at-target",
    [EVIDENCE_FORGED_SOURCE] = "forged-source",
    [EVIDENCE_HOST_REFLECTS_DSCP] = "host-reflects-dscp",
    [EVIDENCE_ECHO_REFLECTS_DSCP] = "echo-reflects-dscp",
    [EVIDENCE_STACK_REFLECTS_NOTHING] = "stack-reflects-nothing",
    [EVIDENCE_DSCP_CLEARED] = "dscp-cleared",
    [EVIDENCE_ODD_TOS] = "odd-tos",
    [EVIDENCE_ODD_WINDOW] = "odd-window",
    [EVIDENCE_RESETS_DIFFER] = "resets-differ",
    [EVIDENCE_ECHO_ANSWERED] = "echo-answered",
    [EVIDENCE_ACK_PROBE_ANSWERED] = "ack-probe-answered",
    [EVIDENCE_REPORTED_LATE] = "reported-late",
    [EVIDENCE_ROUTING_LOOP] = "routing-loop",
    [EVIDENCE_NEXT_HOP_ANSWERS] = "next-hop-answers",
    [EVIDENCE_RATE_LIMIT_SUSPECTED] = "rate-limit-suspected",
    [EVIDENCE_LOCAL_NAT] = "local-nat",
};

void verdict_init(struct verdict *verdict, uint16_t port)
{
    memset(verdict, 0, sizeof(*verdict));
    verdict->port = port;
    verdict->rtt_ns = VERDICT_NO_RTT;
    verdict->ttl = VERDICT_UNKNOWN_HOP;
    verdict->hops = VERDICT_UNKNOWN_HOP;
    verdict->actor_hop = VERDICT_UNKNOWN_HOP;
    verdict->icmp_type = VERDICT_NO_ICMP;
    verdict->icmp_code = VERDICT_NO_ICMP;
    verdict->last_hop = VERDICT_UNKNOWN_HOP;
    verdict->silent_from = VERDICT_UNKNOWN_HOP;
}

const char *verdict_state_name(unsigned state)
{
    return state < STATE_COUNT ? state_names[state] : NULL;
}

const char *verdict_reason_name(unsigned reason)
{
    return reason < REASON_COUNT ? reason_names[reason] : NULL;
}

const char *verdict_disposition_name(unsigned disposition)
{
    return disposition < DISPOSITION_COUNT ? disposition_names[disposition] : NULL;
}

const char *verdict_actor_name(unsigned actor)
{
    return actor < ACTOR_COUNT ? actor_names[actor] : NULL;
}

const char *verdict_confidence_name(unsigned confidence)
{
    return confidence < CONFIDENCE_COUNT ? confidence_names[confidence] : NULL;
}

const char *verdict_evidence_name(unsigned bit)
{
    return bit < EVIDENCE_COUNT ? evidence_names[bit] : NULL;
}
