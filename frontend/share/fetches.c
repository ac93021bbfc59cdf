/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/share/fetches.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"

struct fetch {
    uint32_t number; /* 0: free */
    char frontend[PLACE_NAME_LEN];
    struct piece_ask ask; /* the piece under way; all before it has arrived */
    uint8_t *file;
    uint32_t file_len; /* the total length; known after the first piece */
    uint64_t deadline_ns;
    fetches_done_fn *done;
    void *context;
};

struct fetches {
    struct fleet_link *link;
    const uint8_t *key;
    uint32_t last_number;
    struct fetch all[FETCHES_MAX];
};

struct fetches *fetches_new(struct fleet_link *link, const uint8_t key[static SIPHASH_KEY_LEN])
{
    struct fetches *fetches = calloc(1, sizeof(*fetches));

    if (fetches == NULL)
        return NULL;
    fetches->link = link;
    fetches->key = key;
    return fetches;
}

void fetches_free(struct fetches *fetches)
{
    if (fetches == NULL)
        return;
    for (unsigned i = 0; i < FETCHES_MAX; i++)
        free(fetches->all[i].file);
    free(fetches);
}

static struct fetch *find(struct fetches *fetches, uint32_t number)
{
    for (unsigned i = 0; i < FETCHES_MAX; i++)
        if (fetches->all[i].number == number)
            return &fetches->all[i];
    return NULL;
}

static bool ask_on(struct fetches *fetches, struct fetch *fetch, uint64_t now_ns)
{
    uint8_t bytes[PIECE_ASK_LEN];
    struct frontend_frame frame = {
        .type = FRONTEND_ASK, .number = fetch->number, .payload = bytes, .len = sizeof(bytes)};

    piece_ask_write(&fetch->ask, bytes);
    memcpy(frame.name, fetch->frontend, sizeof(frame.name));
    fetch->deadline_ns = now_ns + FETCHES_PIECE_MS * NS_PER_MS;
    return fleet_link_send(fetches->link, &frame);
}

static void end(struct fetch *fetch, enum fetches_end how)
{
    struct fetch ended = *fetch;

    *fetch = (struct fetch){.number = 0};
    ended.done(ended.context, how, how == FETCHES_WHOLE ? ended.file : NULL,
               how == FETCHES_WHOLE ? ended.file_len : 0);
    free(ended.file);
}

uint32_t fetches_begin(struct fetches *fetches, const char *frontend, const struct piece_ask *ask,
                       fetches_done_fn *done, void *context, uint64_t now_ns)
{
    struct fetch *fetch = find(fetches, 0);

    if (fetch == NULL)
        return 0;
    fetches->last_number += fetches->last_number == UINT32_MAX ? 2 : 1; /* 0 means none */
    *fetch = (struct fetch){
        .number = fetches->last_number, .ask = *ask, .done = done, .context = context};
    memcpy(fetch->frontend, frontend, strlen(frontend) + 1);
    if (ask_on(fetches, fetch, now_ns))
        return fetch->number;
    fetch->number = 0;
    return 0;
}

void fetches_give_up(struct fetches *fetches, uint32_t number)
{
    struct fetch *fetch = number != 0 ? find(fetches, number) : NULL;

    if (fetch == NULL)
        return;
    free(fetch->file);
    *fetch = (struct fetch){.number = 0};
}

/* Appends a piece; false if it does not continue the file. */
static bool add(struct fetch *fetch, const struct file_piece *piece)
{
    if (fetch->file == NULL) {
        if (piece->file_len > FETCHES_FILE_MAX_LEN)
            return false;
        fetch->file = malloc(piece->file_len);
        fetch->file_len = piece->file_len;
    }
    if (fetch->file == NULL || piece->file_len != fetch->file_len)
        return false;
    memcpy(fetch->file + fetch->ask.at, piece->bytes, piece->len);
    fetch->ask.at += (uint32_t)piece->len;
    return true;
}

void fetches_take(struct fetches *fetches, const struct frontend_frame *answer, uint64_t now_ns)
{
    struct fetch *fetch = find(fetches, answer->number);
    struct file_piece piece;
    uint32_t before;
    bool is_sound;

    if (fetch == NULL)
        return; /* it was given up */
    before = fetch->ask.at;
    is_sound = piece_read(&fetch->ask, answer->payload, answer->len, fetches->key, &piece);
    if (is_sound && piece.file_len == 0)
        end(fetch, FETCHES_GONE);
    else if (is_sound && add(fetch, &piece) && fetch->ask.at == fetch->file_len)
        end(fetch, FETCHES_WHOLE);
    else if (!is_sound || fetch->ask.at != before + piece.len || !ask_on(fetches, fetch, now_ns))
        end(fetch, FETCHES_AWAY);
}

void fetches_sweep(struct fetches *fetches, uint64_t now_ns)
{
    for (unsigned i = 0; i < FETCHES_MAX; i++)
        if (fetches->all[i].number != 0 && fetches->all[i].deadline_ns <= now_ns)
            end(&fetches->all[i], FETCHES_AWAY);
}

void fetches_end(struct fetches *fetches)
{
    fetches_sweep(fetches, UINT64_MAX);
}
