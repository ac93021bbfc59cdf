/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/networks/table_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/config/config.h"

enum { FIRST_ROOM = 1 << 20 };

/* Until its end, since fstat(2) is not for the sandboxed; NULL with errno. */
static uint8_t *read_whole(int fd, size_t *len)
{
    size_t room = FIRST_ROOM;
    uint8_t *bytes = malloc(room);

    *len = 0;
    while (bytes != NULL) {
        ssize_t got = read(fd, bytes + *len, room - *len);
        uint8_t *grown;
        if (got == 0)
            return bytes;
        errno = got > 0 && *len + (size_t)got > NETWORK_TABLE_MAX_LEN ? EFBIG : errno;
        if (got < 0 || *len + (size_t)got > NETWORK_TABLE_MAX_LEN)
            break;
        *len += (size_t)got;
        if (*len < room)
            continue;
        room *= 2;
        grown = realloc(bytes, room);
        if (grown == NULL)
            break;
        bytes = grown;
    }
    free(bytes);
    return NULL;
}

static const char *name_in(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* True if the file is now another one's; at_start: that there is none is as it may be. */
static bool take(struct table_file *file, bool at_start)
{
    int fd = openat(file->directory, name_in(file->path), CONFIG_OPEN_FLAGS);
    struct network_table table;
    const char *fault;
    uint8_t *bytes;
    size_t len;

    if (fd < 0) {
        if (!at_start || errno != ENOENT)
            log_warn("networks", "%s: %s", file->path, strerror(errno));
        return false;
    }
    bytes = read_whole(fd, &len);
    if (bytes == NULL)
        log_warn("networks", "%s: %s", file->path, strerror(errno));
    close(fd);
    if (bytes == NULL)
        return false;
    fault = network_table_open(&table, bytes, len);
    if (fault != NULL) {
        log_warn("networks", "%s: not used: %s", file->path, fault);
        free(bytes);
        return false;
    }
    free(file->bytes);
    file->bytes = bytes;
    file->table = table;
    return true;
}

void table_file_open(struct table_file *file, const char *path)
{
    char *directory = strndup(path, (size_t)(name_in(path) - path));

    *file = (struct table_file){.path = path, .directory = -1};
    if (directory != NULL)
        file->directory = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(directory);
    if (file->directory >= 0)
        take(file, true);
}

void table_file_reload(struct table_file *file)
{
    bool had = file->bytes != NULL;

    if (file->directory < 0) {
        log_warn("networks", "%s: its directory was not there at the start: restart instead",
                 file->path);
        return;
    }
    if (take(file, !had))
        log_info("networks", "%s: %u ranges of IPv4, %u of IPv6, from %u sources", file->path,
                 file->table.ipv4_count, file->table.ipv6_count, file->table.source_count);
}

void table_file_close(struct table_file *file)
{
    if (file->directory >= 0)
        close(file->directory);
    free(file->bytes);
    *file = (struct table_file){.directory = -1};
}

uint64_t table_file_oldest_s(const struct network_table *table)
{
    uint64_t oldest_s = 0;

    for (uint32_t i = 0; i < table->source_count; i++) {
        uint64_t date_s = network_table_source(table, i).date_s;
        if (date_s != 0 && (oldest_s == 0 || date_s < oldest_s))
            oldest_s = date_s;
    }
    return oldest_s;
}
