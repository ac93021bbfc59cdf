/* SPDX-License-Identifier: BSD-2-Clause */
#include "networks/vendors.h"

#include <cjson/cJSON.h>
#include <string.h>

static const char *text_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsString(item) ? item->valuestring : "";
}

static bool add(struct source_reading *reading, const char *prefix_text, struct range_facts said,
                const char *region, unsigned rank)
{
    struct prefix prefix;
    enum prefix_error error = prefix_parse(prefix_text, &prefix);

    if (error != PREFIX_OK)
        return source_fault(reading, "\"%.50s\": %s", prefix_text, prefix_error_text(error));
    if (region[0] != '\0' && strcmp(region, "GLOBAL") != 0 && strcmp(region, "global") != 0)
        said.region = facts_text(reading->facts, region, strlen(region));
    layer_add_prefix(reading->layer, reading->facts, &prefix, &said, rank);
    return true;
}

static struct range_facts edge_facts(struct source_reading *reading, const char *provider)
{
    struct range_facts said = source_facts(reading);

    said.provider = facts_text(reading->facts, provider, strlen(provider));
    said.kind = NETWORK_CDN;
    said.cdn = NETWORK_CDN_YES;
    return said;
}

/* Parses the whole; a list without a prefix is no list. */
static bool read_json(struct source_reading *reading, const char *text, size_t len,
                      bool (*read)(struct source_reading *reading, const cJSON *root))
{
    cJSON *root = cJSON_ParseWithLength(text, len);
    bool ok = root != NULL ? read(reading, root) : source_fault(reading, "it is not JSON");

    cJSON_Delete(root);
    return ok && (reading->layer->count > 0 ||
                  source_fault(reading, "it has no prefix where its vendor writes them"));
}

/* --- AWS: every prefix is listed as AMAZON, and again by its service ----------------------- */

enum { AWS_AMAZON = 0, AWS_SERVICE, AWS_CLOUDFRONT };

static bool add_aws(struct source_reading *reading, const cJSON *list, const char *key)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        const char *service = text_of(item, "service");
        bool edge = strcmp(service, "CLOUDFRONT") == 0;
        struct range_facts said = edge ? edge_facts(reading, "cloudfront") : source_facts(reading);
        if (!add(reading, text_of(item, key), said, text_of(item, "region"),
                 edge                             ? AWS_CLOUDFRONT
                 : strcmp(service, "AMAZON") == 0 ? AWS_AMAZON
                                                  : AWS_SERVICE))
            return false;
    }
    return true;
}

static bool read_aws_root(struct source_reading *reading, const cJSON *root)
{
    reading->layer->date_s = source_date(text_of(root, "createDate"));
    return add_aws(reading, cJSON_GetObjectItemCaseSensitive(root, "prefixes"), "ip_prefix") &&
           add_aws(reading, cJSON_GetObjectItemCaseSensitive(root, "ipv6_prefixes"), "ipv6_prefix");
}

bool read_aws(struct source_reading *reading, char *text, size_t len)
{
    return read_json(reading, text, len, read_aws_root);
}

/* --- Google ---------------------------------------------------------------------------------- */

static bool read_google_root(struct source_reading *reading, const cJSON *root)
{
    const cJSON *item;

    reading->layer->date_s = source_date(text_of(root, "creationTime"));
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(root, "prefixes"))
    {
        const char *prefix = text_of(item, "ipv4Prefix");
        if (prefix[0] == '\0')
            prefix = text_of(item, "ipv6Prefix");
        if (!add(reading, prefix, source_facts(reading), text_of(item, "scope"), 0))
            return false;
    }
    return true;
}

bool read_google(struct source_reading *reading, char *text, size_t len)
{
    return read_json(reading, text, len, read_google_root);
}

/* --- Azure: of some hundred tags, those that say where, and Front Door's own proxies ------------
 */

enum { AZURE_ALL = 0, AZURE_REGION, AZURE_FRONT_DOOR };

static bool add_azure(struct source_reading *reading, const cJSON *tag)
{
    const char *name = text_of(tag, "name");
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(tag, "properties"), *item;
    bool edge = strcmp(name, "AzureFrontDoor.Frontend") == 0;
    struct range_facts said =
        edge ? edge_facts(reading, "azure-front-door") : source_facts(reading);
    unsigned rank = edge                              ? AZURE_FRONT_DOOR
                    : strcmp(name, "AzureCloud") == 0 ? AZURE_ALL
                                                      : AZURE_REGION;

    if (!edge && strcmp(name, "AzureCloud") != 0 && strncmp(name, "AzureCloud.", 11) != 0)
        return true;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(properties, "addressPrefixes"))
    {
        if (!add(reading, cJSON_IsString(item) ? item->valuestring : "", said,
                 text_of(properties, "region"), rank))
            return false;
    }
    return true;
}

static bool read_azure_root(struct source_reading *reading, const cJSON *root)
{
    const cJSON *tag;

    cJSON_ArrayForEach(tag, cJSON_GetObjectItemCaseSensitive(root, "values"))
    {
        if (!add_azure(reading, tag))
            return false;
    }
    return true;
}

bool read_azure(struct source_reading *reading, char *text, size_t len)
{
    return read_json(reading, text, len, read_azure_root);
}

/* --- Oracle -------------------------------------------------------------------------------------
 */

static bool read_oracle_root(struct source_reading *reading, const cJSON *root)
{
    const cJSON *region, *item;

    reading->layer->date_s = source_date(text_of(root, "last_updated_timestamp"));
    cJSON_ArrayForEach(region, cJSON_GetObjectItemCaseSensitive(root, "regions"))
    {
        cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(region, "cidrs"))
        {
            if (!add(reading, text_of(item, "cidr"), source_facts(reading),
                     text_of(region, "region"), 0))
                return false;
        }
    }
    return true;
}

bool read_oracle(struct source_reading *reading, char *text, size_t len)
{
    return read_json(reading, text, len, read_oracle_root);
}

/* --- Fastly
 * --------------------------------------------------------------------------------------- */

static bool read_fastly_root(struct source_reading *reading, const cJSON *root)
{
    static const char *const keys[] = {"addresses", "ipv6_addresses"};
    const cJSON *item;

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(root, keys[i]))
        {
            if (!add(reading, cJSON_IsString(item) ? item->valuestring : "", source_facts(reading),
                     "", 0))
                return false;
        }
    return true;
}

bool read_fastly(struct source_reading *reading, char *text, size_t len)
{
    return read_json(reading, text, len, read_fastly_root);
}
