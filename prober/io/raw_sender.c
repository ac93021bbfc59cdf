/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/io/raw_sender.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "prober/io/send_batch.h"

enum {
    SEND_BUFFER_LEN = 1 << 20,
    BATCHES = 16,
    INLINE_MAX = 16, /* sending this many is faster than waking the other thread */
};

struct batch_list {
    struct send_batch *first, **end;
};

struct raw_sender {
    sender_failed_fn *failed;
    void *context;
    uint64_t count;
    int ipv4_fd, ipv6_fd, wakeup_fd;
    struct send_batch *ipv4, *ipv6; /* being filled */
    struct send_batch *idle;
    unsigned handed_over; /* batches that the thread still has */
    bool has_thread;
    pthread_mutex_t lock;          /* protects what follows */
    pthread_cond_t work, progress; /* there is work for the thread; the thread has made progress */
    bool has_started;
    struct batch_list ready, done;
    struct send_batch pool[BATCHES];
};

static void list_init(struct batch_list *list)
{
    list->first = NULL;
    list->end = &list->first;
}

static void list_add(struct batch_list *list, struct send_batch *batch)
{
    batch->next = NULL;
    *list->end = batch;
    list->end = &batch->next;
}

/* With IPPROTO_RAW, packets include their IP header (raw(7), ipv6(7)). */
static int open_raw(int domain)
{
    int fd = socket(domain, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW);
    int size = SEND_BUFFER_LEN;
    int nothing = 0;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &nothing,
               sizeof(nothing)); /* IPPROTO_RAW receives nothing */
    return fd;
}

static struct send_batch *take_idle(struct raw_sender *sender, int fd)
{
    struct send_batch *batch = sender->idle;

    sender->idle = batch->next;
    batch->fd = fd;
    batch->count = 0;
    return batch;
}

struct raw_sender *raw_sender_new(int ipv4_fd, int ipv6_fd, sender_failed_fn *failed, void *context)
{
    struct raw_sender *sender = calloc(1, sizeof(*sender));

    if (sender == NULL)
        return NULL;
    sender->wakeup_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (sender->wakeup_fd < 0) {
        free(sender);
        return NULL;
    }
    sender->failed = failed;
    sender->context = context;
    sender->ipv4_fd = ipv4_fd;
    sender->ipv6_fd = ipv6_fd;
    pthread_mutex_init(&sender->lock, NULL);
    pthread_cond_init(&sender->work, NULL);
    pthread_cond_init(&sender->progress, NULL);
    list_init(&sender->ready);
    list_init(&sender->done);
    for (unsigned i = 0; i < BATCHES; i++) {
        sender->pool[i].next = sender->idle;
        sender->idle = &sender->pool[i];
    }
    sender->ipv4 = take_idle(sender, sender->ipv4_fd);
    sender->ipv6 = take_idle(sender, sender->ipv6_fd);
    return sender;
}

struct raw_sender *raw_sender_open(sender_failed_fn *failed, void *context)
{
    int ipv4_fd = open_raw(AF_INET);
    int ipv6_fd = ipv4_fd >= 0 ? open_raw(AF_INET6) : -1;
    struct raw_sender *sender = NULL;
    int saved;

    if (ipv4_fd >= 0 && (ipv6_fd >= 0 || errno == EAFNOSUPPORT))
        sender = raw_sender_new(ipv4_fd, ipv6_fd, failed, context);
    if (sender != NULL)
        return sender;
    saved = errno;
    if (ipv4_fd >= 0)
        close(ipv4_fd);
    if (ipv6_fd >= 0)
        close(ipv6_fd);
    errno = saved;
    return NULL;
}

void raw_sender_close(struct raw_sender *sender)
{
    const int fds[] = {sender->ipv4_fd, sender->ipv6_fd, sender->wakeup_fd};

    for (unsigned i = 0; i < ARRAY_LEN(fds); i++)
        if (fds[i] >= 0)
            close(fds[i]);
    pthread_cond_destroy(&sender->progress);
    pthread_cond_destroy(&sender->work);
    pthread_mutex_destroy(&sender->lock);
    free(sender);
}

int raw_sender_fd(const struct raw_sender *sender, enum addr_family family)
{
    return family == ADDR_IPV4 ? sender->ipv4_fd : sender->ipv6_fd;
}

int raw_sender_wakeup_fd(const struct raw_sender *sender)
{
    return sender->wakeup_fd;
}

uint64_t raw_sender_count(const struct raw_sender *sender)
{
    return sender->count;
}

/* --- the second thread --------------------------------------------------------------- */

static struct send_batch *wait_for_work(struct raw_sender *sender)
{
    struct send_batch *batch;

    pthread_mutex_lock(&sender->lock);
    while (sender->ready.first == NULL)
        pthread_cond_wait(&sender->work, &sender->lock);
    batch = sender->ready.first;
    sender->ready.first = batch->next;
    if (batch->next == NULL)
        list_init(&sender->ready);
    pthread_mutex_unlock(&sender->lock);
    return batch;
}

static void *sender_thread(void *context)
{
    struct raw_sender *sender = context;
    const uint64_t one = 1;

    pthread_mutex_lock(&sender->lock);
    sender->has_started = true;
    pthread_cond_signal(&sender->progress);
    pthread_mutex_unlock(&sender->lock);
    for (;;) {
        struct send_batch *batch = wait_for_work(sender);
        bool refused;
        send_batch_flush(batch);
        refused = batch->refused > 0;
        pthread_mutex_lock(&sender->lock);
        list_add(&sender->done, batch);
        pthread_cond_signal(&sender->progress);
        pthread_mutex_unlock(&sender->lock);
        if (refused) /* can fail only if it is readable already */
            (void)!write(sender->wakeup_fd, &one, sizeof(one));
    }
    return NULL;
}

int raw_sender_start_thread(struct raw_sender *sender)
{
    pthread_t thread;
    cpu_set_t processors;
    int error;

    if (sched_getaffinity(0, sizeof(processors), &processors) == 0 && CPU_COUNT(&processors) < 2)
        return 0;
    error = pthread_create(&thread, NULL, sender_thread, sender);
    sender->has_thread = error == 0;
    pthread_mutex_lock(&sender->lock);
    while (sender->has_thread && !sender->has_started)
        pthread_cond_wait(&sender->progress, &sender->lock);
    pthread_mutex_unlock(&sender->lock);
    return error;
}

/* --- the first thread ------------------------------------------------------------------------- */

/* Reports the failures of a batch that has been sent, and empties it. */
static void settle(struct raw_sender *sender, struct send_batch *batch)
{
    sender->count += batch->count - batch->refused;
    for (unsigned i = 0; batch->refused > 0 && i < batch->count; i++)
        if (batch->errors[i] != 0)
            sender->failed(sender->context, batch->tags[i], batch->errors[i]);
    batch->count = 0;
}

/* Takes back the batches that the thread has sent. */
static void collect(struct raw_sender *sender)
{
    struct send_batch *batch, *next;

    if (sender->handed_over == 0)
        return;
    pthread_mutex_lock(&sender->lock);
    batch = sender->done.first;
    list_init(&sender->done);
    pthread_mutex_unlock(&sender->lock);
    for (; batch != NULL; batch = next) {
        next = batch->next;
        settle(sender, batch);
        sender->handed_over--;
        batch->next = sender->idle;
        sender->idle = batch;
    }
}

static void hand_over(struct raw_sender *sender, struct send_batch *batch)
{
    sender->handed_over++;
    pthread_mutex_lock(&sender->lock);
    list_add(&sender->ready, batch);
    pthread_cond_signal(&sender->work);
    pthread_mutex_unlock(&sender->lock);
}

/* Sends the batch: in this thread if it is small or no other batch is free. */
static void send_batch(struct raw_sender *sender, struct send_batch **batch)
{
    struct send_batch *full = *batch;

    if (sender->idle == NULL)
        collect(sender);
    if (sender->has_thread && full->count > INLINE_MAX && sender->idle != NULL) {
        *batch = take_idle(sender, full->fd);
        hand_over(sender, full);
        return;
    }
    send_batch_flush(full);
    settle(sender, full);
}

void raw_sender_flush(struct raw_sender *sender)
{
    if (sender->ipv4->count > 0)
        send_batch(sender, &sender->ipv4);
    if (sender->ipv6->count > 0)
        send_batch(sender, &sender->ipv6);
    collect(sender);
}

void raw_sender_finish(struct raw_sender *sender)
{
    raw_sender_flush(sender);
    while (sender->handed_over > 0) {
        pthread_mutex_lock(&sender->lock);
        while (sender->done.first == NULL)
            pthread_cond_wait(&sender->progress, &sender->lock);
        pthread_mutex_unlock(&sender->lock);
        collect(sender);
    }
}

/* The batch for the next packet to dst; it has room. */
static struct send_batch *batch_for(struct raw_sender *sender, const struct addr *dst)
{
    struct send_batch **batch = dst->family == ADDR_IPV4 ? &sender->ipv4 : &sender->ipv6;

    if ((*batch)->count == BATCH_MAX)
        send_batch(sender, batch);
    return *batch;
}

void raw_sender_queue(struct raw_sender *sender, const struct segment *segment, uint64_t tag)
{
    send_batch_add(batch_for(sender, &segment->dst), segment, tag);
}

void raw_sender_queue_echo(struct raw_sender *sender, const struct echo_request *request,
                           uint64_t tag)
{
    send_batch_add_echo(batch_for(sender, &request->dst), request, tag);
}
