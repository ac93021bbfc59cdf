/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PORTLIGHT_VERSION_H
#define PORTLIGHT_VERSION_H

#define PORTLIGHT_VERSION "0.1.0"

#endif
