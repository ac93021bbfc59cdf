/* SPDX-License-Identifier: BSD-2-Clause */
/* portlight-fleet(8): configuration, sockets of places, no privilege, service. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/account/unprivileged.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/contract/frontends.h"
#include "common/daemon/sd_notify.h"
#include "fleet/ask/ask.h"
#include "fleet/bus/tls.h"
#include "fleet/daemon/engine_config.h"
#include "fleet/daemon/enrol.h"
#include "fleet/daemon/options.h"
#include "fleet/daemon/sandbox.h"
#include "fleet/serve/serve.h"
#include "fleet/share/relay.h"

enum { NAME_LEN = PLACE_NAME_LEN + 16, LEAVE_MS = 20 };

struct fleet {
    struct config config;
    struct loop *loop;
    struct tls_files files;
    char name[NAME_LEN]; /* in its certificate */
    struct ssl_ctx_st *tls;
    struct bus bus;
    struct ask *ask;            /* NULL: it asks nobody */
    struct serve *serve;        /* NULL: it is no place */
    struct serve_limits limits; /* of a place */
    struct relay *relay;        /* NULL: there are no other frontends */
    struct loop_timer *beat, *leave;
    bool is_leaving;
    struct sd_notify supervisor;
};

static void on_up(void *context, unsigned engine)
{
    struct fleet *fleet = context;

    if (fleet->serve != NULL)
        serve_engine_up(fleet->serve, engine);
    if (fleet->ask != NULL)
        ask_engine_up(fleet->ask, engine);
    if (fleet->relay != NULL)
        relay_engine_up(fleet->relay, engine);
}

static void on_down(void *context, unsigned engine)
{
    struct fleet *fleet = context;

    if (fleet->ask != NULL)
        ask_engine_down(fleet->ask, engine);
}

static void on_message(void *context, unsigned engine, const struct nats_event *message)
{
    struct fleet *fleet = context;

    if (fleet->serve != NULL && serve_take(fleet->serve, engine, message))
        return;
    if (fleet->relay != NULL && relay_take(fleet->relay, engine, message))
        return;
    if (fleet->ask != NULL)
        (void)ask_take(fleet->ask, engine, message);
}

/* When nobody waits for anything any more. */
static void on_leave(void *context)
{
    struct fleet *fleet = context;

    if ((fleet->serve == NULL || serve_is_idle(fleet->serve)) &&
        (fleet->ask == NULL || ask_is_idle(fleet->ask)) && bus_is_settled(&fleet->bus))
        loop_stop(fleet->loop);
    else
        loop_timer_set(fleet->leave, LEAVE_MS);
}

/* What is under way is answered; a second signal doesn't wait for it. */
static void on_stop(void *context)
{
    struct fleet *fleet = context;

    if (fleet->is_leaving) {
        loop_stop(fleet->loop);
        return;
    }
    fleet->is_leaving = true;
    sd_notify_stopping(&fleet->supervisor);
    if (fleet->serve != NULL)
        serve_stop(fleet->serve);
    if (fleet->ask != NULL)
        ask_stop(fleet->ask);
    on_leave(fleet);
}

/* A renewed certificate, or another list of revoked ones; all else waits for a restart. */
static void on_reload(void *context)
{
    struct fleet *fleet = context;
    struct ssl_ctx_st *old = fleet->tls, *new = tls_new(&fleet->files, fleet->name);

    if (new == NULL) {
        log_warn("main", "certificates stay as they were");
        return;
    }
    log_info("main", "certificates are read anew; all else waits for a restart");
    fleet->tls = new;
    bus_set_tls(&fleet->bus, new);
    tls_free(old);
}

static void on_beat(void *context)
{
    struct fleet *fleet = context;

    sd_notify_beat(&fleet->supervisor);
    loop_timer_set(fleet->beat, fleet->supervisor.beat_ns / NS_PER_MS);
}

/* Both roles have one certificate: that of the frontend, where there are both. */
static void own_name(const struct config *config, char name[static NAME_LEN])
{
    if (config->fleet.name[0] != '\0')
        snprintf(name, NAME_LEN, "%s.frontend", config->fleet.name);
    else
        snprintf(name, NAME_LEN, "%s.place", config->serve.place);
}

static struct frontends frontends_of(const struct config *config)
{
    return (struct frontends){config->fleet.name, config->fleet.frontends.items,
                              config->fleet.frontends.count};
}

/* What must be there, in words that name the key. */
static const char *missing(const struct config *config)
{
    bool asks = config->fleet.name[0] != '\0', serves = config->serve.place[0] != '\0';
    const struct frontends frontends = frontends_of(config);

    if (!asks && !serves && frontends_are_several(&frontends))
        return frontends_mistake(&frontends);
    if (!asks && !serves)
        return "neither fleet.name nor serve.place is set: there is nothing to do here";
    if (asks && serves)
        return "fleet.name and serve.place are both set: a frontend's own prober is asked without "
               "an engine (fleet.here); to serve it to others, start another portlight-fleet with "
               "a configuration of its own";
    if (config->fleet.engines.count == 0)
        return "fleet.engines is empty: there is no way to anybody";
    if (asks && config->fleet.places.count == 0 && !frontends_are_several(&frontends))
        return "fleet.places is empty: there is nobody to ask";
    return asks && frontends_are_several(&frontends) ? frontends_mistake(&frontends) : NULL;
}

/* Without fleet.name and a place of its own, this may be one of several frontends all the same. */
static void take_own_name(struct config *config)
{
    const struct frontends frontends = frontends_of(config);
    char name[PLACE_NAME_LEN], *copy;

    if (config->fleet.name[0] != '\0' || config->serve.place[0] != '\0')
        return;
    frontends_own_name(&frontends, name);
    copy = strdup(name);
    if (copy == NULL)
        log_fatal("main", "out of memory");
    free(config->fleet.name);
    config->fleet.name = copy;
}

/* As root, or as who we are. */
static struct relay *open_relay(struct fleet *fleet, gid_t group)
{
    struct relay_setup setup = {fleet->loop, &fleet->config, &fleet->bus, group, 0};
    struct user daemon;

    if (!user_user(&fleet->config.http.user, ACCOUNT_FRONTEND_ID, &daemon))
        return NULL;
    setup.owner = daemon.uid;
    return relay_new(&setup);
}

static void open_files(struct fleet *fleet)
{
    const struct config *config = &fleet->config;

    fleet->files = (struct tls_files){
        .paths = {
            [TLS_CERTIFICATE] = config->fleet.certificate,
            [TLS_KEY] = config->fleet.key,
            [TLS_AUTHORITY] = config->fleet.authority,
            [TLS_REVOKED] = config->fleet.revoked.count > 0 ? config->fleet.revoked.items[0] : NULL,
        }};
    tls_files_open(&fleet->files);
}

_Static_assert((int)TLS_FILES == (int)FLEET_DIRECTORIES, "each file may be in another one");

static void open_roles(struct fleet *fleet, gid_t group)
{
    const struct config *config = &fleet->config;

    fleet->loop = loop_new();
    if (fleet->loop == NULL)
        log_fatal("main", "out of memory");
    if (config->fleet.name[0] != '\0') {
        fleet->ask = ask_new(fleet->loop, config, group, &fleet->bus);
        if (fleet->ask == NULL)
            log_fatal("main", "cannot offer the places");
        if (config->fleet.frontends.count > 1) {
            fleet->relay = open_relay(fleet, group);
            if (fleet->relay == NULL)
                log_fatal("main", "cannot speak for portlightd");
        }
    }
}

static void open_bus(struct fleet *fleet)
{
    static struct engine_link_ops ops = {on_up, on_down, on_message, NULL};
    const struct config *config = &fleet->config;

    ops.context = fleet;
    fleet->beat = loop_timer_new(fleet->loop, on_beat, fleet);
    fleet->leave = loop_timer_new(fleet->loop, on_leave, fleet);
    if (config->serve.place[0] != '\0')
        fleet->serve = serve_new(fleet->loop, config, &fleet->limits, &fleet->bus);
    if ((config->serve.place[0] != '\0' && fleet->serve == NULL) || fleet->beat == NULL ||
        fleet->leave == NULL ||
        !bus_open(&fleet->bus, fleet->loop, fleet->tls, &config->fleet.engines, &ops) ||
        !loop_on_signal(fleet->loop, SIGTERM, on_stop, fleet) ||
        !loop_on_signal(fleet->loop, SIGHUP, on_reload, fleet) ||
        !loop_on_signal(fleet->loop, SIGINT, on_stop, fleet))
        log_fatal("main", "cannot start");
}

static void close_all(struct fleet *fleet)
{
    bus_close(&fleet->bus);
    if (fleet->serve != NULL) {
        serve_free(fleet->serve);
        limits_file_close(&fleet->limits.file);
    }
    ask_free(fleet->ask);
    relay_free(fleet->relay);
    loop_timer_free(fleet->beat);
    loop_timer_free(fleet->leave);
    loop_free(fleet->loop);
    tls_free(fleet->tls);
    config_free(&fleet->config);
}

static int run(struct fleet *fleet)
{
    const struct config *config = &fleet->config;
    struct user account;
    gid_t group;

    signal(SIGPIPE, SIG_IGN);
    if (!sd_notify_open(&fleet->supervisor) ||
        !user_group(&config->prober.group, ACCOUNT_FRONTEND_ID, &group))
        return 1;
    own_name(config, fleet->name);
    open_files(fleet);
    fleet->tls = tls_new(&fleet->files, fleet->name);
    if (fleet->tls == NULL)
        return 1;
    account = unprivileged_account(config, &config->fleet.user, ACCOUNT_FLEET_ID, "fleet.user");
    open_roles(fleet, group);
    if (config->serve.place[0] != '\0')
        fleet->limits = serve_open_limits(config, &account);
    unprivileged_become(&account, &config->prober.group);
    open_bus(fleet);
    if (!fleet_sandbox_enter(config, fleet->files.directories))
        log_fatal("main", "cannot enter the sandbox: %s", strerror(errno));
    log_info("main", "ready as %s, uid %u", fleet->name, (unsigned)account.uid);
    sd_notify_ready(&fleet->supervisor);
    if (fleet->supervisor.beat_ns > 0)
        on_beat(fleet);
    loop_run(fleet->loop);
    close_all(fleet);
    return 0;
}

int main(int argc, char **argv)
{
    struct fleet_options options = fleet_options_read(argc, argv);
    struct fleet fleet = {0};
    const char *mistake;

    if (options.new_name != NULL)
        return enrol(options.new_name, options.new_kind) ? 0 : 1;
    if (!config_load(&fleet.config, options.config_path))
        return CONFIG_EXIT_STATUS;
    take_own_name(&fleet.config);
    if (options.engine_config) {
        engine_config_write(&fleet.config, stdout);
        config_free(&fleet.config);
        return 0;
    }
    if (options.check_config && fleet.config.fleet.name[0] == '\0' &&
        fleet.config.serve.place[0] == '\0' && fleet.config.fleet.frontends.count < 2) {
        puts("configuration ok, without a fleet");
        config_free(&fleet.config);
        return 0;
    }
    mistake = missing(&fleet.config);
    if (mistake != NULL) {
        log_error("config", "%s", mistake);
        config_free(&fleet.config);
        return CONFIG_EXIT_STATUS;
    }
    if (options.check_config) {
        puts("configuration ok");
        config_free(&fleet.config);
        return 0;
    }
    return run(&fleet);
}
