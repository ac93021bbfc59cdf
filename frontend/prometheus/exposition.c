/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/prometheus/exposition.h"

void exposition_head(struct strbuf *buf, const char *name, const char *type, const char *help)
{
    strbuf_printf(buf, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void exposition_label(struct strbuf *buf, const char *name, const char *value)
{
    strbuf_printf(buf, "%s=\"", name);
    for (; *value != '\0'; value++) {
        if (*value == '\n') {
            strbuf_append(buf, "\\n");
            continue;
        }
        if (*value == '"' || *value == '\\')
            strbuf_append(buf, "\\");
        strbuf_append_n(buf, value, 1);
    }
    strbuf_append(buf, "\"");
}
