/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "common/net/prefix.h"
#include "networks/vendors.h"
#include "tests/unit/support/source_text.h"

/* What is known of the n-th prefix. */
static void assert_said(unsigned n, const char *text, const char *provider, const char *region,
                        unsigned rank, bool edge)
{
    const struct range_facts *said = said_of(n);
    struct prefix prefix;

    assert_int_equal(prefix_parse(text, &prefix), PREFIX_OK);
    assert_int_equal(layer.spans[n].family, prefix.addr.family);
    assert_memory_equal(layer.spans[n].first, prefix.addr.bytes, ADDR_BYTES_LEN);
    assert_int_equal(said->bits, prefix.bits);
    assert_string_equal(text_at(said->provider), provider);
    assert_string_equal(text_at(said->region), region);
    assert_int_equal(layer.spans[n].rank, rank);
    assert_int_equal(said->cdn, edge ? NETWORK_CDN_YES : NETWORK_CDN_UNKNOWN);
    assert_int_equal(said->kind, edge ? NETWORK_CDN : NETWORK_KIND_UNKNOWN);
}

static void test_aws(void **state)
{
    char text[] =
        "{\"createDate\": \"2026-06-25-12-53-08\", \"prefixes\": ["
        "{\"ip_prefix\": \"3.5.140.0/22\", \"region\": \"ap-northeast-2\", \"service\": "
        "\"AMAZON\"},"
        "{\"ip_prefix\": \"3.5.140.0/22\", \"region\": \"ap-northeast-2\", \"service\": \"EC2\"},"
        "{\"ip_prefix\": \"13.32.0.0/15\", \"region\": \"GLOBAL\", \"service\": \"CLOUDFRONT\"}],"
        "\"ipv6_prefixes\": [{\"ipv6_prefix\": \"2600:1f14::/35\", \"region\": \"us-west-2\","
        " \"service\": \"AMAZON\"}]}";

    (void)state;
    assert_true(read_text(read_aws, text));
    assert_int_equal(layer.count, 4);
    assert_said(0, "3.5.140.0/22", "", "ap-northeast-2", 0, false);
    assert_said(1, "3.5.140.0/22", "", "ap-northeast-2", 1, false);
    assert_said(2, "13.32.0.0/15", "cloudfront", "", 2, true);
    assert_said(3, "2600:1f14::/35", "", "us-west-2", 0, false);
    assert_int_equal(layer.date_s, 1782345600);
    end_reading();
}

static void test_google(void **state)
{
    char text[] = "{\"creationTime\": \"2026-06-25T10:00:00.0\", \"prefixes\": ["
                  "{\"ipv4Prefix\": \"34.1.208.0/20\", \"scope\": \"africa-south1\"},"
                  "{\"ipv6Prefix\": \"2600:1900:8000::/44\", \"scope\": \"global\"}]}";

    (void)state;
    assert_true(read_text(read_google, text));
    assert_int_equal(layer.count, 2);
    assert_said(0, "34.1.208.0/20", "", "africa-south1", 0, false);
    assert_said(1, "2600:1900:8000::/44", "", "", 0, false);
    assert_int_equal(layer.date_s, 1782345600);
    end_reading();
}

/* Of the many tags three kinds count. */
static void test_azure(void **state)
{
    char text[] =
        "{\"values\": ["
        "{\"name\": \"ActionGroup\", \"properties\": {\"addressPrefixes\": [\"4.0.0.0/24\"]}},"
        "{\"name\": \"AzureCloud\", \"properties\": {\"region\": \"\","
        " \"addressPrefixes\": [\"4.1.0.0/24\"]}},"
        "{\"name\": \"AzureCloud.westeurope\", \"properties\": {\"region\": \"westeurope\","
        " \"addressPrefixes\": [\"4.2.0.0/24\", \"2603:1020::/48\"]}},"
        "{\"name\": \"AzureCloudish\", \"properties\": {\"addressPrefixes\": [\"4.3.0.0/24\"]}},"
        "{\"name\": \"AzureFrontDoor.Frontend\", \"properties\": {\"region\": \"\","
        " \"addressPrefixes\": [\"4.4.0.0/24\"]}}]}";

    (void)state;
    assert_true(read_text(read_azure, text));
    assert_int_equal(layer.count, 4);
    assert_said(0, "4.1.0.0/24", "", "", 0, false);
    assert_said(1, "4.2.0.0/24", "", "westeurope", 1, false);
    assert_said(2, "2603:1020::/48", "", "westeurope", 1, false);
    assert_said(3, "4.4.0.0/24", "azure-front-door", "", 2, true);
    end_reading();
}

static void test_oracle(void **state)
{
    char text[] = "{\"last_updated_timestamp\": \"2026-06-25T00:00:00.1\", \"regions\": ["
                  "{\"region\": \"us-phoenix-1\", \"cidrs\": [{\"cidr\": \"129.146.0.0/21\"}]},"
                  "{\"region\": \"eu-zurich-1\", \"cidrs\": [{\"cidr\": \"140.238.168.0/23\"}]}]}";

    (void)state;
    assert_true(read_text(read_oracle, text));
    assert_int_equal(layer.count, 2);
    assert_said(0, "129.146.0.0/21", "", "us-phoenix-1", 0, false);
    assert_said(1, "140.238.168.0/23", "", "eu-zurich-1", 0, false);
    assert_int_equal(layer.date_s, 1782345600);
    end_reading();
}

static void test_fastly(void **state)
{
    char text[] = "{\"addresses\": [\"23.235.32.0/20\"], \"ipv6_addresses\": [\"2a04:4e40::/32\"]}";

    (void)state;
    assert_true(read_text(read_fastly, text));
    assert_int_equal(layer.count, 2);
    assert_said(0, "23.235.32.0/20", "", "", 0, false);
    assert_said(1, "2a04:4e40::/32", "", "", 0, false);
    end_reading();
}

static void test_faults(void **state)
{
    static const struct {
        source_reader *read;
        const char *text, *fault;
    } rows[] = {
        {read_aws, "<html>", "it is not JSON"},
        {read_google, "", "it is not JSON"},
        {read_oracle, "{}", "it has no prefix where its vendor writes them"},
        {read_azure, "{\"values\": {}}", "it has no prefix where its vendor writes them"},
        {read_fastly, "{\"addresses\": [7]}", "\"\": not an IPv4 or IPv6 address"},
        {read_google, "{\"prefixes\": [{\"scope\": \"x\"}]}", "\"\": not an IPv4 or IPv6 address"},
        {read_aws, "{\"prefixes\": [{\"ip_prefix\": \"1.2.3.4/8\"}]}",
         "\"1.2.3.4/8\": bits are set behind the prefix length"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        char text[200];
        strcpy(text, rows[i].text);
        assert_false(read_text(rows[i].read, text));
        assert_string_equal(reading.fault, rows[i].fault);
        end_reading();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aws),    cmocka_unit_test(test_google), cmocka_unit_test(test_azure),
        cmocka_unit_test(test_oracle), cmocka_unit_test(test_fastly), cmocka_unit_test(test_faults),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
