/* SPDX-License-Identifier: BSD-2-Clause */
/* portlightd(8): configuration, listening sockets, no privilege, service. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "common/account/unprivileged.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/config/config_items.h"
#include "common/config/options.h"
#include "common/contract/target_quota.h"
#include "common/daemon/landlock.h"
#include "common/daemon/limits_file.h"
#include "common/daemon/local_socket.h"
#include "common/daemon/reload.h"
#include "common/daemon/sd_notify.h"
#include "common/daemon/user.h"
#include "frontend/daemon/router.h"
#include "frontend/daemon/sandbox.h"
#include "frontend/handlers/packet_files.h"
#include "frontend/render/json.h"

enum {
    OPERATOR_CONNECTIONS = 16,
    DESCRIPTORS_BESIDES = 64, /* these, listeners, the prober, name servers, the log */
    STOP_EXTRA_MS = 500,      /* to write the answers */
    STOP_MAX_MS = 9500,       /* systemd kills after TimeoutStopSec=10 (portlightd.service) */
    STOP_POLL_MS = 20,
    RESERVE_LEN = 1 << 20,
};

/* Everything the daemon is. */
struct daemon {
    struct config config;
    struct loop *loop;
    struct server *server;
    struct limits_file limits_file;
    uint32_t max_connections;
    struct conn_count *connections, *lookups; /* by visitor */
    struct server *operator_server;           /* NULL without http.metrics-listen */
    struct router router;
    struct table_file networks;
    struct loop_timer *stop_timer, *beat_timer;
    uint64_t stop_deadline_ns;
    struct sd_notify supervisor;
    struct reload reload;
};

/* Refused memory, libevent crashes, and cJSON takes JSON for none.  They get what is kept for that;
 * when that is gone, too, a restart is better than a crash. */
static void *reserve;

static void *again(void *memory, size_t len)
{
    void *got;

    if (reserve == NULL)
        log_fatal("main", "out of memory");
    free(reserve);
    got = realloc(memory, len);
    reserve = malloc(RESERVE_LEN);
    if (got == NULL)
        log_fatal("main", "out of memory");
    return got;
}

static void *allocate(size_t len)
{
    void *memory = malloc(len);

    if (memory == NULL)
        memory = again(NULL, len);
    return memory;
}

static void *resize(void *memory, size_t len)
{
    void *resized = realloc(memory, len);

    if (resized == NULL && len > 0)
        resized = again(memory, len);
    return resized;
}

/* As many descriptors as we may have; how many connections they allow. */
static uint32_t raise_descriptor_limit(const struct config *config)
{
    uint32_t wanted = config->limits.max_connections;
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
    /* a preset is not asked for by anybody: to have most of it is enough */
    if (config->limits.max_connections_given || room < wanted / 2)
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

    uint32_t stop_ms = check_longest_ms(&daemon->config) + STOP_EXTRA_MS;

    if (stop_ms > STOP_MAX_MS)
        stop_ms = STOP_MAX_MS;
    sd_notify_stopping(&daemon->supervisor);
    server_stop_listening(daemon->server);
    if (daemon->operator_server != NULL)
        server_stop_listening(daemon->operator_server);
    daemon->stop_deadline_ns = clock_now_ns() + stop_ms * NS_PER_MS;
    loop_timer_set(daemon->stop_timer, STOP_POLL_MS);
}

static void on_reload_signal(void *context)
{
    struct daemon *daemon = context;

    reload_config(&daemon->reload, &daemon->config);
    table_file_reload(&daemon->networks);
    resolver_reread(daemon->router.checks.resolver);
}

static void on_beat(void *context)
{
    struct daemon *daemon = context;

    sd_notify_beat(&daemon->supervisor);
    loop_timer_set(daemon->beat_timer, daemon->supervisor.beat_ns / NS_PER_MS);
}

static void *must(void *made)
{
    if (made == NULL)
        log_fatal("main", "out of memory");
    return made;
}

static void draw_key(uint8_t key[static SIPHASH_KEY_LEN])
{
    if (getrandom(key, SIPHASH_KEY_LEN, 0) != SIPHASH_KEY_LEN)
        log_fatal("main", "no random numbers: %s", strerror(errno));
}

/* A client's part of a stock; with client-quota = 0 there are no parts. */
static struct conn_count *make_count(const struct daemon *daemon, uint32_t max, uint32_t stock)
{
    const struct config *config = &daemon->config;
    uint8_t key[SIPHASH_KEY_LEN];
    const struct conn_count_setup setup = {
        .max = max,
        .stock = config->limits.client_quota > 0 ? stock : 0,
        .networks = config->limits.networks,
        .key = key,
    };

    draw_key(key);
    return must(conn_count_new(&setup));
}

static struct ratelimit *make_limit(const struct daemon *daemon,
                                    const struct limits_file_part *part, enum statement_limit which,
                                    uint32_t quota, uint32_t window_s)
{
    const struct ratelimit_setup setup = {
        .quota = quota,
        .window_ns = window_s * NS_PER_S,
        .networks = daemon->config.limits.networks,
        .key = part->key,
        .memory = part->memory,
        .spent_ns = daemon->limits_file.spent_ns,
    };

    return must(sharing_limit(daemon->router.sharing, which, &setup));
}

/* What has been spent outlives the daemon; what is held at the moment ends with it. */
static void make_limits(struct daemon *daemon, const struct user *owner)
{
    enum { VISITORS, NEW_TARGETS, TARGETS, TARGET_PARTS, OWN_TARGETS, RECENT_TARGETS, PARTS };
    struct limits_file_part parts[PARTS] = {
        [VISITORS].len = ratelimit_memory_len(),
        [NEW_TARGETS].len = ratelimit_memory_len(),
        [TARGETS].len = ratelimit_memory_len(),
        [TARGET_PARTS].len = ratelimit_memory_len(),
        [OWN_TARGETS].len = ratelimit_memory_len(),
        [RECENT_TARGETS].len =
            recent_targets_memory_len() + sharing_memory_len(daemon->router.sharing),
    };
    const struct config *config = &daemon->config;
    const struct limits_file_place place = {config->prober.socket, "portlightd", *owner};
    struct checks *checks = &daemon->router.checks;

    daemon->limits_file = limits_file_open(&place, parts, PARTS, clock_now_ns());
    sharing_keep(daemon->router.sharing,
                 (char *)parts[RECENT_TARGETS].memory + recent_targets_memory_len(),
                 &daemon->limits_file.spent_ns);
    checks->visitors = make_limit(daemon, &parts[VISITORS], STATEMENT_VISITORS,
                                  config->limits.client_quota, config->limits.client_window_s);
    checks->new_targets = make_limit(daemon, &parts[NEW_TARGETS], STATEMENT_NEW_TARGETS,
                                     config->limits.client_targets, CHECK_NEW_TARGETS_WINDOW_S);
    checks->targets = make_limit(daemon, &parts[TARGETS], STATEMENT_TARGETS,
                                 config->limits.target_quota, config->limits.target_window_s);
    checks->target_parts =
        make_limit(daemon, &parts[TARGET_PARTS], STATEMENT_TARGET_PARTS,
                   target_quota_part(config->limits.target_quota), config->limits.target_window_s);
    checks->own_targets =
        make_limit(daemon, &parts[OWN_TARGETS], STATEMENT_OWN_TARGETS,
                   target_quota_part(config->limits.target_quota), config->limits.target_window_s);
    checks->recent_targets = must(recent_targets_new(parts[RECENT_TARGETS].key,
                                                     parts[RECENT_TARGETS].memory, clock_now_ns()));
    daemon->lookups = make_count(daemon, 0, RESOLVER_QUERIES_MAX);
    checks->packet_logs = make_count(daemon, 0, POLICY_PACKET_LOGS);
    checks->active_checks =
        make_count(daemon, config->limits.client_checks, config->limits.max_pending);
}

static void free_limits(struct daemon *daemon)
{
    struct checks *checks = &daemon->router.checks;

    sharing_free(daemon->router.sharing);
    conn_count_free(daemon->connections);
    ratelimit_free(checks->visitors);
    ratelimit_free(checks->new_targets);
    recent_targets_free(checks->recent_targets);
    conn_count_free(checks->active_checks);
    conn_count_free(checks->packet_logs);
    conn_count_free(daemon->lookups);
    conn_count_free(daemon->router.checks.inspections);
    ratelimit_free(checks->targets);
    ratelimit_free(checks->target_parts);
    ratelimit_free(checks->own_targets);
    limits_file_close(&daemon->limits_file);
}

/* A proxy's way in, for the members of http.group. */
static void listen_locally(struct daemon *daemon, struct server *server, const char *path)
{
    const struct config_user *group = &daemon->config.http.group;
    struct local_socket wanted = {
        .path = path,
        .type = SOCK_STREAM,
        .must_group = group->configured,
        .backlog = SOMAXCONN,
    };
    int fd;

    if (!user_group(group, ACCOUNT_FRONTEND_ID, &wanted.group))
        exit(CONFIG_EXIT_STATUS);
    fd = local_socket_listen(&wanted);
    if (fd < 0 || !server_adopt(server, fd))
        log_fatal("main", "cannot listen on unix:%s for the group %s: %s", path, group->name,
                  strerror(errno));
}

static unsigned listen_at(struct daemon *daemon, struct server *server,
                          const struct config_strings *places, const char *what)
{
    unsigned count = 0;

    for (size_t i = 0; i < places->count; i++) {
        const char *path = config_item_local_path(places->items[i]);
        enum server_listening listening = SERVER_LISTENS;
        if (path != NULL)
            listen_locally(daemon, server, path);
        else
            listening = server_listen(server, places->items[i]);
        if (listening == SERVER_FAILED)
            exit(1);
        if (listening == SERVER_LISTENS)
            log_info("main", "%s on %s%s", what, path != NULL ? "" : "http://", places->items[i]);
        count += listening == SERVER_LISTENS;
    }
    return count;
}

/* Where the configuration says, unless the supervisor gave sockets. */
static void listen_for_visitors(struct daemon *daemon)
{
    const struct config_strings *listen = &daemon->config.http.listen;

    for (unsigned i = 0; i < daemon->supervisor.listeners; i++) {
        int fd = SD_NOTIFY_FIRST_LISTENER + (int)i;
        if (!sd_notify_listener_is(fd, AF_INET, SOCK_STREAM) &&
            !sd_notify_listener_is(fd, AF_INET6, SOCK_STREAM) &&
            !sd_notify_listener_is(fd, AF_UNIX, SOCK_STREAM))
            log_fatal("main", "the sockets given must be streams: TCP or Unix");
        if (!server_adopt(daemon->server, fd))
            log_fatal("main", "cannot listen on descriptor %d", fd);
    }
    if (daemon->supervisor.listeners > 0) {
        log_info("main", "listening on %u sockets given", daemon->supervisor.listeners);
        return;
    }
    if (listen->count == 0)
        log_fatal("main", "http.listen is empty: nothing to serve on");
    if (listen_at(daemon, daemon->server, listen, "listening") == 0)
        log_fatal("main", "none of http.listen can be served on");
}

static struct server *make_server(struct daemon *daemon, uint32_t max, struct conn_count *by_client,
                                  void (*handler)(void *context, struct exchange *exchange))
{
    const struct server_setup setup = {
        .limits = {.max = max,
                   .by_client = by_client,
                   .trusted = &daemon->config.http.trusted_proxies,
                   .answer_ns = SERVER_ANSWER_S * NS_PER_S,
                   .waiting_max_len = SERVER_WAITING_MAX_LEN},
        .headers = api_headers,
        .handler = handler,
        .error_body = router_error_body,
        .context = &daemon->router,
    };

    return must(server_new(daemon->loop, &setup));
}

/* Clients come by one, and the operator by another if he wants. */
static void open_servers(struct daemon *daemon)
{
    daemon->loop = must(loop_new());
    daemon->server =
        make_server(daemon, daemon->max_connections, daemon->connections, router_handle);
    listen_for_visitors(daemon);
    if (daemon->config.http.metrics_listen.count == 0)
        return;
    daemon->operator_server =
        make_server(daemon, OPERATOR_CONNECTIONS, NULL, router_handle_operator);
    if (listen_at(daemon, daemon->operator_server, &daemon->config.http.metrics_listen,
                  "metrics") == 0)
        log_fatal("main", "none of http.metrics-listen can be served on");
}

static void open_inspector(struct daemon *daemon)
{
    const struct config *config = &daemon->config;
    struct checks *checks = &daemon->router.checks;
    uint32_t longest_ms = config->inspector.mail_deadline_ms > config->inspector.patient_deadline_ms
                              ? config->inspector.mail_deadline_ms
                              : config->inspector.patient_deadline_ms;

    daemon->router.inspector = must(inspector_link_new(
        daemon->loop, config->inspector.socket, longest_ms + 2 * config->inspector.deadline_ms));
    checks->shares = must(
        inspection_shares_new(daemon->loop, daemon->router.inspector, config->inspector.keep_s));
    checks->inspections = make_count(daemon, 0, config->inspector.max_workers);
}

static void open_services(struct daemon *daemon)
{
    const struct config *config = &daemon->config;
    struct checks *checks = &daemon->router.checks;
    uint8_t key[SIPHASH_KEY_LEN];

    daemon->router.config = checks->config = config;
    checks->loop = daemon->loop;
    checks->networks = &daemon->networks.table;
    daemon->router.server = daemon->server;
    daemon->router.lookups = daemon->lookups;
    daemon->router.downloads = must(download_cache_new());
    checks->resolver = resolver_new(daemon->loop, config, daemon->lookups);
    checks->prober = prober_link_new(daemon->loop, config->prober.socket,
                                     RESULT_TARGETS_MAX * config->limits.max_pending);
    if (checks->prober != NULL)
        checks->places = places_new(daemon->loop, config, checks->prober);
    if (config->inspector.enabled)
        open_inspector(daemon);
    draw_key(key);
    if (checks->prober != NULL)
        checks->coalesce = coalesce_new(checks->prober, key);
    daemon->stop_timer = loop_timer_new(daemon->loop, on_stop_timer, daemon);
    daemon->beat_timer = loop_timer_new(daemon->loop, on_beat, daemon);
    if (checks->resolver == NULL || checks->coalesce == NULL || checks->places == NULL ||
        daemon->stop_timer == NULL || daemon->beat_timer == NULL ||
        !sharing_open(daemon->router.sharing, daemon->loop, packet_files_find, &daemon->router) ||
        !loop_on_signal(daemon->loop, SIGTERM, on_stop_signal, daemon) ||
        !loop_on_signal(daemon->loop, SIGHUP, on_reload_signal, daemon) ||
        !loop_on_signal(daemon->loop, SIGINT, on_stop_signal, daemon))
        log_fatal("main", "cannot start");
}

/* The server first: its last connections still know their checks. */
static void close_all(struct daemon *daemon)
{
    server_free(daemon->server);
    if (daemon->operator_server != NULL)
        server_free(daemon->operator_server);
    coalesce_free(daemon->router.checks.coalesce);
    places_free(daemon->router.checks.places);
    prober_link_free(daemon->router.checks.prober);
    inspection_shares_free(daemon->router.checks.shares);
    inspector_link_free(daemon->router.inspector);
    resolver_free(daemon->router.checks.resolver);
    free_limits(daemon);
    download_cache_free(daemon->router.downloads);
    table_file_close(&daemon->networks);
    loop_timer_free(daemon->stop_timer);
    loop_timer_free(daemon->beat_timer);
    loop_free(daemon->loop);
    config_free(&daemon->config);
}

/* Nothing more is to be opened but what is in the directories of the configuration, of resolv.conf
 * and of the networks, and nobody connected to but name servers. */
static void confine(const struct daemon *daemon)
{
    const struct resolver *resolver = daemon->router.checks.resolver;
    int readable[SANDBOX_DIRECTORIES] = {daemon->reload.directory, resolver_directory(resolver),
                                         daemon->networks.directory};
    uint16_t ports[DNS_SERVERS_MAX];
    const struct landlock_rest rest = {.readable = readable,
                                       .readable_count = ARRAY_LEN(readable),
                                       .connect_ports = ports,
                                       .port_count = resolver_ports(resolver, ports)};

    if (landlock_confine(&rest) == 0) {
        log_warn("main", "this kernel has no Landlock; SIGHUP will read nothing");
        readable[0] = readable[1] = readable[2] = -1;
    }
    if (!portlightd_sandbox_enter(readable))
        log_fatal("main", "cannot load the system call filter: %s", strerror(errno));
}

int main(int argc, char **argv)
{
    struct daemon_options options = daemon_options_read("portlightd", argc, argv);
    struct daemon daemon = {0};
    struct user account;

    if (!config_load(&daemon.config, options.config_path))
        return CONFIG_EXIT_STATUS;
    if (options.check_config) {
        bool ok = user_check(&daemon.config, options.config_path) && sharing_check(&daemon.config);
        config_free(&daemon.config);
        if (ok)
            puts("configuration ok");
        return ok ? 0 : CONFIG_EXIT_STATUS;
    }
    reserve = must(malloc(RESERVE_LEN));
    loop_use_memory(allocate, resize, free);
    json_use_memory(allocate, free);
    signal(SIGPIPE, SIG_IGN);
    daemon.reload = reload_open(options.config_path);
    if (!sd_notify_open(&daemon.supervisor))
        return 1;
    daemon.max_connections = raise_descriptor_limit(&daemon.config);
    daemon.connections =
        make_count(&daemon, daemon.config.limits.client_connections, daemon.max_connections);
    open_servers(&daemon);
    account = unprivileged_account(&daemon.config, &daemon.config.http.user, ACCOUNT_FRONTEND_ID,
                                   "http.user");
    daemon.router.sharing = sharing_new(&daemon.config);
    make_limits(&daemon, &account);
    unprivileged_become(&account, &daemon.config.prober.group);
    table_file_open(&daemon.networks, daemon.config.networks.table);
    open_services(&daemon);
    confine(&daemon);
    sd_notify_ready(&daemon.supervisor);
    if (daemon.supervisor.beat_ns > 0)
        on_beat(&daemon);
    loop_run(daemon.loop);
    close_all(&daemon);
    free(reserve);
    return 0;
}
