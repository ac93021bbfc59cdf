/* SPDX-License-Identifier: BSD-2-Clause */
/* portlightd(8): configuration, listening sockets, no privilege, service. */
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/account.h"
#include "common/clock.h"
#include "common/daemon_options.h"
#include "common/landlock.h"
#include "common/log.h"
#include "frontend/http/api.h"

enum {
    DESCRIPTORS_BESIDES = 64,
    /* listeners, the prober, name servers, the log */ STOP_MS = 4500,
    STOP_POLL_MS = 20
}; /* a check takes 3.6 s, and a little */

/* Everything the daemon is. */
struct daemon {
    struct config config;
    struct loop *loop;
    struct server *server;
    struct api api;
    struct loop_timer *stop_timer;
    uint64_t stop_deadline_ns;
};

/* Becomes the configured user, with the group that may connect to the prober. */
static void become_user(const struct config *config)
{
    struct account account, prober;
    gid_t group;

    if (geteuid() != 0)
        return;
    if (!account_user(&config->http.user, ACCOUNT_FRONTEND_ID, &account) ||
        !account_user(&config->prober.user, ACCOUNT_PROBER_ID, &prober) ||
        !account_group(&config->prober.group, ACCOUNT_FRONTEND_ID, &group))
        exit(1);
    if (account.uid == 0 || account.uid == prober.uid)
        log_fatal("main", "http.user must be neither root nor prober.user");
    if (setgroups(1, &group) != 0 || setresgid(account.gid, account.gid, account.gid) != 0 ||
        setresuid(account.uid, account.uid, account.uid) != 0)
        log_fatal("main", "cannot become uid %u: %s", (unsigned)account.uid, strerror(errno));
}

/* Leaving root took the capabilities; somebody else may have been given some. */
static void assert_no_capabilities(void)
{
    FILE *status = fopen("/proc/self/status", "re");
    char line[256];

    if (status == NULL)
        log_fatal("main", "/proc/self/status: %s", strerror(errno));
    while (fgets(line, sizeof(line), status) != NULL) {
        unsigned long long bits;
        if (sscanf(line, "CapEff: %llx", &bits) == 1 && bits != 0)
            log_fatal("main", "must not hold capabilities (CapEff %llx)", bits);
    }
    fclose(status);
}

static void give_up_privilege(const struct config *config)
{
    static const struct rlimit none = {0, 0};

    for (int capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; capability++)
        continue; /* only where we may: no_new_privs makes the rest harmless */
    become_user(config);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || setrlimit(RLIMIT_CORE, &none) != 0)
        log_fatal("main", "cannot give up privileges: %s", strerror(errno));
    assert_no_capabilities();
}

/* As many descriptors as we may have; how many connections they allow. */
static uint32_t raise_descriptor_limit(uint32_t wanted)
{
    struct rlimit limit;
    rlim_t room;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        log_fatal("main", "RLIMIT_NOFILE: %s", strerror(errno));
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    room = limit.rlim_cur > 2 * (rlim_t)DESCRIPTORS_BESIDES ? limit.rlim_cur - DESCRIPTORS_BESIDES
                                                            : limit.rlim_cur / 2;
    if (room >= wanted)
        return wanted;
    log_warn("main", "%lu descriptors: %lu connections instead of limits.max-connections = %u",
             (unsigned long)limit.rlim_cur, (unsigned long)room, wanted);
    return (uint32_t)room;
}

/* The requests under way finish, if they do so in time. */
static void on_stop_timer(void *context)
{
    struct daemon *daemon = context;

    if (server_pending(daemon->server) == 0 || clock_now_ns() >= daemon->stop_deadline_ns)
        loop_stop(daemon->loop);
    else
        loop_timer_set(daemon->stop_timer, STOP_POLL_MS);
}

static void on_stop_signal(void *context)
{
    struct daemon *daemon = context;

    server_stop_listening(daemon->server);
    daemon->stop_deadline_ns = clock_now_ns() + STOP_MS * NS_PER_MS;
    loop_timer_set(daemon->stop_timer, STOP_POLL_MS);
}

static struct ratelimit *make_limit(uint32_t quota, uint32_t window_s, bool networks)
{
    uint8_t key[SIPHASH_KEY_LEN];
    struct ratelimit *limit;

    if (getrandom(key, sizeof(key), 0) != sizeof(key))
        log_fatal("main", "no random numbers: %s", strerror(errno));
    limit = ratelimit_new(quota, window_s * NS_PER_S, networks, key);
    if (limit == NULL)
        log_fatal("main", "out of memory");
    return limit;
}

static void open_server(struct daemon *daemon)
{
    const struct config_strings *listen = &daemon->config.http.listen;
    const struct connections_limits limits = {
        .max = raise_descriptor_limit(daemon->config.limits.max_connections),
        .per_client = daemon->config.limits.client_connections,
        .trusted = &daemon->config.http.trusted_proxies,
    };

    daemon->loop = loop_new();
    if (daemon->loop != NULL)
        daemon->server = server_new(daemon->loop, &limits, api_handle, &daemon->api);
    if (daemon->server == NULL)
        log_fatal("main", "out of memory");
    if (listen->count == 0)
        log_fatal("main", "http.listen is empty: there is nothing to serve on");
    for (size_t i = 0; i < listen->count; i++)
        if (!server_listen(daemon->server, listen->items[i]))
            exit(1);
}

static void open_services(struct daemon *daemon)
{
    const struct config *config = &daemon->config;
    struct checks *checks = &daemon->api.checks;

    daemon->api.config = checks->config = config;
    checks->visitors = make_limit(config->limits.client_quota, config->limits.client_window_s,
                                  config->limits.networks);
    checks->targets = make_limit(config->limits.target_quota, config->limits.target_window_s,
                                 config->limits.networks);
    checks->resolver = resolver_new(daemon->loop, config);
    checks->prober = prober_link_new(daemon->loop, config->prober.socket,
                                     RESULT_TARGETS_MAX * config->limits.max_pending);
    daemon->stop_timer = loop_timer_new(daemon->loop, on_stop_timer, daemon);
    if (checks->resolver == NULL || checks->prober == NULL || daemon->stop_timer == NULL ||
        !loop_on_signal(daemon->loop, SIGTERM, on_stop_signal, daemon) ||
        !loop_on_signal(daemon->loop, SIGINT, on_stop_signal, daemon))
        log_fatal("main", "cannot start");
}

/* The server first: its last connections still know their checks. */
static void close_all(struct daemon *daemon)
{
    server_free(daemon->server);
    prober_link_free(daemon->api.checks.prober);
    resolver_free(daemon->api.checks.resolver);
    ratelimit_free(daemon->api.checks.visitors);
    ratelimit_free(daemon->api.checks.targets);
    loop_timer_free(daemon->stop_timer);
    loop_free(daemon->loop);
    config_free(&daemon->config);
}

int main(int argc, char **argv)
{
    struct daemon_options options = daemon_options_read("portlightd", argc, argv);
    struct daemon daemon = {0};

    if (!config_load(&daemon.config, options.config_path))
        return 1;
    if (options.check_config) {
        config_free(&daemon.config);
        puts("configuration ok");
        return 0;
    }
    signal(SIGPIPE, SIG_IGN);
    open_server(&daemon);
    give_up_privilege(&daemon.config);
    open_services(&daemon);
    if (landlock_confine(true) == 0)
        log_warn("main", "this kernel has no Landlock");
    for (size_t i = 0; i < daemon.config.http.listen.count; i++)
        log_info("main", "listening on http://%s", daemon.config.http.listen.items[i]);
    loop_run(daemon.loop);
    close_all(&daemon);
    return 0;
}
