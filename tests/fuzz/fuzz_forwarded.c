/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * X-Forwarded-For, then on the next line Forwarded.  Whatever a client wrote there,
 * it can't become someone else once a trusted proxy has added who asked it.
 */
#include <stdio.h>
#include <string.h>

#include "frontend/http/forwarded.h"
#include "tests/fuzz/fuzz.h"

#define STRANGER "198.51.100.7"
#define PROXY    "127.0.0.2"

enum { HEADER_LEN = FORWARDED_MAX_LEN + 64 };

static struct prefix trusted_items[2];
static const struct prefix_list trusted = {trusted_items, 2};

static struct addr address(const char *text)
{
    struct addr addr = {0};

    FUZZ_REQUIRE(addr_parse(text, &addr));
    return addr;
}

static bool is(const struct addr *addr, const char *text)
{
    struct addr other = address(text);

    return addr_equal(addr, &other);
}

/* Up to the end of the line, or of the data, or of a header of ours. */
static size_t take_line(const uint8_t *data, size_t len, char out[static HEADER_LEN])
{
    size_t n = 0;

    while (n < len && n < FORWARDED_MAX_LEN + 1 && data[n] != '\n' && data[n] != '\0') {
        out[n] = (char)data[n];
        n++;
    }
    out[n] = '\0';
    return n;
}

static bool ask(const char *peer, const char *plain, const char *standard, struct addr *client)
{
    struct addr addr = address(peer);

    return forwarded_client(&addr, &trusted, plain, standard, client);
}

static void from_a_stranger(const char *plain, const char *standard)
{
    struct addr client;

    FUZZ_REQUIRE(ask(STRANGER, plain, standard, &client) && is(&client, STRANGER));
}

/* What the proxy adds at the right end is the client, or nobody is. */
static void through_a_proxy(const char *plain, const char *standard)
{
    static const char *const added[] = {"for=" STRANGER, "for=\"" STRANGER ":80\";by=\"_p\"",
                                        "by=" PROXY ";for=" STRANGER ", for=" PROXY};
    char text[HEADER_LEN + 64];
    struct addr client;

    snprintf(text, sizeof(text), "%s,%s", plain, STRANGER);
    FUZZ_REQUIRE(!ask(PROXY, text, "", &client) || is(&client, STRANGER));
    FUZZ_REQUIRE(!ask(PROXY, text, standard, &client) || is(&client, STRANGER));
    for (unsigned i = 0; i < sizeof(added) / sizeof(added[0]); i++) {
        snprintf(text, sizeof(text), "%s,%s", standard, added[i]);
        FUZZ_REQUIRE(!ask(PROXY, "", text, &client) || is(&client, STRANGER));
        FUZZ_REQUIRE(!ask(PROXY, plain, text, &client) || is(&client, STRANGER));
    }
}

/* What stands further left can't change who a stranger on the right is; only
 * when all are trusted is the client a trusted one, and then the leftmost. */
static void further_left(const char *plain, const char *standard)
{
    char left[HEADER_LEN + 64];
    struct addr client, again;

    if (!ask(PROXY, plain, standard, &client))
        return;
    FUZZ_REQUIRE(client.family != ADDR_NONE);
    FUZZ_REQUIRE(plain[0] != '\0' || standard[0] != '\0' || is(&client, PROXY));
    if (plain[0] != '\0') {
        snprintf(left, sizeof(left), "%s,%s", STRANGER, plain);
        if (ask(PROXY, left, standard, &again))
            FUZZ_REQUIRE(prefix_list_contains(&trusted, &client) ? is(&again, STRANGER)
                                                                 : addr_equal(&again, &client));
    }
    if (standard[0] != '\0') {
        snprintf(left, sizeof(left), "for=%s,%s", STRANGER, standard);
        if (ask(PROXY, plain, left, &again))
            FUZZ_REQUIRE(prefix_list_contains(&trusted, &client) ? is(&again, STRANGER)
                                                                 : addr_equal(&again, &client));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char plain[HEADER_LEN], standard[HEADER_LEN];
    size_t n = take_line(data, len, plain);

    if (n < len)
        n++;
    take_line(data + n, len - n, standard);
    FUZZ_REQUIRE(prefix_parse("127.0.0.0/8", &trusted_items[0]) == PREFIX_OK &&
                 prefix_parse("2001:db8:ff::/48", &trusted_items[1]) == PREFIX_OK);
    from_a_stranger(plain, standard);
    through_a_proxy(plain, standard);
    further_left(plain, standard);
    return 0;
}
