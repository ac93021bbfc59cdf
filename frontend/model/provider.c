/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/provider.h"

#include <stddef.h>
#include <string.h>

#include "common/base/compiler.h"

/* Builds one table at a time; the rows of the other tables expand to nothing. */
#define PROVIDER(word, name, ...)     PROVIDER_ROW(word, name, __VA_ARGS__)
#define PROVIDER_ROW(word, name, ...) {word, name, __VA_ARGS__},
#define PROVIDER_TELLS(word, sign, text)
#define CNAME_SUFFIX(domain, word)
#define DYNAMIC_DNS(domain)
static const struct provider providers[] = {
#include "frontend/model/provider.def"
};
#undef PROVIDER
#define PROVIDER(...)

#undef PROVIDER_TELLS
#define PROVIDER_TELLS(word, sign, text) {word, sign, text},
static const struct {
    const char *word;
    enum provider_sign sign;
    const char *text;
} signs[] = {
#include "frontend/model/provider.def"
};
#undef PROVIDER_TELLS
#define PROVIDER_TELLS(word, sign, text)

#undef CNAME_SUFFIX
#define CNAME_SUFFIX(domain, word) {domain, word},
static const struct {
    const char *domain, *word;
} suffixes[] = {
#include "frontend/model/provider.def"
};
#undef CNAME_SUFFIX
#define CNAME_SUFFIX(domain, word)

#undef DYNAMIC_DNS
#define DYNAMIC_DNS(domain) domain,
static const char *const dynamic_domains[] = {
#include "frontend/model/provider.def"
};

const char *provider_sign_text(const struct provider *provider, enum provider_sign sign)
{
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (signs[i].sign == sign && strcmp(signs[i].word, provider->word) == 0)
            return signs[i].text;
    return NULL;
}

const struct provider *provider_find(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(providers); i++)
        if (strcmp(providers[i].word, word) == 0)
            return &providers[i];
    return NULL;
}

/* Is the name below the domain?  The domain itself is the provider's own site. */
static bool is_below(const char *name, const char *domain)
{
    size_t len = strlen(name), domain_len = strlen(domain);

    return len > domain_len + 1 && name[len - domain_len - 1] == '.' &&
           strcmp(name + len - domain_len, domain) == 0;
}

const struct provider *provider_by_alias(const char *alias)
{
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
        if (is_below(alias, suffixes[i].domain))
            return provider_find(suffixes[i].word);
    return NULL;
}

bool provider_is_dynamic_dns(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(dynamic_domains); i++)
        if (is_below(name, dynamic_domains[i]))
            return true;
    return false;
}

bool provider_forwards(const struct provider *provider, uint16_t port)
{
    if (provider->ports[0] == 0)
        return true;
    for (unsigned i = 0; i < PROVIDER_PORTS_MAX && provider->ports[i] != 0; i++)
        if (provider->ports[i] == port)
            return true;
    return false;
}
