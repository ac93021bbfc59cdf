/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/prober_client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/contract/seqpacket.h"
#include "common/contract/syn_schedule.h"

enum { GREETING_MS = 2000 };

static bool send_message(int fd, const struct wire_message *message)
{
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
    size_t len = wire_encode(message, bytes);

    return seqpacket_send(fd, bytes, len) == SEQPACKET_OK;
}

/* Waits for the next message; false when it is late, wrong, or will not come. */
static bool receive_message(int fd, bool greeted, uint64_t deadline_ns, struct wire_message *out)
{
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    enum wire_error error;
    size_t len;

    for (;;) {
        uint64_t now_ns = clock_now_ns();
        int left_ms = now_ns < deadline_ns ? (int)((deadline_ns - now_ns) / NS_PER_MS) + 1 : 0;
        int rc = poll(&ready, 1, left_ms);
        if (rc < 0 && errno == EINTR)
            continue;
        if (rc <= 0) {
            errno = rc == 0 ? ETIMEDOUT : errno;
            return false;
        }
        switch (seqpacket_receive(fd, bytes, sizeof(bytes), &len)) {
        case SEQPACKET_AGAIN: continue;
        case SEQPACKET_OK:
            error = wire_check_shape(bytes, len, WIRE_PROBER, greeted);
            if (error == WIRE_NOT_FOR_US && now_ns < deadline_ns)
                continue;
            errno = EPROTO;
            return error == WIRE_OK && wire_decode(bytes, len, out) == WIRE_OK;
        case SEQPACKET_CLOSED: errno = ECONNRESET; return false;
        case SEQPACKET_VIOLATION: errno = EPROTO; return false;
        }
    }
}

static bool greet(int fd, struct wire_welcome *welcome)
{
    const struct wire_message hello = {.type = WIRE_HELLO};
    struct wire_message message;

    if (!send_message(fd, &hello) ||
        !receive_message(fd, false, clock_now_ns() + GREETING_MS * NS_PER_MS, &message))
        return false;
    *welcome = message.welcome;
    return true;
}

static bool send_check(int fd, uint32_t job, const struct prober_client_options *options,
                       const struct result_target *target)
{
    struct wire_message message = {
        .type = WIRE_CHECK,
        .check = {.job = job,
                  .addr = target->addr,
                  .port_count = target->port_count,
                  .timeout_ms = (uint16_t)options->timeout_ms,
                  .trace = options->trace,
                  .packets = options->packets},
    };

    for (unsigned i = 0; i < target->port_count; i++)
        message.check.ports[i] = target->verdicts[i].port;
    return send_message(fd, &message);
}

/* Jobs are numbered like their targets. */
static bool take(const struct prober_client_options *options, struct result *result,
                 const struct wire_message *message)
{
    uint32_t job = message->result.job;
    unsigned port_index;

    if (message->type == WIRE_HOP)
        job = message->hop.job;
    else if (message->type == WIRE_PACKET)
        job = message->packet.job;
    else if (message->type != WIRE_RESULT)
        return false;
    if (job >= result->target_count || !result_take(&result->targets[job], message, &port_index))
        return false;
    if (message->type == WIRE_RESULT)
        options->on_port(options->context, result, job, port_index);
    return true;
}

static enum prober_client_status collect(int fd, uint64_t deadline_ns,
                                         const struct prober_client_options *options,
                                         struct result *result, struct wire_refused *refused)
{
    struct wire_message message;

    while (!result_is_complete(result)) {
        if (!receive_message(fd, true, deadline_ns, &message))
            return PROBER_CLIENT_NO_PROBER;
        if (message.type == WIRE_REFUSED) {
            *refused = message.refused;
            return PROBER_CLIENT_REFUSED;
        }
        if (!take(options, result, &message)) {
            errno = EPROTO;
            return PROBER_CLIENT_NO_PROBER;
        }
    }
    return PROBER_CLIENT_DONE;
}

enum prober_client_status prober_client_check(const char *socket_path,
                                              const struct prober_client_options *options,
                                              struct result *result, struct wire_refused *refused)
{
    enum prober_client_status status = PROBER_CLIENT_NO_PROBER;
    int fd = seqpacket_connect(socket_path);
    struct wire_welcome welcome;
    int saved;

    if (fd < 0)
        return PROBER_CLIENT_NO_PROBER;
    if (greet(fd, &welcome)) {
        uint32_t probe_ms = options->timeout_ms != 0 ? options->timeout_ms : welcome.timeout_ms;
        uint64_t time_ms = (uint64_t)probe_ms + welcome.linger_ms + PROBER_CLIENT_GRACE_MS +
                           (options->trace ? SYN_SCHEDULE_TRACE_EXTRA_MS : 0);
        uint64_t deadline_ns = clock_now_ns() + time_ms * NS_PER_MS;
        bool sent = true;
        for (uint32_t i = 0; i < result->target_count && sent; i++)
            sent = send_check(fd, i, options, &result->targets[i]);
        if (sent)
            status = collect(fd, deadline_ns, options, result, refused);
    }
    saved = errno;
    close(fd);
    errno = saved;
    return status;
}

bool prober_client_place(const char *socket_path, struct wire_place *place)
{
    const struct wire_message ping = {.type = WIRE_PING};
    uint64_t deadline_ns = clock_now_ns() + GREETING_MS * NS_PER_MS;
    int fd = seqpacket_connect(socket_path);
    struct wire_message message;
    struct wire_welcome welcome;
    bool ok;
    int saved;

    *place = (struct wire_place){.state = PLACE_UP, .round_trip_ns = FIELD_NO_TIME};
    if (fd < 0)
        return false;
    ok = greet(fd, &welcome) && send_message(fd, &ping);
    while (ok && (ok = receive_message(fd, true, deadline_ns, &message)) &&
           message.type != WIRE_PONG)
        if (message.type == WIRE_PLACE)
            *place = message.place;
    saved = errno;
    close(fd);
    errno = saved;
    return ok;
}
