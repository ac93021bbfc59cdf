/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/config/option_table.h"

enum { CONFIG, SERVER, FOUR, SIX, WAIT, HELP };

static const struct option_row rows[] = {
    {"config", 'c', OPTION_BY_LETTER, FILE_NAME},
    {"server", 0, OPTION_BY_NAME | OPTION_OR, URL},
    {"ipv4", '4', OPTION_BY_LETTER, NO_VALUE},
    {"ipv6", '6', OPTION_BY_LETTER | OPTION_OR, NO_VALUE},
    {"wait", 'w', OPTION_BY_NAME, COUNT("SECONDS", 1, 9, "seconds")},
    {"help", 'h', 0, NO_VALUE},
};
static const struct option_table table = {rows, ARRAY_LEN(rows)};

static void assert_usage(const char *program, const char *operands, const char *wanted)
{
    char *text = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&text, &len);

    assert_non_null(to);
    option_table_usage(&table, to, program, operands);
    fclose(to);
    assert_string_equal(text, wanted);
    free(text);
}

static void test_usage(void **state)
{
    (void)state;
    assert_usage("p", "", "usage: p [-c FILE | --server URL] [-4|-6] [--wait SECONDS]\n");
    assert_usage(
        "p", "HOST PORT[,PORT...]",
        "usage: p [-c FILE | --server URL] [-4|-6] [--wait SECONDS] HOST PORT[,PORT...]\n");
    assert_usage("pp", "HOST PORT[,PORT_and_so_on]",
                 "usage: pp [-c FILE | --server URL] [-4|-6] [--wait SECONDS] HOST\n"
                 "          PORT[,PORT_and_so_on]\n");
    assert_usage("twenty-letters-long-", "",
                 "usage: twenty-letters-long- [-c FILE | --server URL] [-4|-6] [--wait SECONDS]\n");
    assert_usage("twenty-4-letters-long---", "",
                 "usage: twenty-4-letters-long--- [-c FILE | --server URL] [-4|-6]\n"
                 "                                [--wait SECONDS]\n");
}

static void test_options(void **state)
{
    char *argv[] = {"p", "-4c", "f", "--server=u", "host", "--wai", "7", "-w3", "--help", NULL};
    static const struct {
        int row;
        const char *value;
    } wanted[] = {
        {FOUR, NULL}, {CONFIG, "f"}, {SERVER, "u"}, {WAIT, "7"}, {WAIT, "3"}, {HELP, NULL},
    };

    (void)state;
    optind = 0;
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        assert_int_equal(option_table_next(&table, ARRAY_LEN(argv) - 1, argv), wanted[i].row);
        if (wanted[i].value != NULL)
            assert_string_equal(optarg, wanted[i].value);
    }
    assert_int_equal(option_table_next(&table, ARRAY_LEN(argv) - 1, argv), OPTION_END);
    assert_string_equal(argv[optind], "host");
}

static void test_wrong_ones(void **state)
{
    static const char *const words[] = {"-x", "--colour", "-c", "--wait", "--ipv4=1", "--ipv"};

    (void)state;
    opterr = 0;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        char word[16];
        char *argv[] = {"p", word, NULL};
        strcpy(word, words[i]);
        optind = 0;
        assert_int_equal(option_table_next(&table, 2, argv), OPTION_WRONG);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_usage),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_wrong_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
