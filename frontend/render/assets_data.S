/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of www/ as bytes; assets.c names them. */
    .section .rodata

    .macro asset name, file
    .global asset_\name\()_start, asset_\name\()_end
asset_\name\()_start:
    .incbin "\file"
asset_\name\()_end:
    .byte 0
    .global asset_\name\()_gz_start, asset_\name\()_gz_end
asset_\name\()_gz_start:
    .incbin "\file\().gz" /* from the build tree */
asset_\name\()_gz_end:
    .endm

    asset docs_api, "frontend/www/docs/api.html"
    asset docs_de_states, "frontend/www/docs/de/states.html"
    asset docs_de_forwarding, "frontend/www/docs/de/forwarding.html"
    asset docs_de_cgnat, "frontend/www/docs/de/cgnat.html"
    asset docs_de_about, "frontend/www/docs/de/about.html"
    asset docs_states, "frontend/www/docs/states.html"
    asset docs_forwarding, "frontend/www/docs/forwarding.html"
    asset docs_cgnat, "frontend/www/docs/cgnat.html"
    asset docs_about, "frontend/www/docs/about.html"
    asset index_html, "frontend/www/index.html"
    asset live_js, "frontend/www/live.js"
    asset openapi_json, "frontend/www/openapi.json"
    asset style_css, "frontend/www/style.css"

    .section .note.GNU-stack, "", %progbits
