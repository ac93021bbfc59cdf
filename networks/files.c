/* SPDX-License-Identifier: BSD-2-Clause */
#include "networks/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READABLE = 0644 };

static char *read_all(int fd, size_t max, size_t *len)
{
    char *text = malloc(max + 1);
    size_t n = 0;

    while (text != NULL && n < max) {
        ssize_t got = read(fd, text + n, max - n);
        if (got < 0) {
            free(text);
            return NULL;
        }
        if (got == 0)
            break;
        n += (size_t)got;
    }
    if (text != NULL)
        text[n] = '\0';
    *len = n;
    return text;
}

char *files_read(const char *path, size_t *len, uint64_t *changed_s)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), saved;
    struct stat about;
    char *text = NULL;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &about) == 0) {
        errno = EFBIG;
        if (about.st_size <= FILES_MAX_LEN)
            text = read_all(fd, (size_t)about.st_size, len);
        *changed_s = (uint64_t)about.st_mtime;
    }
    saved = errno;
    close(fd);
    errno = saved;
    return text;
}

static bool write_all(int fd, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, bytes, len);
        if (put < 0)
            return false;
        bytes += put;
        len -= (size_t)put;
    }
    return fchmod(fd, READABLE) == 0 && fsync(fd) == 0;
}

bool files_replace(const char *path, const void *bytes, size_t len)
{
    char *temporary = NULL;
    int fd = -1, saved;
    bool ok;

    if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
        return false;
    fd = mkostemp(temporary, O_CLOEXEC);
    ok = fd >= 0 && write_all(fd, bytes, len);
    saved = errno;
    if (fd >= 0)
        close(fd);
    errno = saved;
    ok = ok && rename(temporary, path) == 0;
    saved = errno;
    if (!ok && fd >= 0)
        unlink(temporary);
    free(temporary);
    errno = saved;
    return ok;
}
