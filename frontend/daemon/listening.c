/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/daemon/listening.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/log.h"
#include "common/config/config.h"
#include "common/config/config_items.h"
#include "common/daemon/local_socket.h"
#include "common/daemon/sd_notify.h"
#include "common/daemon/user.h"

/* A Unix socket for a proxy, open to the members of http.group. */
static void listen_locally(const struct config *config, struct server *server, const char *path)
{
    const struct config_user *group = &config->http.group;
    struct local_socket wanted = {
        .path = path,
        .type = SOCK_STREAM,
        .must_group = group->configured,
        .backlog = SOMAXCONN,
    };
    int fd;

    if (!user_lookup_group(group, ACCOUNT_FRONTEND_ID, &wanted.group))
        exit(CONFIG_EXIT_STATUS);
    fd = local_socket_listen(&wanted);
    if (fd < 0 || !server_adopt(server, fd))
        log_fatal("main", "cannot listen on unix:%s for the group %s: %s", path, group->name,
                  strerror(errno));
}

static unsigned listen_at(const struct config *config, struct server *server,
                          const struct config_strings *places, const char *what)
{
    unsigned count = 0;

    for (size_t i = 0; i < places->count; i++) {
        const char *path = config_item_local_path(places->items[i]);
        enum server_listening listening = SERVER_LISTENS;
        if (path != NULL)
            listen_locally(config, server, path);
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

void listening_for_clients(struct server *server, const struct config *config, unsigned inherited)
{
    const struct config_strings *listen = &config->http.listen;

    for (unsigned i = 0; i < inherited; i++) {
        int fd = SD_NOTIFY_FIRST_LISTENER + (int)i;
        if (!sd_notify_listener_is(fd, AF_INET, SOCK_STREAM) &&
            !sd_notify_listener_is(fd, AF_INET6, SOCK_STREAM) &&
            !sd_notify_listener_is(fd, AF_UNIX, SOCK_STREAM))
            log_fatal("main", "inherited sockets must be streams: TCP or Unix");
        if (!server_adopt(server, fd))
            log_fatal("main", "cannot listen on descriptor %d", fd);
    }
    if (inherited > 0) {
        log_info("main", "listening on %u inherited sockets", inherited);
        return;
    }
    if (listen->count == 0)
        log_fatal("main", "http.listen is empty: nothing to serve on");
    if (listen_at(config, server, listen, "listening") == 0)
        log_fatal("main", "cannot listen on any of http.listen");
}

void listening_for_operator(struct server *server, const struct config *config)
{
    if (listen_at(config, server, &config->http.metrics_listen, "metrics") == 0)
        log_fatal("main", "cannot listen on any of http.metrics-listen");
}
