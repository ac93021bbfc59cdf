/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PORTLIGHT_TEST_JUDGE_H
#define PORTLIGHT_TEST_JUDGE_H

#include "prober/classify.h"

/* The verdict of a port that was asked for alone, with nothing to compare. */
void judge_alone(const struct record *record, struct verdict *verdict);

#endif
