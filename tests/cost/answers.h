/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers whose instructions are counted, for cost.c. */
#ifndef PORTLIGHT_TESTS_COST_ANSWERS_H
#define PORTLIGHT_TESTS_COST_ANSWERS_H

#include <stdint.h>

/* What anybody may ask for at no cost: the ports, and the page with its form in each language. */
int answers_write(uint32_t count);

/* The JSON about three open ports. */
int answers_write_results(uint32_t count);

#endif
