/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages that answer no check.  An edge; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_PAGE_HANDLERS_H
#define PORTLIGHT_FRONTEND_HANDLERS_PAGE_HANDLERS_H

#include "frontend/handlers/request_context.h"

/* A text of www/, its {{names}} filled in. */
void handle_template(const struct request_context *visit, const char *text);

/* GET /docs, the list of documents, and /.well-known/security.txt. */
void handle_docs(const struct request_context *visit);
void handle_security(const struct request_context *visit);

/* What /problems/ID means; false if there is no such type. */
bool handle_problem_type(const struct request_context *visit, const char *path);

/* Addresses that people type, or browsers of their own accord, and where they lead; false if this
 * is none. */
bool handle_redirect(const struct request_context *visit, const char *path);

#endif
