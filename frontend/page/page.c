/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/page.h"

#include <stdio.h>
#include <string.h>

#include "common/base/version.h"
#include "frontend/page/answer.h"
#include "frontend/page/ask.h"
#include "frontend/page/card.h"
#include "frontend/page/places.h"
#include "frontend/page/service_links.h"
#include "frontend/render/assets.h"

enum { TEXT_MAX_LEN = 320 };

/* --- replacements of {{names}} ------------------------------------------------------ */

static void put_language(struct strbuf *buf, const struct page *page)
{
    strbuf_append(buf, language_tag(page->language));
}

static void put_up(struct strbuf *buf, const struct page *page)
{
    strbuf_append(buf, page->up);
}

static void put_origin(struct strbuf *buf, const struct page *page)
{
    strbuf_append_html(buf, page->origin);
}

/* The pages of www/docs in this language. */
static void put_docs(struct strbuf *buf, const struct page *page)
{
    strbuf_printf(buf, "%sdocs/%s", page->up, page->language == GERMAN ? "de/" : "");
}

static void put_name(struct strbuf *buf, const struct page *page)
{
    strbuf_append_html(buf, page->owner->title[0] != '\0' ? page->owner->title : "portlight");
}

/* "example.net: 443 open, 22 closed – portlight" */
static void put_title(struct strbuf *buf, const struct page *page)
{
    const struct result *result = page->result;
    const struct result_target *target = result != NULL ? &result->targets[0] : NULL;

    if (page->problem != NULL) {
        strbuf_append_html(buf, tr(page->language, problem_title(page->problem->id)));
        strbuf_append(buf, " – ");
    } else if (page->title != NULL) {
        strbuf_append_html(buf, page->title);
        strbuf_append(buf, " – ");
    } else if (target != NULL) {
        strbuf_append_html(buf, result->host);
        for (unsigned i = 0; i < target->port_count; i++)
            strbuf_printf(buf, "%s%u %s", i > 0 ? ", " : ": ", target->verdicts[i].port,
                          tr(page->language, places_word(result, target, i)));
        strbuf_append(buf, " – ");
    } else {
        strbuf_append(buf, tr(page->language, "Can the internet reach your port?"));
        strbuf_append(buf, " – ");
    }
    put_name(buf, page);
}

static void put_nav(struct strbuf *buf, const struct page *page);

static void put_numbers(struct strbuf *buf, unsigned number)
{
    strbuf_printf(buf, "%u", number);
}

static void put_max_ports(struct strbuf *buf, const struct page *page)
{
    put_numbers(buf, page->policy->max_ports);
}

static void put_seconds(struct strbuf *buf, const struct page *page)
{
    put_numbers(buf, (page->policy->timeout_ms + page->policy->linger_ms + 999) / 1000);
}

static void put_limit(struct strbuf *buf, const struct page *page, const char *text, unsigned quota,
                      unsigned window_s)
{
    strbuf_append_counted(buf, tr(page->language, text), quota);
    strbuf_append(buf, " ");
    strbuf_append_counted(buf, tr(page->language, "in # seconds."), window_s);
}

static void put_client_limit(struct strbuf *buf, const struct page *page)
{
    const struct page_limits *limits = page->limits;

    if (limits->client_quota == 0)
        strbuf_append(buf, tr(page->language, "Visitors have no limit here."));
    else
        put_limit(buf, page, "A visitor may spend # units", limits->client_quota,
                  limits->client_window_s);
}

static void put_target_limit(struct strbuf *buf, const struct page *page)
{
    const struct page_limits *limits = page->limits;

    if (limits->target_quota == 0)
        strbuf_append(buf, tr(page->language, "No address has a limit here."));
    else
        put_limit(buf, page, "Each address gets at most # port checks", limits->target_quota,
                  limits->target_window_s);
}

/* A mail address or a URL as a link. */
static void put_contact_link(struct strbuf *buf, const char *contact)
{
    bool is_url = strncmp(contact, "https://", 8) == 0 || strncmp(contact, "http://", 7) == 0 ||
                  strncmp(contact, "mailto:", 7) == 0;

    strbuf_append(buf, is_url ? "<a href=\"" : "<a href=\"mailto:");
    strbuf_append_html(buf, contact);
    strbuf_append(buf, "\">");
    strbuf_append_html(buf, strncmp(contact, "mailto:", 7) == 0 ? contact + 7 : contact);
    strbuf_append(buf, "</a>");
}

static void put_operator(struct strbuf *buf, const struct page *page)
{
    const struct page_owner *owner = page->owner;

    if (owner->contact[0] != '\0') {
        strbuf_printf(buf, "<p>%s ", tr(page->language, "Contact:"));
        put_contact_link(buf, owner->contact);
        strbuf_append(buf, "</p>\n");
    }
    if (owner->imprint[0] != '\0') {
        strbuf_append(buf, "<p><a href=\"");
        strbuf_append_html(buf, owner->imprint);
        strbuf_printf(buf, "\">%s</a></p>\n", tr(page->language, "Imprint"));
    }
    strbuf_append(buf, "<p class=\"version\">portlight " PORTLIGHT_VERSION "</p>\n");
}

/* The operator's text, with a paragraph for each line that is not empty. */
static void put_about(struct strbuf *buf, const struct page *page)
{
    const char *at = page->owner->about;
    char line[1024];

    while (*at != '\0') {
        size_t len = strcspn(at, "\n"), n = len < sizeof(line) ? len : sizeof(line) - 1;
        memcpy(line, at, n);
        line[n] = '\0';
        at += len + (at[len] == '\n');
        if (n == 0)
            continue;
        strbuf_append(buf, "<p>");
        strbuf_append_html(buf, line);
        strbuf_append(buf, "</p>\n");
    }
}

/* --- the templates -------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*put)(struct strbuf *buf, const struct page *page);
} places[] = {
    {"action", ask_put_action},
    {"live", ask_put_live},
    {"host", ask_put_host},
    {"own", ask_put_own},
    {"count", ask_put_count},
    {"pick", ask_put_pick},
    {"ports", ask_put_ports},
    {"places", ask_put_places},
    {"families", ask_put_families},
    {"trace", ask_put_trace},
    {"timing", ask_put_timing},
    {"answer", answer_append},
    {"language", put_language},
    {"nav", put_nav},
    {"up", put_up},
    {"docs", put_docs},
    {"name", put_name},
    {"title", put_title},
    {"max-ports", put_max_ports},
    {"seconds", put_seconds},
    {"client-limit", put_client_limit},
    {"target-limit", put_target_limit},
    {"operator", put_operator},
    {"about", put_about},
    {"origin", put_origin},
    {"inspector", service_links_put},
    {"connects", service_links_put_connects},
    {"connected", service_links_put_connected},
};

/* Fills in {{=A text}} in the client's language; '#' is the number of ports allowed. */
static void put_text(struct strbuf *buf, const struct page *page, const char *text, size_t len)
{
    char english[TEXT_MAX_LEN];

    if (len >= sizeof(english))
        return;
    memcpy(english, text, len);
    english[len] = '\0';
    strbuf_append_counted(buf, tr(page->language, english), page->policy->max_ports);
}

static void put_place(struct strbuf *buf, const struct page *page, const char *name, size_t len)
{
    if (name[0] == '=') {
        put_text(buf, page, name + 1, len - 1);
        return;
    }
    for (unsigned i = 0; i < ARRAY_LEN(places); i++)
        if (strlen(places[i].name) == len && memcmp(places[i].name, name, len) == 0)
            places[i].put(buf, page);
}

static void put_template(struct strbuf *buf, const struct page *page, const char *at)
{
    for (const char *place, *end; (place = strstr(at, "{{")) != NULL; at = end + 2) {
        end = strstr(place, "}}");
        if (end == NULL)
            break;
        strbuf_append_n(buf, at, (size_t)(place - at));
        put_place(buf, page, place + 2, (size_t)(end - place - 2));
    }
    strbuf_append(buf, at);
}

static void put_nav(struct strbuf *buf, const struct page *page)
{
    char name[] = "nav.xx.html";

    memcpy(strchr(name, 'x'), language_tag(page->language), 2);
    put_template(buf, page, asset_part(name));
}

/* --- the pages -------------------------------------------------------------------------------- */

char *page_fill(const struct page *page, const char *text)
{
    struct strbuf buf = {0};

    put_template(&buf, page, text);
    return strbuf_take(&buf);
}

/* The introduction comes after an answer, on screen and on paper. */
char *page_render(const struct page *page)
{
    struct strbuf buf = {0};

    put_template(&buf, page, asset_part("head.html"));
    put_template(&buf, page, asset_part("ask.html"));
    put_template(&buf, page, asset_part("learn.html"));
    put_template(&buf, page, asset_part("foot.html"));
    return strbuf_take(&buf);
}

char *page_render_error(const struct page *page)
{
    struct strbuf buf = {0};

    put_template(&buf, page, asset_part("head.html"));
    answer_append(&buf, page);
    put_template(&buf, page, asset_part("foot.html"));
    return strbuf_take(&buf);
}

char *page_render_docs(const struct page *page)
{
    struct strbuf buf = {0};

    put_template(&buf, page, asset_part("head.html"));
    strbuf_printf(&buf, "<div class=\"prose\"><h1>%s</h1>\n", tr(page->language, "Documentation"));
    put_nav(&buf, page); /* instead of at the foot */
    strbuf_append(&buf, "</div>\n</main>\n<footer>\n");
    put_operator(&buf, page);
    strbuf_append(&buf, "</footer>\n</body>\n</html>\n");
    return strbuf_take(&buf);
}

char *page_render_problem_type(const struct page *page, enum problem_id id)
{
    struct strbuf buf = {0};
    struct problem problem;

    put_template(&buf, page, asset_part("head.html"));
    strbuf_append(&buf, "<div class=\"prose\"><h1>");
    strbuf_append_html(&buf, tr(page->language, problem_title(id)));
    strbuf_printf(&buf, "</h1>\n<p>%s</p>\n<ul>\n",
                  tr(page->language, "The details of this problem are one of these sentences:"));
    for (unsigned cause = CAUSE_TEXT + 1; cause < CAUSE_COUNT; cause++) {
        problem_set_word(&problem, (enum problem_cause)cause, NULL, "…");
        if (problem.id != id)
            continue;
        strbuf_append(&buf, "<li>");
        for (const char *at = tr(page->language, problem_format((enum problem_cause)cause));
             *at != '\0'; at++) {
            const char plain[2] = {*at, '\0'};
            strbuf_append_html(&buf, *at == '%' ? "…" : plain);
            at += *at == '%';
        }
        strbuf_append(&buf, "</li>\n");
    }
    strbuf_append(&buf, "</ul></div>\n");
    put_template(&buf, page, asset_part("foot.html"));
    return strbuf_take(&buf);
}

char *page_render_answer(const struct page *page)
{
    struct strbuf buf = {0};

    answer_append(&buf, page);
    return strbuf_take(&buf);
}

char *page_render_port(const struct page *page, const struct result *result,
                       const struct result_target *target, unsigned port_index)
{
    struct strbuf buf = {0};

    card_append(&buf, page, result, target, port_index);
    return strbuf_take(&buf);
}

char *page_render_place(const struct page *page, const struct result *result, unsigned index)
{
    struct strbuf buf = {0};

    places_append_one(&buf, page->language, result, index);
    return strbuf_take(&buf);
}

/* Uses https:// unless the host is probably this machine or a lab, without proxy and
 * certificate. */
void page_origin(const char *host, char out[static PAGE_ORIGIN_LEN])
{
    struct addr addr;
    char name[PAGE_ORIGIN_LEN];
    bool bare;

    if (host == NULL || host[0] == '\0' || strlen(host) > PAGE_ORIGIN_LEN - 16 ||
        host[strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]")] !=
            '\0')
        host = "localhost:8080";
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(host, ":"), host);
    bare = host[0] == '[' || addr_parse(name, &addr) || strcmp(name, "localhost") == 0;
    snprintf(out, PAGE_ORIGIN_LEN, "%s://%s/", bare ? "http" : "https", host);
}
