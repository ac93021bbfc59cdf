/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/inspect_wire.h"

#include <string.h>

enum { INSPECTOR_TYPES = 128 /* from here on the inspector's */ };

/* Letters, digits, hyphens and dots: what cannot mean anything else in SNI, EHLO or Host. */
static bool is_name(const char *name, size_t len)
{
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-._") == len && name[0] != '.';
}

static bool read_address(struct reader *reader, struct addr *addr)
{
    struct addr masked;

    addr->family = read_u8(reader);
    read_bytes(reader, addr->bytes, sizeof(addr->bytes));
    if (addr->family != ADDR_IPV4 && addr->family != ADDR_IPV6)
        return false;
    masked = addr_mask(addr, (unsigned)addr_len(addr) * 8);
    return addr_equal(addr, &masked);
}

static bool read_flag(struct reader *reader, bool *out)
{
    uint8_t byte = read_u8(reader);

    *out = byte == 1;
    return byte <= 1;
}

static bool read_ask(struct reader *reader, struct inspect_ask *ask)
{
    uint8_t len;
    bool ok;

    *ask = (struct inspect_ask){.job = read_u32(reader)};
    ask->kind = read_u8(reader);
    ask->starttls = read_u8(reader);
    ok = read_address(reader, &ask->addr);
    ask->port = read_u16(reader);
    ok = read_flag(reader, &ask->survey) && ok;
    ok = read_flag(reader, &ask->text) && ok;
    ok = read_flag(reader, &ask->patient) && ok;
    ok = read_flag(reader, &ask->chain) && ok;
    len = read_u8(reader);
    if (len > INSPECT_NAME_MAX_LEN)
        return false;
    read_bytes(reader, ask->name, len);
    return ok && ask->kind < INSPECT_KIND_COUNT && ask->starttls < STARTTLS_COUNT &&
           ask->port != 0 && is_name(ask->name, len);
}

static bool read_hello(struct reader *reader)
{
    bool ok = read_u32(reader) == INSPECT_MAGIC;

    return read_u16(reader) == INSPECT_VERSION && ok;
}

static bool read_pong(struct reader *reader, struct inspect_pong *pong)
{
    pong->token = read_u64(reader);
    pong->inspections = read_u64(reader);
    pong->killed_by_deadline = read_u64(reader);
    pong->killed_by_signal = read_u64(reader);
    pong->workers = read_u32(reader);
    return true;
}

static bool read_refused(struct reader *reader, struct inspect_message *out)
{
    out->refused.job = read_u32(reader);
    out->refused.reason = read_u8(reader);
    out->refused.retry_after_ms = read_u32(reader);
    if (out->refused.reason >= INSPECT_REFUSAL_COUNT)
        out->refused.reason = INSPECT_REFUSED_OTHER;
    return out->refused.reason > 0;
}

bool inspect_chain_next(struct reader *chain, const uint8_t **der, size_t *len)
{
    *len = (size_t)read_u8(chain) << 16;
    *len |= read_u16(chain);
    *der = chain->data + chain->pos;
    read_skip(chain, *len);
    return !chain->failed && *len > 0;
}

static bool read_chain(struct reader *reader, struct inspect_message *out)
{
    const uint8_t *der;
    struct reader chain;
    size_t len;

    out->chain.job = read_u32(reader);
    out->chain.len = read_left(reader);
    out->chain.bytes = reader->data + reader->pos;
    read_skip(reader, out->chain.len);
    chain = reader_of(out->chain.bytes, out->chain.len);
    while (read_left(&chain) > 0)
        if (!inspect_chain_next(&chain, &der, &len))
            return false;
    return out->chain.len > 0 && out->chain.len <= INSPECT_CHAIN_MAX_LEN;
}

static bool read_from_client(struct reader *reader, struct inspect_message *out)
{
    switch (out->type) {
    case INSPECT_HELLO: return read_hello(reader);
    case INSPECT_ASK: return read_ask(reader, &out->ask);
    case INSPECT_PING: out->token = read_u64(reader); return true;
    default: return false;
    }
}

static bool read_from_inspector(struct reader *reader, struct inspect_message *out)
{
    bool ok;

    switch (out->type) {
    case INSPECT_WELCOME: return read_hello(reader);
    case INSPECT_PONG: return read_pong(reader, &out->pong);
    case INSPECT_REFUSED: return read_refused(reader, out);
    case INSPECT_CHAIN: return read_chain(reader, out);
    case INSPECT_ANSWER:
        out->answer.job = read_u32(reader);
        return inspection_read(reader, &out->answer.inspection);
    default:
        ok = (unsigned)out->type >= INSPECTOR_TYPES;
        out->type = INSPECT_NOT_FOR_US;
        return ok;
    }
}

/* May there be fields behind those that we know? */
static bool may_be_longer(const struct inspect_message *message, enum inspect_side sender)
{
    return sender == INSPECT_INSPECTOR || message->type == INSPECT_HELLO;
}

bool inspect_decode(const void *data, size_t len, enum inspect_side sender,
                    struct inspect_message *out)
{
    struct reader reader = reader_of(data, len);
    bool ok;

    out->type = read_u8(&reader);
    ok = sender == INSPECT_CLIENT ? read_from_client(&reader, out)
                                  : read_from_inspector(&reader, out);
    return ok && !reader.failed && (read_left(&reader) == 0 || may_be_longer(out, sender));
}

static void write_ask(struct writer *writer, const struct inspect_ask *ask)
{
    size_t len = strlen(ask->name);

    write_u32(writer, ask->job);
    write_u8(writer, ask->kind);
    write_u8(writer, ask->starttls);
    write_u8(writer, ask->addr.family);
    write_bytes(writer, ask->addr.bytes, sizeof(ask->addr.bytes));
    write_u16(writer, ask->port);
    write_u8(writer, ask->survey);
    write_u8(writer, ask->text);
    write_u8(writer, ask->patient);
    write_u8(writer, ask->chain);
    write_u8(writer, (uint8_t)len);
    write_bytes(writer, ask->name, len);
}

static void write_pong(struct writer *writer, const struct inspect_pong *pong)
{
    write_u64(writer, pong->token);
    write_u64(writer, pong->inspections);
    write_u64(writer, pong->killed_by_deadline);
    write_u64(writer, pong->killed_by_signal);
    write_u32(writer, pong->workers);
}

size_t inspect_encode(const struct inspect_message *message,
                      uint8_t out[static INSPECT_MESSAGE_MAX_LEN])
{
    struct writer writer = writer_of(out, INSPECT_MESSAGE_MAX_LEN);

    write_u8(&writer, (uint8_t)message->type);
    switch (message->type) {
    case INSPECT_NOT_FOR_US: break; /* is never sent */
    case INSPECT_HELLO:
    case INSPECT_WELCOME:
        write_u32(&writer, INSPECT_MAGIC);
        write_u16(&writer, INSPECT_VERSION);
        break;
    case INSPECT_ASK: write_ask(&writer, &message->ask); break;
    case INSPECT_PING: write_u64(&writer, message->token); break;
    case INSPECT_PONG: write_pong(&writer, &message->pong); break;
    case INSPECT_REFUSED:
        write_u32(&writer, message->refused.job);
        write_u8(&writer, (uint8_t)message->refused.reason);
        write_u32(&writer, message->refused.retry_after_ms);
        break;
    case INSPECT_ANSWER:
        write_u32(&writer, message->answer.job);
        inspection_write(&writer, &message->answer.inspection);
        break;
    case INSPECT_CHAIN:
        write_u32(&writer, message->chain.job);
        write_bytes(&writer, message->chain.bytes, message->chain.len);
        break;
    }
    return writer.pos;
}
