/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parts of Prometheus's text format, version 0.0.4.  Pure but for malloc; the daemon and the
 * command line.
 */
#ifndef PORTLIGHT_FRONTEND_PROMETHEUS_EXPOSITION_H
#define PORTLIGHT_FRONTEND_PROMETHEUS_EXPOSITION_H

#include "frontend/model/strbuf.h"

#define EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* The two lines before a family's samples.  type is "gauge", "counter" or "histogram"; help is one
 * line without backslashes. */
void exposition_head(struct strbuf *buf, const char *name, const char *type, const char *help);

/* name="value", the value escaped; braces and commas are the caller's. */
void exposition_label(struct strbuf *buf, const char *name, const char *value);

#endif
