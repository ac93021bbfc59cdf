/* SPDX-License-Identifier: BSD-2-Clause */
/* What Prometheus is told of a probe: blackbox_exporter's names, and ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/prometheus/exposition.h"
#include "frontend/prometheus/probe_metrics.h"

static struct verdict verdicts[RESULT_TARGETS_MAX];
static struct inspection inspection;
static struct probe_found found;
static char *text;

/* IPv4 and IPv6, both open. */
static int setup(void **state)
{
    (void)state;
    found = (struct probe_found){.duration_ns = 31200000, .lookup_ns = 4000000, .target_count = 2};
    addr_parse("93.184.215.14", &found.targets[0].addr);
    addr_parse("2606:4700:4700::1111", &found.targets[1].addr);
    for (unsigned i = 0; i < RESULT_TARGETS_MAX; i++) {
        verdict_init(&verdicts[i], 443);
        verdicts[i].state = STATE_OPEN;
        verdicts[i].rtt_ns = 23100000;
        found.targets[i].verdict = &verdicts[i];
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(text);
    text = NULL;
    return 0;
}

static void write_it(void)
{
    free(text);
    text = probe_metrics_write(&found);
    assert_non_null(text);
}

static void has(const char *line)
{
    char whole[512];
    int len = snprintf(whole, sizeof(whole), "\n%s\n", line);

    assert_in_range(len, 2, sizeof(whole) - 1);
    if (strstr(text, whole) == NULL)
        fail_msg("%s is not in %s", line, text);
}

static void test_both_open(void **state)
{
    (void)state;
    write_it();
    has("probe_success 1");
    has("# TYPE probe_success gauge");
    has("probe_duration_seconds 0.031200000");
    has("probe_dns_lookup_time_seconds 0.004000000");
    has("probe_failed_due_to_regex 0");
    has("probe_ip_protocol 6");
    has("portlight_probe_timed_out 0");
    has("portlight_probe_state{address=\"93.184.215.14\",family=\"ipv4\",state=\"open\"} 1");
    has("portlight_probe_state{address=\"93.184.215.14\",family=\"ipv4\",state=\"closed\"} 0");
    has("portlight_probe_state{address=\"93.184.215.14\",family=\"ipv4\",state=\"unknown\"} 0");
    has("portlight_probe_rtt_seconds{address=\"2606:4700:4700::1111\",family=\"ipv6\"} "
        "0.023100000");
    assert_null(strstr(text, "probe_ssl"));
    assert_null(strstr(text, "tls"));
}

/* The one that is not open is what the numbers of one address are about. */
static void test_half_up_is_down(void **state)
{
    (void)state;
    verdicts[0].state = STATE_FILTERED;
    verdicts[0].rtt_ns = VERDICT_NO_RTT;
    write_it();
    has("probe_success 0");
    has("probe_ip_protocol 4");
    has("portlight_probe_state{address=\"93.184.215.14\",family=\"ipv4\",state=\"filtered\"} 1");
    assert_null(strstr(text, "rtt_seconds{address=\"93"));
}

/* FNV-1a, reckoned by hand: of 93.184.215.14 alone, not of its mapped form. */
static void test_hash(void **state)
{
    uint32_t hash = 2166136261U;
    char line[64];

    (void)state;
    found.target_count = 1;
    for (unsigned i = 0; i < 4; i++)
        hash = (hash ^ (uint8_t[]){93, 184, 215, 14}[i]) * 16777619U;
    snprintf(line, sizeof(line), "probe_ip_addr_hash %u", hash);
    write_it();
    has(line);
}

static void test_not_known_in_time(void **state)
{
    (void)state;
    found.targets[1].verdict = NULL;
    found.timed_out = true;
    write_it();
    has("probe_success 0");
    has("probe_ip_protocol 6");
    has("portlight_probe_timed_out 1");
    has("portlight_probe_state{address=\"2606:4700:4700::1111\",family=\"ipv6\",state=\"unknown\"} "
        "1");
    found.target_count = 0; /* nor the name */
    write_it();
    has("probe_success 0");
    has("probe_ip_protocol 0");
    has("probe_ip_addr_hash 0");
}

static void test_no_address(void **state)
{
    struct problem problem;

    (void)state;
    problem_set(&problem, CAUSE_DNS_NO_NAME, NULL);
    found.problem = &problem;
    found.target_count = 0;
    write_it();
    has("probe_success 0");
    has("portlight_probe_problem{type=\"name-not-found\",code=\"dns-nxdomain\"} 1");
    assert_null(strstr(text, "portlight_probe_state"));
}

static void inspect(void)
{
    inspection = (struct inspection){.state = INSPECTION_TRUSTED,
                                     .version = 0x0304,
                                     .has_certificate = true,
                                     .verified = true,
                                     .chain_count = 2,
                                     .name_count = 2,
                                     .valid_until_s = 1900000000};
    strcpy(inspection.names[0], "example.net");
    strcpy(inspection.names[1], "www.example.net");
    strcpy(inspection.serial, "0a1b");
    strcpy(inspection.chain[0].subject, "CN=a\"b\\c");
    strcpy(inspection.chain[0].issuer, "CN=Middle");
    inspection.chain[0].not_after_s = 1900000000;
    inspection.chain[1].not_after_s = -5;
    memset(inspection.chain[0].sha256, 0xab, sizeof(inspection.chain[0].sha256));
    found.tls = true;
    found.targets[0].inspection = found.targets[1].inspection = &inspection;
}

static void test_tls(void **state)
{
    (void)state;
    inspect();
    write_it();
    has("probe_success 1");
    has("probe_ssl_earliest_cert_expiry -5");
    has("probe_ssl_last_chain_expiry_timestamp_seconds 1900000000");
    has("probe_tls_version_info{version=\"TLS 1.3\"} 1");
    has("probe_ssl_last_chain_info{fingerprint_sha256=\""
        "abababababababababababababababababababababababababababababababab\",issuer=\"CN=Middle\","
        "serialnumber=\"0a1b\",subject=\"CN=a\\\"b\\\\c\","
        "subjectalternative=\"example.net,www.example.net\"} 1");
    has("portlight_probe_tls_state{address=\"93.184.215.14\",family=\"ipv4\",state=\"trusted\"} 1");
    inspection.state = INSPECTION_UNTRUSTED;
    inspection.verified = false;
    inspection_add(&inspection, INSPECTION_PROBLEM_EXPIRED, 0, false, -3);
    write_it();
    has("probe_success 0");
    has("portlight_probe_tls_problem{address=\"93.184.215.14\",family=\"ipv4\",code=\"expired\","
        "severity=\"error\"} 1");
    assert_null(strstr(text, "last_chain_expiry"));
    found.targets[0].inspection = found.targets[1].inspection = NULL;
    write_it();
    has("probe_success 0");
    has("portlight_probe_tls_state{address=\"93.184.215.14\",family=\"ipv4\",state=\"unknown\"} 1");
}

/* Two places, of which one is down: what the other says counts. */
static void test_places(void **state)
{
    (void)state;
    found.target_count = found.place_count = 2;
    found.places[0] = (struct probe_found_place){"fra", "answered"};
    found.places[1] = (struct probe_found_place){"iad", "down"};
    found.targets[0].place = found.targets[1].place = "fra";
    write_it();
    has("probe_success 1");
    has("portlight_probe_place{place=\"fra\",status=\"answered\"} 1");
    has("portlight_probe_place{place=\"iad\",status=\"down\"} 1");
    has("portlight_probe_state{address=\"93.184.215.14\",family=\"ipv4\",place=\"fra\","
        "state=\"open\"} 1");
    found.target_count = 0;
    write_it();
    has("probe_success 0");
}

static void test_labels_are_escaped(void **state)
{
    struct strbuf buf = {0};

    (void)state;
    exposition_label(&buf, "x", "a\"\\\nb");
    assert_string_equal(buf.text, "x=\"a\\\"\\\\\\nb\"");
    strbuf_free(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_both_open, setup, teardown),
        cmocka_unit_test_setup_teardown(test_half_up_is_down, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hash, setup, teardown),
        cmocka_unit_test_setup_teardown(test_not_known_in_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_address, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_places, setup, teardown),
        cmocka_unit_test(test_labels_are_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
