/* SPDX-License-Identifier: BSD-2-Clause */
/* The drawing names what is not there, and what it links was signed so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/inspection/chain.h"

static struct inspection it;

static int begin(void **state)
{
    (void)state;
    it = (struct inspection){.state = INSPECTION_UNTRUSTED, .has_certificate = true};
    return 0;
}

static void send_one(const char *subject, const char *issuer, enum inspection_role role)
{
    struct inspection_certificate *at = &it.chain[it.chain_count++];

    snprintf(at->subject, sizeof(at->subject), "%s", subject);
    snprintf(at->issuer, sizeof(at->issuer), "%s", issuer);
    at->role = (uint8_t)role;
    at->not_after_s = 1800000000;
}

/* What is drawn, one item a line: its class, its subject, and "!" if it is blamed. */
static void expect_drawn(const char *wanted)
{
    struct strbuf buf = {0};
    char drawn[1024] = "", *html;
    size_t n = 0;

    chain_draw(&buf, ENGLISH, &it);
    html = strbuf_take(&buf);
    assert_non_null(html);
    for (const char *at = html; (at = strstr(at, "<li class=\"")) != NULL;) {
        const char *class = at + strlen("<li class=\""), *subject = strstr(at, "<strong>") + 8,
                   *end = strstr(at, "</li>");
        const char *blame = strstr(at, "<em>");
        n += (size_t)snprintf(drawn + n, sizeof(drawn) - n, "%.*s: %.*s%s\n",
                              (int)strcspn(class, "\""), class, (int)strcspn(subject, "<"), subject,
                              blame != NULL && blame < end ? " !" : "");
        at = end;
    }
    free(html);
    assert_string_equal(drawn, wanted);
}

static void test_the_issuer_of_the_last_is_not_sent(void **state)
{
    (void)state;
    send_one("CN=a", "CN=R11", ROLE_LEAF);
    inspection_add(&it, INSPECTION_PROBLEM_CHAIN_INCOMPLETE, 0, true, 0);
    expect_drawn("sound: CN=a\nabsent: CN=R11 !\n");
}

/* A renewed certificate beside the old intermediate: that one's root is not what is missing. */
static void test_beside_another_intermediate_the_right_one_is_missing(void **state)
{
    (void)state;
    send_one("CN=a", "CN=R11", ROLE_LEAF);
    send_one("CN=R3", "CN=Root", ROLE_EXTRA);
    inspection_add(&it, INSPECTION_PROBLEM_CHAIN_INCOMPLETE, 0, true, 0);
    expect_drawn("sound: CN=a\nabsent apart: CN=R11 !\nsound: CN=R3\n");
}

static void test_the_root_that_is_not_trusted_is_that_of_the_chain(void **state)
{
    (void)state;
    send_one("CN=a", "CN=Private CA", ROLE_LEAF);
    send_one("CN=R3", "CN=Root", ROLE_EXTRA);
    inspection_add(&it, INSPECTION_PROBLEM_UNTRUSTED_ROOT, 0, true, 0);
    expect_drawn("sound: CN=a\nabsent apart: CN=Private CA !\nsound: CN=R3\n");
}

static void test_a_root_that_was_sent_is_blamed_itself(void **state)
{
    (void)state;
    send_one("CN=a", "CN=Private CA", ROLE_LEAF);
    send_one("CN=Private CA", "CN=Private CA", ROLE_ROOT);
    inspection_add(&it, INSPECTION_PROBLEM_UNTRUSTED_ROOT, 1, false, 0);
    expect_drawn("sound: CN=a\nbad: CN=Private CA !\n");
}

static void test_a_trusted_chain_ends_at_its_root(void **state)
{
    (void)state;
    it.state = INSPECTION_TRUSTED;
    it.verified = true;
    snprintf(it.anchor, sizeof(it.anchor), "CN=Root");
    send_one("CN=a", "CN=R11", ROLE_LEAF);
    send_one("CN=R11", "CN=Root", ROLE_INTERMEDIATE);
    expect_drawn("sound: CN=a\nsound: CN=R11\nsound: CN=Root\n");
}

/* What follows without need is not linked to the root. */
static void test_what_is_not_needed_leads_to_no_root(void **state)
{
    (void)state;
    it.state = INSPECTION_TRUSTED;
    it.verified = true;
    snprintf(it.anchor, sizeof(it.anchor), "CN=Root");
    send_one("CN=a", "CN=R11", ROLE_LEAF);
    send_one("CN=R11", "CN=Root", ROLE_INTERMEDIATE);
    send_one("CN=R3", "CN=Other", ROLE_EXTRA);
    expect_drawn("sound: CN=a\nsound apart: CN=R11\nsound apart: CN=R3\nsound: CN=Root\n");
}

static void test_names_are_escaped(void **state)
{
    (void)state;
    send_one("CN=&lt;b>\"'", "CN=<script>", ROLE_LEAF);
    inspection_add(&it, INSPECTION_PROBLEM_CHAIN_INCOMPLETE, 0, true, 0);
    expect_drawn("sound: CN=&amp;lt;b&gt;&quot;&#39;\nabsent: CN=&lt;script&gt; !\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_issuer_of_the_last_is_not_sent, begin),
        cmocka_unit_test_setup(test_beside_another_intermediate_the_right_one_is_missing, begin),
        cmocka_unit_test_setup(test_the_root_that_is_not_trusted_is_that_of_the_chain, begin),
        cmocka_unit_test_setup(test_a_root_that_was_sent_is_blamed_itself, begin),
        cmocka_unit_test_setup(test_a_trusted_chain_ends_at_its_root, begin),
        cmocka_unit_test_setup(test_what_is_not_needed_leads_to_no_root, begin),
        cmocka_unit_test_setup(test_names_are_escaped, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
