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
    FEW = 16, /* packets that are sent sooner than another thread wakes up */
};

struct batch_list {
    struct batch *first, **end;
};

struct sender {
    sender_failed_fn *failed;
    void *context;
    uint64_t count;
    int ipv4_fd, ipv6_fd, alarm_fd;
    struct batch *ipv4, *ipv6; /* being filled */
    struct batch *idle;
    unsigned handed_over; /* batches that have not come back */
    bool has_thread;
    pthread_mutex_t lock;          /* of what follows */
    pthread_cond_t work, progress; /* for the thread; of the thread */
    bool has_started;
    struct batch_list ready, done;
    struct batch pool[BATCHES];
};

static void list_init(struct batch_list *list)
{
    list->first = NULL;
    list->end = &list->first;
}

static void list_add(struct batch_list *list, struct batch *batch)
{
    batch->next = NULL;
    *list->end = batch;
    list->end = &batch->next;
}

/* Both kinds take packets with their IP header in place (raw(7), ipv6(7)). */
static int open_raw(int domain)
{
    int fd = socket(domain, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW);
    int size = SEND_BUFFER_LEN;
    int nothing = 0;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &nothing,
               sizeof(nothing)); /* IPPROTO_RAW hears nothing */
    return fd;
}

static bool open_descriptors(struct sender *sender)
{
    sender->ipv4_fd = open_raw(AF_INET);
    if (sender->ipv4_fd < 0)
        return false;
    sender->alarm_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (sender->alarm_fd < 0)
        return false;
    sender->ipv6_fd = open_raw(AF_INET6);
    return sender->ipv6_fd >= 0 || errno == EAFNOSUPPORT;
}

static struct batch *take_idle(struct sender *sender, int fd)
{
    struct batch *batch = sender->idle;

    sender->idle = batch->next;
    batch->fd = fd;
    batch->count = 0;
    return batch;
}

struct sender *sender_open(sender_failed_fn *failed, void *context)
{
    struct sender *sender = calloc(1, sizeof(*sender));

    if (sender == NULL)
        return NULL;
    sender->failed = failed;
    sender->context = context;
    sender->ipv4_fd = sender->ipv6_fd = sender->alarm_fd = -1;
    pthread_mutex_init(&sender->lock, NULL);
    pthread_cond_init(&sender->work, NULL);
    pthread_cond_init(&sender->progress, NULL);
    if (!open_descriptors(sender)) {
        int saved = errno;
        sender_close(sender);
        errno = saved;
        return NULL;
    }
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

void sender_close(struct sender *sender)
{
    const int fds[] = {sender->ipv4_fd, sender->ipv6_fd, sender->alarm_fd};

    for (unsigned i = 0; i < ARRAY_LEN(fds); i++)
        if (fds[i] >= 0)
            close(fds[i]);
    pthread_cond_destroy(&sender->progress);
    pthread_cond_destroy(&sender->work);
    pthread_mutex_destroy(&sender->lock);
    free(sender);
}

int sender_fd(const struct sender *sender, enum addr_family family)
{
    return family == ADDR_IPV4 ? sender->ipv4_fd : sender->ipv6_fd;
}

int sender_alarm_fd(const struct sender *sender)
{
    return sender->alarm_fd;
}

uint64_t sender_count(const struct sender *sender)
{
    return sender->count;
}

/* --- the second thread --------------------------------------------------------------- */

static struct batch *wait_for_work(struct sender *sender)
{
    struct batch *batch;

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

static void *send_for_ever(void *context)
{
    struct sender *sender = context;
    const uint64_t one = 1;

    pthread_mutex_lock(&sender->lock);
    sender->has_started = true;
    pthread_cond_signal(&sender->progress);
    pthread_mutex_unlock(&sender->lock);
    for (;;) {
        struct batch *batch = wait_for_work(sender);
        bool refused;
        batch_send(batch);
        refused = batch->refused > 0;
        pthread_mutex_lock(&sender->lock);
        list_add(&sender->done, batch);
        pthread_cond_signal(&sender->progress);
        pthread_mutex_unlock(&sender->lock);
        if (refused) /* if it is full, the alarm has been given */
            (void)!write(sender->alarm_fd, &one, sizeof(one));
    }
    return NULL;
}

int sender_start_thread(struct sender *sender)
{
    pthread_t thread;
    cpu_set_t processors;
    int error;

    if (sched_getaffinity(0, sizeof(processors), &processors) == 0 && CPU_COUNT(&processors) < 2)
        return 0;
    error = pthread_create(&thread, NULL, send_for_ever, sender);
    sender->has_thread = error == 0;
    pthread_mutex_lock(&sender->lock);
    while (sender->has_thread && !sender->has_started)
        pthread_cond_wait(&sender->progress, &sender->lock);
    pthread_mutex_unlock(&sender->lock);
    return error;
}

/* --- the first ------------------------------------------------------------------------- */

/* The batch left: what failed is reported.  It may be filled again. */
static void settle(struct sender *sender, struct batch *batch)
{
    sender->count += batch->count - batch->refused;
    for (unsigned i = 0; batch->refused > 0 && i < batch->count; i++)
        if (batch->errors[i] != 0)
            sender->failed(sender->context, batch->tags[i], batch->errors[i]);
    batch->count = 0;
}

/* Takes back what the thread has sent. */
static void collect(struct sender *sender)
{
    struct batch *batch, *next;

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

static void hand_over(struct sender *sender, struct batch *batch)
{
    sender->handed_over++;
    pthread_mutex_lock(&sender->lock);
    list_add(&sender->ready, batch);
    pthread_cond_signal(&sender->work);
    pthread_mutex_unlock(&sender->lock);
}

/* Sends what is in the batch.  With the thread as far behind as it may be, we do it
 * ourselves. */
static void send_batch(struct sender *sender, struct batch **batch)
{
    struct batch *full = *batch;

    if (sender->idle == NULL)
        collect(sender);
    if (sender->has_thread && full->count > FEW && sender->idle != NULL) {
        *batch = take_idle(sender, full->fd);
        hand_over(sender, full);
        return;
    }
    batch_send(full);
    settle(sender, full);
}

void sender_flush(struct sender *sender)
{
    if (sender->ipv4->count > 0)
        send_batch(sender, &sender->ipv4);
    if (sender->ipv6->count > 0)
        send_batch(sender, &sender->ipv6);
    collect(sender);
}

void sender_finish(struct sender *sender)
{
    sender_flush(sender);
    while (sender->handed_over > 0) {
        pthread_mutex_lock(&sender->lock);
        while (sender->done.first == NULL)
            pthread_cond_wait(&sender->progress, &sender->lock);
        pthread_mutex_unlock(&sender->lock);
        collect(sender);
    }
}

/* Where the next packet to dst goes. */
static struct batch *batch_for(struct sender *sender, const struct addr *dst)
{
    struct batch **batch = dst->family == ADDR_IPV4 ? &sender->ipv4 : &sender->ipv6;

    if ((*batch)->count == BATCH_MAX)
        send_batch(sender, batch);
    return *batch;
}

void sender_queue(struct sender *sender, const struct segment *segment, uint64_t tag)
{
    batch_add(batch_for(sender, &segment->dst), segment, tag);
}

void sender_queue_echo(struct sender *sender, const struct echo_request *request, uint64_t tag)
{
    batch_add_echo(batch_for(sender, &request->dst), request, tag);
}
