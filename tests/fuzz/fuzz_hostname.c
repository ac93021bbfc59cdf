/* SPDX-License-Identifier: BSD-2-Clause */
/* A host string: what is accepted is canonical, and no parser of the system
 * takes an accepted name for an address. */
#include <arpa/inet.h>
#include <string.h>

#include "frontend/model/hostname.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct hostname host, again;
    struct in_addr loose;

    if (hostname_parse((const char *)data, len, &host) != HOSTNAME_OK)
        return 0;
    FUZZ_REQUIRE(strlen(host.text) <= HOSTNAME_MAX_LEN);
    FUZZ_REQUIRE(strspn(host.text, "abcdefghijklmnopqrstuvwxyz0123456789-._:") ==
                 strlen(host.text));
    FUZZ_REQUIRE(hostname_parse(host.text, strlen(host.text), &again) == HOSTNAME_OK &&
                 strcmp(again.text, host.text) == 0 && addr_equal(&again.addr, &host.addr));
    /* inet_aton is the loosest reader of IPv4 there is */
    FUZZ_REQUIRE(host.addr.family != ADDR_NONE || inet_aton(host.text, &loose) == 0);
    return 0;
}
