/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/dialogue/starttls.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* --- line protocols ---------------------------------------------------------------- */

/* A phase waits for a final line ("250 ", not "250-") that starts with `expect`, then sends `say`.
 */
struct line_phase {
    const char *expect;
    const char *say; /* NULL: TLS begins */
    bool names_us;
};

static const struct line_phase smtp[] = {
    {"220", "EHLO ", true}, {"250", "STARTTLS", false}, {"220", NULL, false}};
static const struct line_phase imap[] = {{"* OK", "a1 STARTTLS", false}, {"a1 OK", NULL, false}};
static const struct line_phase pop3[] = {{"+OK", "STLS", false}, {"+OK", NULL, false}};
static const struct line_phase ftp[] = {{"220", "AUTH TLS", false}, {"234", NULL, false}};

static const struct {
    const struct line_phase *phases;
    const char *farewell;
    bool has_codes;        /* replies have codes, and "NNN-" marks a continuation */
    const char *unasked;   /* lines with this prefix may come at any time and are ignored */
    unsigned offers_phase; /* the phase in which a line must offer STARTTLS, or 0 */
} line_protocols[STARTTLS_COUNT] = {
    [STARTTLS_SMTP] = {smtp, "QUIT\r\n", true, NULL, 1},
    [STARTTLS_IMAP] = {imap, "a2 LOGOUT\r\n", false, "* ", 0},
    [STARTTLS_POP3] = {pop3, "QUIT\r\n", false, NULL, 0},
    [STARTTLS_FTP] = {ftp, "QUIT\r\n", true, NULL, 0},
};

const char *starttls_farewell(enum starttls protocol)
{
    return line_protocols[protocol].farewell != NULL ? line_protocols[protocol].farewell : "";
}

static enum starttls_step say(struct starttls_dialogue *dialogue, const struct line_phase *phase)
{
    int len = snprintf((char *)dialogue->out, sizeof(dialogue->out), "%s%s\r\n", phase->say,
                       phase->names_us ? dialogue->helo : "");

    dialogue->out_len = (size_t)len;
    return dialogue->out_len < sizeof(dialogue->out) ? STARTTLS_SEND : STARTTLS_STRANGE;
}

static bool starts_with(const char *line, size_t len, const char *start)
{
    return len >= strlen(start) && strncasecmp(line, start, strlen(start)) == 0;
}

/* Takes one line without its end.  STARTTLS_MORE: wait for the next one. */
static enum starttls_step take_line(struct starttls_dialogue *dialogue, const char *line,
                                    size_t len)
{
    const struct line_phase *phase = &line_protocols[dialogue->protocol].phases[dialogue->phase];
    const char *unasked = line_protocols[dialogue->protocol].unasked;
    bool goes_on = line_protocols[dialogue->protocol].has_codes && len > 3 && line[3] == '-';

    if (++dialogue->lines > STARTTLS_LINES_MAX)
        return STARTTLS_STRANGE;
    if (dialogue->phase > 0 && unasked != NULL && starts_with(line, len, unasked))
        return STARTTLS_MORE;
    if (!starts_with(line, len, phase->expect))
        return dialogue->phase == 0 ? STARTTLS_STRANGE : STARTTLS_REFUSED;
    dialogue->offered |= len == 12 && strncasecmp(line + 4, "STARTTLS", 8) == 0;
    if (goes_on)
        return STARTTLS_MORE;
    if (dialogue->phase > 0 && dialogue->phase == line_protocols[dialogue->protocol].offers_phase &&
        !dialogue->offered)
        return STARTTLS_REFUSED;
    dialogue->phase++;
    return phase->say == NULL ? STARTTLS_READY : say(dialogue, phase);
}

static enum starttls_step take_lines(struct starttls_dialogue *dialogue)
{
    const char *text = (const char *)dialogue->in;
    enum starttls_step step = STARTTLS_MORE;
    size_t at = 0;

    while (step == STARTTLS_MORE && at < dialogue->in_len) {
        const char *end = memchr(text + at, '\n', dialogue->in_len - at);
        size_t len = end != NULL ? (size_t)(end - text) - at : 0;
        if (end == NULL)
            break;
        step = take_line(dialogue, text + at, len > 0 && end[-1] == '\r' ? len - 1 : len);
        at += len + 1;
    }
    dialogue->in_len -= at;
    memmove(dialogue->in, dialogue->in + at, dialogue->in_len);
    return step == STARTTLS_READY && dialogue->in_len > 0 ? STARTTLS_INJECTED : step;
}

/* --- binary protocols -------------------------------------------------------------- */

static const uint8_t postgres_request[] = {0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f};
/* ExtendedRequest 1.3.6.1.4.1.1466.20037 */
static const uint8_t ldap_request[] = {
    0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16, '1', '.', '3', '.', '6', '.', '1',
    '.',  '4',  '.',  '1',  '.',  '1',  '4',  '6',  '6',  '.', '2', '0', '0', '3', '7'};
/* TPKT, connection request, RDP_NEG_REQ for SSL or HYBRID (MS-RDPBCGR 2.2.1.1) */
static const uint8_t rdp_request[] = {3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0};

/* A PRELOGIN packet with two options, version and encryption (on) */
static const uint8_t tds_request[] = {0x12, 1, 0,  26, 0, 0,    0, 0, 0, 0, 11, 0, 6,
                                      1,    0, 17, 0,  1, 0xff, 0, 0, 0, 0, 0,  0, 1};

enum { TDS_HEADER_LEN = 8, TDS_RESPONSE = 4, TDS_ENCRYPTION = 1, TDS_END = 0xff, TDS_NO_TLS = 2 };
enum { MYSQL_PROTOCOL = 10, MYSQL_SSL = 0x0800, MYSQL_REQUEST_LEN = 36, MYSQL_ERROR = 0xff };

static enum starttls_step ready_after(const struct starttls_dialogue *dialogue, size_t len)
{
    return dialogue->in_len > len ? STARTTLS_INJECTED : STARTTLS_READY;
}

static enum starttls_step take_postgres(struct starttls_dialogue *dialogue)
{
    if (dialogue->in_len == 0)
        return STARTTLS_MORE;
    switch (dialogue->in[0]) {
    case 'S': return ready_after(dialogue, 1);
    case 'N': return STARTTLS_REFUSED;
    default: return STARTTLS_STRANGE;
    }
}

/* Initial handshake packet: length, 10, version text and NUL, thread id, 8 bytes, 0, flags. */
static enum starttls_step take_mysql(struct starttls_dialogue *dialogue)
{
    struct reader reader = reader_of(dialogue->in, dialogue->in_len);
    size_t len =
        (size_t)dialogue->in[0] | (size_t)dialogue->in[1] << 8 | (size_t)dialogue->in[2] << 16;
    const uint8_t *nul;
    unsigned flags;

    if (dialogue->in_len < 5)
        return STARTTLS_MORE;
    if (len >= 3 && dialogue->in[3] == 0 && dialogue->in[4] == MYSQL_ERROR)
        return STARTTLS_TURNED_AWAY;
    if (len > STARTTLS_IN_MAX_LEN - 4 || len < 1 || dialogue->in[4] != MYSQL_PROTOCOL)
        return STARTTLS_STRANGE;
    if (dialogue->in_len < 4 + len)
        return STARTTLS_MORE;
    if (dialogue->in_len > 4 + len)
        return STARTTLS_STRANGE;
    nul = memchr(dialogue->in + 5, 0, dialogue->in_len - 5);
    if (nul == NULL)
        return STARTTLS_STRANGE;
    read_skip(&reader, (size_t)(nul - dialogue->in) + 1 + 4 + 8 + 1);
    flags = read_u8(&reader);
    flags |= (unsigned)read_u8(&reader) << 8;
    if (reader.failed)
        return STARTTLS_STRANGE;
    if ((flags & MYSQL_SSL) == 0)
        return STARTTLS_REFUSED;
    memset(dialogue->out, 0, MYSQL_REQUEST_LEN);
    memcpy(dialogue->out, (const uint8_t[]){32, 0, 0, 1, 0, 0x8a, 0, 0, 0, 0, 0, 1, 33}, 13);
    dialogue->out_len = MYSQL_REQUEST_LEN;
    dialogue->phase = 1;
    return STARTTLS_READY;
}

/* Reads a BER length; false if it is more than we would read. */
static bool read_ber_len(struct reader *reader, size_t *len)
{
    unsigned first = read_u8(reader);

    *len = first;
    if (first < 0x80)
        return true;
    if (first == 0x80 || first > 0x84)
        return false;
    *len = 0;
    for (unsigned i = 0; i < (first & 0x7f); i++)
        *len = *len << 8 | read_u8(reader);
    return *len <= STARTTLS_IN_MAX_LEN;
}

/* LDAPMessage { messageID, [APPLICATION 24] { resultCode, ... } } */
static enum starttls_step take_ldap(struct starttls_dialogue *dialogue)
{
    struct reader reader = reader_of(dialogue->in, dialogue->in_len);
    size_t all, len;
    unsigned tag = read_u8(&reader), result;
    bool ok = read_ber_len(&reader, &all);

    if (dialogue->in_len > 0 && tag != 0x30)
        return STARTTLS_STRANGE;
    if (reader.failed)
        return STARTTLS_MORE;
    if (!ok)
        return STARTTLS_STRANGE;
    if (read_remaining(&reader) < all)
        return STARTTLS_MORE;
    all += reader.pos;
    ok = read_u8(&reader) == 0x02 && read_ber_len(&reader, &len) && len <= 4;
    if (ok)
        read_skip(&reader, len);
    ok = ok && read_u8(&reader) == 0x78 && read_ber_len(&reader, &len) &&
         read_u8(&reader) == 0x0a && read_u8(&reader) == 1;
    result = read_u8(&reader);
    if (!ok || reader.failed || reader.pos > all)
        return STARTTLS_STRANGE;
    return result == 0 ? ready_after(dialogue, all) : STARTTLS_REFUSED;
}

/* TPKT, connection confirm, RDP_NEG_RSP (2) or RDP_NEG_FAILURE (3) */
static enum starttls_step take_rdp(struct starttls_dialogue *dialogue)
{
    const uint8_t *in = dialogue->in;

    if (dialogue->in_len > 0 && in[0] != 3)
        return STARTTLS_STRANGE;
    if (dialogue->in_len < 4 || dialogue->in_len < ((size_t)in[2] << 8 | in[3]))
        return STARTTLS_MORE;
    if (dialogue->in_len < 11 || in[5] != 0xd0)
        return STARTTLS_STRANGE;
    if (dialogue->in_len < 19 || in[11] != 2 || (in[15] & 0x0b) == 0)
        return STARTTLS_REFUSED;
    return ready_after(dialogue, 19);
}

/* The encryption that a PRELOGIN response chose, or -1. */
static int find_tds_encryption(const uint8_t *data, size_t len)
{
    struct reader reader = reader_of(data, len);

    for (;;) {
        unsigned option = read_u8(&reader);
        size_t at, option_len;
        if (reader.failed || option == TDS_END)
            return -1;
        at = read_u16(&reader);
        option_len = read_u16(&reader);
        if (!reader.failed && option == TDS_ENCRYPTION)
            return option_len == 1 && at < len ? data[at] : -1;
    }
}

static enum starttls_step take_tds(struct starttls_dialogue *dialogue)
{
    const uint8_t *in = dialogue->in;
    size_t len;
    int encryption;

    if (dialogue->in_len > 0 && in[0] != TDS_RESPONSE)
        return STARTTLS_STRANGE;
    if (dialogue->in_len < TDS_HEADER_LEN)
        return STARTTLS_MORE;
    len = (size_t)in[2] << 8 | in[3];
    if (in[1] != 1 || len <= TDS_HEADER_LEN || len > STARTTLS_IN_MAX_LEN)
        return STARTTLS_STRANGE;
    if (dialogue->in_len < len)
        return STARTTLS_MORE;
    encryption = find_tds_encryption(in + TDS_HEADER_LEN, len - TDS_HEADER_LEN);
    if (encryption < 0)
        return STARTTLS_STRANGE;
    return encryption == TDS_NO_TLS ? STARTTLS_REFUSED : ready_after(dialogue, len);
}

/* --- all of them -------------------------------------------------------------------- */

static enum starttls_step send_first(struct starttls_dialogue *dialogue, const uint8_t *data,
                                     size_t len)
{
    memcpy(dialogue->out, data, len);
    dialogue->out_len = len;
    return STARTTLS_SEND;
}

enum starttls_step starttls_begin(struct starttls_dialogue *dialogue, enum starttls protocol,
                                  const char *helo)
{
    *dialogue = (struct starttls_dialogue){.protocol = protocol, .helo = helo};
    switch (protocol) {
    case STARTTLS_POSTGRES: return send_first(dialogue, postgres_request, sizeof(postgres_request));
    case STARTTLS_LDAP: return send_first(dialogue, ldap_request, sizeof(ldap_request));
    case STARTTLS_RDP: return send_first(dialogue, rdp_request, sizeof(rdp_request));
    case STARTTLS_TDS: return send_first(dialogue, tds_request, sizeof(tds_request));
    case STARTTLS_NONE: return STARTTLS_READY;
    default: return STARTTLS_MORE;
    }
}

enum starttls_step starttls_feed(struct starttls_dialogue *dialogue, const void *data, size_t len)
{
    if (len > STARTTLS_IN_MAX_LEN - dialogue->in_len)
        return STARTTLS_STRANGE;
    if (len > 0)
        memcpy(dialogue->in + dialogue->in_len, data, len);
    dialogue->in_len += len;
    dialogue->out_len = 0;
    switch (dialogue->protocol) {
    case STARTTLS_POSTGRES: return take_postgres(dialogue);
    case STARTTLS_MYSQL: return take_mysql(dialogue);
    case STARTTLS_LDAP: return take_ldap(dialogue);
    case STARTTLS_RDP: return take_rdp(dialogue);
    case STARTTLS_TDS: return take_tds(dialogue);
    case STARTTLS_SMTP:
    case STARTTLS_IMAP:
    case STARTTLS_POP3:
    case STARTTLS_FTP: return take_lines(dialogue);
    default: return STARTTLS_STRANGE;
    }
}
