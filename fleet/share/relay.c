/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/share/relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/contract/frontend_frame.h"
#include "common/contract/seqpacket.h"
#include "common/contract/wire.h"
#include "common/daemon/local_socket.h"
#include "fleet/message/subject.h"

enum {
    REQUESTS_MAX = 64, /* questions under way, in either direction; the oldest makes room */
    FRAMES_PER_TURN = 64,
};

/* A request from our portlightd to another frontend. */
struct own_request {
    uint32_t number;  /* 0: free */
    unsigned waiting; /* engines that may still bring the answer */
    char token[SUBJECT_TOKEN_LEN];
};

/* A request from another frontend to our portlightd. */
struct peer_request {
    unsigned engine;
    char reply[SUBJECT_LEN]; /* empty: answered */
};

struct relay {
    struct relay_setup setup;
    int listener;
    int fd; /* the portlightd; -1: none */
    struct loop_watch *accepts, *watch;
    struct own_request own_requests[REQUESTS_MAX];
    struct peer_request peer_requests[REQUESTS_MAX];
    uint32_t next_own_request,
        next_peer_request; /* counts them; the slot is the rest by REQUESTS_MAX */
    struct log_limit log;
    uint8_t frame[FRONTEND_FRAME_MAX_LEN + 1];
};

static const char *own_name(const struct relay *relay)
{
    return relay->setup.config->fleet.name;
}

static struct engine_link *link_of(const struct relay *relay, unsigned number)
{
    return relay->setup.bus->engines[number];
}

static void hang_up(struct relay *relay)
{
    loop_watch_free(relay->watch);
    relay->watch = NULL;
    if (relay->fd >= 0)
        close(relay->fd);
    relay->fd = -1;
}

/* What has no room is lost: the frontends notice, and tell it again. */
static void pass_on(struct relay *relay, const struct frontend_frame *frame)
{
    size_t len = frontend_frame_write(frame, relay->frame);

    if (relay->fd >= 0 && len > 0)
        (void)seqpacket_send(relay->fd, relay->frame, len);
}

/* --- from portlightd ------------------------------------------------------------------------ */

static void tell(struct relay *relay, const struct frontend_frame *frame)
{
    char subject[SUBJECT_LEN];

    subject_charge(WIRE_VERSION, own_name(relay), subject);
    for (unsigned i = 0; i < relay->setup.bus->count; i++)
        (void)engine_link_publish(link_of(relay, i), subject, NULL, frame->payload, frame->len);
}

/* By every engine: the other frontend may be at one only. */
static void ask(struct relay *relay, const struct frontend_frame *frame)
{
    struct own_request *slot = &relay->own_requests[relay->next_own_request % REQUESTS_MAX];
    char subject[SUBJECT_LEN], reply[SUBJECT_LEN];
    uint8_t random[SUBJECT_RANDOM_LEN];

    *slot = (struct own_request){.number = frame->number};
    if (getrandom(random, sizeof(random), 0) == (ssize_t)sizeof(random)) {
        subject_token(relay->next_own_request, random, slot->token);
        subject_keep(WIRE_VERSION, frame->name, own_name(relay), subject);
        subject_tell(WIRE_VERSION, own_name(relay), frame->name, slot->token, reply);
        for (unsigned i = 0; i < relay->setup.bus->count; i++)
            slot->waiting +=
                engine_link_publish(link_of(relay, i), subject, reply, frame->payload, frame->len);
    }
    relay->next_own_request++;
    if (slot->waiting > 0)
        return;
    slot->number = 0;
    pass_on(relay, &(struct frontend_frame){.type = FRONTEND_ANSWER, .number = frame->number});
}

static void reply_to(struct relay *relay, const struct frontend_frame *frame)
{
    struct peer_request *slot = &relay->peer_requests[frame->number % REQUESTS_MAX];

    /* a number that was given up is another one's slot now */
    if (relay->next_peer_request - frame->number >= REQUESTS_MAX || slot->reply[0] == '\0')
        return;
    (void)engine_link_publish(link_of(relay, slot->engine), slot->reply, NULL, frame->payload,
                              frame->len);
    slot->reply[0] = '\0';
}

static void take_frame(struct relay *relay, const struct frontend_frame *frame)
{
    switch (frame->type) {
    case FRONTEND_TELL: tell(relay, frame); break;
    case FRONTEND_ASK: ask(relay, frame); break;
    case FRONTEND_REPLY: reply_to(relay, frame); break;
    default: break; /* a newer portlightd's */
    }
}

static void on_ready(void *context, bool readable, bool writable)
{
    struct relay *relay = context;
    struct frontend_frame frame;
    size_t len;

    (void)writable;
    for (unsigned i = 0; readable && i < FRAMES_PER_TURN; i++) {
        enum seqpacket_status status =
            seqpacket_receive(relay->fd, relay->frame, sizeof(relay->frame), &len);
        if (status == SEQPACKET_AGAIN)
            return;
        if (status != SEQPACKET_OK || !frontend_frame_read(relay->frame, len, false, &frame)) {
            log_info("share", "portlightd is gone%s",
                     status == SEQPACKET_CLOSED ? "" : ": it sent what makes no sense");
            hang_up(relay);
            return;
        }
        take_frame(relay, &frame);
    }
}

/* Members of the group may ask places, but not speak for this frontend. */
static bool may_speak(const struct relay *relay, int fd)
{
    struct ucred who;
    socklen_t len = sizeof(who);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) != 0)
        return false;
    return who.uid == 0 || who.uid == relay->setup.owner || who.uid == geteuid();
}

/* A new one takes the place of another: that one is a daemon that was killed, or soon will be. */
static void on_connection(void *context, bool readable, bool writable)
{
    struct relay *relay = context;
    int fd = accept4(relay->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    (void)readable, (void)writable;
    if (fd < 0)
        return;
    if (!may_speak(relay, fd)) {
        if (log_allows(&relay->log, clock_now_ns()))
            log_warn("share", "refused somebody who is not http.user");
        close(fd);
        return;
    }
    hang_up(relay);
    relay->fd = fd;
    relay->watch = loop_watch_new(relay->setup.loop, fd, on_ready, relay);
    if (relay->watch == NULL) {
        hang_up(relay);
        return;
    }
    loop_watch_set(relay->watch, true, false);
    log_info("share", "portlightd is there");
}

/* --- from the engines ----------------------------------------------------------------------- */

void relay_engine_up(struct relay *relay, unsigned engine)
{
    char subject[SUBJECT_LEN];

    subject_charge(WIRE_VERSION, "*", subject);
    (void)engine_link_subscribe(link_of(relay, engine), subject);
    subject_keep(WIRE_VERSION, own_name(relay), "*", subject);
    (void)engine_link_subscribe(link_of(relay, engine), subject);
}

static void pass_on_from(struct relay *relay, enum frontend_frame_type type, uint32_t number,
                         const char *name, const struct nats_text *payload)
{
    struct frontend_frame frame = {
        .type = type, .number = number, .payload = payload->at, .len = payload->len};

    memcpy(frame.name, name, strlen(name));
    pass_on(relay, &frame);
}

/* The answer goes to who asked, and nowhere else. */
static void take_question(struct relay *relay, unsigned number, const struct subject *from,
                          const struct nats_event *message)
{
    struct peer_request *slot;
    struct subject told;

    if (message->reply.len >= SUBJECT_LEN ||
        !subject_read_tell(message->reply.at, message->reply.len, &told) ||
        told.version != from->version || strcmp(told.frontend, from->frontend) != 0)
        return;
    if (++relay->next_peer_request == 0)
        relay->next_peer_request = REQUESTS_MAX; /* 0 is no number */
    slot = &relay->peer_requests[relay->next_peer_request % REQUESTS_MAX];
    *slot = (struct peer_request){.engine = number};
    memcpy(slot->reply, message->reply.at, message->reply.len);
    pass_on_from(relay, FRONTEND_ASKED, relay->next_peer_request, from->frontend,
                 &message->payload);
}

/* False if it is no question of ours: a place's answer. */
static bool take_answer(struct relay *relay, const struct subject *told,
                        const struct nats_event *message)
{
    struct own_request *slot = &relay->own_requests[subject_slot(told->token) % REQUESTS_MAX];
    struct nats_text payload = message->payload;

    if (slot->number == 0 || strcmp(slot->token, told->token) != 0)
        return false;
    if (message->status != 0) {
        if (--slot->waiting > 0)
            return true;
        payload.len = 0; /* it is nowhere */
    }
    pass_on_from(relay, FRONTEND_ANSWER, slot->number, "", &payload);
    slot->number = 0;
    return true;
}

bool relay_take(struct relay *relay, unsigned engine, const struct nats_event *message)
{
    const struct nats_text *subject = &message->subject;
    struct subject from;

    if (subject_read_charge(subject->at, subject->len, &from)) {
        if (strcmp(from.frontend, own_name(relay)) != 0 && from.version == WIRE_VERSION)
            pass_on_from(relay, FRONTEND_TOLD, 0, from.frontend, &message->payload);
        return true;
    }
    if (subject_read_keep(subject->at, subject->len, &from)) {
        take_question(relay, engine, &from, message);
        return true;
    }
    return subject_read_tell(subject->at, subject->len, &from) &&
           take_answer(relay, &from, message);
}

/* --- beginning and end ----------------------------------------------------------------------- */

struct relay *relay_new(const struct relay_setup *setup)
{
    struct relay *relay = calloc(1, sizeof(*relay));
    char path[PLACE_PATH_LEN];

    if (relay == NULL)
        return NULL;
    relay->setup = *setup;
    relay->fd = relay->listener = -1;
    if (!frontend_frame_socket(setup->config->fleet.directory, path))
        log_warn("share", "fleet.directory: with /_frontend.sock, longer than a socket's path may "
                          "be");
    else
        relay->listener = local_socket_listen(&(struct local_socket){
            .path = path, .type = SOCK_SEQPACKET, .group = setup->group, .backlog = 4});
    if (relay->listener >= 0)
        relay->accepts = loop_watch_new(setup->loop, relay->listener, on_connection, relay);
    if (relay->accepts == NULL) {
        log_warn("share", "%s: %s", path, strerror(errno));
        relay_free(relay);
        return NULL;
    }
    loop_watch_set(relay->accepts, true, false);
    return relay;
}

void relay_free(struct relay *relay)
{
    if (relay == NULL)
        return;
    hang_up(relay);
    loop_watch_free(relay->accepts);
    if (relay->listener >= 0)
        close(relay->listener);
    free(relay);
}
