/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was seen of the service behind an open port: TLS handshake, certificate, greeting, HTTP
 * status.  Pure; the inspector fills it, portlightd and the command line show it.
 *
 * Texts are a stranger's: sound UTF-8 without control and direction characters, cut at
 * INSPECTION_TEXT_MAX_LEN, and to be escaped where they are written.  Times of certificates are
 * seconds since 1970 as a certificate has them, negative ones too.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_INSPECTION_H
#define PORTLIGHT_COMMON_CONTRACT_INSPECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/compiler.h"
#include "common/base/cursor.h"
#include "common/contract/survey.h"

enum {
    INSPECTION_TEXT_MAX_LEN = 255,
    INSPECTION_NAMES_MAX = 32,
    INSPECTION_CHAIN_MAX = 10,
    INSPECTION_PROBLEMS_MAX = 16,
    INSPECTION_HASH_LEN = 32,
    INSPECTION_NOT_SENT = 255,  /* the depth of a root that the server does not send */
    INSPECTION_MAX_LEN = 17500, /* encoded */
};

enum inspection_state {
    INSPECTION_UNKNOWN = 0,
    INSPECTION_TRUSTED,     /* handshake done, certificate sound */
    INSPECTION_UNTRUSTED,   /* handshake done, certificate not */
    INSPECTION_FAILED,      /* TLS, but no handshake */
    INSPECTION_NOT_TLS,     /* an answer that is no TLS */
    INSPECTION_NO_STARTTLS, /* the protocol before TLS, but no TLS */
    INSPECTION_UNREACHABLE, /* no connection */
    INSPECTION_ANSWERED,    /* a program answered; TLS was not the question */
    INSPECTION_SILENT,      /* accepted, and nothing said */
    INSPECTION_STATE_COUNT
};

enum inspection_severity {
    SEVERITY_INFO = 0,
    SEVERITY_WARNING,
    SEVERITY_UNCERTAIN,
    SEVERITY_ERROR
};

enum inspection_problem_id {
#define PROBLEM(id, code, severity, fact, next) INSPECTION_PROBLEM_##id,
#include "common/contract/inspection.def"
#undef PROBLEM
    INSPECTION_PROBLEM_COUNT
};

struct inspection_problem {
    uint8_t id;     /* enum inspection_problem_id */
    uint8_t depth;  /* of the certificate in the chain as sent, 0 the server's; or NOT_SENT */
    bool likely;    /* not certain */
    int32_t number; /* days, bits, a status: what the sentence has */
};

enum starttls {
    STARTTLS_NONE = 0, /* TLS at once */
    STARTTLS_SMTP,
    STARTTLS_IMAP,
    STARTTLS_POP3,
    STARTTLS_FTP,
    STARTTLS_POSTGRES,
    STARTTLS_MYSQL,
    STARTTLS_LDAP,
    STARTTLS_RDP,
    STARTTLS_TDS, /* Microsoft SQL Server */
    STARTTLS_COUNT
};

enum inspection_key { KEY_OTHER = 0, KEY_RSA, KEY_EC, KEY_ED25519, KEY_ED448, KEY_DSA, KEY_COUNT };
enum inspection_asked {
    CLIENT_CERT_NOT_ASKED = 0,
    CLIENT_CERT_ASKED,
    CLIENT_CERT_REQUIRED,
    CLIENT_CERT_COUNT
};
enum inspection_staple {
    STAPLE_NONE = 0,
    STAPLE_GOOD,
    STAPLE_REVOKED,
    STAPLE_UNKNOWN,
    STAPLE_INVALID,
    STAPLE_COUNT
};
/* By what a program is known to answer, or nothing to be behind the port. */
enum inspection_by {
    BY_NOTHING = 0,
    BY_GREETING, /* it spoke first */
    BY_REQUEST,  /* it answered what was sent */
    BY_RESET,    /* the connection was cut, or refused */
    BY_COUNT
};
enum inspection_role { ROLE_LEAF = 0, ROLE_INTERMEDIATE, ROLE_ROOT, ROLE_EXTRA, ROLE_COUNT };

struct inspection_certificate {
    char subject[INSPECTION_TEXT_MAX_LEN + 1], issuer[INSPECTION_TEXT_MAX_LEN + 1];
    int64_t not_before_s, not_after_s;
    uint8_t sha256[INSPECTION_HASH_LEN];
    uint8_t role; /* enum inspection_role */
};

struct inspection {
    uint8_t state, starttls;
    uint8_t problem_count;
    struct inspection_problem problems[INSPECTION_PROBLEMS_MAX]; /* the headline first */
    uint64_t connect_ns, handshake_ns;
    int64_t checked_s; /* by the inspector's clock */

    /* the handshake; version 0: none */
    uint16_t version; /* 0x0304 is TLS 1.3 */
    int16_t alert;    /* that ended it, or -1 */
    char cipher[INSPECTION_TEXT_MAX_LEN + 1], group[INSPECTION_TEXT_MAX_LEN + 1],
        alpn[INSPECTION_TEXT_MAX_LEN + 1];
    uint8_t client_certificate, staple;
    bool secure_renegotiation;

    /* the server's certificate; names in it and the chain as sent, the server's own first */
    bool has_certificate, matches, must_staple, verified;
    uint8_t key;
    uint16_t bits, scts, names_count; /* of which the first are here */
    uint8_t name_count;
    char names[INSPECTION_NAMES_MAX][INSPECTION_TEXT_MAX_LEN + 1];
    char serial[INSPECTION_TEXT_MAX_LEN + 1], signature[INSPECTION_TEXT_MAX_LEN + 1];
    uint8_t spki_sha256[INSPECTION_HASH_LEN];
    uint8_t chain_count;
    struct inspection_certificate chain[INSPECTION_CHAIN_MAX];
    int64_t valid_until_s; /* the earliest end in the verified chain, if there is one */
    char anchor[INSPECTION_TEXT_MAX_LEN + 1];
    char blamed[INSPECTION_TEXT_MAX_LEN + 1]; /* the subject at INSPECTION_NOT_SENT */
    char
        missing[INSPECTION_TEXT_MAX_LEN + 1]; /* the subject of what was not sent, if it is known */
    char store[INSPECTION_TEXT_MAX_LEN + 1];  /* of trusted roots, and its date */
    int64_t store_s;

    struct survey survey; /* if it was asked for */

    /* what a program said: protocol is a constant word, text only if it was asked for */
    uint8_t by; /* enum inspection_by */
    char protocol[INSPECTION_TEXT_MAX_LEN + 1], text[INSPECTION_TEXT_MAX_LEN + 1];
    uint16_t http_status;                       /* 0: none */
    char location[INSPECTION_TEXT_MAX_LEN + 1]; /* the host that HTTP leads on to */
    uint64_t answer_ns;                         /* from the connection to the first byte */
};

/* Adds a problem as the last one; the first of a full list stay. */
void inspection_add(struct inspection *inspection, enum inspection_problem_id id, unsigned depth,
                    bool likely, int32_t number);
bool inspection_has(const struct inspection *inspection, enum inspection_problem_id id);

/* Puts the most severe problems first, without changing the order among equals. */
void inspection_sort(struct inspection *inspection);

/* Copies text that came from outside: what is no sound UTF-8, and control and direction
 * characters, become '?'; cut between characters. */
void inspection_text(char out[static INSPECTION_TEXT_MAX_LEN + 1], const void *text, size_t len);

/* Bytes of it, big-endian.  The reader refuses numbers outside their lists and texts that
 * inspection_text would change; *out is then not to be used.  Some lists may grow: a problem that
 * is not known here is INSPECTION_PROBLEM_OTHER, a key KEY_OTHER, a role ROLE_EXTRA, what tells
 * that a program answers BY_NOTHING, an answer of the survey SURVEY_UNKNOWN. */
void inspection_write(struct writer *writer, const struct inspection *inspection);
NODISCARD bool inspection_read(struct reader *reader, struct inspection *out);

const char *inspection_state_name(unsigned state);
const char *inspection_problem_code(unsigned id);
enum inspection_severity inspection_problem_severity(unsigned id);
const char *inspection_severity_name(enum inspection_severity severity);
const char *starttls_name(unsigned protocol); /* "smtp"; "none" */
const char *const *starttls_choices(void);    /* "auto", by the port; the names of all; NULL */
const char *inspection_key_name(unsigned key);
const char *inspection_asked_name(unsigned asked);
const char *inspection_staple_name(unsigned staple);
const char *inspection_role_name(unsigned role);
const char *inspection_by_name(unsigned by); /* NULL for nothing */
/* "TLSv1.3"; NULL for none */
const char *inspection_version_name(unsigned version);

/* STARTTLS_COUNT if it is none. */
enum starttls starttls_find(const char *name, size_t len);
/* What a port usually wants before TLS. */
enum starttls starttls_of_port(uint16_t port);
/* Does TLS usually begin at once on it?  Is it the Web's, with or without TLS? */
bool inspection_is_tls_port(uint16_t port);
bool inspection_is_web_port(uint16_t port);

#endif
