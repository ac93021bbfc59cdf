/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/message/subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/contract/wire.h"

enum { SLOT_DIGITS = 8, PARTS_MAX = 6, VERSION_DIGITS_MAX = 4 };

static const char digits[] = "0123456789abcdef";

void subject_token(uint32_t slot, const uint8_t random[static SUBJECT_RANDOM_LEN],
                   char token[static SUBJECT_TOKEN_LEN])
{
    for (unsigned i = 0; i < SLOT_DIGITS; i++)
        token[i] = digits[slot >> (4 * (SLOT_DIGITS - 1 - i)) & 0xf];
    for (unsigned i = 0; i < SUBJECT_RANDOM_LEN; i++) {
        token[SLOT_DIGITS + 2 * i] = digits[random[i] >> 4];
        token[SLOT_DIGITS + 2 * i + 1] = digits[random[i] & 0xf];
    }
    token[SUBJECT_TOKEN_LEN - 1] = '\0';
}

uint32_t subject_slot(const char token[static SUBJECT_TOKEN_LEN])
{
    uint32_t slot = 0;

    for (unsigned i = 0; i < SLOT_DIGITS; i++)
        slot = slot << 4 | (uint32_t)(strchr(digits, token[i]) - digits);
    return slot;
}

void subject_ask(unsigned version, const char *place, const char *frontend,
                 char out[static SUBJECT_LEN])
{
    snprintf(out, SUBJECT_LEN, "pl.%u.ask.%s.%s", version, place, frontend);
}

void subject_tell(unsigned version, const char *frontend, const char *place, const char *token,
                  char out[static SUBJECT_LEN])
{
    if (strcmp(token, ">") == 0)
        snprintf(out, SUBJECT_LEN, "pl.%u.tell.%s.>", version, frontend);
    else
        snprintf(out, SUBJECT_LEN, "pl.%u.tell.%s.%s.%s", version, frontend, place, token);
}

void subject_charge(unsigned version, const char *frontend, char out[static SUBJECT_LEN])
{
    snprintf(out, SUBJECT_LEN, "pl.%u.charge.%s", version, frontend);
}

void subject_keep(unsigned version, const char *owner, const char *frontend,
                  char out[static SUBJECT_LEN])
{
    snprintf(out, SUBJECT_LEN, "pl.%u.keep.%s.%s", version, owner, frontend);
}

/* --- reading ------------------------------------------------------------------------- */

struct part {
    const char *at;
    size_t len;
};

/* Splits the text at dots and counts the parts; 0 if it is empty or has more than PARTS_MAX. */
static unsigned split(const char *text, size_t len, struct part parts[static PARTS_MAX])
{
    unsigned count = 0;
    size_t first = 0;

    for (size_t i = 0; len > 0 && i <= len; i++) {
        if (i < len && text[i] != '.')
            continue;
        if (count == PARTS_MAX)
            return 0;
        parts[count++] = (struct part){text + first, i - first};
        first = i + 1;
    }
    return count;
}

static bool is_word(const struct part *part, const char *word)
{
    return part->len == strlen(word) && memcmp(part->at, word, part->len) == 0;
}

static bool take_name(const struct part *part, char name[static PLACE_NAME_LEN])
{
    if (part->len >= PLACE_NAME_LEN)
        return false;
    memcpy(name, part->at, part->len);
    name[part->len] = '\0';
    return place_is_name(name, part->len);
}

static bool take_version(const struct part *part, unsigned *version)
{
    *version = 0;
    if (part->len == 0 || part->len > VERSION_DIGITS_MAX)
        return false;
    for (size_t i = 0; i < part->len; i++) {
        if (part->at[i] < '0' || part->at[i] > '9')
            return false;
        *version = *version * 10 + (unsigned)(part->at[i] - '0');
    }
    return true;
}

static bool take_token(const struct part *part, char token[static SUBJECT_TOKEN_LEN])
{
    if (part->len != SUBJECT_TOKEN_LEN - 1)
        return false;
    memcpy(token, part->at, part->len);
    token[part->len] = '\0';
    return strspn(token, digits) == part->len;
}

static bool read_question(const char *text, size_t len, const char *word, struct subject *out)
{
    struct part parts[PARTS_MAX];

    memset(out, 0, sizeof(*out));
    return split(text, len, parts) == 5 && is_word(&parts[0], "pl") &&
           take_version(&parts[1], &out->version) && is_word(&parts[2], word) &&
           take_name(&parts[3], out->place) && take_name(&parts[4], out->frontend);
}

bool subject_read_ask(const char *text, size_t len, struct subject *out)
{
    return read_question(text, len, "ask", out);
}

bool subject_read_keep(const char *text, size_t len, struct subject *out)
{
    return read_question(text, len, "keep", out);
}

bool subject_read_tell(const char *text, size_t len, struct subject *out)
{
    struct part parts[PARTS_MAX];

    memset(out, 0, sizeof(*out));
    return split(text, len, parts) == 6 && is_word(&parts[0], "pl") &&
           take_version(&parts[1], &out->version) && is_word(&parts[2], "tell") &&
           take_name(&parts[3], out->frontend) && take_name(&parts[4], out->place) &&
           take_token(&parts[5], out->token);
}

bool subject_read_charge(const char *text, size_t len, struct subject *out)
{
    struct part parts[PARTS_MAX];

    memset(out, 0, sizeof(*out));
    return split(text, len, parts) == 4 && is_word(&parts[0], "pl") &&
           take_version(&parts[1], &out->version) && is_word(&parts[2], "charge") &&
           take_name(&parts[3], out->frontend);
}
