/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *title;
    int status;
} kinds[PROBLEM_COUNT] = {
    [PROBLEM_NONE] = {"none", "No problem", 200},
    [PROBLEM_MALFORMED_REQUEST] = {"malformed-request", "Malformed request", 400},
    [PROBLEM_INVALID_HOST] = {"invalid-host", "Invalid host", 422},
    [PROBLEM_PORT_NOT_ALLOWED] = {"port-not-allowed", "Port not allowed", 422},
    [PROBLEM_TOO_MANY_PORTS] = {"too-many-ports", "Too many ports", 422},
    [PROBLEM_NAME_NOT_FOUND] = {"name-not-found", "Name not found", 422},
    [PROBLEM_TARGET_NOT_ALLOWED] = {"target-not-allowed", "Target not allowed", 403},
    [PROBLEM_CROSS_SITE] = {"cross-site", "Request from another site", 403},
    [PROBLEM_RATE_LIMITED] = {"rate-limited", "Too many requests", 429},
    [PROBLEM_PROBER_UNAVAILABLE] = {"prober-unavailable", "Prober unavailable", 503},
    [PROBLEM_BUSY] = {"busy", "Busy", 503},
    [PROBLEM_NOT_FOUND] = {"not-found", "Not found", 404},
    [PROBLEM_METHOD_NOT_ALLOWED] = {"method-not-allowed", "Method not allowed", 405},
    [PROBLEM_BODY_TOO_LARGE] = {"body-too-large", "Body too large", 413},
    [PROBLEM_MISDIRECTED] = {"misdirected-request", "Misdirected request", 421},
};

const char *problem_name(enum problem_id id)
{
    return kinds[id].name;
}

const char *problem_title(enum problem_id id)
{
    return kinds[id].title;
}

int problem_status(enum problem_id id)
{
    return kinds[id].status;
}

bool problem_set(struct problem *problem, enum problem_id id, const char *code, const char *pointer,
                 const char *format, ...)
{
    va_list arguments;

    *problem = (struct problem){.id = id, .code = code};
    if (pointer != NULL)
        snprintf(problem->pointer, sizeof(problem->pointer), "%s", pointer);
    va_start(arguments, format);
    vsnprintf(problem->detail, sizeof(problem->detail), format, arguments);
    va_end(arguments);
    return false;
}

static void name_port(struct problem *problem, uint8_t index)
{
    if (index != WIRE_NO_PORT)
        snprintf(problem->pointer, sizeof(problem->pointer), "#/ports/%u", index);
}

void problem_from_refusal(struct problem *problem, const struct wire_refused *refused)
{
    static const struct {
        enum problem_id id;
        const char *code, *detail;
    } meanings[REFUSED_COUNT] = {
        [REFUSED_PORT_NOT_ALLOWED] = {PROBLEM_PORT_NOT_ALLOWED, NULL,
                                      "The prober does not allow this port."},
        [REFUSED_TOO_MANY_PORTS] = {PROBLEM_TOO_MANY_PORTS, NULL,
                                    "The prober allows fewer ports in one request."},
        [REFUSED_TIMEOUT_TOO_LONG] = {PROBLEM_MALFORMED_REQUEST, "timeout-too-long",
                                      "The prober allows less time."},
        [REFUSED_ADDRESS_NOT_PUBLIC] = {PROBLEM_TARGET_NOT_ALLOWED, "address-not-public",
                                        "This address is not a public one."},
        [REFUSED_ADDRESS_EMBEDDED] = {PROBLEM_TARGET_NOT_ALLOWED, "address-embedded",
                                      "This IPv6 address stands for an IPv4 address."},
        [REFUSED_OPTED_OUT] = {PROBLEM_TARGET_NOT_ALLOWED, "opted-out",
                               "The owner of this address does not want it checked."},
        [REFUSED_BUSY] = {PROBLEM_BUSY, NULL, "Too many checks are under way."},
        [REFUSED_RATE_LIMITED] = {PROBLEM_RATE_LIMITED, "target",
                                  "This target was checked too often in the last minutes."},
        [REFUSED_JOB_IN_USE] = {PROBLEM_BUSY, NULL, "Too many checks are under way."},
        [REFUSED_OTHER] = {PROBLEM_TARGET_NOT_ALLOWED, "refused",
                           "The prober refuses to check this target."},
    };

    problem_set(problem, meanings[refused->reason].id, meanings[refused->reason].code, NULL, "%s",
                meanings[refused->reason].detail);
    name_port(problem, refused->port_index);
    problem->retry_after_s = refused->retry_after_ms / 1000 + (refused->retry_after_ms % 1000 != 0);
}
