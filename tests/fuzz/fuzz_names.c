/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a reply about name servers, mail hosts or pointers: what is taken of it can be
 * shown. */
#include <string.h>

#include "frontend/dns/reply.h"
#include "tests/fuzz/fuzz.h"

static void judge(const struct dns_names *names)
{
    FUZZ_REQUIRE(names->count <= DNS_NAMES_MAX);
    FUZZ_REQUIRE((names->count > 0) == (names->status == LOOKUP_OK));
    for (unsigned i = 0; i < names->count; i++) {
        const char *name = names->items[i].name;
        FUZZ_REQUIRE(memchr(name, '\0', DNS_NAME_LEN) != NULL && name[0] != '\0');
        FUZZ_REQUIRE(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.?") == strlen(name));
        FUZZ_REQUIRE(i == 0 || names->items[i - 1].preference <= names->items[i].preference);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    for (unsigned kind = DNS_NAME_SERVERS; kind <= DNS_POINTERS; kind++) {
        const struct dns_names names =
            dns_reply_read_names(data, len, "example.net", (enum dns_names_kind)kind);
        judge(&names);
    }
    return 0;
}
