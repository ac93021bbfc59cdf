/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The API's JSON: reads requests with cJSON and writes answers with json_member.h.  Pure but for
 * malloc; the daemon and the command line.
 *
 * Every json_write_* returns a NUL-terminated text that the caller frees, or NULL without memory.
 */
#ifndef PORTLIGHT_FRONTEND_RENDER_JSON_H
#define PORTLIGHT_FRONTEND_RENDER_JSON_H

#include "common/limit/ratelimit.h"
#include "frontend/model/place_now.h"
#include "frontend/model/problem.h"
#include "frontend/model/request.h"
#include "frontend/model/result.h"

enum { API_JSON_BODY_MAX_LEN = 4096 };

/* Reads the body of POST /api/v1/check.  Strict: valid UTF-8, no NUL in any form, known keys once
 * each and in their exact spelling, integers where integers belong, nothing after the object.  Ends
 * with request_finish. */
bool json_read_request(const char *body, size_t len, const struct policy *policy,
                       struct request *request, struct problem *problem);

char *json_write_result(const struct result *result);
/* One port's object with "address" and "family" in front: the data of an SSE
 * `port` event. */
char *json_write_port(const struct result_target *target, unsigned port_index);
/* The service behind one open port, likewise: an SSE `service` event. */
char *json_write_service(const struct result_target *target, unsigned port_index);
/* {"host":…,"addresses":[{"address":…,"family":…}]}: the SSE `resolved` event. */
char *json_write_resolved(const struct result *result);
/* One place's answer: the data of an SSE `place` event. */
char *json_write_place(const struct place_answer *answer);
/* {"comparison":[…]}: the SSE `comparison` event. */
char *json_write_comparison(const struct result *result);

/* GET /api/v1/places; asked_max is how many places one request may ask. */
char *json_write_places(const struct api_place *places, unsigned count, unsigned asked_max);

char *json_write_problem(const struct problem *problem);
char *json_write_me(const struct addr *client);
/* Sets cJSON's allocator; call it before any other function.  Without memory cJSON would reject
 * valid JSON, so `allocate` must not return NULL. */
void json_use_memory(void *(*allocate)(size_t len), void (*release)(void *memory));

char *json_write_ports(const struct policy *policy);

/* The answer of GET /api/v1/limits: the limits, and what this client has left. */
struct api_limits {
    const struct policy *policy;
    uint32_t client_quota, client_window_s; /* a quota of 0: no limit */
    uint32_t target_quota, target_window_s;
    uint32_t new_targets_quota, new_targets_window_s;
    uint32_t checks_at_once; /* 0: any number */
    struct ratelimit_state client, new_targets;
};
char *json_write_limits(const struct api_limits *limits);

#endif
