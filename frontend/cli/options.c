/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/base/version.h"
#include "common/config/option_table.h"

enum { MESSAGE_LEN = 128 };

#define OPTION(id, name, letter, value, shown, phrase, apart, manual) id,
enum {
#include "frontend/cli/options.def"
};
#undef OPTION

#define OPTION(id, name, letter, value, shown, phrase, apart, manual) \
    {name, letter, shown, value, .help = (phrase)},
static const struct option_row rows[] = {
#include "frontend/cli/options.def"
};
#undef OPTION

static const struct option_table table = {rows, ARRAY_LEN(rows)};

static void usage(FILE *to)
{
    option_table_usage(&table, to, "portlight", "HOST PORT[,PORT...]");
}

static void help(void)
{
    usage(stdout);
    puts("\nChecks up to three TCP ports of a host, and says who stopped the SYN if one is not "
         "open.\nHOST is an address or a name, PORT a number or a name such as https.\n");
    option_table_help(&table, stdout);
    puts("\nSTATES are open, closed and filtered, with commas between, or not-open.\n\n"
         "Exit status:\n"
         "  0  all ports are as expected\n"
         "  1  some are not\n"
         "  2  wrong usage, or not a host or port\n"
         "  3  some are unknown, or the name has no address\n"
         "  4  refused by policy or a limit\n"
         "  5  no prober, or no server\n\n"
         "Examples:\n"
         "  portlight --explain host.example.net 22,https\n"
         "  portlight --watch 5 --watch-for 120 host.example.net 443 && echo deployed\n"
         "  portlight --expect not-open host.example.net 3389\n"
         "  portlight --server https://portlight.example me 25565\n"
         "  portlight --host www.example.net\n"
         "  portlight --server https://portlight.example --host me\n\n"
         "The manual is portlight(1).");
}

static void NORETURN usage_error(const char *what, const char *value)
{
    fprintf(stderr, "portlight: %s: %s\nTry portlight --help.\n", what, value);
    exit(EXIT_USAGE);
}

static unsigned long read_number(const struct option_row *row, const char *text)
{
    char *end, what[MESSAGE_LEN];
    unsigned long number = strtoul(text, &end, 10);

    if (strspn(text, "0123456789") > 0 && *end == '\0' && number >= row->min && number <= row->max)
        return number;
    snprintf(what, sizeof(what), "--%s must be %lu to %lu %s", row->name, row->min, row->max,
             row->unit);
    usage_error(what, text);
}

/* One word of --expect, as bits; 0 if it is none. */
static unsigned states_of(const char *word, size_t len)
{
    static const char not_open[] = "not-open";

    if (len == strlen(not_open) && memcmp(word, not_open, len) == 0)
        return 1U << STATE_CLOSED | 1U << STATE_FILTERED;
    for (unsigned state = STATE_OPEN; state < STATE_COUNT; state++) {
        const char *name = verdict_state_name((enum verdict_state)state);
        if (len == strlen(name) && memcmp(word, name, len) == 0)
            return 1U << state;
    }
    return 0;
}

static unsigned read_states(const char *text)
{
    unsigned states = 0;

    for (const char *at = text;; at++) {
        size_t len = strcspn(at, ",");
        unsigned more = states_of(at, len);
        if (more == 0)
            usage_error("--expect must be open, closed, filtered, several of them with commas "
                        "between, or not-open",
                        text);
        states |= more;
        at += len;
        if (*at == '\0')
            return states;
    }
}

static void take_family(struct options *options, enum request_family family)
{
    if (options->family != REQUEST_ANY && options->family != family)
        usage_error("use -4 or -6", "both were given");
    options->family = family;
}

static void take_pcap(struct options *options)
{
    if (strcmp(optarg, "-") == 0)
        usage_error("--pcap writes to a file: the lines go to standard output", optarg);
    options->pcap_path = optarg;
}

static enum starttls read_starttls(const char *text)
{
    enum starttls protocol = starttls_find(text, strlen(text));

    char what[MESSAGE_LEN] = "--starttls must be one of";
    size_t len = strlen(what);

    if (protocol != STARTTLS_COUNT)
        return protocol;
    for (unsigned i = 0; i < STARTTLS_COUNT && len < sizeof(what); i++)
        len += (size_t)snprintf(what + len, sizeof(what) - len, "%s %s", i > 0 ? "," : "",
                                starttls_name(i));
    usage_error(what, text);
}

static void keep(struct options *options, const struct option_row *row)
{
    void *member = (char *)options + row->offset;

    switch (row->value) {
    case OPTION_NONE: *(bool *)member = true; break;
    case OPTION_NUMBER: *(uint32_t *)member = (uint32_t)read_number(row, optarg); break;
    default: *(const char **)member = optarg; break;
    }
}

static void take_option(struct options *options, int option)
{
    if (option >= 0 && rows[option].kept) {
        keep(options, &rows[option]);
        return;
    }
    switch (option) {
    case IPV4: take_family(options, REQUEST_IPV4); break;
    case IPV6: take_family(options, REQUEST_IPV6); break;
    case PCAP: take_pcap(options); break;
    case EXPECT: options->expected = read_states(optarg); break;
    case STARTTLS:
        options->tls = options->starttls_given = true;
        options->starttls = read_starttls(optarg);
        break;
    case SURVEY: options->tls = options->survey = true; break;
    case CHAIN:
        options->tls = true;
        options->chain_path = optarg;
        break;
    case PROMETHEUS: options->tls = options->prometheus = true; break;
    case VERSION: puts("portlight " PORTLIGHT_VERSION); exit(0);
    case HELP: help(); exit(0);
    default: usage(stderr); exit(EXIT_USAGE);
    }
}

static void check_tls(const struct options *options, const char *ports)
{
    if (!options->tls) {
        if (options->min_days > 0)
            usage_error("--min-days", "needs --tls");
        return;
    }
    if (options->watch_s > 0 || options->pcap_path != NULL)
        usage_error("--tls goes with neither --watch nor --pcap", ports);
    if (options->prometheus && (options->json || options->server != NULL))
        usage_error("--prometheus goes with neither --json nor --server", ports);
    if (options->chain_path != NULL && options->server != NULL)
        usage_error("--chain goes by the inspector here, not by --server", options->server);
    if (options->survey && options->starttls_given && options->starttls != STARTTLS_NONE)
        usage_error("--survey is for ports where TLS begins at once, not for --starttls",
                    starttls_name(options->starttls));
    if (strchr(ports, ',') != NULL)
        usage_error("--tls looks at one port", ports);
}

/* Of HOST and PORT, as many as there have to be. */
static void check_operands(const struct options *options, int count, char **operands)
{
    if (options->list_places)
        usage_error("--places takes neither HOST nor PORT", operands[0]);
    if (count == 0) {
        usage(stderr);
        exit(EXIT_USAGE);
    }
    if (options->host_only && count > 1)
        usage_error("--host checks no port: leave it out", operands[1]);
    if (!options->host_only && count == 1)
        usage_error("PORT is missing, as 443 or https", operands[0]);
    if (count > 2)
        usage_error("too many arguments: write several ports as 443,22", operands[2]);
}

struct options options_read(int argc, char **argv)
{
    struct options options = {.expected = 1U << STATE_OPEN};
    int option;

    while ((option = option_table_next(&table, argc, argv)) != OPTION_END)
        take_option(&options, option);
    if (options.list_places && argc == optind)
        return options;
    check_operands(&options, argc - optind, argv + optind);
    if (options.host_only && (options.tls || options.trace || options.watch_s != 0 ||
                              options_want_packets(&options) || options.timeout_ms != 0))
        usage_error("--host", "goes with -c, --server, -4, -6 and --json alone: it checks no port");
    if (options.server != NULL && options.timeout_ms != 0)
        usage_error("--timeout is for the prober here, not for --server", options.server);
    if (options.watch_for_s != 0 && options.watch_s == 0)
        usage_error("--watch-for", "needs --watch");
    if (options.agree != 0 && options.from == NULL)
        usage_error("--agree", "needs --from");
    if (options.from != NULL && options.timeout_ms != 0)
        usage_error("--timeout is for the prober here, not for --from", options.from);
    options.host = argv[optind];
    options.ports = options.host_only ? NULL : argv[optind + 1];
    if (!options.host_only)
        check_tls(&options, options.ports);
    return options;
}

bool options_want_packets(const struct options *options)
{
    return options->packets || options->pcap_path != NULL;
}
