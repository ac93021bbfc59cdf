/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PORTLIGHT_COMPILER_H
#define PORTLIGHT_COMPILER_H

#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))
#define NODISCARD              __attribute__((warn_unused_result))
#define NORETURN               __attribute__((noreturn))
#define ARRAY_LEN(array)       (sizeof(array) / sizeof((array)[0]))

#endif
