/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages between the inspector and its clients (portlightd, portlight): one SOCK_SEQPACKET
 * datagram each, big-endian.  Pure.
 *
 * A session: the client says HELLO once and first, the inspector answers WELCOME.  Then ASK
 * starts an inspection under a number of the client's choice; it ends with one REFUSED or one
 * ANSWER, before which a CHAIN comes if it was asked for and there is one.  PING is answered by
 * PONG.  A malformed message ends the session, a forbidden ASK is REFUSED.
 *
 * Versions: both sides have the same INSPECT_VERSION, or HELLO ends the session.  Within a version
 * the inspector's side may grow, as the prober's does (wire.h): its messages, but CHAIN, and HELLO
 * may get fields at their end, which a reader that doesn't know them ignores; the refusals, and
 * the lists that inspection_read names, get words at their end; and a client skips types from 128
 * on that it doesn't know, after WELCOME.  Any other change raises INSPECT_VERSION.
 *
 * The address is a number, already judged by the client and judged again by the inspector; the
 * name goes into SNI and is compared with the certificate, and is never looked up.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_INSPECT_WIRE_H
#define PORTLIGHT_COMMON_CONTRACT_INSPECT_WIRE_H

#include "common/contract/inspection.h"
#include "common/contract/policy.h"
#include "common/net/addr.h"

enum {
    INSPECT_MAGIC = 0x504c494e,
    INSPECT_VERSION = 2,
    INSPECT_NAME_MAX_LEN = 253,
    INSPECT_CHAIN_MAX_LEN = 64 * 1024, /* of certificates in DER, with their lengths */
    INSPECT_MESSAGE_MAX_LEN = INSPECT_CHAIN_MAX_LEN + 64,
};

enum inspect_type {
    INSPECT_NOT_FOR_US = 0, /* read of a newer inspector's message: the client skips it */
    INSPECT_HELLO = 1,
    INSPECT_ASK = 2,
    INSPECT_PING = 3,
    INSPECT_WELCOME = 129,
    INSPECT_PONG = 130,
    INSPECT_REFUSED = 131,
    INSPECT_ANSWER = 132,
    INSPECT_CHAIN = 133,
};

enum inspect_side { INSPECT_CLIENT, INSPECT_INSPECTOR };

enum inspect_kind {
    INSPECT_TLS = 0,  /* handshake and certificate, behind STARTTLS where wanted */
    INSPECT_GREETING, /* does a program answer? */
    INSPECT_KIND_COUNT
};

struct inspect_ask {
    uint32_t job;
    uint8_t kind, starttls; /* enum inspect_kind, enum starttls */
    struct addr addr;
    uint16_t port;
    bool survey;  /* after the handshake, which versions and groups; TLS at once only */
    bool text;    /* what a program says may be shown: to whose address it is */
    bool patient; /* of a web server: wait as long as a CDN may take to give up on it */
    bool chain;   /* the certificates themselves, too */
    char
        name[INSPECT_NAME_MAX_LEN + 1]; /* A-labels, lower case; empty: none, compare the address */
};

enum inspect_refusal {
    INSPECT_REFUSED_POLICY = 1, /* port or address */
    INSPECT_REFUSED_BUSY,       /* all workers are at work */
    INSPECT_REFUSED_RATE,       /* the target's quota is spent, or it is being inspected */
    INSPECT_REFUSED_JOB,        /* the client's own job of this number is not done */
    INSPECT_REFUSED_OTHER,      /* a reason of a newer inspector; never sent */
    INSPECT_REFUSAL_COUNT
};

/* Counters since the inspector started. */
struct inspect_pong {
    uint64_t token; /* the PING's */
    uint64_t inspections, killed_by_deadline, killed_by_signal;
    uint32_t workers; /* at work */
};

struct inspect_message {
    enum inspect_type type;
    union {
        uint64_t token; /* PING */
        struct inspect_ask ask;
        struct inspect_pong pong;
        struct {
            uint32_t job;
            enum inspect_refusal reason;
            uint32_t retry_after_ms;
        } refused;
        struct {
            uint32_t job;
            struct inspection inspection;
        } answer;
        struct {
            uint32_t job;
            size_t len;
            const uint8_t *bytes; /* inspect_chain_next reads them; of the message's own buffer */
        } chain;
    };
};

/* Reads a message of this side; false if it is none.  *out may point into data. */
NODISCARD bool inspect_decode(const void *data, size_t len, enum inspect_side sender,
                              struct inspect_message *out);

/* Writes the message and returns its length. */
size_t inspect_encode(const struct inspect_message *message,
                      uint8_t out[static INSPECT_MESSAGE_MAX_LEN]);

/* A chain is for each certificate its length in 3 bytes, and its bytes: as TLS 1.2 has it (RFC 5246
 * section 7.4.2).  The next certificate of a chain, in DER; false behind the last, or if it is
 * malformed. */
bool inspect_chain_next(struct reader *chain, const uint8_t **der, size_t *len);

#endif
