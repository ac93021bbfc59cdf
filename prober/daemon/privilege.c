/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/daemon/privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/daemon/capabilities.h"

bool privilege_can_open_raw(void)
{
    if (capng_get_caps_process() != 0)
        return false;
    if (capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW))
        return true;
    return capng_have_capability(CAPNG_PERMITTED, CAP_NET_RAW) &&
           capng_update(CAPNG_ADD, CAPNG_EFFECTIVE, CAP_NET_RAW) == 0 &&
           capng_apply(CAPNG_SELECT_CAPS) == 0;
}

static bool fail(char error[static PRIVILEGE_ERROR_LEN], const char *what)
{
    snprintf(error, PRIVILEGE_ERROR_LEN, "%s: %s", what, strerror(errno));
    return false;
}

/* Checks what the kernel reports, not what we requested. */
static bool read_back(bool may_keep_bounding, char error[static PRIVILEGE_ERROR_LEN])
{
    uint64_t sets[CAPABILITIES_SET_COUNT];

    if (!capabilities_read(sets))
        return fail(error, "cannot read the capabilities back");
    for (unsigned i = 0; i < CAPABILITIES_SET_COUNT; i++) {
        if (sets[i] == 0 || (may_keep_bounding && i == CAPABILITIES_BOUNDING))
            continue;
        snprintf(error, PRIVILEGE_ERROR_LEN, "%s: %" PRIx64 " is left", capabilities_set_name(i),
                 sets[i]);
        return false;
    }
    return true;
}

static bool limit_resources(void)
{
    static const struct rlimit none = {0, 0};
    static const struct rlimit descriptors = {PRIVILEGE_DESCRIPTORS_MAX, PRIVILEGE_DESCRIPTORS_MAX};

    return setrlimit(RLIMIT_NOFILE, &descriptors) == 0 && setrlimit(RLIMIT_CORE, &none) == 0;
}

bool privilege_forbid_processes(void)
{
    return setrlimit(RLIMIT_NPROC, &(struct rlimit){0, 0}) == 0;
}

bool prober_privilege_drop(uid_t uid, gid_t gid, bool *bounding_left,
                           char error[static PRIVILEGE_ERROR_LEN])
{
    bool may_clear_bounding;
    int rc;

    if (capng_get_caps_process() != 0)
        return fail(error, "cannot read the capabilities");
    may_clear_bounding = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
    *bounding_left = !may_clear_bounding;

    capng_clear(CAPNG_SELECT_ALL);
    if (geteuid() == 0) {
        rc = capng_change_id((int)uid, (int)gid,
                             CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING | CAPNG_CLEAR_AMBIENT);
        if (rc != 0) {
            snprintf(error, PRIVILEGE_ERROR_LEN, "cannot become uid %u, gid %u (libcap-ng: %d)",
                     (unsigned)uid, (unsigned)gid, rc);
            return false;
        }
        if (setuid(0) == 0 || geteuid() == 0) {
            snprintf(error, PRIVILEGE_ERROR_LEN, "root can be regained");
            return false;
        }
    } else if (capng_apply(may_clear_bounding ? CAPNG_SELECT_ALL
                                              : CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT) != 0) {
        return fail(error, "cannot empty the capability sets");
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail(error, "no_new_privs");
    if (!limit_resources())
        return fail(error, "resource limits");
    if (!read_back(!may_clear_bounding, error))
        return false;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 || fail(error, "dumpable");
}
