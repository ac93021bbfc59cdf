/* SPDX-License-Identifier: BSD-2-Clause */
/* The observations of one port, and the values of each: the columns of the table of
 * explanations.  The prober. */
#ifndef PORTLIGHT_PROBER_EVIDENCE_OBSERVATION_H
#define PORTLIGHT_PROBER_EVIDENCE_OBSERVATION_H

#include <stdint.h>

/* What was observed of one port, one set of values each; NOT_SEEN stands in all of them and
 * excludes nothing. */
enum observation {
    OBS_REPLY = 0, /* what came, with its sender for ICMP */
    OBS_TTL,       /* the TTL it arrived with, beside the echo reply's */
    OBS_REACH,     /* from which hop on the SYN is answered, beside the echo request */
    OBS_NAT,       /* TIME EXCEEDED for our SYN in the target's own name */
    OBS_DSCP,      /* the reply's DSCP */
    OBS_LABEL,     /* the reply's IPv6 flow label */
    OBS_IP_ID,     /* the reply's IPv4 identification */
    OBS_WINDOW,
    OBS_OPTIONS,
    OBS_FLOWS, /* what the flows of the port say of each other */
    OBS_ECHO,  /* the echo reply's TTL beside the hop at which echo requests arrive */
    OBS_WAY,   /* what becomes of our DSCP before it gets there */
    OBS_DELAY,
    OBS_COMPANY, /* what the other ports of the check say of the target */
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
       REPLY_FILTER_AT_TARGET = 1 << 10, /* by another address, from as far as the target */
       REPLY_UNREACHABLE_AT_TARGET = 1 << 11,
       REPLY_EXPIRED_AT_TARGET = 1 << 12, /* in the target's own name */
};

enum { /* OBS_TTL, by how far the packets seem to have come */
       TTL_SAME = 1 << 1,
       TTL_NEARER = 1 << 2,
       TTL_FARTHER = 1 << 3,
       TTL_OTHER_BASE = 1 << 4, /* the difference is one of two usual initial TTLs */
       TTL_FIRST_HOP = 1 << 5,  /* not counted down at all, and the target is not on the link */
       TTL_TOO_NEAR = 1 << 6, /* nearer than a device could be, or than an echo that is passed on */
};

enum { /* OBS_REACH */
       REACH_SAME = 1 << 1,
       REACH_BEFORE = 1 << 2,
       REACH_BEHIND = 1 << 3,
       REACH_BEFORE_ECHO = 1 << 4, /* which the target's own address passes on */
};

enum {                        /* OBS_NAT */
       NAT_NOT_HERE = 1 << 1, /* the hop of the target was asked, and it is somebody else's word */
       NAT_AT_TARGET = 1 << 2,
       NAT_EARLY = 1 << 3, /* before the target's hop: somebody speaks in its name */
};

enum {                        /* OBS_DSCP of a reset or a SYN-ACK */
       DSCP_FOLLOWS = 1 << 1, /* it changes with the SYN's */
       DSCP_ZERO = 1 << 2,
       DSCP_LOW_DELAY = 1 << 3, /* 0x10, which pf and ipfw set */
       DSCP_OTHER = 1 << 4,
       DSCP_ZERO_UNLIKE_HOST = 1 << 5, /* another reset from there follows */
};

enum { /* OBS_LABEL */
       LABEL_SET = 1 << 1,
       LABEL_COPIED = 1 << 2,
       LABEL_ZERO = 1 << 3,
       LABEL_ZERO_UNLIKE_HOST = 1 << 4, /* another reset from there has one */
};

enum {                   /* OBS_IP_ID and DF */
       ID_ZERO = 1 << 1, /* with DF, as Linux and netfilter make it */
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
       ECHO_AS_FAR = 1 << 1,   /* its TTL says what small TTLs say */
       ECHO_IN_PLACE = 1 << 2, /* it left with what was left of the request's TTL */
       ECHO_OTHER_TTL = 1 << 3,
};

enum { WAY_KEEPS = 1 << 1, WAY_CLEARS = 1 << 2 }; /* OBS_WAY */

enum { /* OBS_DELAY */
       DELAY_AS_ECHO = 1 << 1,
       DELAY_EARLY = 1 << 2,    /* long before the echo reply */
       DELAY_GIVEN_UP = 1 << 3, /* after a search for a neighbour */
};

enum { /* OBS_COMPANY */
       COMPANY_ALIVE = 1 << 1,
       COMPANY_UNREACHABLE = 1 << 2,
       COMPANY_NONE = 1 << 3, /* nobody was heard of, or asked */
};

#endif
