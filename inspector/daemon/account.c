/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/daemon/account.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/account/unprivileged.h"
#include "common/base/log.h"

struct user inspector_account(const struct config *config)
{
    struct user account = unprivileged_account(config, &config->inspector.user,
                                               ACCOUNT_INSPECTOR_ID, "inspector.user"),
                frontend;

    if (geteuid() != 0)
        return account;
    if (!user_user(&config->http.user, ACCOUNT_FRONTEND_ID, &frontend))
        exit(CONFIG_EXIT_STATUS);
    if (account.uid == frontend.uid) {
        log_warn("privilege", "inspector.user must not be http.user");
        exit(CONFIG_EXIT_STATUS);
    }
    return account;
}
