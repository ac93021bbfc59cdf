/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "fleet/bus/nats_parser.h"

static void assert_text(const struct nats_text *text, const char *wanted)
{
    assert_int_equal(text->len, strlen(wanted));
    assert_memory_equal(text->at, wanted, text->len);
}

/* Parses all of it, and finds it partial whenever a byte is missing. */
static struct nats_event parse(const char *bytes)
{
    size_t len = strlen(bytes), used;
    struct nats_event event;

    for (size_t i = 0; i < len; i++)
        assert_int_equal(nats_parse(bytes, i, &event, &used), NATS_PARTIAL);
    assert_int_equal(nats_parse(bytes, len, &event, &used), NATS_WHOLE);
    assert_int_equal(used, len);
    return event;
}

static void test_operations(void **state)
{
    struct nats_event event;

    (void)state;
    event = parse("INFO {\"tls_required\":true}\r\n");
    assert_int_equal(event.operation, NATS_INFO);
    assert_int_equal(parse("PING\r\n").operation, NATS_PING);
    assert_int_equal(parse("PONG\r\n").operation, NATS_PONG);
    assert_int_equal(parse("+OK\r\n").operation, NATS_OK);
    event = parse("-ERR 'Permissions Violation'\r\n");
    assert_int_equal(event.operation, NATS_ERROR);
    assert_text(&event.payload, " 'Permissions Violation'");
}

static void test_messages(void **state)
{
    struct nats_event event;

    (void)state;
    event = parse("MSG pl.3.ask.fra.f1 1 pl.3.tell.f1.fra.x 5\r\nhe\r\no\r\n");
    assert_int_equal(event.operation, NATS_MESSAGE);
    assert_text(&event.subject, "pl.3.ask.fra.f1");
    assert_text(&event.reply, "pl.3.tell.f1.fra.x");
    assert_text(&event.payload, "he\r\no");
    event = parse("MSG a 7 0\r\n\r\n");
    assert_int_equal(event.reply.len, 0);
    assert_int_equal(event.payload.len, 0);
}

static void test_nobody_listens(void **state)
{
    struct nats_event event = parse("HMSG a 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n");

    (void)state;
    assert_int_equal(event.status, NATS_NO_RESPONDERS);
    assert_int_equal(event.payload.len, 0);
    event = parse("HMSG a 1 b 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
    assert_int_equal(event.status, 0);
    assert_text(&event.reply, "b");
    assert_text(&event.payload, "hi");
}

static void test_what_is_no_operation(void **state)
{
    static const char *const broken[] = {
        "\n",
        "PING\n",
        "PINGS\r\n",
        "PING x\r\n",
        "HELLO\r\n",
        "MSG a 1\r\n",
        "MSG a 1 b c 0\r\n",
        "MSG a x 0\r\n\r\n",
        "MSG a 1 -1\r\n",
        "MSG a 1 65537\r\n",
        "MSG a 1 9999999999\r\n",
        "MSG a 1 1\r\nxyz",
        "HMSG a 1 5 4\r\nabcd\r\n",
        "HMSG a 1 2 2\r\nab\r\n",
        "HMSG a 1 14 14\r\nNATS/1.0 5x3\r\n\r\n",
        "HTTP/1.1 400 Bad Request\r\n",
    };
    struct nats_event event;
    size_t used;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(broken); i++)
        if (nats_parse(broken[i], strlen(broken[i]), &event, &used) != NATS_BROKEN)
            fail_msg("\"%s\" is not broken", broken[i]);
}

static void test_a_line_without_an_end(void **state)
{
    struct nats_event event;
    size_t used;
    char *line = malloc(NATS_LINE_MAX);

    (void)state;
    memset(line, 'a', NATS_LINE_MAX);
    assert_int_equal(nats_parse(line, NATS_LINE_MAX - 1, &event, &used), NATS_PARTIAL);
    assert_int_equal(nats_parse(line, NATS_LINE_MAX, &event, &used), NATS_BROKEN);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operations),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_nobody_listens),
        cmocka_unit_test(test_what_is_no_operation),
        cmocka_unit_test(test_a_line_without_an_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
