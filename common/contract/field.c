/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/field.h"

#include <string.h>

#include "common/base/cursor.h"
#include "common/net/addr.h"

enum { ADDRESS_LEN = 1 + ADDR_BYTES_LEN };

/* FIELD_ONE_OF reads and writes every enumeration through this type. */
_Static_assert(sizeof(enum field_kind) == sizeof(unsigned), "an enumeration is an unsigned int");

const char *words_name(const struct words *words, unsigned number)
{
    return number < words->count ? words->names[number] : NULL;
}

unsigned words_find(const struct words *words, const char *word)
{
    for (unsigned number = 0; word != NULL && number < words->count; number++)
        if (strcmp(words->names[number], word) == 0)
            return number;
    return words->fallback;
}

size_t field_len(const struct field *field)
{
    switch (field->kind) {
    case FIELD_U8:
    case FIELD_ONE_OF:
    case FIELD_FLAGS: return 1;
    case FIELD_NUMBER: return 2;
    case FIELD_U16: return (size_t)2 * field->count;
    case FIELD_U32: return 4;
    case FIELD_U64:
    case FIELD_TIME:
    case FIELD_SOME_OF: return 8;
    case FIELD_ADDRESS:
    case FIELD_ADDRESS_OR_NONE: return ADDRESS_LEN;
    case FIELD_BYTES: return field->count;
    }
    return 0;
}

void field_clear(const struct field *field, void *object)
{
    uint8_t *at = (uint8_t *)object + field->offset;

    switch (field->kind) {
    case FIELD_U8: *at = 0; break;
    case FIELD_U16: memset(at, 0, sizeof(uint16_t) * field->count); break;
    case FIELD_U32: *(uint32_t *)at = 0; break;
    case FIELD_U64:
    case FIELD_SOME_OF: *(uint64_t *)at = 0; break;
    case FIELD_NUMBER: *(int16_t *)at = -1; break;
    case FIELD_TIME: *(uint64_t *)at = FIELD_NO_TIME; break;
    case FIELD_ONE_OF: *(unsigned *)at = 0; break;
    case FIELD_FLAGS: memset(at, 0, sizeof(bool) * field->count); break;
    case FIELD_ADDRESS:
    case FIELD_ADDRESS_OR_NONE: memset(at, 0, sizeof(struct addr)); break;
    case FIELD_BYTES: memset(at, 0, field->count); break;
    }
}

/* --- reading ------------------------------------------------------------------------ */

static bool in_range(const struct field *field, int value)
{
    return value >= field->least && (field->most == 0 || value <= field->most);
}

static bool read_number(const struct field *field, struct reader *reader, int16_t *out)
{
    *out = (int16_t)read_u16(reader);
    return *out == -1 || in_range(field, *out);
}

static bool read_one_of(const struct field *field, struct reader *reader, unsigned *out)
{
    unsigned number = read_u8(reader);

    *out = number < field->words->count ? number : field->words->fallback;
    return *out < field->words->count && in_range(field, (int)number);
}

static uint64_t read_some_of(const struct field *field, struct reader *reader)
{
    return read_u64(reader) & (UINT64_MAX >> (64 - field->words->count));
}

static bool read_flags(const struct field *field, struct reader *reader, bool *out)
{
    unsigned bits = read_u8(reader);

    for (unsigned i = 0; i < field->count; i++)
        out[i] = (bits >> i & 1) != 0;
    return bits >> field->count == 0;
}

static bool read_address(const struct field *field, struct reader *reader, struct addr *addr)
{
    struct addr masked;

    addr->family = read_u8(reader);
    read_bytes(reader, addr->bytes, sizeof(addr->bytes));
    if (addr->family != ADDR_IPV4 && addr->family != ADDR_IPV6 &&
        (addr->family != ADDR_NONE || field->kind != FIELD_ADDRESS_OR_NONE))
        return false;
    masked = addr_mask(addr, (unsigned)addr_len(addr) * 8);
    return addr_equal(addr, &masked);
}

bool field_read(const struct field *field, struct reader *reader, void *object)
{
    uint8_t *at = (uint8_t *)object + field->offset;

    switch (field->kind) {
    case FIELD_U8: *at = read_u8(reader); return in_range(field, *at);
    case FIELD_U16:
        for (unsigned i = 0; i < field->count; i++)
            ((uint16_t *)at)[i] = read_u16(reader);
        return true;
    case FIELD_U32: *(uint32_t *)at = read_u32(reader); return true;
    case FIELD_U64:
    case FIELD_TIME: *(uint64_t *)at = read_u64(reader); return true;
    case FIELD_NUMBER: return read_number(field, reader, (int16_t *)at);
    case FIELD_ONE_OF: return read_one_of(field, reader, (unsigned *)at);
    case FIELD_SOME_OF: *(uint64_t *)at = read_some_of(field, reader); return true;
    case FIELD_FLAGS: return read_flags(field, reader, (bool *)at);
    case FIELD_ADDRESS:
    case FIELD_ADDRESS_OR_NONE: return read_address(field, reader, (struct addr *)at);
    case FIELD_BYTES: read_bytes(reader, at, field->count); return true;
    }
    return false;
}

/* --- writing ------------------------------------------------------------------------ */

static uint8_t flags_of(const bool *flags, unsigned count)
{
    unsigned bits = 0;

    for (unsigned i = 0; i < count; i++)
        bits |= (unsigned)flags[i] << i;
    return (uint8_t)bits;
}

static void write_address(struct writer *writer, const struct addr *addr)
{
    write_u8(writer, addr->family);
    write_bytes(writer, addr->bytes, sizeof(addr->bytes));
}

void field_write(const struct field *field, struct writer *writer, const void *object)
{
    const uint8_t *at = (const uint8_t *)object + field->offset;

    switch (field->kind) {
    case FIELD_U8: write_u8(writer, *at); break;
    case FIELD_U16:
        for (unsigned i = 0; i < field->count; i++)
            write_u16(writer, ((const uint16_t *)at)[i]);
        break;
    case FIELD_U32: write_u32(writer, *(const uint32_t *)at); break;
    case FIELD_U64:
    case FIELD_SOME_OF:
    case FIELD_TIME: write_u64(writer, *(const uint64_t *)at); break;
    case FIELD_NUMBER: write_u16(writer, (uint16_t) * (const int16_t *)at); break;
    case FIELD_ONE_OF: write_u8(writer, (uint8_t) * (const unsigned *)at); break;
    case FIELD_FLAGS: write_u8(writer, flags_of((const bool *)at, field->count)); break;
    case FIELD_ADDRESS:
    case FIELD_ADDRESS_OR_NONE: write_address(writer, (const struct addr *)at); break;
    case FIELD_BYTES: write_bytes(writer, at, field->count); break;
    }
}
