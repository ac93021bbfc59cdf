/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/daemon/answer.h"

#include <string.h>

#include "common/base/clock.h"
#include "inspector/dialogue/greeting.h"
#include "inspector/dialogue/http.h"
#include "inspector/dialogue/request.h"
#include "inspector/dialogue/starttls.h"

enum { WAIT_MS = 2000, MAIL_PORT = 25 };

static void add(struct inspection *out, enum inspection_state state, enum inspection_problem_id id,
                bool likely)
{
    out->state = (uint8_t)state;
    inspection_add(out, id, 0, likely, 0);
}

/* --- answers ------------------------------------------------------------------------- */

/* Cloudflare's own statuses.  Other servers use these numbers, too: then the cause is only likely.
 */
static void explain_status(uint16_t status, bool cloudflare, struct inspection *out)
{
    static const struct {
        uint16_t status;
        enum inspection_problem_id id;
    } edges[] = {
        {520, INSPECTION_PROBLEM_EDGE_ODD},         {521, INSPECTION_PROBLEM_EDGE_DOWN},
        {522, INSPECTION_PROBLEM_EDGE_SILENT},      {523, INSPECTION_PROBLEM_EDGE_NO_ROUTE},
        {524, INSPECTION_PROBLEM_EDGE_SLOW},        {525, INSPECTION_PROBLEM_EDGE_TLS},
        {526, INSPECTION_PROBLEM_EDGE_CERTIFICATE}, {530, INSPECTION_PROBLEM_EDGE_NAME},
    };

    for (size_t i = 0; i < ARRAY_LEN(edges); i++)
        if (edges[i].status == status) {
            inspection_add(out, edges[i].id, 0, !cloudflare, status);
            return;
        }
    if (status >= 500)
        inspection_add(out, INSPECTION_PROBLEM_HTTP_ERROR, 0, false, status);
}

static void note_http(const uint8_t *data, size_t len, struct inspection *out)
{
    char host[HTTP_HOST_LEN];

    out->http_status = http_status(data, len);
    http_location_host(data, len, host);
    inspection_text(out->location, host, strlen(host));
    explain_status(out->http_status, http_is_cloudflare(data, len), out);
}

/* Keeps the first line, without its end, if it is text. */
static void note_text(const uint8_t *data, size_t len, struct inspection *out)
{
    const uint8_t *end = memchr(data, '\n', len);
    size_t line = end != NULL ? (size_t)(end - data) : len;

    if (line > 0 && data[line - 1] == '\r')
        line--;
    for (size_t i = 0; i < line; i++)
        if (data[i] < ' ' || data[i] == 0x7f)
            return;
    inspection_text(out->text, data, line);
}

static void note_answer(const struct inspect_ask *ask, const uint8_t *data, size_t len,
                        bool requested, struct inspection *out)
{
    const struct greeting greeting = greeting_read(data, len, ask->port);

    out->state = INSPECTION_ANSWERED;
    out->by = requested && !greeting.unasked ? BY_REQUEST : BY_GREETING;
    inspection_text(out->protocol, greeting.protocol, strlen(greeting.protocol));
    if (ask->text)
        note_text(data, len, out);
    note_http(data, len, out);
}

/* --- no answer -------------------------------------------------------------------------- */

static void note_no_http(const struct inspect_ask *ask, uint64_t waited_ns, struct inspection *out)
{
    inspection_add(
        out, ask->patient ? INSPECTION_PROBLEM_HTTP_SILENT_LONG : INSPECTION_PROBLEM_HTTP_SILENT, 0,
        false, (int32_t)((waited_ns + NS_PER_S / 2) / NS_PER_S));
}

static void note_nothing(const struct inspect_ask *ask, const struct stream *stream, bool requested,
                         uint64_t waited_ns, struct inspection *out)
{
    bool cut = stream->end == STREAM_RESET || (stream->end == STREAM_CLOSED && !requested);

    out->state = INSPECTION_SILENT;
    if (cut) {
        out->by = BY_RESET;
        add(out, INSPECTION_SILENT, INSPECTION_PROBLEM_SERVICE_GONE, true);
    } else if (stream->end == STREAM_CLOSED) {
        add(out, INSPECTION_SILENT, INSPECTION_PROBLEM_SERVICE_HUNG_UP, false);
    } else if (inspection_is_web_port(ask->port)) {
        note_no_http(ask, waited_ns, out);
    } else {
        add(out, INSPECTION_SILENT, INSPECTION_PROBLEM_SERVICE_SILENT, false);
    }
}

/* --- asking ------------------------------------------------------------------------------ */

/* A connection, in plain text or with TLS. */
struct talk {
    struct stream *stream;
    struct handshake *handshake; /* NULL: plain text */
};

static bool say(const struct talk *talk, const void *data, size_t len)
{
    return talk->handshake != NULL ? handshake_send(talk->handshake, data, len)
                                   : stream_write(talk->stream, data, len);
}

/* Reads what arrives until then; of HTTP, up to a whole head. */
static size_t receive(const struct talk *talk, uint8_t out[static HTTP_HEAD_MAX_LEN],
                      uint64_t until_ns)
{
    size_t len = 0, got;

    do {
        got = talk->handshake != NULL
                  ? handshake_read(talk->handshake, out + len, HTTP_HEAD_MAX_LEN - len, until_ns)
                  : stream_read(talk->stream, out + len, HTTP_HEAD_MAX_LEN - len, until_ns);
        len += got;
    } while (got > 0 && http_wants_more(out, len));
    return len;
}

/* A handshake counts as an answer; so does a TLS alert, or plain text instead of TLS. */
static bool shake_hands(const struct handshake_setup *setup, struct talk *talk,
                        struct inspection *out)
{
    const struct handshake_setup plain = {
        setup->settings, setup->trust, setup->ask,
        inspection_is_web_port(setup->ask->port) ? ALPN_HTTP1 : ALPN_NONE, NULL};

    talk->handshake = handshake_make(&plain, talk->stream, out);
    if (talk->handshake != NULL)
        out->problem_count = 0; /* this inspection doesn't judge the certificate */
    if (talk->handshake == NULL && out->state != INSPECTION_NOT_TLS && out->alert < 0)
        return false;
    out->by = BY_REQUEST;
    out->state = INSPECTION_ANSWERED;
    if (out->protocol[0] == '\0')
        inspection_text(out->protocol, "tls", strlen("tls"));
    return talk->handshake != NULL;
}

static void end_politely(const struct inspect_ask *ask, const struct talk *talk,
                         const struct inspection *out)
{
    const char *word = starttls_farewell(starttls_of_port(ask->port));

    word = word[0] != '\0' ? word : request_farewell(ask->port);
    if (talk->handshake != NULL)
        handshake_end(talk->handshake, "");
    else if (out->state == INSPECTION_ANSWERED && strcmp(out->protocol, "http") != 0)
        stream_write(talk->stream, word, strlen(word));
}

void answer_look(const struct handshake_setup *setup, struct stream *stream, struct inspection *out)
{
    const struct inspect_ask *ask = setup->ask;
    bool web = inspection_is_web_port(ask->port), tls = inspection_is_tls_port(ask->port);
    bool all = (web && ask->patient) || ask->port == MAIL_PORT; /* wait until the deadline */
    uint8_t request[REQUEST_MAX_LEN], answer[HTTP_HEAD_MAX_LEN];
    uint64_t start_ns = clock_now_ns();
    uint64_t until_ns = all ? UINT64_MAX : start_ns + WAIT_MS * NS_PER_MS;
    struct talk talk = {.stream = stream};
    size_t len, request_len = request_write(ask, request);

    if (tls && !shake_hands(setup, &talk, out))
        return;
    if (tls && !web) { /* TLS is answer enough */
        end_politely(ask, &talk, out);
        return;
    }
    if (request_len > 0)
        say(&talk, request, request_len);
    len = receive(&talk, answer, until_ns);
    if (len > 0)
        note_answer(ask, answer, len, request_len > 0, out);
    else if (!tls)
        note_nothing(ask, stream, request_len > 0, clock_now_ns() - start_ns, out);
    else
        note_no_http(ask, clock_now_ns() - start_ns, out);
    end_politely(ask, &talk, out);
}
