/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/assets.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/base/siphash.h"

/* From assets_data.S. */
extern const char asset_docs_api_start[], asset_docs_api_end[], asset_docs_api_gz_start[],
    asset_docs_api_gz_end[];
extern const char asset_docs_de_states_start[], asset_docs_de_states_end[],
    asset_docs_de_states_gz_start[], asset_docs_de_states_gz_end[];
extern const char asset_docs_de_forwarding_start[], asset_docs_de_forwarding_end[],
    asset_docs_de_forwarding_gz_start[], asset_docs_de_forwarding_gz_end[];
extern const char asset_docs_de_cgnat_start[], asset_docs_de_cgnat_end[],
    asset_docs_de_cgnat_gz_start[], asset_docs_de_cgnat_gz_end[];
extern const char asset_docs_de_about_start[], asset_docs_de_about_end[],
    asset_docs_de_about_gz_start[], asset_docs_de_about_gz_end[];
extern const char asset_docs_states_start[], asset_docs_states_end[], asset_docs_states_gz_start[],
    asset_docs_states_gz_end[];
extern const char asset_docs_forwarding_start[], asset_docs_forwarding_end[],
    asset_docs_forwarding_gz_start[], asset_docs_forwarding_gz_end[];
extern const char asset_docs_cgnat_start[], asset_docs_cgnat_end[], asset_docs_cgnat_gz_start[],
    asset_docs_cgnat_gz_end[];
extern const char asset_docs_about_start[], asset_docs_about_end[], asset_docs_about_gz_start[],
    asset_docs_about_gz_end[];
extern const char asset_index_html_start[], asset_index_html_end[], asset_index_html_gz_start[],
    asset_index_html_gz_end[];
extern const char asset_live_js_start[], asset_live_js_end[], asset_live_js_gz_start[],
    asset_live_js_gz_end[];
extern const char asset_openapi_json_start[], asset_openapi_json_end[],
    asset_openapi_json_gz_start[], asset_openapi_json_gz_end[];
extern const char asset_style_css_start[], asset_style_css_end[], asset_style_css_gz_start[],
    asset_style_css_gz_end[];

#define FILE_OF(name) name##_start, name##_end, name##_gz_start, name##_gz_end

static const char html[] = "text/html; charset=utf-8";

static const struct {
    const char *path, *type, *start, *end, *gzip_start, *gzip_end;
} served[] = {
    {"/docs/api", html, FILE_OF(asset_docs_api)},
    {"/docs/de/states", html, FILE_OF(asset_docs_de_states)},
    {"/docs/de/forwarding", html, FILE_OF(asset_docs_de_forwarding)},
    {"/docs/de/cgnat", html, FILE_OF(asset_docs_de_cgnat)},
    {"/docs/de/about", html, FILE_OF(asset_docs_de_about)},
    {"/docs/states", html, FILE_OF(asset_docs_states)},
    {"/docs/forwarding", html, FILE_OF(asset_docs_forwarding)},
    {"/docs/cgnat", html, FILE_OF(asset_docs_cgnat)},
    {"/docs/about", html, FILE_OF(asset_docs_about)},
    {"/live.js", "text/javascript; charset=utf-8", FILE_OF(asset_live_js)},
    {"/openapi.json", "application/json", FILE_OF(asset_openapi_json)},
    {"/style.css", "text/css; charset=utf-8", FILE_OF(asset_style_css)},
};

bool asset_at(const char *path, struct asset *out)
{
    static const uint8_t key[SIPHASH_KEY_LEN]; /* no secret: it only tells versions apart */

    for (size_t i = 0; i < ARRAY_LEN(served); i++) {
        if (strcmp(served[i].path, path) != 0)
            continue;
        *out = (struct asset){
            .type = served[i].type,
            .data = served[i].start,
            .len = (size_t)(served[i].end - served[i].start),
            .gzip_data = served[i].gzip_start,
            .gzip_len = (size_t)(served[i].gzip_end - served[i].gzip_start),
        };
        snprintf(out->etag, sizeof(out->etag), "\"%016" PRIx64 "\"",
                 siphash(key, out->data, out->len));
        return true;
    }
    return false;
}

/* Their distance is what the assembler laid between them. */
static size_t len_between(const char *start, const char *end)
{
    return (size_t)(end - start);
}

struct asset asset_page(void)
{
    return (struct asset){
        .type = html,
        .data = asset_index_html_start,
        .len = len_between(asset_index_html_start, asset_index_html_end),
    };
}
