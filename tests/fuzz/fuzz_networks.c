/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a file of portlight-networks: it is refused, or every lookup in it stays within it
 * and gives what can be shown. */
#include <stdlib.h>
#include <string.h>

#include "common/base/utf8.h"
#include "frontend/model/network.h"
#include "frontend/render/network_words.h"
#include "tests/fuzz/fuzz.h"

static void look(const struct network_table *table, const struct addr *addr)
{
    char line[NETWORK_LINE_LEN];
    struct network network;

    network_describe(table, addr, NULL, addr, &network);
    FUZZ_REQUIRE(network.kind < NETWORK_KIND_COUNT && network.cdn < NETWORK_CDN_COUNT);
    FUZZ_REQUIRE(utf8_is_valid(network.name, strlen(network.name)));
    FUZZ_REQUIRE(utf8_is_valid(network.provider, strlen(network.provider)));
    FUZZ_REQUIRE(network.is_visitor == NETWORK_VISITOR_YES);
    FUZZ_REQUIRE(network.prefix.bits == 0 || prefix_contains(&network.prefix, addr));
    network_words_line(GERMAN, addr, &network, line);
    FUZZ_REQUIRE(strlen(line) < sizeof(line) && strpbrk(line, "\n\r\033") == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const uint8_t ends[] = {0, 1, 0x7f, 0x80, 0xff};
    uint8_t *exact = malloc(len > 0 ? len : 1); /* so that a sanitizer sees its end */
    struct network_table table;

    FUZZ_REQUIRE(exact != NULL);
    if (len > 0)
        memcpy(exact, data, len);
    if (network_table_open(&table, exact, len) == NULL) {
        for (size_t i = 0; i < sizeof(ends); i++) {
            struct addr addr = {.family = ADDR_IPV4};
            memset(addr.bytes, ends[i], 4);
            look(&table, &addr);
            addr.family = ADDR_IPV6;
            memset(addr.bytes, ends[i], sizeof(addr.bytes));
            look(&table, &addr);
        }
        for (uint32_t i = 0; i < table.source_count; i++)
            FUZZ_REQUIRE(strlen(network_table_source(&table, i).attribution) < len);
    } else {
        FUZZ_REQUIRE(table.ipv4_count == 0 && table.source_count == 0);
    }
    free(exact);
    return 0;
}
