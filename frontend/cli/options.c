/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/version.h"

static void usage(FILE *to)
{
    fputs("usage: portlight [-c FILE] [-4|-6] [--json] [--explain] [--trace] [--packets]\n"
          "                 [--pcap FILE] [--timeout MS] [--expect STATE] HOST PORT[,PORT...]\n",
          to);
}

static void NORETURN usage_error(const char *what, const char *value)
{
    fprintf(stderr, "portlight: %s: %s\n", what, value);
    usage(stderr);
    exit(EXIT_USAGE);
}

static uint16_t read_timeout(const char *text)
{
    char *end;
    unsigned long ms = strtoul(text, &end, 10);

    if (*text == '\0' || *end != '\0' || ms < POLICY_TIMEOUT_MIN_MS || ms > POLICY_TIMEOUT_MAX_MS)
        usage_error("--timeout must be 100 to 3000 milliseconds", text);
    return (uint16_t)ms;
}

static enum verdict_state read_state(const char *text)
{
    for (unsigned state = STATE_OPEN; state < STATE_COUNT; state++)
        if (strcmp(text, verdict_state_name(state)) == 0)
            return (enum verdict_state)state;
    usage_error("--expect must be open, closed or filtered", text);
}

enum long_option { JSON = 256, EXPLAIN, TRACE, PACKETS, PCAP, TIMEOUT, EXPECT, VERSION };

static const struct option names[] = {
    {"config", required_argument, NULL, 'c'},
    {"ipv4", no_argument, NULL, '4'},
    {"ipv6", no_argument, NULL, '6'},
    {"json", no_argument, NULL, JSON},
    {"explain", no_argument, NULL, EXPLAIN},
    {"trace", no_argument, NULL, TRACE},
    {"packets", no_argument, NULL, PACKETS},
    {"pcap", required_argument, NULL, PCAP},
    {"timeout", required_argument, NULL, TIMEOUT},
    {"expect", required_argument, NULL, EXPECT},
    {"version", no_argument, NULL, VERSION},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static void take_option(struct options *options, int option)
{
    switch (option) {
    case 'c': options->config_path = optarg; break;
    case '4': options->family = REQUEST_IPV4; break;
    case '6': options->family = REQUEST_IPV6; break;
    case JSON: options->json = true; break;
    case EXPLAIN: options->explain = true; break;
    case TRACE: options->trace = true; break;
    case PACKETS: options->packets = true; break;
    case PCAP: options->pcap_path = optarg; break;
    case TIMEOUT: options->timeout_ms = read_timeout(optarg); break;
    case EXPECT: options->expected = read_state(optarg); break;
    case VERSION: puts("portlight " PORTLIGHT_VERSION); exit(0);
    case 'h': usage(stdout); exit(0);
    default: usage(stderr); exit(EXIT_USAGE);
    }
}

struct options options_read(int argc, char **argv)
{
    struct options options = {.expected = STATE_OPEN};
    int option;

    while ((option = getopt_long(argc, argv, "c:46h", names, NULL)) != -1)
        take_option(&options, option);
    if (argc - optind != 2) {
        usage(stderr);
        exit(EXIT_USAGE);
    }
    options.host = argv[optind];
    options.ports = argv[optind + 1];
    return options;
}

bool options_want_packets(const struct options *options)
{
    return options->packets || options->pcap_path != NULL;
}
