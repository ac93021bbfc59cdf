/* SPDX-License-Identifier: BSD-2-Clause */
/* The observations of one port, and the values of each: the columns of the table of
 * explanations.  The prober. */
#ifndef PORTLIGHT_PROBER_EVIDENCE_OBSERVATION_H
#define PORTLIGHT_PROBER_EVIDENCE_OBSERVATION_H

#include <stdint.h>

/* Each observation is a set of values.  NOT_SEEN means that it was not made; it excludes nothing.
 */
enum observation {
    OBS_REPLY = 0, /* the answer; for ICMP, also who sent it */
    OBS_TTL,       /* its TTL on arrival, compared with the echo reply's */
    OBS_REACH,     /* the first hop that answers SYNs, compared with echo requests */
    OBS_NAT,       /* TIME EXCEEDED for our SYN in the target's own name */
    OBS_DSCP,      /* the reply's DSCP */
    OBS_LABEL,     /* the reply's IPv6 flow label */
    OBS_IP_ID,     /* the reply's IPv4 identification */
    OBS_WINDOW,
    OBS_OPTIONS,
    OBS_FLOWS,     /* whether the flows of the port are answered alike */
    OBS_ECHO,      /* the echo reply's TTL, compared with the first hop that replies */
    OBS_PATH_DSCP, /* what the path does to our DSCP */
    OBS_DELAY,
    OBS_OTHERS, /* what the other ports of the check show about the target */
    OBS_COUNT
};

typedef uint16_t value_set;

enum { NOT_SEEN = 1 << 0 };

enum { /* OBS_REPLY */
       REPLY_SYN_ACK = 1 << 1,
       REPLY_RESET = 1 << 2,
       REPLY_FILTER_BY_TARGET = 1 << 3, /* an ICMP code of packet filters */
       REPLY_FILTER_BY_OTHER = 1 << 4,
       REPLY_NO_PROTOCOL = 1 << 5, /* protocol unreachable, or an unknown next header */
       REPLY_UNREACHABLE_BY_TARGET = 1 << 6,
       REPLY_UNREACHABLE_BY_OTHER = 1 << 7,
       REPLY_EXPIRED = 1 << 8, /* TIME EXCEEDED for a full TTL */
       REPLY_NONE = 1 << 9,
       REPLY_FILTER_AT_TARGET = 1 << 10, /* by another address, as far away as the target */
       REPLY_UNREACHABLE_AT_TARGET = 1 << 11,
       REPLY_EXPIRED_AT_TARGET = 1 << 12, /* in the target's own name */
};

enum { /* OBS_TTL: the distance that the packet seems to have come */
       TTL_SAME = 1 << 1,
       TTL_NEARER = 1 << 2,
       TTL_FARTHER = 1 << 3,
       TTL_OTHER_BASE = 1 << 4, /* the same distance, from another usual initial TTL */
       TTL_FIRST_HOP = 1 << 5,  /* never decremented, although the target is not on the link */
       TTL_TOO_NEAR = 1 << 6,   /* too near: see correct_distance in observations.c */
};

enum { /* OBS_REACH */
       REACH_SAME = 1 << 1,
       REACH_BEFORE = 1 << 2,
       REACH_BEHIND = 1 << 3,
       REACH_BEFORE_ECHO = 1 << 4, /* before the echo, which the target's address forwards */
};

enum {                        /* OBS_NAT */
       NAT_NOT_HERE = 1 << 1, /* the target's hop was probed, and there is none */
       NAT_AT_TARGET = 1 << 2,
       NAT_EARLY = 1 << 3, /* before the target's hop: a device uses its address */
};

enum {                        /* OBS_DSCP of a RST */
       DSCP_FOLLOWS = 1 << 1, /* it changes with the SYN's */
       DSCP_ZERO = 1 << 2,
       DSCP_LOW_DELAY = 1 << 3, /* TOS 0x10, which pf and ipfw set */
       DSCP_OTHER = 1 << 4,
       DSCP_ZERO_UNLIKE_HOST = 1 << 5, /* zero, but another RST of the host follows */
};

enum { /* OBS_LABEL */
       LABEL_SET = 1 << 1,
       LABEL_COPIED = 1 << 2,
       LABEL_ZERO = 1 << 3,
       LABEL_ZERO_UNLIKE_HOST = 1 << 4, /* zero, but another RST of the host has one */
};

enum {                   /* OBS_IP_ID */
       ID_ZERO = 1 << 1, /* with DF, as Linux and netfilter send it */
       ID_COPIED = 1 << 2,
       ID_OTHER = 1 << 3,
};

enum { WINDOW_ZERO = 1 << 1, WINDOW_OPEN = 1 << 2 };   /* OBS_WINDOW */
enum { OPTIONS_SOME = 1 << 1, OPTIONS_NONE = 1 << 2 }; /* OBS_OPTIONS */

enum { /* OBS_FLOWS */
       FLOWS_ONE = 1 << 1,
       FLOWS_AGREE = 1 << 2, /* all four */
       FLOWS_DIFFER = 1 << 3,
};

enum {                         /* OBS_ECHO */
       ECHO_AS_FAR = 1 << 1,   /* its TTL shows the same distance as small TTLs do */
       ECHO_IN_PLACE = 1 << 2, /* it was sent with what remained of the request's TTL */
       ECHO_OTHER_TTL = 1 << 3,
};

enum { PATH_KEEPS_DSCP = 1 << 1, PATH_CLEARS_DSCP = 1 << 2 }; /* OBS_PATH_DSCP */

enum { /* OBS_DELAY */
       DELAY_AS_ECHO = 1 << 1,
       DELAY_EARLY = 1 << 2,    /* long before the echo reply */
       DELAY_GIVEN_UP = 1 << 3, /* after a timeout of neighbour resolution */
};

enum { /* OBS_OTHERS */
       OTHERS_ALIVE = 1 << 1,
       OTHERS_UNREACHABLE = 1 << 2,
       OTHERS_NONE = 1 << 3, /* none was answered, or there are none */
};

#endif
