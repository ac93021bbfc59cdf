/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/handlers/page_handlers.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "frontend/handlers/page_context.h"
#include "frontend/handlers/reply.h"
#include "frontend/model/strbuf.h"
#include "frontend/page/take_home.h"

enum { SECURITY_VALID_DAYS = 180, DAY_S = 86400 };

static void reply(const struct request_context *visit, int status, char *text)
{
    reply_text(visit, status, "text/html; charset=utf-8", text);
}

void handle_template(const struct request_context *visit, const char *text)
{
    struct page_context room;
    const struct page page = page_context(visit, NULL, &room);

    reply(visit, 200, page_fill(&page, text));
}

void handle_docs(const struct request_context *visit)
{
    struct page_context room;
    const struct page page = page_context(visit, NULL, &room);

    reply(visit, 200, page_render_docs(&page));
}

bool handle_problem_type(const struct request_context *visit, const char *path)
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

/* RFC 9116; without a contact there is none. */
void handle_security(const struct request_context *visit)
{
    const char *contact = visit->router->config->http.contact;
    size_t len = strcspn(contact, "\n");
    struct strbuf buf = {0};
    struct problem problem;
    char expires[TAKE_HOME_TIME_LEN];

    if (len == 0) {
        problem_set(&problem, CAUSE_NOT_FOUND, NULL);
        reply_problem(visit, &problem);
        return;
    }
    take_home_time(clock_wall_ns() + (uint64_t)SECURITY_VALID_DAYS * DAY_S * NS_PER_S, expires);
    strbuf_printf(&buf, "Contact: %s%.*s\nExpires: %.10sT%sZ\nPreferred-Languages: en, de\n",
                  strchr(contact, ':') != NULL ? "" : "mailto:", (int)len, contact, expires,
                  expires + 11);
    reply_text(visit, 200, "text/plain; charset=utf-8", strbuf_take(&buf));
}

/* Addresses that people type, or browsers of their own accord, and where they lead. */
bool handle_redirect(const struct request_context *visit, const char *path)
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
