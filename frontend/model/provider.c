/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/provider.h"

#include <stddef.h>
#include <string.h>

#include "common/base/compiler.h"

#define PROVIDER(word, name, ...)     PROVIDER_ROW(word, name, __VA_ARGS__)
#define PROVIDER_ROW(word, name, ...) {word, name, __VA_ARGS__},
#define PROVIDER_TELLS(word, sign, text)
#define CNAME_SUFFIX(domain, word)
static const struct provider providers[] = {
#include "frontend/model/provider.def"
};
#undef PROVIDER
#undef PROVIDER_TELLS
#undef CNAME_SUFFIX

#define PROVIDER(...)
#define PROVIDER_TELLS(word, sign, text) {word, sign, text},
#define CNAME_SUFFIX(domain, word)
static const struct {
    const char *word;
    enum provider_sign sign;
    const char *text;
} signs[] = {
#include "frontend/model/provider.def"
};
#undef PROVIDER_TELLS
#undef CNAME_SUFFIX

#define PROVIDER_TELLS(word, sign, text)
#define CNAME_SUFFIX(domain, word) {domain, word},
static const struct {
    const char *domain, *word;
} suffixes[] = {
#include "frontend/model/provider.def"
};
#undef PROVIDER
#undef PROVIDER_TELLS
#undef CNAME_SUFFIX

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

const struct provider *provider_by_alias(const char *alias)
{
    size_t len = strlen(alias);

    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        size_t suffix_len = strlen(suffixes[i].domain);
        /* below the domain: the domain itself is the provider's own site */
        if (len > suffix_len + 1 && alias[len - suffix_len - 1] == '.' &&
            strcmp(alias + len - suffix_len, suffixes[i].domain) == 0)
            return provider_find(suffixes[i].word);
    }
    return NULL;
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
