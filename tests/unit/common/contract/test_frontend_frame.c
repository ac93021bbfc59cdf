/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/contract/frontend_frame.h"
#include "common/contract/frontends.h"

static uint8_t bytes[FRONTEND_FRAME_MAX_LEN + 1];

static const struct {
    struct frontend_frame frame;
    bool of_fleet, is_right;
} rows[] = {
    {{.type = FRONTEND_TELL, .payload = "abc", .len = 3}, false, true},
    {{.type = FRONTEND_TELL, .payload = "", .len = 0}, false, true},
    {{.type = FRONTEND_TELL, .number = 1, .payload = "abc", .len = 3}, false, false},
    {{.type = FRONTEND_TELL, .name = "f1", .payload = "abc", .len = 3}, false, false},
    {{.type = FRONTEND_TELL, .payload = "abc", .len = 3}, true, false},
    {{.type = FRONTEND_ASK, .number = 7, .name = "f2", .payload = "q", .len = 1}, false, true},
    {{.type = FRONTEND_ASK, .number = 7, .payload = "q", .len = 1}, false, false},
    {{.type = FRONTEND_ASK, .name = "f2", .payload = "q", .len = 1}, false, false},
    {{.type = FRONTEND_ASK, .number = 7, .name = "F2", .payload = "q", .len = 1}, false, false},
    {{.type = FRONTEND_REPLY, .number = 7, .payload = "a", .len = 1}, false, true},
    {{.type = FRONTEND_TOLD, .name = "abcdefghijklmnop", .payload = "x", .len = 1}, true, true},
    {{.type = FRONTEND_TOLD, .payload = "x", .len = 1}, true, false},
    {{.type = FRONTEND_TOLD, .name = "f1", .payload = "x", .len = 1}, false, false},
    {{.type = FRONTEND_ASKED, .number = 1, .name = "f1", .payload = "x", .len = 1}, true, true},
    {{.type = FRONTEND_ANSWER, .number = 1, .payload = "", .len = 0}, true, true},
    {{.type = (enum frontend_frame_type)0, .payload = "x", .len = 1}, true, false},
    {{.type = (enum frontend_frame_type)0, .payload = "x", .len = 1}, false, false},
    /* of a newer program */
    {{.type = (enum frontend_frame_type)4, .payload = "x", .len = 1}, false, true},
    {{.type = (enum frontend_frame_type)4, .payload = "x", .len = 1}, true, false},
    {{.type = (enum frontend_frame_type)132, .number = 7, .payload = "x", .len = 1}, true, true},
    {{.type = (enum frontend_frame_type)132, .payload = "x", .len = 1}, false, false},
};

static void test_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct frontend_frame read;
        size_t len = frontend_frame_write(&rows[i].frame, bytes);
        assert_int_equal(len, FRONTEND_HEAD_LEN + rows[i].frame.len);
        assert_int_equal(frontend_frame_read(bytes, len, rows[i].of_fleet, &read),
                         rows[i].is_right);
        if (!rows[i].is_right)
            continue;
        assert_int_equal(read.type, rows[i].frame.type);
        assert_int_equal(read.number, rows[i].frame.number);
        assert_string_equal(read.name, rows[i].frame.name);
        assert_int_equal(read.len, rows[i].frame.len);
        assert_memory_equal(read.payload, rows[i].frame.payload, read.len);
    }
}

static void test_lengths(void **state)
{
    static uint8_t payload[FRONTEND_PAYLOAD_MAX + 1];
    struct frontend_frame frame = {
        .type = FRONTEND_TELL, .payload = payload, .len = FRONTEND_PAYLOAD_MAX};
    struct frontend_frame read;

    (void)state;
    assert_int_equal(frontend_frame_write(&frame, bytes), FRONTEND_FRAME_MAX_LEN);
    assert_true(frontend_frame_read(bytes, FRONTEND_FRAME_MAX_LEN, false, &read));
    assert_false(frontend_frame_read(bytes, FRONTEND_FRAME_MAX_LEN + 1, false, &read));
    for (size_t len = 0; len < FRONTEND_HEAD_LEN; len++)
        assert_false(frontend_frame_read(bytes, len, false, &read));
    bytes[5] = 'a', bytes[7] = 'b'; /* a name with a hole in it */
    assert_false(frontend_frame_read(bytes, 30, false, &read));
    frame.len++;
    assert_int_equal(frontend_frame_write(&frame, bytes), 0);
}

static void test_which_frontend_this_is(void **state)
{
    static char f1[] = "f1", f2[] = "f2";
    char *const two[] = {f1, f2}, *const twice[] = {f1, f1};
    char name[PLACE_NAME_LEN];

    (void)state;
    assert_null(frontends_mistake(&(struct frontends){"f2", two, 2}));
    assert_non_null(strstr(frontends_mistake(&(struct frontends){"f3", two, 2}), "none of"));
    assert_non_null(strstr(frontends_mistake(&(struct frontends){"", two, 2}), "host name"));
    assert_non_null(strstr(frontends_mistake(&(struct frontends){"f1", twice, 2}), "twice"));
    assert_false(frontends_are_several(&(struct frontends){"f1", two, 1}));
    frontends_own_name(&(struct frontends){"f1", NULL, 0}, name);
    assert_string_equal(name, "f1");
    frontends_own_name(&(struct frontends){"", NULL, 0}, name);
    assert_string_equal(name, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_which_frontend_this_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
