/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages between the prober and its clients (portlightd, portlight): one
 * SOCK_SEQPACKET datagram each, big-endian, field by field from the tables of wire.c.
 * Numbers only: no names, no paths, no pointers.  Pure.
 *
 * A session: the client says HELLO once and first, the prober answers WELCOME.
 * Then CHECK starts a job under a number of the client's choice; it ends with
 * one REFUSED, or with one RESULT per port, of which the last is marked.  In front
 * of a port's RESULT come its HOPs, if a trace was made, and its PACKETs, if they
 * were wanted.  PING is answered by PONG at any time.  A malformed message ends the
 * session; a well-formed but forbidden CHECK is REFUSED.
 *
 * Versions: both sides have the same WIRE_VERSION, or HELLO ends the session.  Within a
 * version the prober's side may grow, so that an old and a new process work together while
 * one of them is restarted:
 *  - Messages of the prober, and HELLO, may get fields at their end.  A reader ignores what
 *    stands behind the fields that it knows; fields of a verdict that an older prober doesn't
 *    send are not known (verdict.def).
 *  - Lists of words get words at their end.  A client takes an unknown reason, disposition,
 *    actor, confidence or refusal for the list's fallback, and leaves unknown evidence out.
 *    An unknown state, and an unknown flag, are malformed: they would change the answer.
 *  - A client skips types from 128 on that it doesn't know (WIRE_NOT_FOR_US), after WELCOME.
 * All other messages of a client stay exact: a frontend gone bad gains no bytes that the
 * prober doesn't look at, except behind HELLO, where nothing reads them.  When a client needs
 * more, WELCOME gets a field that offers it, and only then the client sends it.
 * Any other change raises WIRE_VERSION.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_WIRE_H
#define PORTLIGHT_COMMON_CONTRACT_WIRE_H

#include "common/base/compiler.h"
#include "common/contract/policy.h"
#include "common/contract/verdict.h"
#include "common/net/addr.h"

enum {
    WIRE_MAGIC = 0x504c4954,
    WIRE_VERSION = 3,
    WIRE_MESSAGE_MAX_LEN = 256,
    WIRE_PACKET_BYTES_LEN = 192 /* IPv6, ICMPv6 and a quoted SYN are 128 */
};

enum wire_type {
    WIRE_HELLO = 1,
    WIRE_PING = 2,
    WIRE_CHECK = 3,
    WIRE_CANCEL = 4,
    WIRE_WELCOME = 129,
    WIRE_PONG = 130,
    WIRE_REFUSED = 131,
    WIRE_RESULT = 132,
    WIRE_HOP = 133,
    WIRE_PACKET = 134,
    WIRE_PLACE = 135,
};

enum wire_side { WIRE_CLIENT, WIRE_PROBER };

struct wire_check {
    uint32_t job;
    struct addr addr;
    uint8_t port_count; /* 1 to POLICY_PORTS_MAX; unused ports are 0 */
    uint16_t ports[POLICY_PORTS_MAX];
    uint16_t timeout_ms; /* 0: the prober's own */
    bool trace;          /* also find where a silent SYN dies */
    bool packets;        /* also show every packet */
};

struct wire_welcome {
    uint8_t max_ports;
    uint16_t timeout_ms;
    uint16_t linger_ms; /* a job without an answer takes this much longer */
};

/* Counters since the prober started. */
struct wire_pong {
    uint64_t token; /* the PING's */
    uint64_t packets_sent;
    uint64_t packets_captured;
    uint64_t packets_lost; /* by the capture, before the prober saw them */
    uint32_t probes_in_flight;
};

enum wire_refusal {
    REFUSED_PORT_NOT_ALLOWED = 1,
    REFUSED_TOO_MANY_PORTS,
    REFUSED_TIMEOUT_TOO_LONG,
    REFUSED_ADDRESS_NOT_PUBLIC,
    REFUSED_ADDRESS_EMBEDDED,
    REFUSED_OPTED_OUT,
    REFUSED_BUSY,         /* too many probes in flight, or packets waiting */
    REFUSED_RATE_LIMITED, /* the target's quota is spent */
    REFUSED_JOB_IN_USE,   /* the client's own job of this number is not done */
    REFUSED_OWN_NETWORK,  /* the prober's own address or network */
    REFUSED_OTHER,        /* a reason of a newer prober; never sent */
    /* portlight-fleet's, of a place */
    REFUSED_PLACE_DOWN,     /* it is not connected, or its prober is not there */
    REFUSED_PLACE_VERSION,  /* it speaks another version */
    REFUSED_PLACE_SILENT,   /* no answer in time */
    REFUSED_PLACE_NONSENSE, /* an answer that can't be true */
    REFUSED_COUNT
};

enum { WIRE_NO_PORT = 0xff };

struct wire_refused {
    uint32_t job;
    enum wire_refusal reason;
    uint8_t port_index; /* which of the check's ports, or WIRE_NO_PORT */
    uint32_t retry_after_ms;
};

struct wire_result {
    uint32_t job;
    bool last;
    struct verdict verdict;
};

/* One hop on the way to a port; from 1 on, without gaps. */
struct wire_hop {
    uint32_t job;
    uint16_t port;
    uint8_t hop;      /* 1 to VERDICT_HOPS_MAX */
    struct addr addr; /* who answered there; ADDR_NONE: silent */
    uint64_t rtt_ns;  /* or VERDICT_NO_RTT */
};

/* One packet of the check, in the order of capture; those that concern the whole
 * target (ICMP echo) come with each port. */
struct wire_packet {
    uint32_t job;
    uint16_t port;
    uint64_t time_ns; /* CLOCK_REALTIME */
    bool outgoing;
    uint8_t len; /* 20 to WIRE_PACKET_BYTES_LEN, from the IP header on; the rest is 0 */
    uint8_t bytes[WIRE_PACKET_BYTES_LEN];
};

/* Of a place, from portlight-fleet, which offers it: behind WELCOME and before each PONG.  A
 * prober sends none. */
enum place_state {
    PLACE_DOWN,
    PLACE_UP,
    PLACE_OTHER_VERSION,
    PLACE_SUSPECT, /* it is there, but it said what can't be true */
    PLACE_STATE_COUNT
};

struct wire_place {
    enum place_state state;
    uint32_t version; /* of its portlight-fleet: major << 16 | minor << 8 | patch; 0: not known */
    uint64_t round_trip_ns;               /* of the last ping; FIELD_NO_TIME: not known */
    uint32_t answers, silences, nonsense; /* since portlight-fleet started */
    uint32_t beacons_wrong;               /* so are beacons that it found otherwise */
    uint32_t engines;                     /* bit n: the n-th of fleet.engines is connected */
};

struct wire_message {
    enum wire_type type;
    union {
        uint64_t token; /* PING */
        uint32_t job;   /* CANCEL */
        struct wire_check check;
        struct wire_welcome welcome;
        struct wire_pong pong;
        struct wire_refused refused;
        struct wire_result result;
        struct wire_hop hop;
        struct wire_packet packet;
        struct wire_place place;
    };
};

enum wire_error {
    WIRE_OK = 0,
    WIRE_UNKNOWN_TYPE,
    WIRE_WRONG_LENGTH,
    WIRE_NOT_PERMITTED, /* known, but not from this side, or not before or after HELLO */
    WIRE_NOT_FOR_US,    /* a newer prober's: the client skips it */
    WIRE_BAD_VALUE,     /* a field outside its range */
};

/* May a message of this type and length come from this side now?  Looks at
 * the first byte and the length only. */
NODISCARD enum wire_error wire_check_shape(const void *data, size_t len, enum wire_side sender,
                                           bool greeted);

/* Reads a message whose shape was found right, and checks each field's range.  What encodes
 * to other bytes than it was read from had words or fields that are not known here. */
NODISCARD enum wire_error wire_decode(const void *data, size_t len, struct wire_message *out);

/* Writes the message and returns its length, never more than the buffer. */
size_t wire_encode(const struct wire_message *message, uint8_t out[static WIRE_MESSAGE_MAX_LEN]);

/* The length of a type's messages as they are written here, 0 for an unknown type. */
size_t wire_len(unsigned type);

const char *wire_error_text(enum wire_error error);

/* The policy's answer as a refusal; only for answers other than POLICY_OK. */
enum wire_refusal wire_refusal_of(enum policy_answer answer);

#endif
