/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/daemon/directory.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

bool directory_make_of(const char *path)
{
    char directory[PATH_MAX];
    size_t len = (size_t)(strrchr(path, '/') - path);

    if (len == 0)
        return true;
    if (len >= sizeof(directory)) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(directory, path, len);
    directory[len] = '\0';
    if (mkdir(directory, 0755) == 0)
        return chmod(directory, 0755) == 0; /* whatever the umask */
    return errno == EEXIST;
}
