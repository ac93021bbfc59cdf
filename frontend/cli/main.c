/* SPDX-License-Identifier: BSD-2-Clause */
/* portlight(1): one question on the command line, through the same socket and
 * under the same rules as the daemon's visitors. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/config.h"
#include "common/version.h"
#include "frontend/api_json.h"
#include "frontend/cli/ask.h"
#include "frontend/cli/names.h"
#include "frontend/pcap_file.h"
#include "frontend/plain_text.h"

enum exit_status {
    EXIT_AS_EXPECTED = 0,
    EXIT_NOT_AS_EXPECTED = 1,
    EXIT_USAGE = 2,
    EXIT_UNKNOWN = 3,
    EXIT_REFUSED = 4,
    EXIT_NO_PROBER = 5,
};

struct options {
    const char *config_path;
    enum request_family family;
    bool json;
    struct ask_options ask;
    const char *pcap_path;
    enum verdict_state expected;
    const char *host, *ports;
};

static void usage(FILE *to)
{
    fputs("usage: portlight [-c FILE] [-4|-6] [--json] [--trace] [--pcap FILE] [--timeout MS]\n"
          "                 [--expect STATE] HOST PORT[,PORT...]\n",
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

static struct options read_options(int argc, char **argv)
{
    enum { JSON = 256, TRACE, PCAP, TIMEOUT, EXPECT, VERSION };
    static const struct option names[] = {
        {"config", required_argument, NULL, 'c'},
        {"ipv4", no_argument, NULL, '4'},
        {"ipv6", no_argument, NULL, '6'},
        {"json", no_argument, NULL, JSON},
        {"trace", no_argument, NULL, TRACE},
        {"pcap", required_argument, NULL, PCAP},
        {"timeout", required_argument, NULL, TIMEOUT},
        {"expect", required_argument, NULL, EXPECT},
        {"version", no_argument, NULL, VERSION},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    struct options options = {.expected = STATE_OPEN};
    int option;

    while ((option = getopt_long(argc, argv, "c:46h", names, NULL)) != -1) {
        switch (option) {
        case 'c': options.config_path = optarg; break;
        case '4': options.family = REQUEST_IPV4; break;
        case '6': options.family = REQUEST_IPV6; break;
        case JSON: options.json = true; break;
        case TRACE: options.ask.trace = true; break;
        case PCAP:
            options.pcap_path = optarg;
            options.ask.packets = true;
            break;
        case TIMEOUT: options.ask.timeout_ms = read_timeout(optarg); break;
        case EXPECT: options.expected = read_state(optarg); break;
        case VERSION: puts("portlight " PORTLIGHT_VERSION); exit(0);
        case 'h': usage(stdout); exit(0);
        default: usage(stderr); exit(EXIT_USAGE);
        }
    }
    if (argc - optind != 2) {
        usage(stderr);
        exit(EXIT_USAGE);
    }
    options.host = argv[optind];
    options.ports = argv[optind + 1];
    return options;
}

static enum exit_status status_of(const struct problem *problem)
{
    switch (problem->id) {
    case PROBLEM_PORT_NOT_ALLOWED:
    case PROBLEM_TOO_MANY_PORTS:
    case PROBLEM_TARGET_NOT_ALLOWED:
    case PROBLEM_RATE_LIMITED:
    case PROBLEM_BUSY: return EXIT_REFUSED;
    case PROBLEM_NAME_NOT_FOUND: return EXIT_UNKNOWN;
    case PROBLEM_PROBER_UNAVAILABLE: return EXIT_NO_PROBER;
    default: return EXIT_USAGE;
    }
}

static enum exit_status tell_problem(const struct options *options, const struct problem *problem)
{
    char *json = options->json ? api_json_write_problem(problem) : NULL;

    if (json != NULL)
        puts(json);
    fprintf(stderr, "portlight: %s: %s\n", problem_title(problem->id), problem->detail);
    free(json);
    return status_of(problem);
}

/* "443,22": numbers between commas. */
static bool add_ports(struct request *request, const char *text, const struct policy *policy,
                      struct problem *problem)
{
    const char *at = text;

    for (;;) {
        char *end;
        double value = strtod(at, &end);
        if (end == at || (*end != ',' && *end != '\0') || strspn(at, "0123456789") == 0)
            return problem_set(problem, PROBLEM_MALFORMED_REQUEST, "not-an-integer", NULL,
                               "\"%s\" is not a list of port numbers such as 443 or 22,443", text);
        if (!request_add_port(request, value, policy, problem))
            return false;
        if (*end == '\0')
            return true;
        at = end + 1;
    }
}

static bool make_request(const struct options *options, const struct policy *policy,
                         struct request *request, struct problem *problem)
{
    request_init(request);
    request->family = options->family;
    request->trace = options->ask.trace;
    request->packets = options->ask.packets;
    return request_set_host(request, options->host, strlen(options->host), problem) &&
           add_ports(request, options->ports, policy, problem) &&
           request_finish(request, policy, problem);
}

/* The targets, with nothing known of their ports yet. */
static void prepare(const struct request *request, const struct addr *addrs, unsigned count,
                    struct result *result)
{
    memcpy(result->host, request->host.text, sizeof(result->host));
    result->started_wall_ns = clock_wall_ns();
    result->target_count = (uint8_t)count;
    for (unsigned i = 0; i < count; i++) {
        struct result_target *target = &result->targets[i];
        target->addr = addrs[i];
        target->port_count = request->port_count;
        target->shows_packets = request->packets;
        for (unsigned j = 0; j < request->port_count; j++)
            verdict_init(&target->verdicts[j], request->ports[j]);
    }
}

static enum exit_status tell_result(const struct options *options, const struct result *result)
{
    enum exit_status status = EXIT_AS_EXPECTED;
    char *text = options->json ? api_json_write_result(result) : plain_text_result(result);

    if (text == NULL) {
        fputs("portlight: out of memory\n", stderr);
        return EXIT_UNKNOWN;
    }
    fputs(text, stdout);
    if (options->json)
        putchar('\n');
    free(text);
    for (unsigned i = 0; i < result->target_count; i++) {
        for (unsigned j = 0; j < result->targets[i].port_count; j++) {
            enum verdict_state state = result->targets[i].verdicts[j].state;
            if (state == STATE_UNKNOWN)
                status = EXIT_UNKNOWN;
            else if (state != options->expected && status == EXIT_AS_EXPECTED)
                status = EXIT_NOT_AS_EXPECTED;
        }
    }
    return status;
}

/* Opened before anything is sent: what can't be kept need not be asked for. */
static FILE *open_pcap(const struct options *options)
{
    FILE *file;

    if (options->pcap_path == NULL)
        return NULL;
    file = fopen(options->pcap_path, "wbe");
    if (file != NULL)
        return file;
    fprintf(stderr, "portlight: --pcap %s: %s\n", options->pcap_path, strerror(errno));
    exit(EXIT_USAGE);
}

/* Takes the file; without one there is nothing to do. */
static bool save_pcap(FILE *file, const struct options *options, const struct result *result)
{
    size_t len = 0;
    uint8_t *bytes = file != NULL ? pcap_file_make(result, &len) : NULL;
    bool ok;

    if (file == NULL)
        return true;
    errno = ENOMEM;
    ok = bytes != NULL && fwrite(bytes, 1, len, file) == len;
    ok = fclose(file) == 0 && ok;
    if (!ok)
        fprintf(stderr, "portlight: --pcap %s: %s\n", options->pcap_path, strerror(errno));
    free(bytes);
    return ok;
}

/* Asks the prober about the targets. */
static enum exit_status ask(const struct options *options, const struct config *config,
                            uint64_t start_ns, struct result *result)
{
    struct problem problem = {0};
    FILE *pcap = open_pcap(options);
    struct wire_refused refused;
    enum exit_status status;

    switch (ask_prober(config->prober.socket, &options->ask, result, &refused)) {
    case ASK_DONE: break;
    case ASK_REFUSED: problem_from_refusal(&problem, &refused); break;
    case ASK_NO_PROBER:
        problem_set(&problem, PROBLEM_PROBER_UNAVAILABLE, NULL, NULL, "no prober at %s: %s",
                    config->prober.socket, strerror(errno));
        break;
    }
    if (problem.id != PROBLEM_NONE) {
        if (pcap != NULL)
            fclose(pcap);
        return tell_problem(options, &problem);
    }
    result->duration_ns = clock_now_ns() - start_ns;
    result_compare_families(result);
    status = tell_result(options, result);
    return save_pcap(pcap, options, result) ? status : EXIT_UNKNOWN;
}

static enum exit_status check(const struct options *options, const struct config *config)
{
    struct addr addrs[RESULT_TARGETS_MAX];
    struct problem problem = {0};
    struct result result = {0};
    struct request request;
    uint64_t start_ns = clock_now_ns();
    enum exit_status status;
    unsigned count = 0;

    if (!make_request(options, &config->policy, &request, &problem) ||
        !names_targets(&request, config, addrs, &count, &result.warnings, &problem))
        return tell_problem(options, &problem);
    prepare(&request, addrs, count, &result);
    status = ask(options, config, start_ns, &result);
    result_free(&result);
    return status;
}

int main(int argc, char **argv)
{
    struct options options = read_options(argc, argv);
    enum exit_status status;
    struct config config;

    if (!config_load(&config, options.config_path))
        return EXIT_USAGE;
    status = check(&options, &config);
    config_free(&config);
    return (int)status;
}
