/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/daemon/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"

enum {
    GRACE_MS = 500, /* for a child to report the deadline itself */
    BUSY_RETRY_MS = 1000,
    MAIL_PORT = 25,
    SURVEY_COST = 3, /* charged to the target's quota: its many connections are short */
};

enum job_phase { JOB_FREE = 0, JOB_CONNECTING, JOB_WORKING };

struct inspect_job {
    enum job_phase phase;
    uint64_t client;
    struct inspect_ask ask;
    int fd; /* the socket, then the pipe */
    pid_t pid;
    uint64_t start_ns, deadline_ns, survey_end_ns;
    enum survey_question question; /* SURVEY_COUNT before and without a survey */
    size_t len, room;
    uint8_t *bytes; /* from the worker: an inspection, then the chain if it was asked for */
    size_t chain_len;
    uint8_t *chain;          /* NULL: none */
    struct inspection found; /* the inspection that the survey adds to */
};

struct jobs {
    struct jobs_setup setup;
    struct ratelimit *targets;
    struct inspect_pong counters;
    struct log_limit log;
    bool crashed;
    struct inspect_message message, chain; /* too big for the stack */
    struct inspect_job all[INSPECTOR_WORKERS_MAX];
};

struct jobs *jobs_new(const struct jobs_setup *setup, uint64_t now_ns)
{
    struct jobs *jobs = calloc(1, sizeof(*jobs));

    if (jobs == NULL)
        return NULL;
    jobs->setup = *setup;
    jobs->targets = ratelimit_new(&setup->targets, now_ns);
    if (jobs->targets != NULL)
        return jobs;
    free(jobs);
    return NULL;
}

bool jobs_have_crashed(const struct jobs *jobs)
{
    return jobs->crashed;
}

struct inspect_pong jobs_counters(const struct jobs *jobs)
{
    return jobs->counters;
}

static void survey_on(struct jobs *jobs, struct inspect_job *job, const struct survey *answered);
static bool begin_survey(struct jobs *jobs, struct inspect_job *job,
                         const struct inspection *found);

/* --- endings ------------------------------------------------------------------------- */

static void refuse(struct jobs *jobs, uint64_t client, const struct inspect_ask *ask,
                   enum inspect_refusal reason, uint64_t retry_after_ns)
{
    jobs->message = (struct inspect_message){.type = INSPECT_REFUSED};
    jobs->message.refused.job = ask->job;
    jobs->message.refused.reason = reason;
    jobs->message.refused.retry_after_ms = (uint32_t)(retry_after_ns / NS_PER_MS);
    jobs->setup.answer(jobs->setup.context, client, &jobs->message);
}

/* Ends a job with the result in message.answer.inspection. */
static void end(struct jobs *jobs, struct inspect_job *job)
{
    if (job->chain != NULL) {
        jobs->chain.type = INSPECT_CHAIN;
        jobs->chain.chain.job = job->ask.job;
        jobs->chain.chain.len = job->chain_len;
        jobs->chain.chain.bytes = job->chain;
        jobs->setup.answer(jobs->setup.context, job->client, &jobs->chain);
    }
    free(job->chain);
    free(job->bytes);
    job->chain = job->bytes = NULL;
    jobs->message.type = INSPECT_ANSWER;
    jobs->message.answer.job = job->ask.job;
    jobs->counters.inspections++;
    jobs->counters.workers--;
    job->phase = JOB_FREE;
    jobs->setup.answer(jobs->setup.context, job->client, &jobs->message);
}

static void end_with(struct jobs *jobs, struct inspect_job *job, enum inspection_state state,
                     enum inspection_problem_id problem)
{
    struct inspection *out = &jobs->message.answer.inspection;

    if (job->question != SURVEY_COUNT) {
        survey_on(jobs, job, NULL);
        return;
    }
    *out = (struct inspection){.state = (uint8_t)state,
                               .alert = -1,
                               .starttls = job->ask.starttls,
                               .checked_s = (int64_t)(clock_wall_ns() / NS_PER_S)};
    inspection_add(out, problem, 0, false, 0);
    end(jobs, job);
}

static void end_unconnected(struct jobs *jobs, struct inspect_job *job, int error)
{
    enum inspection_problem_id problem = error == ECONNREFUSED ? INSPECTION_PROBLEM_REFUSED
                                         : error == ETIMEDOUT  ? INSPECTION_PROBLEM_CONNECT_TIMEOUT
                                                               : INSPECTION_PROBLEM_CONNECT_FAILED;

    close(job->fd);
    if (error != EACCES) {
        end_with(jobs, job, INSPECTION_UNREACHABLE, problem);
        return;
    }
    /* Landlock refused the port: its ports are fixed at the start */
    if (log_allows(&jobs->log, clock_now_ns()))
        log_warn("inspector", "port %u was allowed by SIGHUP: restart the inspector to inspect it",
                 (unsigned)job->ask.port);
    end_with(jobs, job, INSPECTION_UNKNOWN, INSPECTION_PROBLEM_INSPECTOR);
}

/* The rest after the inspection is the chain, if one was asked for.  Checks the lengths only. */
static bool take_chain(struct inspect_job *job, struct reader *reader)
{
    struct reader chain = reader_of(reader->data + reader->pos, read_remaining(reader));
    const uint8_t *der;
    size_t len;

    if (chain.len == 0)
        return true;
    while (read_remaining(&chain) > 0)
        if (!inspect_chain_next(&chain, &der, &len))
            return false;
    if (!job->ask.chain || chain.len > INSPECT_CHAIN_MAX_LEN || job->chain != NULL ||
        job->question != SURVEY_COUNT || (job->chain = malloc(chain.len)) == NULL)
        return false;
    memcpy(job->chain, chain.data, chain.len);
    job->chain_len = chain.len;
    return true;
}

/* Reaps the child whose pipe has ended, or kills it if it is late.  Takes its result if it is
 * complete. */
static void end_worker(struct jobs *jobs, struct inspect_job *job, bool late)
{
    struct reader reader = reader_of(job->bytes, job->len);
    struct inspection *out = &jobs->message.answer.inspection;
    int status = 0;

    close(job->fd);
    if (late)
        kill(job->pid, SIGKILL);
    while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    jobs->counters.killed_by_deadline += late;
    if (!late && WIFSIGNALED(status)) {
        jobs->counters.killed_by_signal++;
        /* the CPU limit or a kill by the administrator reveals nothing about memory */
        jobs->crashed |= WTERMSIG(status) != SIGKILL && WTERMSIG(status) != SIGXCPU;
        if (log_allows(&jobs->log, clock_now_ns()))
            log_warn("inspector", "a worker died from signal %d", WTERMSIG(status));
    }
    if (late || !WIFEXITED(status) || WEXITSTATUS(status) != 0 || !inspection_read(&reader, out) ||
        !take_chain(job, &reader))
        end_with(jobs, job, INSPECTION_UNKNOWN, INSPECTION_PROBLEM_INSPECTOR);
    else if (job->question != SURVEY_COUNT)
        survey_on(jobs, job, &out->survey);
    else if (!begin_survey(jobs, job, out))
        end(jobs, job);
}

/* --- beginnings ------------------------------------------------------------------------ */

static bool watch(const struct jobs *jobs, const struct inspect_job *job, uint32_t events)
{
    struct epoll_event wanted = {.events = events,
                                 .data.u32 = jobs->setup.event_base + (uint32_t)(job - jobs->all)};

    return epoll_ctl(jobs->setup.epoll_fd, EPOLL_CTL_ADD, job->fd, &wanted) == 0;
}

/* If fork fails, the client learns that the inspection broke off on our side. */
static void start_worker(struct jobs *jobs, struct inspect_job *job, uint64_t now_ns)
{
    const struct worker_task task = {
        .ask = job->ask,
        .question = job->question,
        .connected_ns = now_ns,
        .connect_ns = now_ns - job->start_ns,
        .deadline_ns = job->deadline_ns,
        .now_s = (int64_t)(clock_wall_ns() / NS_PER_S),
    };
    int pipe_fds[2], socket = job->fd;

    job->room = INSPECTION_MAX_LEN + 1 + (job->ask.chain ? INSPECT_CHAIN_MAX_LEN : 0);
    if (job->bytes == NULL)
        job->bytes = malloc(job->room);
    if (job->bytes == NULL || pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) != 0) {
        close(job->fd);
        end_with(jobs, job, INSPECTION_UNKNOWN, INSPECTION_PROBLEM_INSPECTOR);
        return;
    }
    job->pid = fork();
    if (job->pid == 0)
        worker_run(jobs->setup.worker, &task, socket, pipe_fds[1]);
    close(pipe_fds[1]);
    close(socket);
    job->fd = pipe_fds[0];
    job->len = 0;
    job->phase = JOB_WORKING;
    job->deadline_ns += GRACE_MS * NS_PER_MS;
    if (job->pid > 0 && watch(jobs, job, EPOLLIN))
        return;
    if (job->pid > 0) {
        end_worker(jobs, job, true);
        return;
    }
    close(job->fd);
    end_with(jobs, job, INSPECTION_UNKNOWN, INSPECTION_PROBLEM_INSPECTOR);
}

static void start_connecting(struct jobs *jobs, struct inspect_job *job, uint64_t now_ns)
{
    union addr_sockaddr to;
    socklen_t len = addr_to_sockaddr(&job->ask.addr, job->ask.port, &to);
    int family = job->ask.addr.family == ADDR_IPV4 ? AF_INET : AF_INET6;

    job->start_ns = now_ns;
    job->fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (job->fd < 0) {
        end_with(jobs, job, INSPECTION_UNKNOWN, INSPECTION_PROBLEM_INSPECTOR);
        return;
    }
    if ((connect(job->fd, &to.any, len) != 0 && errno != EINPROGRESS) ||
        !watch(jobs, job, EPOLLOUT))
        end_unconnected(jobs, job, errno);
}

static bool is_inspected(const struct jobs *jobs, const struct inspect_ask *ask)
{
    for (unsigned i = 0; i < INSPECTOR_WORKERS_MAX; i++)
        if (jobs->all[i].phase != JOB_FREE && jobs->all[i].ask.port == ask->port &&
            addr_equal(&jobs->all[i].ask.addr, &ask->addr))
            return true;
    return false;
}

static bool has_job(const struct jobs *jobs, uint64_t client, uint32_t number)
{
    for (unsigned i = 0; i < INSPECTOR_WORKERS_MAX; i++)
        if (jobs->all[i].phase != JOB_FREE && jobs->all[i].client == client &&
            jobs->all[i].ask.job == number)
            return true;
    return false;
}

static struct inspect_job *find_free(struct jobs *jobs)
{
    if (jobs->counters.workers >= jobs->setup.config->inspector.max_workers ||
        (jobs->crashed && jobs->setup.renewable))
        return NULL;
    for (unsigned i = 0; i < INSPECTOR_WORKERS_MAX; i++)
        if (jobs->all[i].phase == JOB_FREE)
            return &jobs->all[i];
    return NULL;
}

static uint64_t time_for_ms(const struct config *config, const struct inspect_ask *ask)
{
    if (ask->port == MAIL_PORT)
        return config->inspector.mail_deadline_ms;
    return ask->patient && inspection_is_web_port(ask->port) ? config->inspector.patient_deadline_ms
                                                             : config->inspector.deadline_ms;
}

void jobs_begin(struct jobs *jobs, uint64_t client, const struct inspect_ask *ask, uint64_t now_ns)
{
    const struct config *config = jobs->setup.config;
    struct ratelimit_state state;
    struct inspect_job *job;

    if (policy_check_port(&config->policy, ask->port) != POLICY_OK ||
        policy_check_address(&config->policy, &ask->addr) != POLICY_OK) {
        refuse(jobs, client, ask, INSPECT_REFUSED_POLICY, 0);
        return;
    }
    if (has_job(jobs, client, ask->job)) {
        refuse(jobs, client, ask, INSPECT_REFUSED_JOB, 0);
        return;
    }
    job = find_free(jobs);
    if (job == NULL || is_inspected(jobs, ask)) {
        refuse(jobs, client, ask, job == NULL ? INSPECT_REFUSED_BUSY : INSPECT_REFUSED_RATE,
               BUSY_RETRY_MS * NS_PER_MS);
        return;
    }
    state = ratelimit_take(jobs->targets, &ask->addr, ask->survey ? SURVEY_COST : 1, now_ns);
    if (!state.allowed) {
        refuse(jobs, client, ask, INSPECT_REFUSED_RATE, state.retry_after_ns);
        return;
    }
    job->phase = JOB_CONNECTING;
    job->client = client;
    job->ask = *ask;
    job->question = SURVEY_COUNT;
    job->deadline_ns = now_ns + time_for_ms(config, ask) * NS_PER_MS;
    jobs->counters.workers++;
    start_connecting(jobs, job, now_ns);
}

/* --- surveys ------------------------------------------------------------------------------ */

/* Notes an answer and starts the next connection; each asks one question, one at a time.  A failed
 * connection ends the survey, because the server may be limiting us. */
static void survey_on(struct jobs *jobs, struct inspect_job *job, const struct survey *answered)
{
    uint64_t now_ns = clock_now_ns();
    struct survey *survey = &job->found.survey;
    enum survey_question asked = job->question;

    if (asked != SURVEY_COUNT && answered != NULL) {
        survey->answers[asked] = answered->answers[asked];
        if (asked < SURVEY_POST_QUANTUM)
            survey->suites[asked] = answered->suites[asked];
        if (asked == SURVEY_TLS1_3)
            survey->group = answered->group;
        if (asked == SURVEY_POST_QUANTUM)
            survey->post_quantum_group = answered->post_quantum_group;
    }
    job->question = survey_next(survey, asked);
    if ((asked == SURVEY_COUNT || answered != NULL) && job->question != SURVEY_COUNT &&
        now_ns < job->survey_end_ns) {
        job->phase = JOB_CONNECTING;
        job->deadline_ns = job->survey_end_ns;
        start_connecting(jobs, job, now_ns);
        return;
    }
    survey_conclude(survey, job->found.version);
    if (survey_takes_old(survey))
        inspection_add(&job->found, INSPECTION_PROBLEM_OLD_VERSIONS, 0, false, 0);
    inspection_sort(&job->found);
    jobs->message.answer.inspection = job->found;
    end(jobs, job);
}

/* False if there is nothing to survey: it wasn't asked for, or the port has no implicit TLS. */
static bool begin_survey(struct jobs *jobs, struct inspect_job *job, const struct inspection *found)
{
    bool tls = found->state == INSPECTION_TRUSTED || found->state == INSPECTION_UNTRUSTED ||
               found->state == INSPECTION_FAILED;

    if (!job->ask.survey || job->ask.kind != INSPECT_TLS || job->ask.starttls != STARTTLS_NONE ||
        !tls)
        return false;
    job->found = *found;
    job->found.survey.asked = true;
    job->survey_end_ns = clock_now_ns() + jobs->setup.config->inspector.deadline_ms * NS_PER_MS;
    survey_on(jobs, job, NULL);
    return true;
}

/* --- events ------------------------------------------------------------------------------ */

static void on_connected(struct jobs *jobs, struct inspect_job *job, uint64_t now_ns)
{
    int error = 0;
    socklen_t len = sizeof(error);

    if (getsockopt(job->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        error = errno;
    epoll_ctl(jobs->setup.epoll_fd, EPOLL_CTL_DEL, job->fd, NULL);
    if (error != 0)
        end_unconnected(jobs, job, error);
    else
        start_worker(jobs, job, now_ns);
}

static void on_result(struct jobs *jobs, struct inspect_job *job)
{
    ssize_t got = read(job->fd, job->bytes + job->len, job->room - job->len);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0)
        job->len += (size_t)got;
    if (got <= 0)
        end_worker(jobs, job, false);
    else if (job->len == job->room) /* more than any result */
        end_worker(jobs, job, true);
}

void jobs_event(struct jobs *jobs, uint32_t event, uint64_t now_ns)
{
    struct inspect_job *job = &jobs->all[event - jobs->setup.event_base];

    switch (job->phase) {
    case JOB_CONNECTING: on_connected(jobs, job, now_ns); break;
    case JOB_WORKING: on_result(jobs, job); break;
    case JOB_FREE: break; /* ended earlier in this round of events */
    }
}

void jobs_tick(struct jobs *jobs, uint64_t now_ns)
{
    for (unsigned i = 0; i < INSPECTOR_WORKERS_MAX; i++) {
        struct inspect_job *job = &jobs->all[i];
        if (job->phase == JOB_FREE || job->deadline_ns > now_ns)
            continue;
        if (job->phase == JOB_CONNECTING)
            end_unconnected(jobs, job, ETIMEDOUT);
        else
            end_worker(jobs, job, true);
    }
}

uint64_t jobs_next_ns(const struct jobs *jobs)
{
    uint64_t next_ns = UINT64_MAX;

    for (unsigned i = 0; i < INSPECTOR_WORKERS_MAX; i++)
        if (jobs->all[i].phase != JOB_FREE && jobs->all[i].deadline_ns < next_ns)
            next_ns = jobs->all[i].deadline_ns;
    return next_ns;
}
