/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/daemon/limits_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/daemon/directory.h"

#define MAGIC UINT64_C(0x73746d696c206c70) /* "pl limits" */

enum {
    BOOT_ID_LEN = 40,
    ALIGNMENT = 64,
    LOCK_ATTEMPTS = 100, /* a killed process may take a while to end */
    LOCK_POLL_MS = 10,
};

struct header {
    uint64_t magic; /* written last: a file without it is incomplete */
    uint32_t version, count;
    uint64_t lens[LIMITS_FILE_PARTS_MAX];
    char boot_id[BOOT_ID_LEN]; /* as the kernel writes it; empty: unknown */
    uint64_t spent_ns;
    uint8_t keys[LIMITS_FILE_PARTS_MAX][SIPHASH_KEY_LEN];
};

enum content {
    CONTENT_NONE, /* the file is new, or from before the machine booted */
    CONTENT_AS_LEFT,
    CONTENT_BROKEN,
};

static size_t aligned(size_t len)
{
    return (len + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static size_t whole_len(const struct limits_file_part *parts, unsigned count)
{
    size_t len = aligned(sizeof(struct header));

    for (unsigned i = 0; i < count; i++)
        len += aligned(parts[i].len);
    return len;
}

static void read_boot_id(char id[static BOOT_ID_LEN])
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

    memset(id, 0, BOOT_ID_LEN);
    if (fd < 0)
        return;
    if (read(fd, id, BOOT_ID_LEN - 1) < 0)
        memset(id, 0, BOOT_ID_LEN);
    close(fd);
}

/* --- the file ------------------------------------------------------------------------ */

/* Returns -1 and keeps errno for the caller. */
static int close_and_fail(int fd)
{
    int saved = errno;

    close(fd);
    errno = saved;
    return -1;
}

/* Does it belong to the owner, and is it of this kind, without the forbidden mode bits?  Root gives
 * what it has just made to the owner; under systemd the daemon is never root. */
static bool belongs_to(int fd, const struct user *owner, mode_t kind, mode_t forbidden)
{
    struct stat info;

    if (fstat(fd, &info) != 0)
        return false;
    errno = EPERM;
    if ((info.st_mode & (S_IFMT | forbidden)) != kind || (kind == S_IFREG && info.st_nlink != 1))
        return false;
    if (info.st_uid == owner->uid)
        return true;
    return info.st_uid == 0 && geteuid() == 0 && fchown(fd, owner->uid, owner->gid) == 0;
}

static int open_directory(const struct limits_file_place *place, const char *path)
{
    int fd;

    if (!directory_make_of(place->socket) || (mkdir(path, 0700) != 0 && errno != EEXIST))
        return -1;
    fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 || belongs_to(fd, &place->owner, S_IFDIR, 0022) ? fd : close_and_fail(fd);
}

/* The mapping keeps the lock after the descriptor is closed, as long as the process lives. */
static bool lock(int fd)
{
    const struct timespec pause = {.tv_nsec = LOCK_POLL_MS * (long)NS_PER_MS};

    for (unsigned i = 0; i < LOCK_ATTEMPTS; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK)
            return false;
        nanosleep(&pause, NULL);
    }
    errno = EBUSY;
    return false;
}

/* Opens and locks the file; *made: it is new.  -1 with errno. */
static int open_file(const struct limits_file_place *place, const char *path, bool *made)
{
    static const char name[] = "limits";
    const int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    int directory = open_directory(place, path);
    int fd;

    if (directory < 0)
        return -1;
    fd = openat(directory, name, flags);
    *made = fd < 0 && errno == ENOENT;
    if (*made)
        fd = openat(directory, name, flags | O_CREAT | O_EXCL, 0600);
    close_and_fail(directory); /* keeps the errno of openat */
    if (fd < 0)
        return -1;
    return belongs_to(fd, &place->owner, S_IFREG, 0077) && lock(fd) ? fd : close_and_fail(fd);
}

/* Allocates every page now: a full disk must not kill the process later. */
static void *map_file(int fd, size_t len)
{
    void *map = MAP_FAILED;
    int error = posix_fallocate(fd, 0, (off_t)len);

    if (error == 0)
        map = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    else
        errno = error;
    return map != MAP_FAILED ? map : NULL;
}

/* --- what is in it ------------------------------------------------------------------- */

static enum content content_of(int fd, bool made, const struct limits_file_part *parts,
                               unsigned count, const char boot_id[static BOOT_ID_LEN])
{
    struct header header;
    struct stat info;

    if (fstat(fd, &info) != 0)
        return CONTENT_BROKEN;
    if (made && info.st_size == 0) /* else another process has filled it meanwhile */
        return CONTENT_NONE;
    if (info.st_size != (off_t)whole_len(parts, count) ||
        pread(fd, &header, sizeof(header), 0) != (ssize_t)sizeof(header) || header.magic != MAGIC ||
        header.version != LIMITS_FILE_VERSION || header.count != count)
        return CONTENT_BROKEN;
    for (unsigned i = 0; i < count; i++)
        if (header.lens[i] != parts[i].len)
            return CONTENT_BROKEN;
    return memcmp(header.boot_id, boot_id, BOOT_ID_LEN) == 0 ? CONTENT_AS_LEFT : CONTENT_NONE;
}

/* In memory that is all zero. */
static void fill_header(struct header *header, const struct limits_file_part *parts, unsigned count,
                        const char boot_id[static BOOT_ID_LEN], uint64_t spent_ns)
{
    header->version = LIMITS_FILE_VERSION;
    header->count = count;
    for (unsigned i = 0; i < count; i++)
        header->lens[i] = parts[i].len;
    memcpy(header->boot_id, boot_id, BOOT_ID_LEN);
    header->spent_ns = spent_ns;
    if (getrandom(header->keys, sizeof(header->keys), 0) != sizeof(header->keys))
        log_fatal("limits", "no random numbers: %s", strerror(errno));
    atomic_signal_fence(memory_order_seq_cst);
    header->magic = MAGIC;
}

/* NULL with errno. */
static void *open_map(const struct limits_file_place *place, const char *path,
                      const struct limits_file_part *parts, unsigned count, uint64_t now_ns)
{
    size_t len = whole_len(parts, count);
    char boot_id[BOOT_ID_LEN];
    enum content content;
    void *map = NULL;
    bool made;
    int fd = open_file(place, path, &made);

    if (fd < 0)
        return NULL;
    read_boot_id(boot_id);
    content = content_of(fd, made, parts, count, boot_id);
    if (content == CONTENT_AS_LEFT || (ftruncate(fd, 0) == 0 && ftruncate(fd, (off_t)len) == 0))
        map = map_file(fd, len);
    close_and_fail(fd);
    if (map == NULL)
        return NULL;
    if (content != CONTENT_AS_LEFT)
        fill_header(map, parts, count, boot_id, content == CONTENT_BROKEN ? now_ns : 0);
    if (content == CONTENT_BROKEN)
        log_warn("limits", "%s/limits is not as a daemon leaves it: limits begin spent", path);
    else
        log_info("limits", "kept in %s/limits%s", path,
                 content == CONTENT_AS_LEFT ? ", and go on as they were left" : "");
    return map;
}

static void *own_map(const struct limits_file_part *parts, unsigned count, uint64_t now_ns)
{
    static const char no_boot_id[BOOT_ID_LEN];
    void *map = mmap(NULL, whole_len(parts, count), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (map == MAP_FAILED)
        log_fatal("limits", "out of memory");
    fill_header(map, parts, count, no_boot_id, now_ns);
    return map;
}

struct limits_file limits_file_open(const struct limits_file_place *place,
                                    struct limits_file_part *parts, unsigned count, uint64_t now_ns)
{
    struct limits_file file = {.len = whole_len(parts, count)};
    int directory_len = (int)(strrchr(place->socket, '/') - place->socket);
    const struct header *header;
    size_t at = aligned(sizeof(*header));
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%.*s/%s", directory_len, place->socket, place->program);
    file.map = open_map(place, path, parts, count, now_ns);
    if (file.map == NULL) {
        log_warn("limits", "not kept in %s/limits (%s): they begin spent at each start", path,
                 strerror(errno));
        file.map = own_map(parts, count, now_ns);
    }
    header = file.map;
    file.spent_ns = header->spent_ns;
    for (unsigned i = 0; i < count; i++) {
        parts[i].memory = (char *)file.map + at;
        parts[i].key = header->keys[i];
        at += aligned(parts[i].len);
    }
    return file;
}

void limits_file_close(struct limits_file *file)
{
    munmap(file->map, file->len);
}
