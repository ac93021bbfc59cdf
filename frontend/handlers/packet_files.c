/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/handlers/packet_files.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/net/tier.h"
#include "frontend/handlers/client_limits.h"
#include "frontend/handlers/reply.h"
#include "frontend/packets/pcap.h"

_Static_assert((int)PIECE_NAME_LEN == DOWNLOAD_CACHE_NAME_LEN, "as others ask for it");

bool packet_files_keep(const struct request_context *visit, const struct result *result,
                       char path[static PACKET_FILES_PATH_LEN])
{
    const struct addr network =
        tier_widest(&visit->visitor, visit->router->config->limits.networks);
    char *name = path + strlen(PACKET_FILES_PATH);
    size_t len;
    uint8_t *data;

    if (!result->targets[0].shows_packets)
        return false;
    data = pcap_make(result, &len);
    memcpy(path, PACKET_FILES_PATH, sizeof(PACKET_FILES_PATH));
    sharing_owner(visit->router->sharing, name);
    return data != NULL && download_cache_put(visit->router->downloads, &network, data, len,
                                              clock_now_ns(), name + strlen(name));
}

static void reply_cause(const struct request_context *visit, enum problem_cause cause)
{
    struct problem problem;

    problem_set(&problem, cause, NULL);
    reply_problem(visit, &problem);
}

static void reply(const struct request_context *visit, const uint8_t *data, size_t len)
{
    if (data == NULL) {
        reply_cause(visit, CAUSE_PACKETS_GONE);
        return;
    }
    exchange_set_header(visit->exchange, "Content-Disposition",
                        "attachment; filename=\"portlight.pcap\"");
    exchange_reply(visit->exchange, 200, "application/vnd.tcpdump.pcap", (const char *)data, len);
}

/* Somebody who waits for a file of another frontend. */
struct fetching {
    struct request_context visit;
    uint32_t number;
};

static void on_fetched(void *context, enum fetches_end how, const uint8_t *data, size_t len)
{
    struct fetching *fetching = context;

    if (how == FETCHES_AWAY)
        reply_cause(&fetching->visit, CAUSE_PACKETS_AWAY);
    else
        reply(&fetching->visit, data, len);
    free(fetching);
}

static void on_gone(void *context)
{
    struct fetching *fetching = context;

    sharing_give_up(fetching->visit.router->sharing, fetching->number);
    free(fetching);
}

/* Which is work for two frontends and an engine, and costs what a request costs. */
static void fetch(const struct request_context *visit, unsigned frontend, const char *name)
{
    struct fetching *fetching;
    struct problem problem;

    if (!client_limits_take_one(visit, &problem)) {
        reply_problem(visit, &problem);
        return;
    }
    fetching = calloc(1, sizeof(*fetching));
    if (fetching != NULL) {
        fetching->visit = *visit;
        fetching->number =
            sharing_fetch(visit->router->sharing, frontend, name, on_fetched, fetching);
    }
    if (fetching != NULL && fetching->number != 0) {
        exchange_on_gone(visit->exchange, on_gone, fetching);
        return;
    }
    free(fetching);
    reply_cause(visit, CAUSE_PACKETS_AWAY);
}

const uint8_t *packet_files_find(void *context, const char *name, size_t *len)
{
    const struct router *router = context;

    return download_cache_get(router->downloads, name, clock_now_ns(), len);
}

/* The file that an answer's link names. */
void handle_pcap(const struct request_context *visit)
{
    const char *file = exchange_request(visit->exchange)->path + strlen(PACKET_FILES_PATH);
    struct router *router = visit->router;
    char own[SHARING_OWNER_LEN + 1];
    const uint8_t *data;
    unsigned frontend;
    size_t len = 0;

    if (sharing_is_elsewhere(router->sharing, file, &frontend)) {
        fetch(visit, frontend, file + SHARING_OWNER_LEN);
        return;
    }
    sharing_owner(router->sharing, own);
    data = strncmp(file, own, strlen(own)) == 0
               ? packet_files_find(router, file + strlen(own), &len)
               : NULL;
    reply(visit, data, len);
}
