/* SPDX-License-Identifier: BSD-2-Clause */
/* Part of json.h: the object of one port.  Pure but for malloc. */
#ifndef PORTLIGHT_FRONTEND_RENDER_JSON_PORT_H
#define PORTLIGHT_FRONTEND_RENDER_JSON_PORT_H

#include "frontend/model/result.h"
#include "frontend/render/json_member.h"

/* Adds the verdict of the target's port at this index, with its details. */
void json_add_port(struct json *json, const struct result_target *target, unsigned index);

/* "service_answer", if the request asks for services; null while unknown. */
void json_add_service_answer(struct json *json, const struct result_target *target, unsigned index);
/* "address" and "family". */
void json_add_target(struct json *json, const struct addr *addr);

/* "ports": all ports of the target. */
void json_add_ports(struct json *json, const struct result_target *target);

/* "addresses": each with its ports. */
void json_add_targets(struct json *json, const struct result_target *targets, unsigned count);

#endif
