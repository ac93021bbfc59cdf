/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay DIRECTORY [STEP]: runs the target it is linked with over every file there, and
 * over every truncation and every flipped bit of each, or every STEPth.  No fuzzer needed.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

enum { SEED_MAX_LEN = 65536 };

static void run(const uint8_t *data, size_t len)
{
    uint8_t *copy = malloc(len > 0 ? len : 1); /* of its exact size, for the sanitizer */

    if (copy == NULL)
        abort();
    memcpy(copy, data, len);
    LLVMFuzzerTestOneInput(copy, len);
    free(copy);
}

static void replay(uint8_t *data, size_t len, size_t step)
{
    run(data, len);
    for (size_t cut = 0; cut < len; cut += step)
        run(data, cut);
    for (size_t bit = 0; bit < len * 8; bit += step) {
        data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        run(data, len);
        data[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

int main(int argc, char **argv)
{
    static uint8_t data[SEED_MAX_LEN];
    DIR *directory = argc == 2 || argc == 3 ? opendir(argv[1]) : NULL;
    size_t step = argc == 3 ? strtoul(argv[2], NULL, 10) : 1;
    struct dirent *entry;
    unsigned seeds = 0;

    if (directory == NULL || step == 0) {
        fprintf(stderr, "usage: %s DIRECTORY [STEP]\n", argv[0]);
        return 2;
    }
    while ((entry = readdir(directory)) != NULL) {
        char path[4096];
        FILE *file;
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);
        file = fopen(path, "rb");
        if (file == NULL) {
            perror(path);
            return 2;
        }
        replay(data, fread(data, 1, sizeof(data), file), step);
        fclose(file);
        seeds++;
    }
    closedir(directory);
    printf("%s: %u seeds\n", argv[1], seeds);
    return seeds > 0 ? 0 : 1;
}
