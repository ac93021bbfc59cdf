/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/chain_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/contract/inspect_wire.h"
#include "frontend/cli/options.h"

enum { LINE_BYTES = 48 /* 64 characters */, GROUP_LEN = 4 };

struct chain_file chain_file_open(const char *path)
{
    struct chain_file chain = {.path = path};
    int fd;

    if (path == NULL)
        return chain;
    chain.fresh = access(path, F_OK) != 0;
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd >= 0)
        chain.file = fdopen(fd, "w");
    if (chain.file != NULL)
        return chain;
    fprintf(stderr, "portlight: --chain %s: %s\n", path, strerror(errno));
    exit(EXIT_USAGE);
}

/* Writes three bytes as four characters (RFC 4648 section 4). */
static void write_group(FILE *file, const uint8_t *bytes, size_t len)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned bits = (unsigned)bytes[0] << 16;
    char group[GROUP_LEN];

    bits |= len > 1 ? (unsigned)bytes[1] << 8 : 0;
    bits |= len > 2 ? bytes[2] : 0;
    for (unsigned i = 0; i < GROUP_LEN; i++)
        group[i] = i <= len ? letters[bits >> (18 - 6 * i) & 63] : '=';
    fwrite(group, 1, sizeof(group), file);
}

static void write_certificate(FILE *file, const uint8_t *der, size_t len)
{
    fputs("-----BEGIN CERTIFICATE-----\n", file);
    for (size_t at = 0; at < len; at += 3) {
        write_group(file, der + at, len - at < 3 ? len - at : 3);
        if ((at + 3) % LINE_BYTES == 0 && at + 3 < len)
            fputc('\n', file);
    }
    fputs("\n-----END CERTIFICATE-----\n", file);
}

void chain_file_add(struct chain_file *chain, const char *address, const uint8_t *bytes, size_t len)
{
    struct reader reader = reader_of(bytes, len);
    const uint8_t *der;
    size_t der_len;

    if (chain->certificates == 0 && ftruncate(fileno(chain->file), 0) != 0 && errno != EINVAL)
        fprintf(stderr, "portlight: --chain %s: %s\n", chain->path, strerror(errno));
    /* text between certificates is ignored (RFC 7468 section 5.2) */
    fprintf(chain->file, "# as sent by %s\n", address);
    while (inspect_chain_next(&reader, &der, &der_len)) {
        write_certificate(chain->file, der, der_len);
        chain->certificates++;
    }
}

bool chain_file_close(struct chain_file *chain)
{
    bool ok;

    if (chain->file == NULL)
        return true;
    ok = !ferror(chain->file);
    ok = fclose(chain->file) == 0 && ok;
    chain->file = NULL;
    if (chain->certificates == 0) {
        if (chain->fresh)
            unlink(chain->path);
        fprintf(stderr,
                "portlight: --chain %s: no certificate received, or more than %d kB of them\n",
                chain->path, INSPECT_CHAIN_MAX_LEN / 1024);
        return false;
    }
    if (!ok)
        fprintf(stderr, "portlight: --chain %s: %s\n", chain->path, strerror(errno));
    return ok;
}
