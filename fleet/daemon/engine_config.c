/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/daemon/engine_config.h"

#include "fleet/bus/nats_parser.h"

static const char HEAD[] =
    "# nats-server's configuration, made by portlight-fleet --engine-config: make it anew when\n"
    "# fleet.places or fleet.frontends change, then reload nats-server (SIGHUP).\n"
    "listen: \"%s\"\n"
    "max_payload: %d\n"
    "max_pending: 4MB\n"
    "max_control_line: 512\n"
    "write_deadline: \"2s\"\n"
    "ping_interval: \"1s\"\n"
    "ping_max: 2\n"
    "logfile_size_limit: 10MB\n"
    "tls {\n"
    "  cert_file: \"/etc/portlight/engine.crt\"\n"
    "  key_file: \"/etc/portlight/engine.key\"\n"
    "  ca_file: \"%s\"\n"
    "  verify_and_map: true\n"
    "  timeout: 5\n"
    "}\n"
    "authorization {\n"
    "  users = [\n";

static const char PLACE[] = "    {user: \"%1$s.place\", permissions: {\n"
                            "      subscribe: [\"pl.*.ask.%1$s.*\"], publish: {deny: \">\"},\n"
                            "      allow_responses: {max: 1, expires: \"6s\"}}}\n";

static const char FRONTEND[] = "    {user: \"%1$s.frontend\", permissions: {\n"
                               "      subscribe: [\"pl.*.tell.%1$s.>\", \"pl.*.charge.*\"],\n"
                               "      publish: [\"pl.*.ask.*.%1$s\", \"pl.*.charge.%1$s\"]}}\n";

static void write_frontend(FILE *to, const char *name)
{
    fprintf(to, FRONTEND, name);
}

void engine_config_write(const struct config *config, FILE *to)
{
    const struct config_strings *engines = &config->fleet.engines;
    const struct config_strings *frontends = &config->fleet.frontends;
    struct place place;

    fprintf(to, HEAD, engines->count > 0 ? engines->items[0] : "0.0.0.0:4222", NATS_PAYLOAD_MAX,
            config->fleet.authority);
    for (size_t i = 0; i < config->fleet.places.count; i++)
        if (place_read(config->fleet.places.items[i], &place) == NULL)
            fprintf(to, PLACE, place.name);
    for (size_t i = 0; i < frontends->count; i++)
        write_frontend(to, frontends->items[i]);
    if (frontends->count == 0 && config->fleet.name[0] != '\0')
        write_frontend(to, config->fleet.name);
    fputs("  ]\n}\n", to);
}
