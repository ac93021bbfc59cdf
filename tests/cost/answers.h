/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers that cost a visitor nothing, for cost.c. */
#ifndef PORTLIGHT_TESTS_COST_ANSWERS_H
#define PORTLIGHT_TESTS_COST_ANSWERS_H

#include <stdint.h>

/* What anybody may ask for at no cost: the ports, and the page with its form in each language. */
int answers_write(uint32_t count);

#endif
