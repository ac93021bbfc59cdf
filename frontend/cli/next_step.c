/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/next_step.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *advice_for(enum problem_cause cause)
{
    switch (cause) {
    case CAUSE_PROBER_PORT:
    case CAUSE_PROBER_PORTS:
        return " The prober reads portlight.conf(5), too; reload it after a change.";
    case CAUSE_TOO_MANY_PORTS: return " policy.max-ports in portlight.conf(5) is the limit.";
    case CAUSE_ADDRESS_NOT_PUBLIC:
    case CAUSE_ADDRESS_EMBEDDED:
    case CAUSE_NAME_NOT_PUBLIC:
    case CAUSE_HOST_SPECIAL_USE:
    case CAUSE_HOST_NOT_FQDN:
        return " In a lab, policy.allow in portlight.conf(5) lets prefixes through.";
    case CAUSE_ADDRESS_OPTED_OUT:
    case CAUSE_NAME_OPTED_OUT: return " It is in policy.deny of portlight.conf(5).";
    case CAUSE_DNS_TIMEOUT:
    case CAUSE_DNS_ERROR:
        return " The name servers are resolver.nameservers in portlight.conf(5), or else those of "
               "/etc/resolv.conf.";
    default: return "";
    }
}

/* The command line's version of a sentence about API parameters; NULL if the sentence fits both. */
static const char *format_for(enum problem_cause cause)
{
    switch (cause) {
    case CAUSE_PORT_NOT_ALLOWED:
        return "Port %1 can't be checked here; policy.ports in portlight.conf(5) lists those "
               "that can.";
    case CAUSE_HOST_URL_PORT_GIVEN:
    case CAUSE_HOST_PORT_GIVEN:
        return "HOST and PORT are two arguments, and HOST is not a URL. Did you mean \"%q %1\"?";
    case CAUSE_HOST_URL_GIVEN:
    case CAUSE_HOST_WRAPPED: return "HOST must be only a name or an address. Did you mean \"%q\"?";
    case CAUSE_FAMILY_MISMATCH:
        return "The host is an address of the other family: leave out -4 and -6.";
    default: return NULL;
    }
}

void next_step_add(struct problem *problem)
{
    const char *format = format_for(problem->cause);
    size_t len;

    if (format != NULL) {
        problem_write_detail(problem, format, problem->detail);
        return;
    }
    len = strlen(problem->detail);
    snprintf(problem->detail + len, sizeof(problem->detail) - len, "%s",
             advice_for(problem->cause));
}

void next_step_without_prober(struct problem *problem, const struct config *config, int error)
{
    char step[PROBLEM_DETAIL_LEN] = "";

    if (error == EACCES)
        snprintf(step, sizeof(step), "; join the group \"%.40s\", or become root",
                 config->prober.group.name);
    else if (error == ENOENT || error == ECONNREFUSED)
        snprintf(step, sizeof(step), "; start portlight-prober(8), or ask elsewhere with --server");
    problem_set_text(problem, PROBLEM_PROBER_UNAVAILABLE, NULL, NULL,
                     "no prober at %.107s: %s%.80s", config->prober.socket, strerror(error), step);
}
