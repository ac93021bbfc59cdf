/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/dns/system.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { WORD_LEN = 256 };

static const char blanks[] = " \t\r";

/* The next word of the line, "" at its end; a comment ends it, too. */
static const char *next_word(const char *at, char word[static WORD_LEN])
{
    size_t len;

    at += strspn(at, blanks);
    len = *at == '#' || *at == ';' ? 0 : strcspn(at, " \t\r\n#");
    snprintf(word, WORD_LEN, "%.*s", len < WORD_LEN ? (int)len : 0, at);
    return at + len;
}

static const char *next_line(const char *at)
{
    at += strcspn(at, "\n");
    return at + (*at == '\n');
}

void system_servers(const char *resolv_conf, char servers[static SYSTEM_SERVERS_LEN])
{
    size_t len = 0;

    servers[0] = '\0';
    for (const char *line = resolv_conf; *line != '\0'; line = next_line(line)) {
        char word[WORD_LEN];
        struct addr addr;
        const char *rest = next_word(line, word);
        if (strcmp(word, "nameserver") != 0)
            continue;
        next_word(rest, word);
        if (addr_parse(word, &addr) && len + strlen(word) + 2 < SYSTEM_SERVERS_LEN)
            len += (size_t)snprintf(servers + len, SYSTEM_SERVERS_LEN - len, "%s%s",
                                    len > 0 ? "," : "", word);
    }
}

/* Does the rest of the line, after the address, have this name? */
static bool has_name(const char *rest, const char *name)
{
    char word[WORD_LEN];

    do {
        rest = next_word(rest, word);
        if (word[0] != '\0' && strcasecmp(word, name) == 0)
            return true;
    } while (word[0] != '\0');
    return false;
}

bool system_find_host(const char *hosts, const char *name, enum addr_family family,
                      struct lookup *lookup)
{
    bool found = false;

    *lookup = (struct lookup){.status = LOOKUP_NO_ADDRESS};
    for (const char *line = hosts; *line != '\0'; line = next_line(line)) {
        char word[WORD_LEN];
        struct addr addr;
        const char *rest = next_word(line, word);
        if (!addr_parse(word, &addr) || !has_name(rest, name))
            continue;
        found = true;
        if (addr.family == family && lookup->count < LOOKUP_ADDRS_MAX)
            lookup->addrs[lookup->count++] = addr;
    }
    if (lookup->count > 0)
        lookup->status = LOOKUP_OK;
    return found;
}
