/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packets of an answer, kept for a while under a link: here, or at another frontend that the
 * link names.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_PACKET_FILES_H
#define PORTLIGHT_FRONTEND_HANDLERS_PACKET_FILES_H

#include "frontend/handlers/request_context.h"

#define PACKET_FILES_PATH "/pcap/"
enum {
    PACKET_FILES_PATH_LEN =
        sizeof(PACKET_FILES_PATH) - 1 + SHARING_OWNER_LEN + DOWNLOAD_CACHE_NAME_LEN
};

/* Keeps the packets of an answer for a while; false if there are none, or no room. */
bool packet_files_keep(const struct request_context *visit, const struct result *result,
                       char path[static PACKET_FILES_PATH_LEN]);

/* For other frontends: a sharing_find_fn whose context is the router. */
const uint8_t *packet_files_find(void *context, const char *name, size_t *len);

/* GET /pcap/NAME: the file that an answer's link names. */
void handle_pcap(const struct request_context *visit);

#endif
