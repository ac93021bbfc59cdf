/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/version.h"

enum { WATCH_MAX_S = 86400 };

static void usage(FILE *to)
{
    fputs("usage: portlight [-c FILE | --server URL] [-4|-6] [--json] [--explain] [--trace]\n"
          "                 [--packets] [--pcap FILE] [--timeout MS] [--expect STATE]\n"
          "                 [--watch SECONDS] HOST PORT[,PORT...]\n",
          to);
}

static void NORETURN usage_error(const char *what, const char *value)
{
    fprintf(stderr, "portlight: %s: %s\n", what, value);
    usage(stderr);
    exit(EXIT_USAGE);
}

static unsigned long read_number(const char *text, unsigned long min, unsigned long max,
                                 const char *what)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);

    if (strspn(text, "0123456789") == 0 || *end != '\0' || number < min || number > max)
        usage_error(what, text);
    return number;
}

static uint16_t read_timeout(const char *text)
{
    return (uint16_t)read_number(text, POLICY_TIMEOUT_MIN_MS, POLICY_TIMEOUT_MAX_MS,
                                 "--timeout must be 100 to 3000 milliseconds");
}

static uint32_t read_interval(const char *text)
{
    return (uint32_t)read_number(text, 1, WATCH_MAX_S, "--watch must be 1 to 86400 seconds");
}

static enum verdict_state read_state(const char *text)
{
    for (unsigned state = STATE_OPEN; state < STATE_COUNT; state++)
        if (strcmp(text, verdict_state_name(state)) == 0)
            return (enum verdict_state)state;
    usage_error("--expect must be open, closed or filtered", text);
}

enum long_option {
    JSON = 256,
    EXPLAIN,
    TRACE,
    PACKETS,
    PCAP,
    TIMEOUT,
    EXPECT,
    WATCH,
    SERVER,
    VERSION
};

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
    {"watch", required_argument, NULL, WATCH},
    {"server", required_argument, NULL, SERVER},
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
    case WATCH: options->watch_s = read_interval(optarg); break;
    case SERVER: options->server = optarg; break;
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
    if (options.server != NULL && options.timeout_ms != 0)
        usage_error("--timeout is for the prober here, not for --server", options.server);
    options.host = argv[optind];
    options.ports = argv[optind + 1];
    return options;
}

bool options_want_packets(const struct options *options)
{
    return options->packets || options->pcap_path != NULL;
}
