/* SPDX-License-Identifier: BSD-2-Clause */
/* What to do about a problem, for whoever sits at this machine.  Pure; the command line. */
#ifndef PORTLIGHT_FRONTEND_CLI_NEXT_STEP_H
#define PORTLIGHT_FRONTEND_CLI_NEXT_STEP_H

#include "common/config/config.h"
#include "frontend/model/problem.h"

/* Adds to the sentence which key of portlight.conf(5) decides, where one does. */
void next_step_add(struct problem *problem);

/* PROBLEM_PROBER_UNAVAILABLE with the socket's path, the error and what helps against it. */
void next_step_without_prober(struct problem *problem, const struct config *config, int error);

#endif
