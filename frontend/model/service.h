/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for well-known TCP ports.  Pure; the daemon and the command line. */
#ifndef PORTLIGHT_FRONTEND_MODEL_SERVICE_H
#define PORTLIGHT_FRONTEND_MODEL_SERVICE_H

#include <stddef.h>
#include <stdint.h>

enum service_group {
    SERVICE_WEB,
    SERVICE_REMOTE,
    SERVICE_MAIL,
    SERVICE_DATABASE,
    SERVICE_OTHER,
    SERVICE_GROUP_COUNT
};

struct service {
    uint16_t port;
    const char *name;  /* the IANA service name: "https" */
    const char *label; /* the common name, the same in every language: "Remote Desktop" */
    enum service_group group;
    const char *description; /* for people, to be translated: "Web server, encrypted (HTTPS)" */
};

/* NULL for a port without a well-known service. */
const struct service *service_by_port(uint16_t port);
/* The next service above this port; NULL after the last. */
const struct service *service_after(uint16_t port);
const struct service *service_by_name(const char *name);

/* The label before a name in the SRV record (RFC 2782) that clients of this port's service look up,
 * such as "_minecraft._tcp"; NULL if they look up none. */
const char *service_srv_label(uint16_t port);

/* The group's English name, such as "Remote access", for tr(). */
const char *service_group_text(enum service_group group);

#endif
