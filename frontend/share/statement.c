/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/share/statement.h"

#include "common/base/cursor.h"

enum { VERSION = 1, MAC_LEN = 8 };

/* The name stands in front of what is signed, in a field of its own. */
static uint64_t sign(const uint8_t key[static SIPHASH_KEY_LEN], const char *sender,
                     const uint8_t *data, size_t len)
{
    uint8_t signed_part[PLACE_NAME_LEN + STATEMENT_MAX_LEN] = {0};

    for (size_t i = 0; i < PLACE_NAME_LEN - 1 && sender[i] != '\0'; i++)
        signed_part[i] = (uint8_t)sender[i];
    memcpy(signed_part + PLACE_NAME_LEN, data, len);
    return siphash(key, signed_part, PLACE_NAME_LEN + len);
}

size_t statement_write(const struct statement *statement, const uint8_t key[static SIPHASH_KEY_LEN],
                       const char *sender, uint8_t out[static STATEMENT_MAX_LEN])
{
    struct writer writer = writer_of(out, STATEMENT_MAX_LEN);
    struct writer mac = writer_of(out, MAC_LEN);

    write_u64(&writer, 0);
    write_u8(&writer, VERSION);
    write_u64(&writer, statement->epoch);
    write_u64(&writer, statement->beat);
    write_u64(&writer, statement->oldest);
    write_u64(&writer, statement->next);
    write_u64(&writer, statement->first);
    write_u8(&writer, (uint8_t)statement->frontend_count);
    for (unsigned i = 0; i < statement->frontend_count; i++) {
        write_u64(&writer, statement->heard[i].epoch);
        write_u64(&writer, statement->heard[i].next);
        write_u64(&writer, statement->heard[i].beat);
    }
    write_u16(&writer, (uint16_t)statement->charge_count);
    for (unsigned i = 0; i < statement->charge_count; i++) {
        const struct statement_charge *charge = &statement->charges[i];
        write_u8(&writer, charge->limit);
        write_u8(&writer, charge->bits);
        write_u64(&writer, charge->name);
        write_u16(&writer, charge->cost);
        write_u16(&writer, charge->age);
    }
    write_u64(&mac, sign(key, sender, out + MAC_LEN, writer.pos - MAC_LEN));
    return writer.pos;
}

static bool read_heard(struct reader *reader, unsigned frontend_count, struct statement *out)
{
    out->frontend_count = read_u8(reader);
    if (out->frontend_count != frontend_count || frontend_count > STATEMENT_FRONTENDS_MAX)
        return false;
    for (unsigned i = 0; i < frontend_count; i++) {
        out->heard[i].epoch = read_u64(reader);
        out->heard[i].next = read_u64(reader);
        out->heard[i].beat = read_u64(reader);
    }
    return true;
}

static bool read_charges(struct reader *reader, struct statement *out)
{
    out->charge_count = read_u16(reader);
    if (out->charge_count > STATEMENT_CHARGES_MAX)
        return false;
    for (unsigned i = 0; i < out->charge_count; i++) {
        struct statement_charge *charge = &out->charges[i];
        charge->limit = read_u8(reader);
        charge->bits = read_u8(reader);
        charge->name = read_u64(reader);
        charge->cost = read_u16(reader);
        charge->age = read_u16(reader);
        if (charge->cost == 0)
            return false;
    }
    return true;
}

bool statement_read(const void *data, size_t len, const uint8_t key[static SIPHASH_KEY_LEN],
                    const char *sender, unsigned frontend_count, struct statement *out)
{
    struct reader reader = reader_of(data, len);

    if (len < MAC_LEN || len > STATEMENT_MAX_LEN ||
        read_u64(&reader) != sign(key, sender, (const uint8_t *)data + MAC_LEN, len - MAC_LEN) ||
        read_u8(&reader) != VERSION)
        return false;
    out->epoch = read_u64(&reader);
    out->beat = read_u64(&reader);
    out->oldest = read_u64(&reader);
    out->next = read_u64(&reader);
    out->first = read_u64(&reader);
    return read_heard(&reader, frontend_count, out) && read_charges(&reader, out) &&
           !reader.failed && read_left(&reader) == 0 && out->epoch != 0 &&
           out->next < STATEMENT_NUMBER_MAX && out->oldest <= out->first &&
           out->first <= out->next && out->charge_count <= out->next - out->first;
}
