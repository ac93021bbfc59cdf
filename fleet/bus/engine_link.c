/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/bus/engine_link.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/clock.h"
#include "common/base/log.h"

enum {
    RETRY_FIRST_MS = 100,
    RETRY_LAST_MS = 2000,
    STEADY_MS = 1000, /* an engine that hangs up sooner is called again ever later */
    TICK_MS = 1000,
    SILENCE_MS = 3500,        /* an engine that says nothing for so long is gone */
    GREETING_MS = 5000,       /* from connecting until it takes us */
    OUTPUT_MAX_LEN = 4 << 20, /* waiting for an engine that doesn't read */
    LINE_LEN = 256,
};

enum phase { CLOSED, CONNECTING /* TCP, INFO */, SHAKING_HANDS /* TLS, CONNECT */, UP };

struct engine_link {
    struct loop *loop;
    struct ssl_ctx_st *tls;
    struct endpoint engine;
    char name[ADDR_TEXT_LEN + 8];
    unsigned number;
    const struct engine_link_ops *ops;
    struct bufferevent *stream;
    enum phase phase;
    struct loop_timer *retry, *tick;
    uint32_t retry_ms;
    uint64_t since_ns, heard_ns, up_ns;
    unsigned subscriptions;
    unsigned pings;           /* that the engine has not answered */
    char complaint[LINE_LEN]; /* the last of this outage */
    struct log_limit log;
};

static void disconnect(struct engine_link *link, const char *why);

/* --- writing --------------------------------------------------------------------- */

static void say(struct engine_link *link, const char *text)
{
    bufferevent_write(link->stream, text, strlen(text));
}

static void ping(struct engine_link *link)
{
    say(link, "PING\r\n");
    link->pings++;
}

bool engine_link_subscribe(struct engine_link *link, const char *subject)
{
    if (!engine_link_is_up(link))
        return false;
    return evbuffer_add_printf(bufferevent_get_output(link->stream), "SUB %s %u\r\n", subject,
                               ++link->subscriptions) > 0;
}

bool engine_link_publish(struct engine_link *link, const char *subject, const char *reply,
                         const void *payload, size_t len)
{
    struct evbuffer *output;

    if (!engine_link_is_up(link))
        return false;
    output = bufferevent_get_output(link->stream);
    if (evbuffer_get_length(output) > OUTPUT_MAX_LEN)
        return false; /* the tick ends it */
    return evbuffer_add_printf(output, "PUB %s%s%s %zu\r\n", subject, reply != NULL ? " " : "",
                               reply != NULL ? reply : "", len) > 0 &&
           evbuffer_add(output, payload, len) == 0 && evbuffer_add(output, "\r\n", 2) == 0;
}

void engine_link_unsubscribe(struct engine_link *link)
{
    if (!engine_link_is_up(link))
        return;
    for (; link->subscriptions > 0; link->subscriptions--)
        evbuffer_add_printf(bufferevent_get_output(link->stream), "UNSUB %u\r\n",
                            link->subscriptions);
    ping(link);
}

bool engine_link_is_settled(const struct engine_link *link)
{
    return !engine_link_is_up(link) ||
           (link->pings == 0 && evbuffer_get_length(bufferevent_get_output(link->stream)) == 0);
}

/* --- reading --------------------------------------------------------------------- */

static void on_event(struct bufferevent *stream, short events, void *context);
static void on_readable(struct bufferevent *stream, void *context);

static struct bufferevent *wrap(struct engine_link *link, int fd)
{
    SSL *ssl = SSL_new(link->tls);
    struct bufferevent *stream = NULL;

    if (ssl != NULL)
        stream = bufferevent_openssl_socket_new(loop_base(link->loop), fd, ssl,
                                                BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE);
    if (stream == NULL)
        SSL_free(ssl);
    return stream;
}

/* The engine's first line came in plain text; what follows is TLS. */
static void begin_tls(struct engine_link *link)
{
    struct bufferevent *plain = link->stream;
    int fd = bufferevent_getfd(plain);
    struct bufferevent *stream = wrap(link, fd);

    if (stream == NULL) {
        disconnect(link, "no memory for TLS");
        return;
    }
    bufferevent_setfd(plain, -1);
    bufferevent_free(plain);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    link->stream = stream;
    link->phase = SHAKING_HANDS;
    bufferevent_setcb(stream, on_readable, NULL, on_event, link);
    bufferevent_enable(stream, EV_READ | EV_WRITE);
}

static void take_pong(struct engine_link *link)
{
    if (link->pings > 0)
        link->pings--;
    if (link->phase != SHAKING_HANDS)
        return;
    link->phase = UP;
    link->up_ns = clock_now_ns();
    link->subscriptions = 0;
    link->complaint[0] = '\0';
    log_info("engine", "connected to %s", link->name);
    link->ops->up(link->ops->context, link->number);
}

/* False when the connection has changed or is gone. */
static bool take_event(struct engine_link *link, const struct nats_event *event)
{
    switch (event->operation) {
    case NATS_INFO:
        if (link->phase != CONNECTING)
            break; /* of a cluster, or of an engine that is to stop */
        begin_tls(link);
        return false;
    case NATS_PING: say(link, "PONG\r\n"); break;
    case NATS_PONG: take_pong(link); break;
    case NATS_MESSAGE:
        if (link->phase == UP)
            link->ops->message(link->ops->context, link->number, event);
        break;
    case NATS_ERROR:
        if (log_allows(&link->log, clock_now_ns()))
            log_warn("engine", "%s says:%.*s", link->name,
                     (int)(event->payload.len < LINE_LEN ? event->payload.len : LINE_LEN),
                     event->payload.at);
        break;
    case NATS_OK: break;
    }
    return true;
}

static void on_readable(struct bufferevent *stream, void *context)
{
    struct engine_link *link = context;
    struct evbuffer *input = bufferevent_get_input(stream);
    struct nats_event event;
    size_t len, used;

    link->heard_ns = clock_now_ns();
    while ((len = evbuffer_get_length(input)) > 0) {
        const unsigned char *bytes = evbuffer_pullup(input, -1);
        if (bytes == NULL)
            return disconnect(link, "no memory");
        switch (nats_parse(bytes, len, &event, &used)) {
        case NATS_PARTIAL: return;
        case NATS_BROKEN: return disconnect(link, "it does not speak NATS");
        case NATS_WHOLE: break;
        }
        if (link->phase == CONNECTING && (event.operation != NATS_INFO || used != len))
            return disconnect(link, "it says more than INFO before TLS");
        if (!take_event(link, &event))
            return;
        evbuffer_drain(input, used);
    }
}

static const char *tls_mistake(const struct engine_link *link)
{
    SSL *ssl = bufferevent_openssl_get_ssl(link->stream);
    long verified = ssl != NULL ? SSL_get_verify_result(ssl) : X509_V_OK;
    unsigned long error = bufferevent_get_openssl_error(link->stream);
    const char *reason = ERR_reason_error_string(error);

    if (verified != X509_V_OK)
        return X509_verify_cert_error_string(verified);
    return reason;
}

static void on_event(struct bufferevent *stream, short events, void *context)
{
    struct engine_link *link = context;
    const char *why = NULL;

    (void)stream;
    if ((events & BEV_EVENT_CONNECTED) != 0) {
        if (link->phase == SHAKING_HANDS) {
            say(link, "CONNECT {\"verbose\":false,\"pedantic\":false,\"tls_required\":true,"
                      "\"lang\":\"c\",\"version\":\"1\",\"protocol\":1,\"headers\":true,"
                      "\"no_responders\":true}\r\n");
            ping(link);
        }
        return;
    }
    if ((events & BEV_EVENT_ERROR) != 0) {
        int saved = errno;
        why = link->phase >= SHAKING_HANDS ? tls_mistake(link) : NULL;
        if (why == NULL)
            why = saved != 0 ? strerror(saved) : "the connection broke";
    }
    disconnect(link, why != NULL ? why : "it closed the connection");
}

/* --- the connection ---------------------------------------------------------------- */

static void retry_later(struct engine_link *link)
{
    loop_timer_set(link->retry, link->retry_ms);
    link->retry_ms = link->retry_ms * 2 < RETRY_LAST_MS ? link->retry_ms * 2 : RETRY_LAST_MS;
}

static void disconnect(struct engine_link *link, const char *why)
{
    bool was_up = link->phase == UP;

    if (link->phase == CLOSED)
        return;
    if (was_up || strncmp(link->complaint, why, sizeof(link->complaint) - 1) != 0)
        log_warn("engine", "%s: %s; trying on", link->name, why);
    snprintf(link->complaint, sizeof(link->complaint), "%s", why);
    bufferevent_free(link->stream);
    link->stream = NULL;
    link->phase = CLOSED;
    if (was_up && clock_now_ns() - link->up_ns > STEADY_MS * NS_PER_MS)
        link->retry_ms = RETRY_FIRST_MS;
    retry_later(link);
    if (was_up)
        link->ops->down(link->ops->context, link->number);
}

static void connect_now(void *context)
{
    struct engine_link *link = context;
    union addr_sockaddr address;
    socklen_t len = addr_to_sockaddr(&link->engine.addr, link->engine.port, &address);

    link->stream = bufferevent_socket_new(loop_base(link->loop), -1, BEV_OPT_CLOSE_ON_FREE);
    if (link->stream == NULL) {
        retry_later(link);
        return;
    }
    link->phase = CONNECTING;
    link->pings = 0;
    link->since_ns = link->heard_ns = clock_now_ns();
    bufferevent_setcb(link->stream, on_readable, NULL, on_event, link);
    bufferevent_enable(link->stream, EV_READ | EV_WRITE);
    /* whatever it returns, on_event hears of a failure, or the tick does */
    (void)bufferevent_socket_connect(link->stream, (struct sockaddr *)&address, (int)len);
}

static void on_tick(void *context)
{
    struct engine_link *link = context;
    uint64_t now_ns = clock_now_ns();

    loop_timer_set(link->tick, TICK_MS);
    if (link->phase == CLOSED)
        return;
    if (link->phase != UP) {
        if (now_ns - link->since_ns > GREETING_MS * NS_PER_MS)
            disconnect(link, "no greeting in time");
    } else if (now_ns - link->heard_ns > SILENCE_MS * NS_PER_MS) {
        disconnect(link, "it went silent");
    } else if (evbuffer_get_length(bufferevent_get_output(link->stream)) > OUTPUT_MAX_LEN) {
        disconnect(link, "it does not read");
    } else {
        ping(link);
    }
}

struct engine_link *engine_link_new(struct loop *loop, struct ssl_ctx_st *tls,
                                    const struct endpoint *engine, unsigned number,
                                    const struct engine_link_ops *ops)
{
    struct engine_link *link = calloc(1, sizeof(*link));

    if (link == NULL)
        return NULL;
    link->loop = loop;
    link->tls = tls;
    link->engine = *engine;
    link->number = number;
    link->ops = ops;
    link->retry_ms = RETRY_FIRST_MS;
    addr_format(&engine->addr, link->name);
    link->retry = loop_timer_new(loop, connect_now, link);
    link->tick = loop_timer_new(loop, on_tick, link);
    if (link->retry == NULL || link->tick == NULL) {
        engine_link_free(link);
        return NULL;
    }
    loop_timer_set(link->tick, TICK_MS);
    loop_timer_set(link->retry, 0);
    return link;
}

void engine_link_free(struct engine_link *link)
{
    if (link == NULL)
        return;
    if (link->stream != NULL)
        bufferevent_free(link->stream);
    loop_timer_free(link->retry);
    loop_timer_free(link->tick);
    free(link);
}

void engine_link_set_tls(struct engine_link *link, struct ssl_ctx_st *tls)
{
    link->tls = tls;
    link->retry_ms = RETRY_FIRST_MS;
    if (link->phase == CLOSED)
        loop_timer_set(link->retry, RETRY_FIRST_MS);
    else
        disconnect(link, "certificates were read anew");
    link->complaint[0] = '\0'; /* what comes now is news */
}

bool engine_link_is_up(const struct engine_link *link)
{
    return link->phase == UP;
}
