/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/daemon/worker.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/daemon/landlock.h"
#include "inspector/daemon/answer.h"
#include "inspector/daemon/sandbox.h"
#include "inspector/dialogue/hello.h"
#include "inspector/dialogue/starttls.h"

enum {
    READ_LEN = 4096,
    RECEIVED_MAX_LEN = 512 * 1024,
    POLL_MS = 100,
    LINGER_MS = 300, /* for the other side to close after our goodbye */
    MEMORY_MAX = 256 << 20,
    CPU_S = 2,
    FAILED = 1, /* exit status: the parent reports that the inspection broke off */
};

/* --- confinement ------------------------------------------------------------------- */

static bool limit(void)
{
    static const struct {
        int which;
        rlim_t max;
    } limits[] = {
        {RLIMIT_AS, MEMORY_MAX},
        {RLIMIT_CPU, CPU_S},
        {RLIMIT_NOFILE, WORKER_PIPE + 1 + 1 /* briefly for Landlock */},
        {RLIMIT_NPROC, 0},
        {RLIMIT_FSIZE, 0},
        {RLIMIT_CORE, 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(limits); i++)
        if (setrlimit((__rlimit_resource_t)limits[i].which,
                      &(struct rlimit){limits[i].max, limits[i].max}) != 0)
            return false;
    return true;
}

/* `socket` and `pipe` are above both targets: the parent opened its own descriptors first. */
static bool keep_two(int socket, int pipe)
{
    if (dup2(socket, WORKER_SOCKET) < 0 || dup2(pipe, WORKER_PIPE) < 0)
        return false;
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    return syscall(SYS_close_range, WORKER_PIPE + 1, ~0U, 0) == 0;
}

static void confine(int socket, int pipe)
{
    if (!keep_two(socket, pipe))
        _exit(FAILED);
    if (SANITIZED)
        return;
    landlock_confine(&(struct landlock_allowed){0}); /* without it, only the filter confines us */
    if (!limit() || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || !inspector_worker_sandbox_enter())
        _exit(FAILED);
}

/* --- before TLS ------------------------------------------------------------------------ */

static void add(struct inspection *out, enum inspection_state state, enum inspection_problem_id id)
{
    out->state = (uint8_t)state;
    inspection_add(out, id, 0, false, 0);
}

static void explain_end(const struct stream *stream, enum inspection_problem_id late,
                        struct inspection *out)
{
    switch (stream->end) {
    case STREAM_RESET: add(out, INSPECTION_FAILED, INSPECTION_PROBLEM_RESET); break;
    case STREAM_CLOSED: add(out, INSPECTION_FAILED, INSPECTION_PROBLEM_CLOSED); break;
    case STREAM_OPEN:
    case STREAM_TOO_MUCH: add(out, INSPECTION_FAILED, INSPECTION_PROBLEM_STARTTLS_STRANGE); break;
    case STREAM_LATE: add(out, INSPECTION_UNKNOWN, late); break;
    }
}

/* The plain-text dialogue before TLS.  False after filling *out. */
static bool talk(struct stream *stream, enum starttls protocol, const char *helo,
                 struct inspection *out)
{
    struct starttls_dialogue dialogue;
    enum starttls_step step = starttls_begin(&dialogue, protocol, helo);
    uint8_t buffer[READ_LEN];

    while (step == STARTTLS_MORE || step == STARTTLS_SEND) {
        size_t len;
        if (step == STARTTLS_SEND && !stream_write(stream, dialogue.out, dialogue.out_len))
            break;
        len = stream_read(stream, buffer, sizeof(buffer), UINT64_MAX);
        if (len == 0)
            break;
        step = starttls_feed(&dialogue, buffer, len);
    }
    switch (step) {
    case STARTTLS_READY:
        stream->framed = protocol == STARTTLS_TDS;
        return stream_write(stream, dialogue.out, dialogue.out_len);
    case STARTTLS_REFUSED:
        add(out, INSPECTION_NO_STARTTLS, INSPECTION_PROBLEM_NO_STARTTLS);
        stream_write(stream, starttls_farewell(protocol), strlen(starttls_farewell(protocol)));
        return false;
    case STARTTLS_STRANGE:
        add(out, INSPECTION_FAILED, INSPECTION_PROBLEM_STARTTLS_STRANGE);
        return false;
    case STARTTLS_INJECTED:
        add(out, INSPECTION_FAILED, INSPECTION_PROBLEM_STARTTLS_INJECTED);
        return false;
    case STARTTLS_TURNED_AWAY:
        add(out, INSPECTION_UNKNOWN, INSPECTION_PROBLEM_HOST_REFUSED);
        return false;
    case STARTTLS_MORE:
    case STARTTLS_SEND:
        explain_end(stream,
                    dialogue.in_len > 0 || dialogue.phase > 0 ? INSPECTION_PROBLEM_SILENT
                                                              : INSPECTION_PROBLEM_GREETING_LATE,
                    out);
        return false;
    }
    return false;
}

/* --- inspections -------------------------------------------------------------------------- */

static enum handshake_alpn alpn_of(uint16_t port)
{
    return inspection_is_web_port(port) && inspection_is_tls_port(port) ? ALPN_WEB : ALPN_NONE;
}

static void inspect_tls(const struct worker_setup *setup, const struct worker_task *task,
                        struct stream *stream, struct writer *chain, struct inspection *out)
{
    const struct handshake_setup shake = {setup->settings, setup->trust, &task->ask,
                                          alpn_of(task->ask.port), task->ask.chain ? chain : NULL};
    enum starttls protocol = (enum starttls)task->ask.starttls;
    struct handshake *handshake;

    if (!talk(stream, protocol, setup->helo, out))
        return;
    handshake = handshake_make(&shake, stream, out);
    if (out->has_certificate && task->now_s < setup->trust->date_s)
        add(out, INSPECTION_UNKNOWN, INSPECTION_PROBLEM_CLOCK);
    if (handshake == NULL)
        return;
    handshake_end(handshake, starttls_farewell(protocol));
}

/* Asks one question of a survey; fills only its answer in *out. */
static void inspect_hello(const struct worker_task *task, struct stream *stream,
                          struct inspection *out)
{
    uint8_t random[HELLO_RANDOM_LEN], hello[HELLO_MAX_LEN], bytes[HELLO_ANSWER_MAX_LEN];
    struct hello_answer answer = {0};
    size_t len = 0, got;

    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random) ||
        !stream_write(stream, hello, hello_write(task->question, task->ask.name, random, hello)))
        return;
    while (answer.result == HELLO_MORE && len < sizeof(bytes) &&
           (got = stream_read(stream, bytes + len, sizeof(bytes) - len, UINT64_MAX)) > 0) {
        len += got;
        answer = hello_read(bytes, len);
    }
    out->survey.answers[task->question] = (uint8_t)hello_survey_answer(task->question, &answer);
    if (task->question < SURVEY_POST_QUANTUM)
        out->survey.suites[task->question] = answer.suite;
    if (task->question == SURVEY_POST_QUANTUM)
        out->survey.post_quantum_group = answer.group;
    else
        out->survey.group = answer.group;
    if (answer.result == HELLO_MORE && stream->end == STREAM_CLOSED)
        out->survey.answers[task->question] = SURVEY_NO; /* hanging up is an answer */
    else if (answer.result == HELLO_MORE && stream->end == STREAM_RESET)
        out->survey.answers[task->question] = SURVEY_RESET;
}

/* Gives up at the deadline, when the parent stops reading, too. */
static void write_all(const uint8_t *bytes, size_t len, uint64_t deadline_ns)
{
    while (len > 0) {
        ssize_t put = write(WORKER_PIPE, bytes, len);
        struct pollfd room = {.fd = WORKER_PIPE, .events = POLLOUT};
        if (put > 0) {
            bytes += put;
            len -= (size_t)put;
        } else if (errno != EAGAIN || clock_now_ns() >= deadline_ns ||
                   poll(&room, 1, POLL_MS) < 0) {
            _exit(FAILED);
        }
    }
}

static void write_result(const struct inspection *inspection, const struct writer *chain,
                         uint64_t deadline_ns)
{
    uint8_t bytes[INSPECTION_MAX_LEN];
    struct writer writer = writer_of(bytes, sizeof(bytes));

    inspection_write(&writer, inspection);
    if (writer.failed)
        _exit(FAILED);
    write_all(bytes, writer.pos, deadline_ns);
    if (!chain->failed) /* a complete chain or none */
        write_all(chain->data, chain->pos, deadline_ns);
}

void worker_run(const struct worker_setup *setup, const struct worker_task *task, int socket,
                int pipe)
{
    struct stream stream = {.fd = WORKER_SOCKET,
                            .start_ns = task->connected_ns,
                            .deadline_ns = task->deadline_ns,
                            .cap = RECEIVED_MAX_LEN};
    struct inspection out = {.alert = -1,
                             .starttls = task->ask.starttls,
                             .connect_ns = task->connect_ns,
                             .checked_s = task->now_s,
                             .store_s = setup->trust->date_s};
    const struct handshake_setup shake = {
        .settings = setup->settings, .trust = setup->trust, .ask = &task->ask};
    uint8_t certificates[INSPECT_CHAIN_MAX_LEN];
    struct writer chain = writer_of(certificates, sizeof(certificates));

    inspection_text(out.store, setup->trust->name, strlen(setup->trust->name));
    confine(socket, pipe);
    if (task->question < SURVEY_COUNT)
        inspect_hello(task, &stream, &out);
    else if (task->ask.kind == INSPECT_TLS)
        inspect_tls(setup, task, &stream, &chain, &out);
    else
        answer_look(&shake, &stream, &out);
    if (stream.first_ns != 0)
        out.answer_ns = stream.first_ns - stream.start_ns;
    if (stream.first_ns != 0) /* a survey's hello has no goodbye, so don't wait for a close */
        stream_drain(&stream,
                     clock_now_ns() + (task->question < SURVEY_COUNT ? 0 : LINGER_MS * NS_PER_MS));
    inspection_sort(&out);
    write_result(&out, &chain, task->deadline_ns);
    _exit(0);
}
