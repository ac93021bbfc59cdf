/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PORTLIGHT_COMMON_BASE_COMPILER_H
#define PORTLIGHT_COMMON_BASE_COMPILER_H

#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))
#define NODISCARD              __attribute__((warn_unused_result))
#define NORETURN               __attribute__((noreturn))
#define ARRAY_LEN(array)       (sizeof(array) / sizeof((array)[0]))

/* Is this a build with a sanitizer?  Such builds are not confined: sanitizers read /proc, and
 * start a process at exit. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif
