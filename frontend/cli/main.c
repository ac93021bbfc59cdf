/* SPDX-License-Identifier: BSD-2-Clause */
/* portlight(1): one check from the command line, through the same socket and under the same
 * rules as the daemon's; or by a daemon on another machine. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/config/config.h"
#include "frontend/cli/host_command.h"
#include "frontend/cli/inspect.h"
#include "frontend/cli/next_step.h"
#include "frontend/cli/output.h"
#include "frontend/cli/place_client.h"
#include "frontend/cli/port_list.h"
#include "frontend/cli/prober_client.h"
#include "frontend/dns/poll.h"
#include "frontend/networks/table_file.h"
#include "frontend/packets/pcap.h"
#include "frontend/remote/remote.h"

enum { DAY_S = 86400 };

struct session {
    struct options options;
    struct config config; /* not read with a server */
    struct table_file networks;
    struct output output;
    struct problem problem; /* of the last check */
    char code[API_CLIENT_CODE_LEN];
    struct chain_file chain;
};

/* What a server refuses is the server's business. */
static void init_remote_policy(struct policy *policy)
{
    policy_init(policy);
    policy->any_port = true;
    policy->max_ports = POLICY_PORTS_MAX;
}

static bool make_request(const struct options *options, const struct policy *policy,
                         struct request *request, struct problem *problem)
{
    request_init(request);
    request->family = options->family;
    request->trace = options->trace;
    request->packets = options_want_packets(options);
    if (options->from != NULL && !place_client_read_from(options->from, request, problem))
        return false;
    return request_set_host(request, options->host, strlen(options->host), problem) &&
           port_list_read(options->ports, policy, request, problem);
}

/* The targets, with nothing known of their ports yet. */
static void prepare(const struct request *request, const struct selection *selection,
                    const struct session *session, struct result *result)
{
    memcpy(result->host, request->host.text, sizeof(result->host));
    result->started_wall_ns = clock_wall_ns();
    result->target_count = (uint8_t)selection->count;
    result->warnings = selection->warnings;
    for (unsigned i = 0; i < selection->count; i++) {
        result_target_init(&result->targets[i], &selection->addrs[i], request->ports,
                           request->port_count, request->packets);
        network_describe(&session->networks.table, &selection->addrs[i], &selection->aliases[i],
                         NULL, &result->targets[i].network);
    }
    result_judge_networks(result, NULL, (uint64_t)session->config.networks.max_age_days * DAY_S);
}

static enum exit_status status_of_targets(const struct options *options,
                                          const struct result_target *targets, unsigned count)
{
    enum exit_status status = EXIT_AS_EXPECTED;

    for (unsigned i = 0; i < count; i++) {
        for (unsigned j = 0; j < targets[i].port_count; j++) {
            enum verdict_state state = targets[i].verdicts[j].state;
            if (state == STATE_UNKNOWN)
                status = EXIT_UNKNOWN;
            else if ((options->expected >> state & 1) == 0 && status == EXIT_AS_EXPECTED)
                status = EXIT_NOT_AS_EXPECTED;
        }
    }
    return status;
}

/* All places that answered, or so many of them as --agree says. */
static enum exit_status status_of_places(const struct options *options, const struct result *result)
{
    enum exit_status worst = EXIT_AS_EXPECTED;
    uint32_t answered = 0, agree = 0;

    for (unsigned i = 0; i < result->place_count; i++) {
        const struct place_answer *answer = &result->places[i];
        enum exit_status status;
        if (answer->status != PLACE_STATUS_ANSWERED)
            continue;
        status = status_of_targets(options, answer->targets, answer->target_count);
        answered++;
        agree += status == EXIT_AS_EXPECTED;
        worst = status > worst ? status : worst;
    }
    if (options->agree == 0)
        return worst;
    if (agree >= options->agree)
        return EXIT_AS_EXPECTED;
    return answered < options->agree ? EXIT_UNKNOWN : EXIT_NOT_AS_EXPECTED;
}

static enum exit_status status_of_result(const struct options *options, const struct result *result)
{
    return result->place_count > 0
               ? status_of_places(options, result)
               : status_of_targets(options, result->targets, result->target_count);
}

/* Opened before anything is sent: no probing for packets that can't be saved. */
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
    uint8_t *bytes = file != NULL ? pcap_make(result, &len) : NULL;
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

static void on_port(void *context, const struct result *result, unsigned target, unsigned port)
{
    if (!result_is_held(result, target, port))
        output_port(context, result, target, port);
}

/* What on_port held back is an answer after all. */
static void output_held(struct output *output, const struct result *result)
{
    for (unsigned i = 0; i < result->target_count; i++)
        for (unsigned j = 0; j < result->targets[i].port_count; j++)
            if (result_is_held(result, i, j))
                output_port(output, result, i, j);
}

/* Checks the targets by way of the prober. */
static bool ask(struct session *session, struct result *result)
{
    const struct options *options = &session->options;
    const char *socket = session->config.prober.socket;
    const struct prober_client_options asked = {
        .timeout_ms = (uint16_t)options->timeout_ms,
        .trace = options->trace,
        .packets = options_want_packets(options),
        .on_port = on_port,
        .context = &session->output,
    };
    struct wire_refused refused;

    switch (prober_client_check(socket, &asked, result, &refused)) {
    case PROBER_CLIENT_DONE: break;
    case PROBER_CLIENT_REFUSED: problem_from_refusal(&session->problem, &refused); return false;
    case PROBER_CLIENT_NO_PROBER:
        next_step_without_prober(&session->problem, &session->config, errno);
        return false;
    }
    return true;
}

/* From the name to the verdicts.  *pcap is opened before anything is sent. */
static bool check_here(struct session *session, struct result *result, FILE **pcap)
{
    const struct config *config = &session->config;
    uint64_t start_ns = clock_now_ns();
    struct selection selection;
    struct request request;

    if (!make_request(&session->options, &config->policy, &request, &session->problem) ||
        !request_finish(&request, &config->policy, &session->problem) ||
        !dns_poll_targets(&request, config, &selection, &session->problem))
        return false;
    prepare(&request, &selection, session, result);
    *pcap = open_pcap(&session->options);
    if (request_asks_places(&request)
            ? !place_client_check(config, &request, result, &session->problem)
            : !ask(session, result))
        return false;
    if (result->place_count > 0) {
        result->duration_ns = clock_now_ns() - start_ns;
        return true;
    }
    result->duration_ns = clock_now_ns() - start_ns;
    if (!result_drop_missing_family(result))
        output_held(&session->output, result);
    result_compare_families(result);
    return true;
}

/* The same by a server, which answers all at once. */
static bool check_there(struct session *session, struct result *result, FILE **pcap)
{
    struct request request;
    struct policy policy;

    init_remote_policy(&policy);
    if (!make_request(&session->options, &policy, &request, &session->problem))
        return false;
    *pcap = open_pcap(&session->options);
    if (!remote_ask(session->options.server, &request, result, &session->problem, session->code))
        return false;
    for (unsigned i = 0; i < result->target_count && result->place_count == 0; i++)
        for (unsigned j = 0; j < result->targets[i].port_count; j++)
            output_port(&session->output, result, i, j);
    return true;
}

/* Behind the port, if it is open; by a server, which checks that, too. */
static bool inspect(struct session *session, const struct result *result, enum exit_status *status)
{
    const struct options *options = &session->options;
    struct request request;
    const struct inspect_question asked = {options, &session->config, &request, &session->chain,
                                           &session->output};
    struct policy policy;

    init_remote_policy(&policy);
    if (!make_request(options, options->server != NULL ? &policy : &session->config.policy,
                      &request, &session->problem))
        return false;
    if (options->server != NULL)
        return inspect_there(&asked, status, &session->problem, session->code);
    return inspect_here(&asked, result, status, &session->problem);
}

/* False with the session's problem filled. */
static bool is_answered(struct session *session, struct result *result, FILE **pcap,
                        enum exit_status *status)
{
    const struct options *options = &session->options;

    if (options->tls && options->server != NULL)
        return inspect(session, result, status);
    if (options->server != NULL ? !check_there(session, result, pcap)
                                : !check_here(session, result, pcap))
        return false;
    if (options->tls)
        return inspect(session, result, status);
    *status =
        output_result(&session->output, result) ? status_of_result(options, result) : EXIT_UNKNOWN;
    return true;
}

static enum exit_status check(struct session *session)
{
    const struct options *options = &session->options;
    struct result result = {0};
    FILE *pcap = NULL;
    enum exit_status status;

    session->problem = (struct problem){0};
    if (is_answered(session, &result, &pcap, &status)) {
        if (!save_pcap(pcap, options, &result))
            status = EXIT_UNKNOWN;
    } else {
        if (options->server == NULL)
            next_step_add(&session->problem);
        output_problem(&session->output, &session->problem);
        status = output_status(&session->problem);
        if (pcap != NULL)
            fclose(pcap);
    }
    chain_file_close(&session->chain); /* if it got so far, it is */
    result_free(&result);
    return status;
}

/* For the one who interrupts --watch; signal handlers get no argument. */
static volatile sig_atomic_t last_status = EXIT_UNKNOWN;

static void on_interrupt(int number)
{
    (void)number;
    _exit(last_status); /* everything printed is out */
}

/* Does waiting help?  What was typed and the policy stay as they are. */
static bool may_change(enum exit_status status, const struct problem *problem)
{
    if (status == EXIT_REFUSED)
        return problem->id == PROBLEM_RATE_LIMITED || problem->id == PROBLEM_BUSY;
    return status != EXIT_USAGE;
}

static void sleep_until(uint64_t when_ns)
{
    uint64_t now_ns = clock_now_ns();

    if (when_ns > now_ns)
        nanosleep(&(struct timespec){.tv_sec = (time_t)((when_ns - now_ns) / NS_PER_S),
                                     .tv_nsec = (long)((when_ns - now_ns) % NS_PER_S)},
                  NULL);
}

static enum exit_status watch(struct session *session)
{
    const struct sigaction interrupt = {.sa_handler = on_interrupt};
    const struct options *options = &session->options;
    const struct problem *problem = &session->problem;
    uint64_t end_ns = UINT64_MAX;

    if (options->watch_for_s > 0)
        end_ns = clock_now_ns() + options->watch_for_s * NS_PER_S;
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGTERM, &interrupt, NULL);
    for (;;) {
        uint64_t next_ns = clock_now_ns() + options->watch_s * NS_PER_S, now_ns;
        enum exit_status status = check(session);
        last_status = (sig_atomic_t)status;
        if (status == EXIT_AS_EXPECTED || !may_change(status, problem))
            return status;
        now_ns = clock_now_ns();
        if (next_ns < now_ns + problem->retry_after_s * NS_PER_S)
            next_ns = now_ns + problem->retry_after_s * NS_PER_S;
        sleep_until(next_ns < end_ns ? next_ns : end_ns);
        if (next_ns < end_ns)
            continue;
        fprintf(stderr, "portlight: not as expected after %u s (--watch-for)\n",
                options->watch_for_s);
        return status;
    }
}

static int list_places(struct session *session)
{
    bool ok;

    if (session->options.server != NULL)
        return remote_list_places(session->options.server, &session->problem)
                   ? EXIT_AS_EXPECTED
                   : (output_problem(&session->output, &session->problem), EXIT_NO_PROBER);
    ok = place_client_list(&session->config);
    config_free(&session->config);
    return ok ? EXIT_AS_EXPECTED : EXIT_USAGE;
}

int main(int argc, char **argv)
{
    struct session session = {.options = options_read(argc, argv)};
    const struct options *options = &session.options;
    enum exit_status status;

    session.output = output_open(options);
    session.chain = chain_file_open(options->chain_path);
    session.output.arriving = session.output.arriving && !options->tls;
    /* a server has its own prober and policy */
    if (options->server == NULL && !config_load(&session.config, options->config_path))
        return EXIT_USAGE;
    if (options->list_places)
        return list_places(&session);
    if (options->server == NULL)
        table_file_open(&session.networks, session.config.networks.table);
    if (options->host_only)
        status = host_command(options, &session.config, &session.networks.table, &session.output);
    else
        status = options->watch_s > 0 ? watch(&session) : check(&session);
    if (options->server == NULL) {
        table_file_close(&session.networks);
        config_free(&session.config);
    }
    return (int)status;
}
