/* SPDX-License-Identifier: BSD-2-Clause */
/* What a stranger's server says first, or to our request: the first byte is the port. */
#include <string.h>

#include "inspector/dialogue/greeting.h"
#include "inspector/dialogue/http.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const uint16_t ports[] = {21,   22,   25,   53,   80,   389,  445,
                                     1433, 3306, 3389, 5432, 6379, 25565};
    char host[HTTP_HOST_LEN];
    uint16_t status;

    if (len < 1)
        return 0;
    FUZZ_REQUIRE(greeting_read(data + 1, len - 1, ports[data[0] % (sizeof(ports) / 2)]).protocol !=
                 NULL);
    status = http_status(data + 1, len - 1);
    FUZZ_REQUIRE(status == 0 || (status >= 100 && status <= 999));
    http_location_host(data + 1, len - 1, host);
    FUZZ_REQUIRE(strlen(host) < sizeof(host));
    FUZZ_REQUIRE(strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789-.") == strlen(host));
    http_is_cloudflare(data + 1, len - 1);
    FUZZ_REQUIRE(len > 1 || http_wants_more("", 0));
    return 0;
}
