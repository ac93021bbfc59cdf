/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of the limits over several lives of a daemon, and with all that it should not hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "common/daemon/limits_file.h"

#define NOW_NS (1000 * NS_PER_S)

enum { PARTS = 2, LENS = 1000, PATH_LEN = 128 };
/* where these stand in the file */
enum { AT_MAGIC = 0, AT_VERSION = 8, AT_COUNT = 12, AT_LEN = 16, AT_BOOT_ID = 64, AT_SPENT = 104 };

/* A directory of its own, and the life that goes on just now. */
struct location {
    char directory[PATH_LEN], socket[PATH_LEN + 32], own[PATH_LEN + 32], path[PATH_LEN + 64];
    char other[PATH_LEN + 32]; /* a file that is nothing to the daemon */
    struct limits_file_part parts[PARTS];
    struct limits_file file;
};

static int setup(void **state)
{
    struct location *place = calloc(1, sizeof(*place));

    strcpy(place->directory, "/tmp/portlight-limits-XXXXXX");
    if (mkdtemp(place->directory) == NULL)
        return -1;
    snprintf(place->socket, sizeof(place->socket), "%s/run/prober.sock", place->directory);
    snprintf(place->own, sizeof(place->own), "%s/run/tested", place->directory);
    snprintf(place->other, sizeof(place->other), "%s/other", place->directory);
    snprintf(place->path, sizeof(place->path), "%s/limits", place->own);
    *state = place;
    return 0;
}

static int teardown(void **state)
{
    struct location *place = *state;
    char command[PATH_LEN * 2];
    int rc;

    snprintf(command, sizeof(command), "rm -rf '%s'", place->directory);
    rc = system(command);
    free(place);
    return rc;
}

static void begin_with(struct location *place, size_t len, unsigned count)
{
    const struct limits_file_place where = {place->socket, "tested", {geteuid(), getegid()}};

    for (unsigned i = 0; i < PARTS; i++)
        place->parts[i] = (struct limits_file_part){.len = len + i};
    place->file = limits_file_open(&where, place->parts, count, NOW_NS);
}

static void begin(struct location *place)
{
    begin_with(place, LENS, PARTS);
}

static void end(struct location *place)
{
    limits_file_close(&place->file);
}

static bool is_zero(const struct limits_file_part *part)
{
    for (size_t i = 0; i < part->len; i++)
        if (((const char *)part->memory)[i] != 0)
            return false;
    return true;
}

/* A life that leaves something behind, and the key that it had. */
static void live(struct location *place, uint8_t key[static SIPHASH_KEY_LEN])
{
    begin(place);
    for (unsigned i = 0; i < PARTS; i++)
        memset(place->parts[i].memory, (int)(i + 1), place->parts[i].len);
    memcpy(key, place->parts[0].key, SIPHASH_KEY_LEN);
    end(place);
}

static void overwrite(const struct location *place, off_t at, const void *bytes, size_t len)
{
    int fd = open(place->path, O_WRONLY);

    assert_int_equal(pwrite(fd, bytes, len, at), len);
    close(fd);
}

/* All begins anew, with another key. */
static void assert_anew(const struct location *place, const uint8_t key[static SIPHASH_KEY_LEN],
                        uint64_t spent_ns)
{
    assert_int_equal(place->file.spent_ns, spent_ns);
    for (unsigned i = 0; i < PARTS; i++)
        assert_true(is_zero(&place->parts[i]));
    assert_memory_not_equal(place->parts[0].key, key, SIPHASH_KEY_LEN);
}

static void test_a_first_start(void **state)
{
    static const uint8_t no_key[SIPHASH_KEY_LEN];
    struct location *place = *state;
    struct stat info;

    begin(place);
    assert_anew(place, no_key, 0);
    assert_memory_not_equal(place->parts[0].key, place->parts[1].key, SIPHASH_KEY_LEN);
    assert_int_equal(stat(place->path, &info), 0);
    assert_int_equal(info.st_mode, S_IFREG | 0600);
    assert_int_equal(stat(place->own, &info), 0);
    assert_int_equal(info.st_mode, S_IFDIR | 0700);
    end(place);
}

static void test_two_tables_go_on(void **state)
{
    struct location *place = *state;
    uint8_t key[SIPHASH_KEY_LEN], second[SIPHASH_KEY_LEN];

    live(place, key);
    for (unsigned life = 0; life < 3; life++) {
        begin(place);
        assert_int_equal(place->file.spent_ns, 0);
        for (unsigned i = 0; i < PARTS; i++)
            for (size_t at = 0; at < place->parts[i].len; at++)
                assert_int_equal(((char *)place->parts[i].memory)[at], i + 1);
        assert_memory_equal(place->parts[0].key, key, SIPHASH_KEY_LEN);
        if (life > 0)
            assert_memory_equal(place->parts[1].key, second, SIPHASH_KEY_LEN);
        memcpy(second, place->parts[1].key, SIPHASH_KEY_LEN);
        end(place);
    }
}

/* Whatever is wrong with it, limits begin spent; and so they do for who comes right after. */
static void assert_broken(struct location *place, const uint8_t key[static SIPHASH_KEY_LEN])
{
    begin(place);
    assert_anew(place, key, NOW_NS);
    end(place);
    begin(place);
    assert_anew(place, key, NOW_NS);
    end(place);
}

static void test_torn(void **state)
{
    static const off_t lens[] = {0, 1, 8, 100, 2000};
    struct location *place = *state;
    uint8_t key[SIPHASH_KEY_LEN];

    for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
        live(place, key);
        assert_int_equal(truncate(place->path, lens[i]), 0);
        assert_broken(place, key);
    }
    live(place, key);
    assert_int_equal(truncate(place->path, 100000), 0);
    assert_broken(place, key);
}

static void test_another_layout(void **state)
{
    static const off_t places[] = {AT_MAGIC, AT_VERSION, AT_COUNT, AT_LEN, AT_LEN + 8};
    struct location *place = *state;
    uint8_t key[SIPHASH_KEY_LEN];

    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        live(place, key);
        overwrite(place, places[i], "\3", 1);
        assert_broken(place, key);
    }
    live(place, key);
    begin_with(place, LENS + 1, PARTS);
    assert_anew(place, key, NOW_NS);
    end(place);
    live(place, key);
    begin_with(place, LENS, 1);
    assert_int_equal(place->file.spent_ns, NOW_NS);
    end(place);
}

static void test_after_a_boot_all_is_new(void **state)
{
    static const char other[] = "00000000-0000-4000-8000-000000000000\n";
    struct location *place = *state;
    uint8_t key[SIPHASH_KEY_LEN];

    live(place, key);
    overwrite(place, AT_BOOT_ID, other, strlen(other));
    overwrite(place, AT_SPENT, &(uint64_t){NOW_NS}, sizeof(uint64_t));
    begin(place);
    assert_anew(place, key, 0);
    end(place);
}

static void test_one_daemon_at_a_time(void **state)
{
    struct location *first = *state, second = *first;

    begin(first);
    begin(&second); /* waits a little */
    assert_int_equal(second.file.spent_ns, NOW_NS);
    memset(second.parts[0].memory, 7, LENS);
    assert_true(is_zero(&first->parts[0]));
    end(&second);
    end(first);
    begin(&second);
    assert_int_equal(second.file.spent_ns, 0);
    end(&second);
}

/* --- who could have put it there --------------------------------------------------------- */

/* The memory is the process's own then, and nobody else's file is touched. */
static void assert_not_kept(struct location *place)
{
    static const uint8_t no_key[SIPHASH_KEY_LEN];
    char text[8] = "";
    int fd = open(place->other, O_RDONLY);

    begin(place);
    assert_anew(place, no_key, NOW_NS);
    memset(place->parts[0].memory, 7, LENS);
    end(place);
    if (fd >= 0)
        assert_int_equal(read(fd, text, sizeof(text)), 5);
    assert_string_equal(text, fd >= 0 ? "other" : "");
    close(fd);
}

static void make_other(const struct location *place)
{
    int fd = open(place->other, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_int_equal(write(fd, "other", 5), 5);
    close(fd);
}

static void test_somebody_elses_file(void **state)
{
    struct location *place = *state;
    uint8_t key[SIPHASH_KEY_LEN];

    make_other(place);
    live(place, key);
    assert_int_equal(chmod(place->path, 0620), 0);
    assert_not_kept(place);
    assert_int_equal(unlink(place->path), 0);
    assert_int_equal(symlink(place->other, place->path), 0);
    assert_not_kept(place);
    assert_int_equal(unlink(place->path), 0);
    assert_int_equal(link(place->other, place->path), 0);
    assert_not_kept(place);
    assert_int_equal(unlink(place->path), 0);
    assert_int_equal(mkfifo(place->path, 0600), 0);
    assert_not_kept(place);
    assert_int_equal(unlink(place->path), 0);
    assert_int_equal(mkdir(place->path, 0700), 0);
    assert_not_kept(place);
}

static void test_somebody_elses_directory(void **state)
{
    struct location *place = *state;
    uint8_t key[SIPHASH_KEY_LEN];
    char moved[PATH_LEN + 64];

    live(place, key);
    assert_int_equal(chmod(place->own, 0770), 0);
    assert_not_kept(place);
    assert_int_equal(chmod(place->own, 0700), 0);
    snprintf(moved, sizeof(moved), "%s/moved", place->directory);
    assert_int_equal(rename(place->own, moved), 0);
    assert_int_equal(symlink(moved, place->own), 0);
    assert_not_kept(place);
    if (geteuid() != 0)
        return;
    assert_int_equal(unlink(place->own), 0);
    assert_int_equal(rename(moved, place->own), 0);
    assert_int_equal(chown(place->own, 65534, 65534), 0);
    assert_not_kept(place);
    assert_int_equal(chown(place->own, 0, 0), 0);
    assert_int_equal(chown(place->path, 65534, 65534), 0);
    assert_not_kept(place);
}

static void test_no_place(void **state)
{
    struct location *place = *state;

    make_other(place);
    snprintf(place->socket, sizeof(place->socket), "%s/other/prober.sock", place->directory);
    assert_not_kept(place);
    snprintf(place->socket, sizeof(place->socket), "%s/not/there/prober.sock", place->directory);
    assert_not_kept(place);
    snprintf(place->socket, sizeof(place->socket), "/prober.sock"); /* of the root directory */
    if (geteuid() != 0)
        assert_not_kept(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_first_start, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_tables_go_on, setup, teardown),
        cmocka_unit_test_setup_teardown(test_torn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_another_layout, setup, teardown),
        cmocka_unit_test_setup_teardown(test_after_a_boot_all_is_new, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_daemon_at_a_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_somebody_elses_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_somebody_elses_directory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_place, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
