/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/frontend_frame.h"

#include <stdio.h>

#include "common/base/cursor.h"

enum { FLEET_TYPES = 128 /* from here on portlight-fleet's */ };

size_t frontend_frame_write(const struct frontend_frame *frame,
                            uint8_t out[static FRONTEND_FRAME_MAX_LEN])
{
    struct writer writer = writer_of(out, FRONTEND_FRAME_MAX_LEN);

    write_u8(&writer, (uint8_t)frame->type);
    write_u32(&writer, frame->number);
    write_bytes(&writer, frame->name, PLACE_NAME_LEN - 1);
    write_bytes(&writer, frame->payload, frame->len);
    return writer.failed ? 0 : writer.pos;
}

/* Which types a side may send, and whether they have a number and a name. */
static bool is_shape(const struct frontend_frame *frame, bool of_fleet)
{
    bool has_number = frame->number != 0, has_name = frame->name[0] != '\0';

    switch (frame->type) {
    case FRONTEND_TELL: return !of_fleet && !has_number && !has_name;
    case FRONTEND_ASK: return !of_fleet && has_number && has_name;
    case FRONTEND_REPLY: return !of_fleet && has_number && !has_name;
    case FRONTEND_TOLD: return of_fleet && !has_number && has_name;
    case FRONTEND_ASKED: return of_fleet && has_number && has_name;
    case FRONTEND_ANSWER: return of_fleet && has_number && !has_name;
    }
    return frame->type != 0 && of_fleet == ((unsigned)frame->type >= FLEET_TYPES);
}

static bool is_name_or_none(const char name[static PLACE_NAME_LEN])
{
    size_t len = strlen(name);

    for (size_t i = len; i < PLACE_NAME_LEN; i++)
        if (name[i] != '\0')
            return false;
    return len == 0 || place_is_name(name, len);
}

bool frontend_frame_read(const void *data, size_t len, bool of_fleet, struct frontend_frame *out)
{
    struct reader reader = reader_of(data, len);

    memset(out, 0, sizeof(*out));
    out->type = (enum frontend_frame_type)read_u8(&reader);
    out->number = read_u32(&reader);
    read_bytes(&reader, out->name, PLACE_NAME_LEN - 1);
    if (reader.failed || len > FRONTEND_FRAME_MAX_LEN || !is_name_or_none(out->name))
        return false;
    out->payload = (const uint8_t *)data + reader.pos;
    out->len = read_left(&reader);
    return is_shape(out, of_fleet);
}

bool frontend_frame_socket(const char *directory, char path[static PLACE_PATH_LEN])
{
    return snprintf(path, PLACE_PATH_LEN, "%s/_frontend.sock", directory) < PLACE_PATH_LEN;
}
