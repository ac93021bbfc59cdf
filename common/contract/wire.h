/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages between a prober and its clients (portlightd, portlight, portlight-fleet): one
 * SOCK_SEQPACKET datagram each, big-endian, field by field from the tables of wire.c.  Numbers
 * only: no names, no paths, no pointers.  Pure.
 *
 * A session: the client sends one HELLO first, and the prober replies with WELCOME.  Then CHECK
 * starts a job, under a number that the client chooses.  It ends with one REFUSED, or with one
 * RESULT per port, the last of which is marked.  Before a port's RESULT come its HOPs, if there was
 * a trace, and its PACKETs, if requested.  PONG replies to PING at any time.  A malformed message
 * ends the session; a well-formed but forbidden CHECK is REFUSED.
 *
 * Versions: both sides must have the same WIRE_VERSION, or HELLO ends the session.  Within a
 * version the prober's side may grow, so that an old and a new process work together while one of
 * them is being restarted:
 *  - Messages of the prober, and HELLO, may get new fields at their end.  A reader ignores bytes
 *    after the fields that it knows.  If an older prober doesn't send a field of a verdict, its
 * value is unknown (verdict.def).
 *  - Lists may get new words at their end.  A client replaces an unknown reason, disposition,
 * actor, confidence or refusal by the list's fallback, and leaves unknown evidence and explanations
 * out. An unknown state or flag is malformed, because it would change the answer.
 *  - After WELCOME, a client skips types from 128 on that it doesn't know (WIRE_NOT_FOR_US).
 * The client's other messages don't grow: a compromised frontend must not be able to send bytes
 * that the prober doesn't check.  (Bytes after HELLO are ignored.)  If clients need to send more,
 * WELCOME gets a field that offers it, and the client sends it only then.  Any other change raises
 * WIRE_VERSION.
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
    bool trace;          /* also find the hop at which a SYN is lost */
    bool packets;        /* also report every packet */
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
    REFUSED_JOB_IN_USE,   /* the client already has a job with this number */
    REFUSED_OWN_NETWORK,  /* the prober's own address or network */
    REFUSED_OTHER,        /* stands for a reason of a newer prober; never sent */
    /* from portlight-fleet, about a place */
    REFUSED_PLACE_DOWN,     /* it is not connected, or its prober doesn't run */
    REFUSED_PLACE_VERSION,  /* it speaks another version */
    REFUSED_PLACE_SILENT,   /* no answer in time */
    REFUSED_PLACE_NONSENSE, /* its answer can't be true */
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

/* One hop on the path to a port; from 1 on, without gaps. */
struct wire_hop {
    uint32_t job;
    uint16_t port;
    uint8_t hop;      /* 1 to VERDICT_HOPS_MAX */
    struct addr addr; /* who answered there; ADDR_NONE: silent */
    uint64_t rtt_ns;  /* or VERDICT_NO_RTT */
};

/* One packet of the check, in the order of capture.  Packets that concern the whole target (ICMP
 * echo) are repeated for each port. */
struct wire_packet {
    uint32_t job;
    uint16_t port;
    uint64_t time_ns; /* CLOCK_REALTIME */
    bool outgoing;
    uint8_t len; /* 20 to WIRE_PACKET_BYTES_LEN, from the IP header on; unused bytes are 0 */
    uint8_t bytes[WIRE_PACKET_BYTES_LEN];
};

/* The state of a place, from portlight-fleet: before each PONG.  A prober sends none. */
enum place_state {
    PLACE_DOWN,
    PLACE_UP,
    PLACE_OTHER_VERSION,
    PLACE_SUSPECT, /* up, but it has sent an answer that can't be true */
    PLACE_STATE_COUNT
};

struct wire_place {
    enum place_state state;
    uint32_t version; /* of its portlight-fleet: major << 16 | minor << 8 | patch; 0: not known */
    uint64_t round_trip_ns;               /* of the last ping; FIELD_NO_TIME: not known */
    uint32_t answers, silences, nonsense; /* since portlight-fleet started */
    uint32_t beacons_wrong;               /* likewise: beacons that it found in another state */
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
    WIRE_NOT_FOR_US,    /* from a newer prober: the client skips it */
    WIRE_BAD_VALUE,     /* a field outside its range */
};

/* May this side send a message of this type and length now?  Reads only the first byte. */
NODISCARD enum wire_error wire_check_shape(const void *data, size_t len, enum wire_side sender,
                                           bool greeted);

/* Decodes a message that wire_check_shape accepted, and checks the range of each field.  If the
 * result encodes to different bytes, the message had words or fields unknown to this version. */
NODISCARD enum wire_error wire_decode(const void *data, size_t len, struct wire_message *out);

/* Encodes the message and returns its length. */
size_t wire_encode(const struct wire_message *message, uint8_t out[static WIRE_MESSAGE_MAX_LEN]);

/* The length of a type's messages as this version writes them, 0 for an unknown type. */
size_t wire_len(unsigned type);

const char *wire_error_text(enum wire_error error);

/* The policy's answer as a refusal; not for POLICY_OK. */
enum wire_refusal wire_refusal_of(enum policy_answer answer);

#endif
