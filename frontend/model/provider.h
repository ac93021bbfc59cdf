/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known about network providers: provider.def as tables.  Pure; the daemon and the command
 * line. */
#ifndef PORTLIGHT_FRONTEND_MODEL_PROVIDER_H
#define PORTLIGHT_FRONTEND_MODEL_PROVIDER_H

#include <stdbool.h>
#include <stdint.h>

enum { PROVIDER_PORTS_MAX = 16 };

struct provider {
    const char *word, *name;
    uint16_t ports[PROVIDER_PORTS_MAX]; /* that its proxies forward, ended by 0; empty: unknown */
    const char *firewall;               /* English, or NULL */
};

/* Findings that mean something more at some providers. */
enum provider_sign {
    PROVIDER_SILENCE,      /* no answer */
    PROVIDER_MAIL_SILENCE, /* no answer at a mail port */
    PROVIDER_OWN_ANSWER,   /* a RST or ICMP error from the machine itself */
    PROVIDER_OWN_REJECT,   /* the same, but of a packet filter */
    PROVIDER_EDGE_OPEN,    /* its proxy accepts */
};

/* The English text for this finding, or NULL. */
const char *provider_sign_text(const struct provider *provider, enum provider_sign sign);

/* Finds a provider by its word; NULL if there is none. */
const struct provider *provider_find(const char *word);

/* The provider whose proxies serve an alias of this name (in lower case); NULL if unknown. */
const struct provider *provider_by_alias(const char *alias);

/* Is the name (in lower case) below a dynamic DNS domain? */
bool provider_is_dynamic_dns(const char *name);

/* Do its proxies forward this port?  True if the ports aren't known. */
bool provider_forwards(const struct provider *provider, uint16_t port);

#endif
