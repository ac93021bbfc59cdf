/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/assets.h"

#include <string.h>

#include "common/compiler.h"

/* From www.S. */
extern const char asset_docs_states_start[], asset_docs_states_end[];
extern const char asset_docs_forwarding_start[], asset_docs_forwarding_end[];
extern const char asset_docs_cgnat_start[], asset_docs_cgnat_end[];
extern const char asset_docs_about_start[], asset_docs_about_end[];
extern const char asset_index_html_start[], asset_index_html_end[];
extern const char asset_live_js_start[], asset_live_js_end[];
extern const char asset_openapi_json_start[], asset_openapi_json_end[];
extern const char asset_style_css_start[], asset_style_css_end[];

static const char html[] = "text/html; charset=utf-8";

static const struct {
    const char *path, *type, *start, *end;
} served[] = {
    {"/docs/states", html, asset_docs_states_start, asset_docs_states_end},
    {"/docs/forwarding", html, asset_docs_forwarding_start, asset_docs_forwarding_end},
    {"/docs/cgnat", html, asset_docs_cgnat_start, asset_docs_cgnat_end},
    {"/docs/about", html, asset_docs_about_start, asset_docs_about_end},
    {"/live.js", "text/javascript; charset=utf-8", asset_live_js_start, asset_live_js_end},
    {"/openapi.json", "application/json", asset_openapi_json_start, asset_openapi_json_end},
    {"/style.css", "text/css; charset=utf-8", asset_style_css_start, asset_style_css_end},
};

static struct asset between(const char *type, const char *start, const char *end)
{
    return (struct asset){.type = type, .data = start, .len = (size_t)(end - start)};
}

bool asset_at(const char *path, struct asset *out)
{
    for (size_t i = 0; i < ARRAY_LEN(served); i++) {
        if (strcmp(served[i].path, path) != 0)
            continue;
        *out = between(served[i].type, served[i].start, served[i].end);
        return true;
    }
    return false;
}

struct asset asset_page(void)
{
    return between(html, asset_index_html_start, asset_index_html_end);
}
