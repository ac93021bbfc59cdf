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

/* A session with the inspector. */
struct inspector_session {
    int fd;
    const struct config *config;
    const struct inspector_question *question;
    struct inspected *inspected;
    struct problem *problem;
    struct inspect_message message;
    uint8_t bytes[INSPECT_MESSAGE_MAX_LEN];
};

static bool send_message(struct inspector_session *session, const struct inspect_message *message)
{
    size_t len = inspect_encode(message, session->bytes);

    return seqpacket_send(session->fd, session->bytes, len) == SEQPACKET_OK;
}

/* Waits for the next message; false with errno when it is late, wrong, or will not come. */
static bool receive_any(struct inspector_session *session, uint32_t wait_ms)
{
    struct pollfd ready = {.fd = session->fd, .events = POLLIN};
    size_t len;
    int rc;

    do {
        rc = poll(&ready, 1, (int)wait_ms);
    } while (rc < 0 && errno == EINTR);
    if (rc <= 0) {
        errno = rc == 0 ? ETIMEDOUT : errno;
        return false;
    }
    if (seqpacket_receive(session->fd, session->bytes, sizeof(session->bytes), &len) !=
        SEQPACKET_OK) {
        errno = ECONNRESET;
        return false;
    }
    errno = EPROTO;
    return inspect_decode(session->bytes, len, INSPECT_INSPECTOR, &session->message);
}

static bool receive_message(struct inspector_session *session, uint32_t wait_ms)
{
    do {
        if (!receive_any(session, wait_ms))
            return false;
    } while (session->message.type == INSPECT_NOT_FOR_US);
    return true;
}

static bool fail(const struct config *config, struct problem *problem)
{
    return problem_set_text(problem, PROBLEM_INSPECTOR_UNAVAILABLE, NULL, NULL,
                            "no inspector at %s: %s", config->inspector.socket, strerror(errno));
}

static bool refuse(const struct inspector_session *session)
{
    struct problem *problem = session->problem;

    switch (session->message.refused.reason) {
    case INSPECT_REFUSED_POLICY: problem_set(problem, CAUSE_INSPECTOR_TARGET, NULL); break;
    case INSPECT_REFUSED_RATE: problem_set(problem, CAUSE_TARGET_SPENT, NULL); break;
    default: problem_set(problem, CAUSE_TOO_MANY_CHECKS, NULL); break;
    }
    problem->retry_after_s = (session->message.refused.retry_after_ms + 999) / 1000;
    return false;
}

static void take_chain(const struct inspector_session *session, const struct addr *addr)
{
    char address[ADDR_TEXT_LEN];

    addr_format(addr, address);
    if (session->question->chain->file != NULL)
        chain_file_add(session->question->chain, address, session->message.chain.bytes,
                       session->message.chain.len);
}

static bool ask_one(struct inspector_session *session, struct inspected_target *target)
{
    const struct config *config = session->config;
    uint32_t wait_ms = config->inspector.mail_deadline_ms + 2 * config->inspector.deadline_ms;
    struct inspect_message ask = {.type = INSPECT_ASK};

    ask.ask.starttls = target->inspection.starttls;
    ask.ask.addr = target->addr;
    ask.ask.port = session->inspected->port;
    ask.ask.survey = session->question->survey;
    ask.ask.chain = session->question->chain->file != NULL;
    memcpy(ask.ask.name, session->inspected->name, sizeof(ask.ask.name));
    if (!send_message(session, &ask) || !receive_message(session, wait_ms + GRACE_MS))
        return fail(config, session->problem);
    if (session->message.type == INSPECT_CHAIN) {
        take_chain(session, &target->addr);
        if (!receive_message(session, wait_ms + GRACE_MS))
            return fail(config, session->problem);
    }
    if (session->message.type == INSPECT_REFUSED)
        return refuse(session);
    errno = EPROTO;
    if (session->message.type != INSPECT_ANSWER)
        return fail(config, session->problem);
    target->inspection = session->message.answer.inspection;
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

static bool greet(struct inspector_session *session)
{
    const struct inspect_message hello = {.type = INSPECT_HELLO};

    session->fd = seqpacket_connect(session->config->inspector.socket);
    return session->fd >= 0 && send_message(session, &hello) &&
           receive_message(session, GREETING_MS);
}

bool inspector_client_ask(const struct config *config, const struct request *request,
                          const struct inspector_question *question, const struct result *result,
                          struct inspected *inspected, struct problem *problem)
{
    struct inspector_session *session = calloc(1, sizeof(*session));
    bool ok;

    if (session == NULL)
        return problem_set(problem, CAUSE_NO_MEMORY, NULL);
    session->config = config;
    session->question = question;
    session->inspected = inspected;
    session->problem = problem;
    ok = greet(session) || fail(config, problem);
    prepare(request, question->starttls, result, inspected);
    for (unsigned i = 0; ok && i < result->target_count; i++)
        if (inspected->targets[i].port_state == STATE_OPEN)
            ok = ask_one(session, &inspected->targets[i]);
    if (session->fd >= 0)
        close(session->fd);
    free(session);
    return ok;
}
