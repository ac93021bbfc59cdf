/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of explanations, row by row: the world in which each is true leaves it, each
 * observation that it cannot produce kills it, and what is left decides what is claimed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "prober/evidence/explanations.h"

enum { VALUES_MAX = 10, RANDOM_WORLDS = 200000 };

#define AS_FAR                                                                \
    [OBS_TTL] = TTL_SAME, [OBS_REACH] = REACH_SAME, [OBS_NAT] = NAT_NOT_HERE, \
    [OBS_ECHO] = ECHO_AS_FAR, [OBS_FLOWS] = FLOWS_AGREE
#define NEARER                                                                    \
    [OBS_TTL] = TTL_NEARER, [OBS_REACH] = REACH_BEFORE, [OBS_NAT] = NAT_NOT_HERE, \
    [OBS_ECHO] = ECHO_AS_FAR, [OBS_FLOWS] = FLOWS_AGREE
#define BEHIND                                                                      \
    [OBS_TTL] = TTL_FARTHER, [OBS_REACH] = REACH_BEHIND, [OBS_NAT] = NAT_AT_TARGET, \
    [OBS_ECHO] = ECHO_AS_FAR, [OBS_FLOWS] = FLOWS_AGREE
#define FROM_NEARER(reach)                                                     \
    [OBS_TTL] = TTL_TOO_NEAR, [OBS_REACH] = (reach), [OBS_NAT] = NAT_NOT_HERE, \
    [OBS_ECHO] = ECHO_AS_FAR, [OBS_FLOWS] = FLOWS_AGREE
#define SYN_ACK [OBS_REPLY] = REPLY_SYN_ACK, [OBS_OPTIONS] = OPTIONS_SOME
#define RST                                                                              \
    [OBS_REPLY] = REPLY_RESET, [OBS_WINDOW] = WINDOW_ZERO, [OBS_OPTIONS] = OPTIONS_NONE, \
    [OBS_DELAY] = DELAY_AS_ECHO, [OBS_PATH_DSCP] = PATH_KEEPS_DSCP
#define ALIVE [OBS_OTHERS] = OTHERS_ALIVE

/* How many values each observation has. */
static const unsigned value_counts[OBS_COUNT] = {
    [OBS_REPLY] = 12, [OBS_TTL] = 6,       [OBS_REACH] = 4,  [OBS_NAT] = 3,     [OBS_DSCP] = 5,
    [OBS_LABEL] = 4,  [OBS_IP_ID] = 3,     [OBS_WINDOW] = 2, [OBS_OPTIONS] = 2, [OBS_FLOWS] = 3,
    [OBS_ECHO] = 3,   [OBS_PATH_DSCP] = 2, [OBS_DELAY] = 3,  [OBS_OTHERS] = 3,
};

/* A world in which the explanation is true.  survives: where one observation is another, the
 * values with which it is still possible, be it by a circumstance; 0: all. */
static const struct world {
    enum verdict_explanation id;
    value_set seen[OBS_COUNT];
    value_set survives[OBS_COUNT];
    struct claims {
        enum verdict_disposition disposition;
        enum verdict_confidence how_sure;
        enum verdict_actor actor;
        enum verdict_confidence of_the_actor;
    } claims;
} worlds[] = {
    {EXPLANATION_HOST_ACCEPTS,
     {SYN_ACK, AS_FAR, ALIVE, [OBS_WINDOW] = WINDOW_OPEN},
     {[OBS_DELAY] = DELAY_AS_ECHO | DELAY_EARLY,
      [OBS_REPLY] = REPLY_SYN_ACK,
      [OBS_WINDOW] = WINDOW_OPEN},
     {DISPOSITION_ACCEPT, CONFIDENCE_CERTAIN, ACTOR_HOST, CONFIDENCE_CERTAIN}},
    {EXPLANATION_SYN_PROXY_ON_HOST,
     {[OBS_REPLY] = REPLY_SYN_ACK,
      AS_FAR,
      ALIVE,
      [OBS_WINDOW] = WINDOW_OPEN,
      [OBS_OPTIONS] = OPTIONS_NONE},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_DELAY] = DELAY_AS_ECHO,
      [OBS_REPLY] = REPLY_SYN_ACK,
      [OBS_TTL] = TTL_SAME | TTL_NEARER | TTL_FARTHER | TTL_OTHER_BASE | TTL_TOO_NEAR,
      [OBS_REACH] = REACH_SAME | REACH_BEHIND | REACH_BEFORE_ECHO,
      [OBS_OPTIONS] = OPTIONS_NONE},
     {DISPOSITION_ACCEPT, CONFIDENCE_CERTAIN, ACTOR_HOST, CONFIDENCE_GUESS}},
    {EXPLANATION_DEVICE_ACCEPTS,
     {SYN_ACK, NEARER, ALIVE, [OBS_WINDOW] = WINDOW_OPEN},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_REPLY] = REPLY_SYN_ACK,
      [OBS_TTL] = TTL_NEARER | TTL_FARTHER | TTL_OTHER_BASE | TTL_FIRST_HOP | TTL_TOO_NEAR,
      [OBS_WINDOW] = WINDOW_OPEN},
     {DISPOSITION_ACCEPT, CONFIDENCE_CERTAIN, ACTOR_PATH, CONFIDENCE_LIKELY}},
    /* its way back is another than the echo's; the address passes echoes on */
    {EXPLANATION_HOST_ACCEPTS,
     {SYN_ACK, FROM_NEARER(REACH_SAME), ALIVE, [OBS_WINDOW] = WINDOW_OPEN},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_DELAY] = DELAY_AS_ECHO | DELAY_EARLY,
      [OBS_REPLY] = REPLY_SYN_ACK,
      [OBS_WINDOW] = WINDOW_OPEN},
     {DISPOSITION_ACCEPT, CONFIDENCE_CERTAIN, ACTOR_UNKNOWN, CONFIDENCE_GUESS}},
    {EXPLANATION_DEVICE_ACCEPTS,
     {SYN_ACK, FROM_NEARER(REACH_BEFORE_ECHO), ALIVE, [OBS_WINDOW] = WINDOW_OPEN},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_REPLY] = REPLY_SYN_ACK,
      [OBS_TTL] = TTL_NEARER | TTL_FARTHER | TTL_OTHER_BASE | TTL_FIRST_HOP | TTL_TOO_NEAR,
      [OBS_WINDOW] = WINDOW_OPEN},
     {DISPOSITION_ACCEPT, CONFIDENCE_CERTAIN, ACTOR_UNKNOWN, CONFIDENCE_GUESS}},
    {EXPLANATION_FORWARDED_ACCEPTS,
     {SYN_ACK, BEHIND, ALIVE, [OBS_WINDOW] = WINDOW_OPEN},
     {[OBS_REPLY] = REPLY_SYN_ACK,
      [OBS_TTL] = TTL_NEARER | TTL_FARTHER | TTL_OTHER_BASE | TTL_TOO_NEAR,
      [OBS_REACH] = REACH_BEHIND,
      [OBS_WINDOW] = WINDOW_OPEN},
     {DISPOSITION_ACCEPT, CONFIDENCE_CERTAIN, ACTOR_BEHIND_NAT, CONFIDENCE_CERTAIN}},
    {EXPLANATION_SYN_PROXY_ON_HOST,
     {SYN_ACK, AS_FAR, ALIVE, [OBS_WINDOW] = WINDOW_ZERO},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_DELAY] = DELAY_AS_ECHO,
      [OBS_REPLY] = REPLY_SYN_ACK,
      [OBS_TTL] = TTL_SAME | TTL_OTHER_BASE | TTL_TOO_NEAR,
      [OBS_REACH] = REACH_SAME | REACH_BEHIND | REACH_BEFORE_ECHO,
      [OBS_WINDOW] = WINDOW_ZERO},
     {DISPOSITION_ACCEPT, CONFIDENCE_CERTAIN, ACTOR_HOST_FIREWALL, CONFIDENCE_LIKELY}},
    {EXPLANATION_SYN_PROXY_BEFORE_HOST,
     {SYN_ACK, NEARER, ALIVE, [OBS_WINDOW] = WINDOW_ZERO},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_REPLY] = REPLY_SYN_ACK,
      [OBS_TTL] = TTL_NEARER | TTL_OTHER_BASE | TTL_FIRST_HOP | TTL_TOO_NEAR,
      [OBS_WINDOW] = WINDOW_ZERO},
     {DISPOSITION_ACCEPT, CONFIDENCE_CERTAIN, ACTOR_PATH, CONFIDENCE_CERTAIN}},
    {EXPLANATION_SYN_PROXY_BEHIND_NAT,
     {SYN_ACK, BEHIND, ALIVE, [OBS_WINDOW] = WINDOW_ZERO},
     {[OBS_REPLY] = REPLY_SYN_ACK,
      [OBS_TTL] = TTL_FARTHER | TTL_OTHER_BASE | TTL_TOO_NEAR,
      [OBS_REACH] = REACH_BEHIND,
      [OBS_NAT] = NAT_NOT_HERE | NAT_AT_TARGET,
      [OBS_WINDOW] = WINDOW_ZERO},
     {DISPOSITION_ACCEPT, CONFIDENCE_CERTAIN, ACTOR_BEHIND_NAT, CONFIDENCE_CERTAIN}},
    {EXPLANATION_HOST_REFUSES,
     {RST, AS_FAR, [OBS_DSCP] = DSCP_FOLLOWS, [OBS_IP_ID] = ID_ZERO},
     {[OBS_DELAY] = DELAY_AS_ECHO | DELAY_EARLY,
      [OBS_REPLY] = REPLY_RESET,
      [OBS_LABEL] = LABEL_SET | LABEL_COPIED | LABEL_ZERO,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER},
     {DISPOSITION_REFUSE, CONFIDENCE_CERTAIN, ACTOR_HOST, CONFIDENCE_LIKELY}},
    {EXPLANATION_HOST_REFUSES,
     {RST, AS_FAR, [OBS_DSCP] = DSCP_FOLLOWS, [OBS_LABEL] = LABEL_SET},
     {[OBS_DELAY] = DELAY_AS_ECHO | DELAY_EARLY,
      [OBS_REPLY] = REPLY_RESET,
      [OBS_LABEL] = LABEL_SET | LABEL_COPIED | LABEL_ZERO,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER},
     {DISPOSITION_REFUSE, CONFIDENCE_CERTAIN, ACTOR_HOST, CONFIDENCE_LIKELY}},
    {EXPLANATION_HOST_REFUSES_PLAINLY,
     {RST, AS_FAR, [OBS_DSCP] = DSCP_ZERO, [OBS_IP_ID] = ID_OTHER},
     {[OBS_DELAY] = DELAY_AS_ECHO | DELAY_EARLY,
      [OBS_REPLY] = REPLY_RESET,
      [OBS_DSCP] = DSCP_ZERO | DSCP_LOW_DELAY | DSCP_OTHER | DSCP_ZERO_UNLIKE_HOST,
      [OBS_LABEL] = LABEL_SET | LABEL_COPIED | LABEL_ZERO,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER},
     {DISPOSITION_REFUSE, CONFIDENCE_LIKELY, ACTOR_HOST, CONFIDENCE_LIKELY}},
    {EXPLANATION_NETFILTER_ON_HOST,
     {RST, AS_FAR, [OBS_DSCP] = DSCP_ZERO_UNLIKE_HOST, [OBS_IP_ID] = ID_ZERO},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_DELAY] = DELAY_AS_ECHO,
      [OBS_REPLY] =
          REPLY_RESET | REPLY_FILTER_BY_TARGET | REPLY_NO_PROTOCOL | REPLY_UNREACHABLE_BY_TARGET,
      [OBS_TTL] = TTL_SAME | TTL_OTHER_BASE | TTL_TOO_NEAR,
      [OBS_REACH] = REACH_SAME | REACH_BEHIND | REACH_BEFORE_ECHO,
      [OBS_DSCP] = DSCP_ZERO | DSCP_LOW_DELAY | DSCP_OTHER | DSCP_ZERO_UNLIKE_HOST,
      [OBS_LABEL] = LABEL_ZERO | LABEL_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_ZERO,
      [OBS_WINDOW] = WINDOW_ZERO},
     {DISPOSITION_REJECT, CONFIDENCE_LIKELY, ACTOR_HOST_FIREWALL, CONFIDENCE_LIKELY}},
    {EXPLANATION_NETFILTER_ON_HOST,
     {RST, AS_FAR, [OBS_DSCP] = DSCP_ZERO_UNLIKE_HOST, [OBS_LABEL] = LABEL_ZERO_UNLIKE_HOST},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_DELAY] = DELAY_AS_ECHO,
      [OBS_REPLY] =
          REPLY_RESET | REPLY_FILTER_BY_TARGET | REPLY_NO_PROTOCOL | REPLY_UNREACHABLE_BY_TARGET,
      [OBS_TTL] = TTL_SAME | TTL_OTHER_BASE | TTL_TOO_NEAR,
      [OBS_REACH] = REACH_SAME | REACH_BEHIND | REACH_BEFORE_ECHO,
      [OBS_DSCP] = DSCP_ZERO | DSCP_LOW_DELAY | DSCP_OTHER | DSCP_ZERO_UNLIKE_HOST,
      [OBS_LABEL] = LABEL_ZERO | LABEL_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_ZERO,
      [OBS_WINDOW] = WINDOW_ZERO},
     {DISPOSITION_REJECT, CONFIDENCE_LIKELY, ACTOR_HOST_FIREWALL, CONFIDENCE_LIKELY}},
    {EXPLANATION_PF_ON_HOST,
     {RST, AS_FAR, [OBS_DSCP] = DSCP_LOW_DELAY, [OBS_IP_ID] = ID_OTHER},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_DELAY] = DELAY_AS_ECHO,
      [OBS_REPLY] = REPLY_RESET,
      [OBS_TTL] = TTL_SAME | TTL_OTHER_BASE | TTL_TOO_NEAR,
      [OBS_REACH] = REACH_SAME | REACH_BEHIND | REACH_BEFORE_ECHO,
      [OBS_DSCP] = DSCP_ZERO | DSCP_LOW_DELAY | DSCP_OTHER,
      [OBS_LABEL] = LABEL_ZERO | LABEL_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER,
      [OBS_WINDOW] = WINDOW_ZERO},
     {DISPOSITION_REJECT, CONFIDENCE_GUESS, ACTOR_HOST_FIREWALL, CONFIDENCE_GUESS}},
    {EXPLANATION_FILTER_ON_HOST,
     {RST, AS_FAR, [OBS_DSCP] = DSCP_OTHER, [OBS_IP_ID] = ID_OTHER},
     {[OBS_DELAY] = DELAY_AS_ECHO,
      [OBS_REPLY] = REPLY_RESET | REPLY_FILTER_AT_TARGET | REPLY_UNREACHABLE_AT_TARGET,
      [OBS_TTL] = TTL_SAME | TTL_OTHER_BASE | TTL_TOO_NEAR,
      [OBS_REACH] = REACH_SAME | REACH_BEHIND | REACH_BEFORE_ECHO,
      [OBS_NAT] = NAT_NOT_HERE,
      [OBS_DSCP] = DSCP_ZERO | DSCP_LOW_DELAY | DSCP_OTHER | DSCP_ZERO_UNLIKE_HOST,
      [OBS_LABEL] = LABEL_ZERO | LABEL_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER},
     {DISPOSITION_UNKNOWN, CONFIDENCE_GUESS, ACTOR_UNKNOWN, CONFIDENCE_GUESS}},
    {EXPLANATION_FILTER_IN_PLACE,
     {RST, AS_FAR, [OBS_DSCP] = DSCP_FOLLOWS, [OBS_IP_ID] = ID_COPIED},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_REPLY] = REPLY_RESET,
      [OBS_REACH] = REACH_SAME | REACH_BEHIND | REACH_BEFORE_ECHO,
      [OBS_DSCP] = DSCP_ZERO | DSCP_FOLLOWS | DSCP_LOW_DELAY | DSCP_OTHER,
      [OBS_LABEL] = LABEL_COPIED,
      [OBS_IP_ID] = ID_COPIED},
     {DISPOSITION_REJECT, CONFIDENCE_CERTAIN, ACTOR_UNKNOWN, CONFIDENCE_GUESS}},
    {EXPLANATION_DEVICE_IN_PLACE,
     {RST, NEARER, [OBS_DSCP] = DSCP_FOLLOWS, [OBS_IP_ID] = ID_COPIED},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_REPLY] = REPLY_RESET,
      [OBS_DSCP] = DSCP_ZERO | DSCP_FOLLOWS | DSCP_LOW_DELAY | DSCP_OTHER,
      [OBS_LABEL] = LABEL_COPIED,
      [OBS_IP_ID] = ID_COPIED},
     {DISPOSITION_REJECT, CONFIDENCE_CERTAIN, ACTOR_PATH, CONFIDENCE_CERTAIN}},
    {EXPLANATION_DEVICE_REJECTS,
     {RST, NEARER, [OBS_DSCP] = DSCP_ZERO, [OBS_IP_ID] = ID_ZERO},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_REPLY] =
          REPLY_RESET | REPLY_FILTER_BY_TARGET | REPLY_NO_PROTOCOL | REPLY_UNREACHABLE_BY_TARGET,
      [OBS_TTL] = TTL_NEARER | TTL_OTHER_BASE | TTL_FIRST_HOP | TTL_TOO_NEAR,
      [OBS_DSCP] = DSCP_ZERO | DSCP_LOW_DELAY | DSCP_OTHER | DSCP_ZERO_UNLIKE_HOST,
      [OBS_LABEL] = LABEL_ZERO | LABEL_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER},
     {DISPOSITION_REJECT, CONFIDENCE_LIKELY, ACTOR_PATH, CONFIDENCE_LIKELY}},
    {EXPLANATION_DEVICE_REFUSES,
     {RST, NEARER, [OBS_DSCP] = DSCP_FOLLOWS, [OBS_IP_ID] = ID_ZERO},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_REPLY] = REPLY_RESET,
      [OBS_TTL] = TTL_NEARER | TTL_OTHER_BASE | TTL_FIRST_HOP | TTL_TOO_NEAR,
      [OBS_DSCP] = DSCP_ZERO | DSCP_FOLLOWS | DSCP_LOW_DELAY | DSCP_OTHER,
      [OBS_LABEL] = LABEL_SET | LABEL_COPIED | LABEL_ZERO | LABEL_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER},
     {DISPOSITION_REFUSE, CONFIDENCE_CERTAIN, ACTOR_PATH, CONFIDENCE_LIKELY}},
    {EXPLANATION_FORWARDED_REFUSES,
     {RST, BEHIND, [OBS_DSCP] = DSCP_FOLLOWS, [OBS_IP_ID] = ID_ZERO},
     {[OBS_REPLY] = REPLY_RESET,
      [OBS_TTL] = TTL_FARTHER | TTL_OTHER_BASE | TTL_TOO_NEAR,
      [OBS_REACH] = REACH_BEHIND,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER},
     {DISPOSITION_REFUSE, CONFIDENCE_CERTAIN, ACTOR_BEHIND_NAT, CONFIDENCE_LIKELY}},
    {EXPLANATION_FORWARDED_REFUSES,
     {RST, BEHIND, [OBS_DSCP] = DSCP_ZERO, [OBS_IP_ID] = ID_OTHER},
     {[OBS_REPLY] = REPLY_RESET,
      [OBS_TTL] = TTL_FARTHER | TTL_OTHER_BASE | TTL_TOO_NEAR,
      [OBS_REACH] = REACH_BEHIND,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER},
     {DISPOSITION_REFUSE, CONFIDENCE_GUESS, ACTOR_BEHIND_NAT, CONFIDENCE_LIKELY}},
    {EXPLANATION_FORWARDED_REFUSES,
     {RST, BEHIND, [OBS_DSCP] = DSCP_ZERO, [OBS_IP_ID] = ID_ZERO},
     {[OBS_REPLY] = REPLY_RESET,
      [OBS_TTL] = TTL_FARTHER | TTL_OTHER_BASE | TTL_TOO_NEAR,
      [OBS_REACH] = REACH_BEHIND,
      [OBS_NAT] = NAT_NOT_HERE | NAT_AT_TARGET,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER},
     {DISPOSITION_UNKNOWN, CONFIDENCE_GUESS, ACTOR_BEHIND_NAT, CONFIDENCE_GUESS}},
    {EXPLANATION_FORWARDED_REJECTS,
     {RST, BEHIND, [OBS_DSCP] = DSCP_LOW_DELAY, [OBS_IP_ID] = ID_ZERO},
     {[OBS_REPLY] = REPLY_RESET | REPLY_FILTER_BY_TARGET,
      [OBS_TTL] = TTL_FARTHER | TTL_OTHER_BASE | TTL_TOO_NEAR,
      [OBS_REACH] = REACH_BEHIND,
      [OBS_NAT] = NAT_NOT_HERE | NAT_AT_TARGET,
      [OBS_DSCP] = DSCP_ZERO | DSCP_LOW_DELAY | DSCP_OTHER | DSCP_ZERO_UNLIKE_HOST,
      [OBS_LABEL] = LABEL_ZERO | LABEL_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER},
     {DISPOSITION_REJECT, CONFIDENCE_GUESS, ACTOR_BEHIND_NAT, CONFIDENCE_GUESS}},
    {EXPLANATION_RESET_INJECTED,
     {RST, NEARER, [OBS_DSCP] = DSCP_OTHER, [OBS_IP_ID] = ID_OTHER},
     {[OBS_REPLY] = REPLY_RESET,
      [OBS_REACH] = REACH_SAME | REACH_BEFORE | REACH_BEFORE_ECHO,
      [OBS_DSCP] = DSCP_ZERO | DSCP_LOW_DELAY | DSCP_OTHER | DSCP_ZERO_UNLIKE_HOST},
     {DISPOSITION_REJECT, CONFIDENCE_LIKELY, ACTOR_PATH, CONFIDENCE_LIKELY}},
    {EXPLANATION_GROUP_MEMBER,
     {RST, AS_FAR, [OBS_DSCP] = DSCP_ZERO, [OBS_IP_ID] = ID_OTHER},
     {[OBS_REPLY] = REPLY_RESET | REPLY_FILTER_BY_TARGET | REPLY_FILTER_BY_OTHER |
                    REPLY_UNREACHABLE_BY_TARGET | REPLY_UNREACHABLE_BY_OTHER | REPLY_EXPIRED |
                    REPLY_EXPIRED_AT_TARGET | REPLY_FILTER_AT_TARGET | REPLY_UNREACHABLE_AT_TARGET,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER},
     {DISPOSITION_REFUSE, CONFIDENCE_LIKELY, ACTOR_HOST, CONFIDENCE_LIKELY}},
    {EXPLANATION_NETFILTER_ON_HOST,
     {[OBS_REPLY] = REPLY_FILTER_BY_TARGET, AS_FAR, [OBS_DELAY] = DELAY_AS_ECHO},
     {[OBS_DELAY] = DELAY_AS_ECHO | DELAY_EARLY,
      [OBS_REPLY] =
          REPLY_RESET | REPLY_FILTER_BY_TARGET | REPLY_NO_PROTOCOL | REPLY_UNREACHABLE_BY_TARGET},
     {DISPOSITION_REJECT, CONFIDENCE_CERTAIN, ACTOR_HOST_FIREWALL, CONFIDENCE_LIKELY}},
    {EXPLANATION_DEVICE_REJECTS,
     {[OBS_REPLY] = REPLY_FILTER_BY_TARGET, NEARER, [OBS_DELAY] = DELAY_AS_ECHO},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_DELAY] = DELAY_AS_ECHO | DELAY_EARLY,
      [OBS_REPLY] =
          REPLY_RESET | REPLY_FILTER_BY_TARGET | REPLY_NO_PROTOCOL | REPLY_UNREACHABLE_BY_TARGET,
      [OBS_TTL] = TTL_NEARER | TTL_OTHER_BASE | TTL_FIRST_HOP | TTL_TOO_NEAR},
     {DISPOSITION_REJECT, CONFIDENCE_CERTAIN, ACTOR_PATH, CONFIDENCE_LIKELY}},
    {EXPLANATION_FORWARDED_REJECTS,
     {[OBS_REPLY] = REPLY_FILTER_BY_TARGET, BEHIND, [OBS_DELAY] = DELAY_AS_ECHO},
     {[OBS_REPLY] = REPLY_RESET | REPLY_FILTER_BY_TARGET,
      [OBS_TTL] = TTL_FARTHER | TTL_OTHER_BASE | TTL_TOO_NEAR,
      [OBS_REACH] = REACH_BEHIND},
     {DISPOSITION_REJECT, CONFIDENCE_CERTAIN, ACTOR_BEHIND_NAT, CONFIDENCE_LIKELY}},
    {EXPLANATION_ROUTER_REJECTS,
     {[OBS_REPLY] = REPLY_FILTER_BY_OTHER, [OBS_FLOWS] = FLOWS_AGREE},
     {[OBS_REPLY] = REPLY_FILTER_BY_OTHER | REPLY_UNREACHABLE_BY_OTHER | REPLY_FILTER_AT_TARGET |
                    REPLY_UNREACHABLE_AT_TARGET},
     {DISPOSITION_REJECT, CONFIDENCE_CERTAIN, ACTOR_PATH, CONFIDENCE_LIKELY}},
    {EXPLANATION_ROUTER_REJECTS,
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_OTHER, ALIVE, [OBS_DELAY] = DELAY_AS_ECHO},
     {[OBS_REPLY] = REPLY_FILTER_BY_OTHER | REPLY_UNREACHABLE_BY_OTHER | REPLY_FILTER_AT_TARGET |
                    REPLY_UNREACHABLE_AT_TARGET,
      [OBS_DELAY] = DELAY_AS_ECHO | DELAY_EARLY},
     {DISPOSITION_REJECT, CONFIDENCE_GUESS, ACTOR_PATH, CONFIDENCE_LIKELY}},
    {EXPLANATION_FILTER_ON_HOST,
     {[OBS_REPLY] = REPLY_FILTER_AT_TARGET, ALIVE, [OBS_DELAY] = DELAY_AS_ECHO},
     {[OBS_REPLY] = REPLY_RESET | REPLY_FILTER_AT_TARGET | REPLY_UNREACHABLE_AT_TARGET,
      [OBS_DELAY] = DELAY_AS_ECHO | DELAY_EARLY},
     {DISPOSITION_REJECT, CONFIDENCE_CERTAIN, ACTOR_UNKNOWN, CONFIDENCE_GUESS}},
    {EXPLANATION_ROUTER_HAS_NO_WAY,
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_OTHER,
      [OBS_FLOWS] = FLOWS_AGREE,
      [OBS_OTHERS] = OTHERS_NONE},
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_OTHER | REPLY_UNREACHABLE_AT_TARGET},
     {DISPOSITION_UNREACHABLE, CONFIDENCE_LIKELY, ACTOR_PATH, CONFIDENCE_LIKELY}},
    {EXPLANATION_HOST_SAYS_UNREACHABLE,
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_TARGET, AS_FAR, [OBS_DELAY] = DELAY_AS_ECHO},
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_TARGET},
     {DISPOSITION_UNREACHABLE, CONFIDENCE_GUESS, ACTOR_UNKNOWN, CONFIDENCE_GUESS}},
    {EXPLANATION_FORWARDED_TO_DEAD_HOST,
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_TARGET, AS_FAR, [OBS_DELAY] = DELAY_GIVEN_UP},
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_TARGET},
     {DISPOSITION_UNREACHABLE, CONFIDENCE_CERTAIN, ACTOR_BEHIND_NAT, CONFIDENCE_LIKELY}},
    {EXPLANATION_HOST_WITHOUT_TCP,
     {[OBS_REPLY] = REPLY_NO_PROTOCOL, AS_FAR, [OBS_DELAY] = DELAY_AS_ECHO},
     {[OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_DELAY] = DELAY_AS_ECHO,
      [OBS_REPLY] = REPLY_NO_PROTOCOL,
      [OBS_TTL] = TTL_SAME | TTL_OTHER_BASE | TTL_TOO_NEAR,
      [OBS_REACH] = REACH_SAME | REACH_BEHIND | REACH_BEFORE_ECHO},
     {DISPOSITION_REJECT, CONFIDENCE_GUESS, ACTOR_HOST_FIREWALL, CONFIDENCE_GUESS}},
    {EXPLANATION_ROUTING_LOOP,
     {[OBS_REPLY] = REPLY_EXPIRED},
     {[OBS_REPLY] = REPLY_EXPIRED | REPLY_EXPIRED_AT_TARGET},
     {DISPOSITION_UNREACHABLE, CONFIDENCE_CERTAIN, ACTOR_PATH, CONFIDENCE_LIKELY}},
    {EXPLANATION_ROUTING_LOOP,
     {[OBS_REPLY] = REPLY_EXPIRED_AT_TARGET},
     {[OBS_REPLY] = REPLY_EXPIRED | REPLY_EXPIRED_AT_TARGET},
     {DISPOSITION_UNREACHABLE, CONFIDENCE_CERTAIN, ACTOR_UNKNOWN, CONFIDENCE_GUESS}},
    {EXPLANATION_TTL_SHORTENED,
     {[OBS_REPLY] = REPLY_EXPIRED},
     {[OBS_REPLY] = REPLY_EXPIRED | REPLY_EXPIRED_AT_TARGET},
     {DISPOSITION_UNREACHABLE, CONFIDENCE_CERTAIN, ACTOR_PATH, CONFIDENCE_LIKELY}},
    {EXPLANATION_TTL_SHORTENED,
     {[OBS_REPLY] = REPLY_EXPIRED_AT_TARGET},
     {[OBS_REPLY] = REPLY_EXPIRED | REPLY_EXPIRED_AT_TARGET},
     {DISPOSITION_UNREACHABLE, CONFIDENCE_CERTAIN, ACTOR_UNKNOWN, CONFIDENCE_GUESS}},
    {EXPLANATION_GROUP_MEMBER,
     {[OBS_REPLY] = REPLY_EXPIRED},
     {[OBS_REPLY] = REPLY_RESET | REPLY_FILTER_BY_TARGET | REPLY_FILTER_BY_OTHER |
                    REPLY_UNREACHABLE_BY_TARGET | REPLY_UNREACHABLE_BY_OTHER | REPLY_EXPIRED |
                    REPLY_EXPIRED_AT_TARGET | REPLY_FILTER_AT_TARGET | REPLY_UNREACHABLE_AT_TARGET},
     {DISPOSITION_UNREACHABLE, CONFIDENCE_CERTAIN, ACTOR_PATH, CONFIDENCE_LIKELY}},
};

static void copy(const struct world *world, value_set seen[static OBS_COUNT])
{
    for (unsigned i = 0; i < OBS_COUNT; i++)
        seen[i] = world->seen[i] != 0 ? world->seen[i] : NOT_SEEN;
}

static bool is_left(const value_set seen[static OBS_COUNT], enum verdict_explanation id)
{
    struct survivors left;

    explanations_survive(seen, &left);
    return (left.rows >> id & 1) != 0;
}

static void test_the_truth_survives(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(worlds); i++) {
        value_set seen[OBS_COUNT];
        copy(&worlds[i], seen);
        if (!is_left(seen, worlds[i].id))
            fail_msg("world %u: %s is excluded", i, verdict_explanation_name(worlds[i].id));
    }
}

static void test_an_observation_that_it_cannot_produce_kills_it(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(worlds); i++)
        for (unsigned o = 0; o < OBS_COUNT; o++)
            for (unsigned bit = 1; bit <= value_counts[o]; bit++) {
                value_set seen[OBS_COUNT], survives = worlds[i].survives[o];
                bool wanted = survives == 0 || (survives >> bit & 1) != 0;
                copy(&worlds[i], seen);
                seen[o] = (value_set)(1U << bit);
                if (is_left(seen, worlds[i].id) != wanted)
                    fail_msg("world %u: %s %s observation %u, value %u", i,
                             verdict_explanation_name(worlds[i].id),
                             wanted ? "dies by" : "outlives", o, bit);
            }
}

static void test_what_was_not_seen_kills_nothing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(worlds); i++)
        for (unsigned o = OBS_REPLY + 1; o < OBS_COUNT; o++) {
            value_set seen[OBS_COUNT];
            copy(&worlds[i], seen);
            seen[o] = NOT_SEEN;
            if (!is_left(seen, worlds[i].id))
                fail_msg("world %u: %s dies without observation %u", i,
                         verdict_explanation_name(worlds[i].id), o);
        }
}

static void test_claims(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(worlds); i++) {
        const struct claims *want = &worlds[i].claims;
        value_set seen[OBS_COUNT];
        struct survivors left;
        struct claims got;
        copy(&worlds[i], seen);
        explanations_survive(seen, &left);
        explanations_disposition(&left, &got.disposition, &got.how_sure);
        explanations_actor(&left, &got.actor, &got.of_the_actor);
        if (got.disposition != want->disposition || got.how_sure != want->how_sure ||
            got.actor != want->actor || got.of_the_actor != want->of_the_actor)
            fail_msg("world %u: %s (%s) by %s (%s)", i, verdict_disposition_name(got.disposition),
                     verdict_confidence_name(got.how_sure), verdict_actor_name(got.actor),
                     verdict_confidence_name(got.of_the_actor));
    }
}

/* A random world: each observation has one value or was not made. */
static void draw(value_set seen[static OBS_COUNT])
{
    for (unsigned i = 0; i < OBS_COUNT; i++)
        seen[i] = (value_set)(1U << (unsigned)rand() % (value_counts[i] + 1));
    if (seen[OBS_REPLY] == NOT_SEEN)
        seen[OBS_REPLY] = REPLY_RESET;
}

/* One more observation never brings a row back. */
static void test_an_observation_only_excludes(void **state)
{
    uint64_t ever = 0;

    (void)state;
    srand(1);
    for (unsigned i = 0; i < RANDOM_WORLDS; i++) {
        unsigned without = 1 + (unsigned)rand() % (OBS_COUNT - 1);
        value_set seen[OBS_COUNT];
        struct survivors all, some;
        draw(seen);
        explanations_survive(seen, &some);
        seen[without] = NOT_SEEN;
        explanations_survive(seen, &all);
        for (unsigned k = 0; k < DISPOSITION_COUNT; k++)
            assert_true(all.disposition[k] <= some.disposition[k]);
        for (unsigned k = 0; k < ACTOR_COUNT; k++)
            assert_true(all.actor[k] <= some.actor[k]);
        ever |= all.rows;
    }
    for (unsigned id = 0; id < EXPLANATION_COUNT; id++)
        if ((ever >> id & 1) == 0 &&
            (id < EXPLANATION_DROPPED || id > EXPLANATION_LISTENER_OVERLOADED))
            fail_msg("%s never survives", verdict_explanation_name(id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_truth_survives),
        cmocka_unit_test(test_an_observation_that_it_cannot_produce_kills_it),
        cmocka_unit_test(test_what_was_not_seen_kills_nothing),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_an_observation_only_excludes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
