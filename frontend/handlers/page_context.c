/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/handlers/page_context.h"

#include <string.h>

#include "frontend/http/accept.h"

/* From the page to the server's root: a step for each slash but the first. */
static void find_up(const char *path, char up[static PAGE_CONTEXT_UP_LEN])
{
    size_t n = 0;

    for (path += *path == '/'; (path = strchr(path, '/')) != NULL; path++) {
        if (n + 4 > PAGE_CONTEXT_UP_LEN)
            break;
        memcpy(up + n, "../", 3);
        n += 3;
    }
    up[n] = '\0';
}

static struct page page_of_server(const struct config *config, struct page_context *room)
{
    room->limits = (struct page_limits){
        .client_quota = config->limits.client_quota,
        .client_window_s = config->limits.client_window_s,
        .target_quota = config->limits.target_quota,
        .target_window_s = config->limits.target_window_s,
    };
    room->owner = (struct page_owner){config->http.title, config->http.contact,
                                      config->http.imprint, config->http.about};
    return (struct page){
        .policy = &config->policy,
        .limits = &room->limits,
        .owner = &room->owner,
        .up = room->up,
        .origin = room->origin,
    };
}

struct page page_context(const struct request_context *visit, const struct request *request,
                         struct page_context *room)
{
    const struct exchange_request *asked = exchange_request(visit->exchange);
    const struct config *config = visit->router->config;
    struct page page = page_of_server(config, room);
    struct request ignored;
    struct problem mistake;

    /* the script puts what it gets into the page that asked */
    find_up(visit->format == API_LIVE ? "/" : asked->path, room->up);
    page_origin(exchange_header(visit->exchange, "Host"), room->origin);
    request_from_link(asked->query, &config->policy, &ignored, &room->link, &mistake);
    page.visitor = &visit->visitor;
    page.request = request;
    page.link = &room->link;
    page.language = visit->language;
    page.fixed_language = visit->fixed_language;
    page.places = room->places;
    page.place_count = places_list(visit->router->checks.places, room->places);
    page.places_max = visit->router->checks.places->asked_max;
    page.inspects = visit->router->inspector != NULL;
    return page;
}

char *page_context_error(const struct router *router, const struct raw_preference *asked,
                         const struct problem *problem)
{
    const char *path = raw_preference_path(asked), *tags[LANGUAGE_COUNT];
    size_t path_len = strcspn(path, "?# ");
    char before_query[RAW_PREFERENCE_START_LEN];
    struct page_context room;
    struct page page = page_of_server(router->config, &room);

    memcpy(before_query, path, path_len);
    before_query[path_len] = '\0';
    find_up(before_query, room.up);
    page_origin(NULL, room.origin);
    for (unsigned i = 0; i < LANGUAGE_COUNT; i++)
        tags[i] = language_tag((enum language)i);
    page.language = (enum language)accept_language(asked->tags, tags, LANGUAGE_COUNT);
    for (unsigned i = 0; i < LANGUAGE_COUNT; i++)
        if (strcmp(strrchr(before_query, '/') + 1, tags[i]) == 0)
            page.language = (enum language)i;
    page.problem = problem;
    return page_render_error(&page);
}
