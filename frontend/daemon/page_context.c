/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/daemon/page_context.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "frontend/http/accept.h"
#include "frontend/model/strbuf.h"
#include "frontend/page/take_home.h"

enum { SECURITY_VALID_DAYS = 180, DAY_S = 86400 };

/* The relative path from the page to the server's root: "../" for each slash but the first. */
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

    /* the script inserts the answer into the page at / */
    find_up(visit->format == API_LIVE ? "/" : asked->path, room->up);
    page_origin(exchange_header(visit->exchange, "Host"), room->origin);
    request_from_link(asked->query, &config->policy, &ignored, &room->link, &mistake);
    page.client = &visit->client;
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

static void reply(const struct request_context *visit, int status, char *text)
{
    router_reply(visit, status, "text/html; charset=utf-8", text);
}

void router_reply_problem_page(const struct request_context *visit, const struct problem *problem)
{
    struct page_context room;
    struct page page = page_context(visit, NULL, &room);

    page.problem = problem;
    exchange_set_header(visit->exchange, "X-Robots-Tag", "noindex");
    reply(visit, problem_status(problem->id), page_render(&page));
}

char *router_error_page(const struct router *router, const struct raw_preference *asked,
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

void router_reply_template(const struct request_context *visit, const char *text)
{
    struct page_context room;
    const struct page page = page_context(visit, NULL, &room);

    reply(visit, 200, page_fill(&page, text));
}

void router_handle_docs(const struct request_context *visit)
{
    struct page_context room;
    const struct page page = page_context(visit, NULL, &room);

    reply(visit, 200, page_render_docs(&page));
}

bool router_reply_problem_type(const struct request_context *visit, const char *path)
{
    static const char prefix[] = "/problems/";
    struct page_context room;
    const struct page page = page_context(visit, NULL, &room);

    if (strncmp(path, prefix, strlen(prefix)) != 0)
        return false;
    for (unsigned id = PROBLEM_NONE + 1; id < PROBLEM_COUNT; id++)
        if (strcmp(path + strlen(prefix), problem_name((enum problem_id)id)) == 0) {
            reply(visit, 200, page_render_problem_type(&page, (enum problem_id)id));
            return true;
        }
    return false;
}

/* security.txt (RFC 9116); not found without a contact. */
void router_handle_security(const struct request_context *visit)
{
    const char *contact = visit->router->config->http.contact;
    size_t len = strcspn(contact, "\n");
    struct strbuf buf = {0};
    struct problem problem;
    char expires[TAKE_HOME_TIME_LEN];

    if (len == 0) {
        problem_set(&problem, CAUSE_NOT_FOUND, NULL);
        router_reply_problem(visit, &problem);
        return;
    }
    take_home_time(clock_wall_ns() + (uint64_t)SECURITY_VALID_DAYS * DAY_S * NS_PER_S, expires);
    strbuf_printf(&buf, "Contact: %s%.*s\nExpires: %.10sT%sZ\nPreferred-Languages: en, de\n",
                  strchr(contact, ':') != NULL ? "" : "mailto:", (int)len, contact, expires,
                  expires + 11);
    router_reply(visit, 200, "text/plain; charset=utf-8", strbuf_take(&buf));
}

/* Redirects addresses that people type, or that browsers request by themselves. */
bool router_redirect(const struct request_context *visit, const char *path)
{
    static const struct {
        const char *from, *to;
    } ways[] = {
        {"/docs/", "../docs"},
        {"/docs/de/", "../../docs"},
        {"/docs/de", "../docs"},
        {"/de/", "../de"},
        {"/en/", "../en"},
        {"/index.html", "./"},
        {"/favicon.ico", "favicon.svg"},
        {"/about", "docs/about"},
        {"/api", "docs/api"},
        {"/api/", "../docs/api"},
        {"/security.txt", ".well-known/security.txt"},
    };

    for (size_t i = 0; i < ARRAY_LEN(ways); i++)
        if (strcmp(ways[i].from, path) == 0 &&
            (visit->wants_page || strstr(path, ".ico") != NULL)) {
            exchange_set_header(visit->exchange, "Location", ways[i].to);
            exchange_reply(visit->exchange, 308, NULL, "", 0);
            return true;
        }
    return false;
}
