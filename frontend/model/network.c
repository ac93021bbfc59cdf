/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/network.h"

#include <stdio.h>
#include <string.h>

#include "common/base/utf8.h"

void network_copy_text(char to[static NETWORK_TEXT_LEN], const char *text)
{
    size_t left = strlen(text), n = 0;

    while (left > 0) {
        size_t len = utf8_sequence_len(text, left);
        if (len == 0) {
            n = 0;
            break;
        }
        if (n + len >= NETWORK_TEXT_LEN)
            break;
        if (utf8_is_hidden(text, len)) {
            to[n++] = ' ';
        } else {
            memcpy(to + n, text, len);
            n += len;
        }
        text += len;
        left -= len;
    }
    to[n] = '\0';
}

/* An alias shows more than the address does: that a CDN serves the name. */
static void look_at_aliases(const struct network_aliases *aliases, struct network *network)
{
    for (unsigned i = 0; aliases != NULL && i < aliases->count; i++) {
        const struct provider *provider = provider_by_alias(aliases->names[i]);
        if (provider == NULL || network->cdn == NETWORK_CDN_YES)
            continue;
        snprintf(network->provider, sizeof(network->provider), "%s", provider->word);
        network->region[0] = '\0';
        network->kind = NETWORK_CDN;
        network->cdn = NETWORK_CDN_YES;
        network->origin = NETWORK_ORIGIN_CNAME;
    }
}

void network_describe(const struct network_table *table, const struct addr *addr,
                      const struct network_aliases *aliases, const struct addr *client,
                      struct network *network)
{
    struct network_row row;

    *network = (struct network){0};
    if (network_table_find(table, addr, &row)) {
        network->asn = row.asn;
        network_copy_text(network->name, row.name);
        network_copy_text(network->provider, row.provider);
        network_copy_text(network->region, row.region);
        memcpy(network->country, row.country, sizeof(network->country));
        network->kind = row.kind;
        network->cdn = row.cdn;
        network->origin = row.origin;
        network->prefix = row.prefix;
        network->as_of_s = row.date_s;
    }
    look_at_aliases(aliases, network);
    if (client != NULL && client->family == addr->family)
        network->is_visitor = addr_equal(client, addr) ? NETWORK_VISITOR_YES : NETWORK_VISITOR_NO;
}

const struct provider *network_provider(const struct network *network)
{
    return network->provider[0] != '\0' ? provider_find(network->provider) : NULL;
}

const char *network_shown_name(const struct network *network)
{
    const struct provider *provider = network_provider(network);

    if (provider != NULL)
        return provider->name;
    return network->provider[0] != '\0' ? network->provider : network->name;
}

bool network_is_old(const struct network *network, uint64_t now_s, uint64_t max_age_s)
{
    return network->as_of_s > 0 && now_s > network->as_of_s && now_s - network->as_of_s > max_age_s;
}

bool network_is_edge(const struct network *network)
{
    return network->cdn == NETWORK_CDN_YES;
}
