/* SPDX-License-Identifier: BSD-2-Clause */
/* What to do about a problem, for the user of this machine.  Pure; the command line. */
#ifndef PORTLIGHT_FRONTEND_CLI_NEXT_STEP_H
#define PORTLIGHT_FRONTEND_CLI_NEXT_STEP_H

#include "common/config/config.h"
#include "frontend/model/problem.h"

/* Appends to the sentence which key of portlight.conf(5) decides, if one does. */
void next_step_add(struct problem *problem);

/* Sets PROBLEM_PROBER_UNAVAILABLE with the socket's path, the error and what to do about it. */
void next_step_without_prober(struct problem *problem, const struct config *config, int error);

#endif
