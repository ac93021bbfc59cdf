/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ask SOCKET FIRST COUNT WINDOW PORT=STATE[,PORT=STATE[,PORT=STATE]] ...
 *
 * A client of the prober, for make bench: checks each of COUNT addresses from FIRST on once, with
 * WINDOW checks under way at a time.  Several lists of ports alternate between targets.  Compares
 * every verdict with the expected state, repeats checks that were refused as busy, and prints one
 * line of JSON.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/clock.h"
#include "common/contract/seqpacket.h"
#include "common/contract/wire.h"

enum { BATCH = 64, LISTS_MAX = 8, QUIET_MS = 15000, BUSY_MS = 1 };

struct list {
    uint8_t count;
    uint16_t ports[POLICY_PORTS_MAX];
    enum verdict_state states[POLICY_PORTS_MAX];
};

struct asking {
    int fd;
    bool greeted;
    uint32_t first, count, window;
    struct list lists[LISTS_MAX];
    uint32_t list_count;
    uint32_t asked, under_way, done; /* checks */
    uint32_t *again, again_count;    /* those refused as busy */
    uint64_t *asked_ns, *took_ns;    /* of each check; took_ns to its last verdict */
    uint64_t verdicts, wrong, busy, begin_ns, end_ns;
    struct wire_pong pong;
};

static void die(const char *what)
{
    fprintf(stderr, "ask: %s: %s\n", what, errno != 0 ? strerror(errno) : "not valid");
    exit(1);
}

static void *table(uint32_t count, size_t item_len)
{
    void *items = calloc(count, item_len);

    if (items == NULL)
        die("memory");
    return items;
}

static void read_list(struct list *list, char *text)
{
    for (char *part = strtok(text, ","); part != NULL; part = strtok(NULL, ",")) {
        const char *equals = strchr(part, '=');
        unsigned state = 0;
        if (equals == NULL || list->count == POLICY_PORTS_MAX)
            die(part);
        while (state < STATE_COUNT && strcmp(verdict_state_name(state), equals + 1) != 0)
            state++;
        if (state == STATE_COUNT)
            die(part);
        list->ports[list->count] = (uint16_t)atoi(part);
        list->states[list->count++] = (enum verdict_state)state;
    }
}

static struct wire_message check_of(const struct asking *asking, uint32_t index)
{
    const struct list *list = &asking->lists[index % asking->list_count];
    struct wire_message message = {
        .type = WIRE_CHECK,
        .check = {.job = index, .addr.family = ADDR_IPV4, .port_count = list->count},
    };
    uint32_t address = asking->first + index;

    for (int i = 0; i < 4; i++)
        message.check.addr.bytes[i] = (uint8_t)(address >> (24 - 8 * i));
    memcpy(message.check.ports, list->ports, sizeof(list->ports));
    return message;
}

static void wait_for(const struct asking *asking, short events)
{
    struct pollfd wanted = {.fd = asking->fd, .events = events};

    if (poll(&wanted, 1, QUIET_MS) != 1)
        die("the prober is silent");
}

static void take_result(struct asking *asking, const struct wire_result *result, uint64_t now_ns)
{
    const struct list *list = &asking->lists[result->job % asking->list_count];
    unsigned i = 0;

    while (i < list->count && list->ports[i] != result->verdict.port)
        i++;
    asking->verdicts++;
    asking->wrong += i == list->count || list->states[i] != result->verdict.state;
    if (!result->last)
        return;
    asking->took_ns[result->job] = now_ns - asking->asked_ns[result->job];
    asking->end_ns = now_ns;
    asking->done++;
    asking->under_way--;
}

static void take(struct asking *asking, const struct wire_message *message, uint64_t now_ns)
{
    switch (message->type) {
    case WIRE_RESULT: take_result(asking, &message->result, now_ns); break;
    case WIRE_REFUSED:
        if (message->refused.reason != REFUSED_BUSY) {
            errno = EACCES;
            die("refused by policy or quota");
        }
        asking->busy++;
        asking->under_way--;
        asking->again[asking->again_count++] = message->refused.job;
        break;
    case WIRE_WELCOME: asking->greeted = true; break;
    case WIRE_PONG: asking->pong = message->pong; break;
    default: break;
    }
}

/* Reads a batch of messages; false if there were none. */
static bool read_some(struct asking *asking)
{
    uint8_t bytes[BATCH][WIRE_MESSAGE_MAX_LEN];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH] = {0};
    uint64_t now_ns;
    int count;

    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){bytes[i], sizeof(bytes[i])};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    count = recvmmsg(asking->fd, messages, BATCH, 0, NULL);
    if (count < 0 && errno != EAGAIN)
        die("receive");
    now_ns = clock_now_ns();
    for (int i = 0; i < count; i++) {
        struct wire_message message;
        enum wire_error error =
            wire_check_shape(bytes[i], messages[i].msg_len, WIRE_PROBER, asking->greeted);
        if (error == WIRE_NOT_FOR_US)
            continue;
        if (error != WIRE_OK || wire_decode(bytes[i], messages[i].msg_len, &message) != WIRE_OK) {
            errno = EPROTO;
            die("the prober's message");
        }
        take(asking, &message, now_ns);
    }
    return count > 0;
}

/* Reads in between: the prober may wait for us to read before it reads more. */
static void send_all(struct asking *asking, struct mmsghdr *messages, unsigned count)
{
    for (unsigned sent = 0; sent < count;) {
        int n = sendmmsg(asking->fd, messages + sent, count - sent, MSG_NOSIGNAL);
        if (n > 0)
            sent += (unsigned)n;
        else if (errno != EAGAIN)
            die("send");
        else if (!read_some(asking))
            wait_for(asking, POLLIN | POLLOUT);
    }
}

/* Sends up to a batch of checks, within the window. */
static void ask_some(struct asking *asking)
{
    uint8_t bytes[BATCH][WIRE_MESSAGE_MAX_LEN];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH] = {0};
    unsigned count = 0;
    uint64_t now_ns = clock_now_ns();

    while (count < BATCH && asking->under_way < asking->window &&
           (asking->asked < asking->count || asking->again_count > 0)) {
        uint32_t index =
            asking->again_count > 0 ? asking->again[--asking->again_count] : asking->asked++;
        struct wire_message message = check_of(asking, index);
        if (asking->asked_ns[index] == 0)
            asking->asked_ns[index] = now_ns;
        parts[count] = (struct iovec){bytes[count], wire_encode(&message, bytes[count])};
        messages[count].msg_hdr = (struct msghdr){.msg_iov = &parts[count], .msg_iovlen = 1};
        count++;
        asking->under_way++;
    }
    send_all(asking, messages, count);
}

static void send_one(const struct asking *asking, enum wire_type type)
{
    struct wire_message message = {.type = type, .token = 1};
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];

    if (seqpacket_send(asking->fd, bytes, wire_encode(&message, bytes)) != SEQPACKET_OK)
        die("send");
    wait_for(asking, POLLIN);
}

static int compare(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;

    return (*left > *right) - (*left < *right);
}

static void print(struct asking *asking)
{
    const uint64_t *took = asking->took_ns;
    uint32_t last = asking->count - 1;

    qsort(asking->took_ns, asking->count, sizeof(*took), compare);
    printf("{\"verdicts\": %llu, \"wrong\": %llu, \"busy\": %llu, \"seconds\": %.6f, "
           "\"p50_ms\": %.4f, \"p99_ms\": %.4f, \"max_ms\": %.4f, \"packets_sent\": %llu, "
           "\"packets_lost\": %llu}\n",
           (unsigned long long)asking->verdicts, (unsigned long long)asking->wrong,
           (unsigned long long)asking->busy, (double)(asking->end_ns - asking->begin_ns) / 1e9,
           (double)took[last / 2] / 1e6, (double)took[(uint64_t)last * 99 / 100] / 1e6,
           (double)took[last] / 1e6, (unsigned long long)asking->pong.packets_sent,
           (unsigned long long)asking->pong.packets_lost);
}

int main(int argc, char **argv)
{
    static struct asking asking;
    struct addr first;

    if (argc < 6 || argc - 5 > LISTS_MAX || !addr_parse(argv[2], &first))
        die("usage: ask SOCKET FIRST COUNT WINDOW PORT=STATE[,PORT=STATE...] ...");
    for (int i = 0; i < 4; i++)
        asking.first = asking.first << 8 | first.bytes[i];
    asking.count = (uint32_t)atol(argv[3]);
    asking.window = (uint32_t)atol(argv[4]);
    for (int i = 5; i < argc; i++)
        read_list(&asking.lists[asking.list_count++], argv[i]);
    asking.again = table(asking.count, sizeof(*asking.again));
    asking.asked_ns = table(asking.count, sizeof(*asking.asked_ns));
    asking.took_ns = table(asking.count, sizeof(*asking.took_ns));
    asking.fd = seqpacket_connect(argv[1]);
    if (asking.fd < 0)
        die(argv[1]);
    send_one(&asking, WIRE_HELLO);
    while (read_some(&asking))
        ;
    asking.begin_ns = clock_now_ns();
    while (asking.done < asking.count) {
        bool was_busy = asking.again_count > 0;
        if (was_busy)
            poll(NULL, 0, BUSY_MS);
        ask_some(&asking);
        if (!read_some(&asking) && asking.under_way > 0 && asking.under_way == asking.window)
            wait_for(&asking, POLLIN);
        else if (asking.asked == asking.count && asking.again_count == 0 && asking.under_way > 0)
            wait_for(&asking, POLLIN);
    }
    send_one(&asking, WIRE_PING);
    while (read_some(&asking))
        ;
    print(&asking);
    return 0;
}
