/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of providers of networks: provider.def as tables.  Pure; the daemon and the
 * command line. */
#ifndef PORTLIGHT_FRONTEND_MODEL_PROVIDER_H
#define PORTLIGHT_FRONTEND_MODEL_PROVIDER_H

#include <stdbool.h>
#include <stdint.h>

enum { PROVIDER_PORTS_MAX = 16 };

struct provider {
    const char *word, *name;
    uint16_t ports[PROVIDER_PORTS_MAX]; /* that its proxies forward, ended by 0; none: not known */
    const char *firewall;               /* English, or NULL */
};

/* What a verdict may be a sign of, at some providers. */
enum provider_sign {
    PROVIDER_SILENCE,      /* no answer */
    PROVIDER_MAIL_SILENCE, /* none at a mail port */
    PROVIDER_OWN_ANSWER,   /* a RST, or an ICMP error, of the machine's own */
    PROVIDER_OWN_REJECT,   /* of these only what a packet filter sends */
    PROVIDER_EDGE_OPEN,    /* its proxy accepts */
};

/* English, or NULL where this is no sign of anything more. */
const char *provider_sign_text(const struct provider *provider, enum provider_sign sign);

/* By its word; NULL if there is none. */
const struct provider *provider_find(const char *word);

/* Whose proxies serve a name that is an alias of this one (in lower case); NULL: not known. */
const struct provider *provider_by_alias(const char *alias);

/* Is the name (in lower case) below a domain of dynamic DNS, where people at home have theirs? */
bool provider_is_dynamic_dns(const char *name);

/* Do its proxies forward this port?  True where the ports aren't known. */
bool provider_forwards(const struct provider *provider, uint16_t port);

#endif
