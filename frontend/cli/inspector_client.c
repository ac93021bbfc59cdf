/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/inspector_client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/contract/inspect_wire.h"
#include "common/contract/seqpacket.h"

enum { GREETING_MS = 2000, GRACE_MS = 1000 };

static bool send_message(int fd, const struct inspect_message *message)
{
    uint8_t bytes[INSPECT_MESSAGE_MAX_LEN];

    return seqpacket_send(fd, bytes, inspect_encode(message, bytes)) == SEQPACKET_OK;
}

/* Waits for the next message; false with errno when it is late, wrong, or will not come. */
static bool receive_message(int fd, uint32_t wait_ms, struct inspect_message *out)
{
    uint8_t bytes[INSPECT_MESSAGE_MAX_LEN];
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    size_t len;
    int rc;

    do {
        rc = poll(&ready, 1, (int)wait_ms);
    } while (rc < 0 && errno == EINTR);
    if (rc <= 0) {
        errno = rc == 0 ? ETIMEDOUT : errno;
        return false;
    }
    if (seqpacket_receive(fd, bytes, sizeof(bytes), &len) != SEQPACKET_OK) {
        errno = ECONNRESET;
        return false;
    }
    errno = EPROTO;
    return inspect_decode(bytes, len, INSPECT_INSPECTOR, out);
}

static bool fail(const struct config *config, struct problem *problem)
{
    return problem_set_text(problem, PROBLEM_INSPECTOR_UNAVAILABLE, NULL, NULL,
                            "no inspector at %s: %s", config->inspector.socket, strerror(errno));
}

static bool refuse(const struct inspect_message *message, struct problem *problem)
{
    switch (message->refused.reason) {
    case INSPECT_REFUSED_POLICY: problem_set(problem, CAUSE_INSPECTOR_TARGET, NULL); break;
    case INSPECT_REFUSED_RATE: problem_set(problem, CAUSE_TARGET_SPENT, NULL); break;
    default: problem_set(problem, CAUSE_TOO_MANY_CHECKS, NULL); break;
    }
    problem->retry_after_s = (message->refused.retry_after_ms + 999) / 1000;
    return false;
}

static bool ask_one(int fd, const struct config *config, const struct inspected *inspected,
                    struct inspected_target *target, bool survey, struct inspect_message *message,
                    struct problem *problem)
{
    uint32_t wait_ms = config->inspector.mail_deadline_ms + 2 * config->inspector.deadline_ms;

    *message = (struct inspect_message){.type = INSPECT_ASK};
    message->ask.starttls = target->inspection.starttls;
    message->ask.addr = target->addr;
    message->ask.port = inspected->port;
    message->ask.survey = survey;
    memcpy(message->ask.name, inspected->name, sizeof(message->ask.name));
    if (!send_message(fd, message) || !receive_message(fd, wait_ms + GRACE_MS, message))
        return fail(config, problem);
    if (message->type == INSPECT_REFUSED)
        return refuse(message, problem);
    errno = EPROTO;
    if (message->type != INSPECT_ANSWER)
        return fail(config, problem);
    target->inspection = message->answer.inspection;
    return true;
}

static void prepare(const struct request *request, enum starttls starttls,
                    const struct result *result, struct inspected *inspected)
{
    *inspected = (struct inspected){.started_wall_ns = result->started_wall_ns,
                                    .port = request->ports[0],
                                    .target_count = result->target_count};
    memcpy(inspected->host, result->host, sizeof(inspected->host));
    if (request->host.addr.family == ADDR_NONE)
        memcpy(inspected->name, result->host, sizeof(inspected->name));
    for (unsigned i = 0; i < result->target_count; i++) {
        struct inspected_target *target = &inspected->targets[i];
        target->addr = result->targets[i].addr;
        target->port_state = result->targets[i].verdicts[0].state;
        target->inspection.state = INSPECTION_UNREACHABLE;
        target->inspection.starttls = (uint8_t)starttls;
        target->inspection.alert = -1;
    }
}

bool inspector_client_ask(const struct config *config, const struct request *request,
                          enum starttls starttls, bool survey, const struct result *result,
                          struct inspected *inspected, struct problem *problem)
{
    struct inspect_message *message = calloc(1, sizeof(*message));
    int fd = seqpacket_connect(config->inspector.socket);
    bool ok = fd >= 0 && message != NULL;

    if (message != NULL)
        message->type = INSPECT_HELLO;
    if (message == NULL || fd < 0 || !send_message(fd, message) ||
        !receive_message(fd, GREETING_MS, message)) {
        fail(config, problem);
        ok = false;
    }
    if (ok)
        prepare(request, starttls, result, inspected);
    for (unsigned i = 0; ok && i < result->target_count; i++)
        if (inspected->targets[i].port_state == STATE_OPEN)
            ok = ask_one(fd, config, inspected, &inspected->targets[i], survey, message, problem);
    if (fd >= 0)
        close(fd);
    free(message);
    return ok;
}
