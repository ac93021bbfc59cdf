/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/dialogue/hello.h"

#include <string.h>

#include "common/base/compiler.h"
#include "common/base/cursor.h"

enum {
    RECORD_ALERT = 21,
    RECORD_HANDSHAKE = 22,
    RECORD_MAX_LEN = 16384 + 2048,
    MESSAGE_CLIENT_HELLO = 1,
    MESSAGE_SERVER_HELLO = 2,
    ALERT_FATAL = 2,
    ALERT_CLOSE_NOTIFY = 0,
    EXTENSION_SERVER_NAME = 0,
    EXTENSION_GROUPS = 10,
    EXTENSION_POINT_FORMATS = 11,
    EXTENSION_SIGNATURES = 13,
    EXTENSION_PADDING = 21,
    EXTENSION_VERSIONS = 43,
    EXTENSION_KEY_SHARE = 51,
    RANDOM_LEN = 32,
    SSL_3 = 0x0300,
    TLS_1_0 = 0x0301,
    TLS_1_2 = 0x0303,
    TLS_1_3 = 0x0304,
    PADDED_LEN = 512, /* old F5 machines hang on hellos of 256 to 511 bytes (RFC 7685) */
    PADDED_FROM_LEN = 256,
    RECORD_HEADER_LEN = 5,
    MESSAGE_HEADER_LEN = 4,
};

/* The suites that servers of SSL 3.0 to TLS 1.2 are known to need: ECDHE, DHE, RSA, then those that
 * only old servers have: RC4, DES, export, NULL, anonymous.  The last is the SCSV of RFC 5746. */
static const uint16_t old_suites[] = {
    0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc0ac, 0xc0ad, 0xc0ae, 0xc0af, 0xc023,
    0xc027, 0xc009, 0xc013, 0xc024, 0xc028, 0xc00a, 0xc014, 0x009e, 0x009f, 0xccaa, 0x0067,
    0x006b, 0x0033, 0x0039, 0x009c, 0x009d, 0xc09c, 0xc09d, 0x003c, 0x003d, 0x002f, 0x0035,
    0x0041, 0x0084, 0x0045, 0x0088, 0x0096, 0x009a, 0xc008, 0xc012, 0x0016, 0x0013, 0x000a,
    0xc007, 0xc011, 0x0005, 0x0004, 0x0032, 0x0038, 0x0040, 0x006a, 0x00a2, 0x00a3, 0x0007,
    0x0009, 0x0015, 0x0012, 0x0003, 0x0006, 0x0008, 0x0014, 0x0011, 0x0062, 0x0064, 0x003b,
    0x0002, 0x0001, 0xc006, 0xc010, 0x0034, 0xc018, 0x00ff,
};
static const uint16_t new_suites[] = {0x1301, 0x1302, 0x1303, 0x1304, 0x1305};

static const uint16_t old_groups[] = {0x001d, 0x0017, 0x0018, 0x0019, 0x001e};
static const uint16_t post_quantum_groups[] = {0x11ec, 0x11eb, 0x11ed, 0x0201,
                                               0x0202, 0x0200, 0x6399};
static const uint16_t all_groups[] = {0x11ec, 0x11eb, 0x11ed, 0x0201, 0x0202,
                                      0x0200, 0x6399, 0x001d, 0x0017, 0x0018,
                                      0x0019, 0x001e, 0x0100, 0x0101, 0x0102};
static const uint16_t signatures[] = {0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805,
                                      0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601,
                                      0x0303, 0x0301, 0x0402, 0x0203, 0x0201, 0x0202, 0x0101};

/* A ServerHello with this random is a HelloRetryRequest (RFC 8446 section 4.1.3). */
static const uint8_t retry_random[RANDOM_LEN] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

/* --- writing ------------------------------------------------------------------------------- */

static bool is_new(enum survey_question question)
{
    return question >= SURVEY_TLS1_3;
}

static void write_list(struct writer *writer, const uint16_t *list, size_t count)
{
    write_u16(writer, (uint16_t)(2 * count));
    for (size_t i = 0; i < count; i++)
        write_u16(writer, list[i]);
}

static void write_list_extension(struct writer *writer, unsigned type, const uint16_t *list,
                                 size_t count)
{
    write_u16(writer, (uint16_t)type);
    write_u16(writer, (uint16_t)(2 * count + 2));
    write_list(writer, list, count);
}

static void write_name(struct writer *writer, const char *name)
{
    size_t len = strlen(name);

    if (len == 0)
        return;
    write_u16(writer, EXTENSION_SERVER_NAME);
    write_u16(writer, (uint16_t)(len + 5));
    write_u16(writer, (uint16_t)(len + 3));
    write_u8(writer, 0); /* host_name */
    write_u16(writer, (uint16_t)len);
    write_bytes(writer, name, len);
}

static void write_groups(struct writer *writer, enum survey_question question)
{
    if (question == SURVEY_POST_QUANTUM)
        write_list_extension(writer, EXTENSION_GROUPS, post_quantum_groups,
                             ARRAY_LEN(post_quantum_groups));
    else if (question == SURVEY_TLS1_3)
        write_list_extension(writer, EXTENSION_GROUPS, all_groups, ARRAY_LEN(all_groups));
    else
        write_list_extension(writer, EXTENSION_GROUPS, old_groups, ARRAY_LEN(old_groups));
}

static void write_extensions(struct writer *writer, enum survey_question question, const char *name)
{
    write_name(writer, name);
    write_groups(writer, question);
    write_list_extension(writer, EXTENSION_SIGNATURES, signatures, ARRAY_LEN(signatures));
    if (is_new(question)) {
        write_u16(writer, EXTENSION_VERSIONS);
        write_bytes(writer, (const uint8_t[]){0, 3, 2, TLS_1_3 >> 8, TLS_1_3 & 0xff}, 5);
        write_u16(writer, EXTENSION_KEY_SHARE);
        write_bytes(writer, (const uint8_t[]){0, 2, 0, 0, 0}, 4);
    } else {
        write_u16(writer, EXTENSION_POINT_FORMATS);
        write_bytes(writer, (const uint8_t[]){0, 2, 1, 0}, 4);
    }
}

static void pad(struct writer *writer)
{
    size_t len = writer->pos - RECORD_HEADER_LEN, more;

    if (len < PADDED_FROM_LEN || len >= PADDED_LEN)
        return;
    more = PADDED_LEN - len > 4 ? PADDED_LEN - len - 4 : 1;
    write_u16(writer, EXTENSION_PADDING);
    write_u16(writer, (uint16_t)more);
    while (more-- > 0)
        write_u8(writer, 0);
}

static void put_u16(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

size_t hello_write(enum survey_question question, const char *name,
                   const uint8_t random[static HELLO_RANDOM_LEN], uint8_t out[static HELLO_MAX_LEN])
{
    struct writer writer = writer_of(out, HELLO_MAX_LEN);
    uint16_t version = is_new(question) ? TLS_1_2 : (uint16_t)(SSL_3 + question);
    size_t extensions;

    write_u8(&writer, RECORD_HANDSHAKE);
    write_u16(&writer, question == SURVEY_SSL3 ? SSL_3 : TLS_1_0);
    write_u16(&writer, 0); /* patched below, as the other lengths */
    write_u32(&writer, (uint32_t)MESSAGE_CLIENT_HELLO << 24);
    write_u16(&writer, version);
    write_bytes(&writer, random, RANDOM_LEN);
    /* some servers want a session_id, though there is no session to resume */
    write_u8(&writer, RANDOM_LEN);
    write_bytes(&writer, random + RANDOM_LEN, RANDOM_LEN);
    if (is_new(question))
        write_list(&writer, new_suites, ARRAY_LEN(new_suites));
    else
        write_list(&writer, old_suites, ARRAY_LEN(old_suites));
    write_u16(&writer, 1 << 8); /* one compression method, none */
    if (question != SURVEY_SSL3) {
        extensions = writer.pos;
        write_u16(&writer, 0);
        write_extensions(&writer, question, name);
        pad(&writer);
        put_u16(out + extensions, writer.pos - extensions - 2);
    }
    put_u16(out + 3, writer.pos - RECORD_HEADER_LEN);
    put_u16(out + RECORD_HEADER_LEN + 2, writer.pos - RECORD_HEADER_LEN - MESSAGE_HEADER_LEN);
    return writer.failed ? 0 : writer.pos;
}

/* --- reading -------------------------------------------------------------------------------- */

static void read_extension(struct reader *reader, unsigned type, bool is_retry,
                           struct hello_answer *out)
{
    if (type == EXTENSION_VERSIONS) {
        out->version = read_u16(reader);
    } else if (type == EXTENSION_KEY_SHARE) {
        out->group = read_u16(reader);
        if (!is_retry)
            read_skip(reader, read_u16(reader));
    }
}

/* The body of a ServerHello. */
static struct hello_answer read_server_hello(struct reader *reader)
{
    struct hello_answer out = {HELLO_ACCEPTED, 0, 0, 0};
    uint8_t random[RANDOM_LEN];
    bool is_retry;

    out.version = read_u16(reader);
    read_bytes(reader, random, sizeof(random));
    is_retry = memcmp(random, retry_random, sizeof(random)) == 0;
    read_skip(reader, read_u8(reader)); /* session_id */
    out.suite = read_u16(reader);
    read_u8(reader);
    if (!reader->failed && read_remaining(reader) > 0)
        read_u16(reader); /* length of the extensions */
    while (!reader->failed && read_remaining(reader) > 0) {
        unsigned type = read_u16(reader);
        size_t len = read_u16(reader);
        struct reader extension = reader_of(reader->data + reader->pos, len);
        read_skip(reader, len);
        if (reader->failed)
            break;
        read_extension(&extension, type, is_retry, &out);
        reader->failed |= extension.failed;
    }
    return reader->failed ? (struct hello_answer){HELLO_NO_ANSWER, 0, 0, 0} : out;
}

/* Reads the first handshake message, as far as the records contain it. */
static struct hello_answer read_message(const uint8_t *message, size_t len)
{
    struct reader reader = reader_of(message, len);
    unsigned type = read_u8(&reader);
    size_t body = (size_t)read_u8(&reader) << 16;
    struct reader hello;

    body |= read_u16(&reader);
    if (len > 0 && type != MESSAGE_SERVER_HELLO)
        return (struct hello_answer){HELLO_NO_ANSWER, 0, 0, 0};
    if (!reader.failed && body > HELLO_ANSWER_MAX_LEN)
        return (struct hello_answer){HELLO_NO_ANSWER, 0, 0, 0};
    if (reader.failed || read_remaining(&reader) < body)
        return (struct hello_answer){HELLO_MORE, 0, 0, 0};
    hello = reader_of(message + MESSAGE_HEADER_LEN, body);
    return read_server_hello(&hello);
}

struct hello_answer hello_read(const void *data, size_t len)
{
    struct reader reader = reader_of(data, len);
    uint8_t message[HELLO_ANSWER_MAX_LEN];
    size_t message_len = 0;
    struct hello_answer answer = {HELLO_MORE, 0, 0, 0};

    while (answer.result == HELLO_MORE && read_remaining(&reader) > 0) {
        unsigned type = read_u8(&reader), version = read_u16(&reader);
        size_t record = read_u16(&reader), here;
        if (type != RECORD_ALERT && type != RECORD_HANDSHAKE)
            return (struct hello_answer){HELLO_NO_ANSWER, 0, 0, 0};
        if (reader.failed)
            return answer;
        if (version >> 8 != SSL_3 >> 8 || record == 0 || record > RECORD_MAX_LEN)
            return (struct hello_answer){HELLO_NO_ANSWER, 0, 0, 0};
        here = record < read_remaining(&reader) ? record : read_remaining(&reader);
        if (type == RECORD_ALERT) {
            unsigned level = read_u8(&reader), what = read_u8(&reader);
            if (record != 2)
                return (struct hello_answer){HELLO_NO_ANSWER, 0, 0, 0};
            if (!reader.failed && (level == ALERT_FATAL || what == ALERT_CLOSE_NOTIFY))
                return (struct hello_answer){HELLO_REFUSED, 0, 0, 0};
            continue; /* a warning, such as unrecognized_name: the handshake goes on */
        }
        if (here > sizeof(message) - message_len)
            here = sizeof(message) - message_len;
        read_bytes(&reader, message + message_len, here);
        message_len += here;
        answer = read_message(message, message_len);
        if (here < record)
            break;
    }
    return answer;
}

enum survey_answer hello_survey_answer(enum survey_question question,
                                       const struct hello_answer *answer)
{
    uint16_t wanted = is_new(question) ? TLS_1_3 : (uint16_t)(SSL_3 + question);

    switch (answer->result) {
    case HELLO_REFUSED: return SURVEY_NO;
    case HELLO_ACCEPTED: break;
    case HELLO_MORE:
    case HELLO_NO_ANSWER: return SURVEY_UNKNOWN;
    }
    if (answer->version != wanted)
        return SURVEY_NO;
    return question == SURVEY_POST_QUANTUM && !survey_is_post_quantum(answer->group)
               ? SURVEY_UNKNOWN
               : SURVEY_YES;
}
