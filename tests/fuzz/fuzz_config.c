/* SPDX-License-Identifier: BSD-2-Clause */
/* A configuration file: what is accepted is inside the limits, and what is refused
 * was explained. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/config/config.h"
#include "common/config/config_text.h"
#include "tests/fuzz/fuzz.h"

enum { TEXT_MAX_LEN = 1 << 16, LOG_MAX_LEN = 1 << 16 };

/* Blanked twice is blanked once; lines and what is outside of comments stay. */
static void prepare(const uint8_t *data, size_t len)
{
    char *once = malloc(len + 1), *twice = malloc(len + 1);
    char key[CONFIG_TEXT_KEY_LEN] = "";
    int unended, repeated;

    FUZZ_REQUIRE(once != NULL && twice != NULL);
    memcpy(once, data, len);
    unended = config_text_prepare(once, len);
    memcpy(twice, once, len);
    FUZZ_REQUIRE(unended != 0 || config_text_prepare(twice, len) == 0);
    FUZZ_REQUIRE(unended != 0 || memcmp(once, twice, len) == 0);
    for (size_t i = 0; i < len; i++)
        FUZZ_REQUIRE(once[i] == (char)data[i] || (once[i] == ' ' && data[i] != '\n'));
    repeated = config_text_find_repeat(once, len, key);
    FUZZ_REQUIRE(memcmp(once, twice, len) == 0);
    FUZZ_REQUIRE(repeated == 0 || (repeated >= 1 && strchr(key, '.') != NULL));
    free(once);
    free(twice);
}

static bool in(uint32_t value, uint32_t low, uint32_t high)
{
    return value >= low && value <= high;
}

static void judge_prefixes(const struct prefix_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct prefix *prefix = &list->items[i];
        struct addr masked = addr_mask(&prefix->addr, prefix->bits);
        FUZZ_REQUIRE(prefix->bits <= addr_len(&prefix->addr) * 8);
        FUZZ_REQUIRE(prefix->addr.family != ADDR_NONE && addr_equal(&masked, &prefix->addr));
    }
}

static void judge_policy(const struct policy *policy)
{
    FUZZ_REQUIRE(in(policy->max_ports, 1, 3) && in(policy->timeout_ms, 100, 3000) &&
                 in(policy->linger_ms, 0, 2000));
    FUZZ_REQUIRE(policy_check_port(policy, 0) == POLICY_PORT_NOT_ALLOWED);
    judge_prefixes(&policy->allow);
    judge_prefixes(&policy->deny);
    judge_prefixes(&policy->embed);
    for (size_t i = 0; i < policy->embed.count; i++)
        FUZZ_REQUIRE(policy_can_embed(&policy->embed.items[i]));
    for (size_t i = 0; i < policy->deny.count; i++)
        FUZZ_REQUIRE(policy_check_address(policy, &policy->deny.items[i].addr) == POLICY_OPTED_OUT);
}

static void judge(const struct config *config)
{
    judge_policy(&config->policy);
    judge_prefixes(&config->http.trusted_proxies);
    FUZZ_REQUIRE(config->prober.socket[0] == '/' && strlen(config->prober.socket) < 108);
    FUZZ_REQUIRE(config->prober.user.name[0] != '\0' && config->prober.group.name[0] != '\0' &&
                 config->http.user.name[0] != '\0');
    FUZZ_REQUIRE(in(config->prober.max_rate, 0, 10000000));
    FUZZ_REQUIRE(in(config->resolver.timeout_ms, 100, 10000));
    FUZZ_REQUIRE(in(config->limits.client_quota, 0, 1000000) &&
                 in(config->limits.target_quota, 0, 1000000));
    FUZZ_REQUIRE(in(config->limits.client_window_s, 1, 86400) &&
                 in(config->limits.target_window_s, 1, 86400));
    FUZZ_REQUIRE(in(config->limits.max_pending, 1, 100000) &&
                 in(config->limits.max_connections, 1, 100000) &&
                 in(config->limits.client_connections, 0, 100000));
    for (size_t i = 0; i < config->http.listen.count; i++)
        FUZZ_REQUIRE(config->http.listen.items[i] != NULL);
    for (size_t i = 0; i < config->resolver.nameservers.count; i++)
        FUZZ_REQUIRE(config->resolver.nameservers.items[i] != NULL);
}

/* Whole lines of printable ASCII, and at least one. */
static void judge_log(int log)
{
    static char text[LOG_MAX_LEN];
    ssize_t len = pread(log, text, sizeof(text), 0);

    FUZZ_REQUIRE(len > 0 && (len == (ssize_t)sizeof(text) || text[len - 1] == '\n'));
    for (ssize_t i = 0; i < len; i++)
        FUZZ_REQUIRE(text[i] == '\n' || (text[i] >= 0x20 && text[i] < 0x7f));
}

/* The log goes to standard error: while the file is read, that is another.  So does
 * a sanitizer's report; ASAN_OPTIONS=log_path=/tmp/report keeps it. */
static bool load(struct config *config, int log, const char *path)
{
    int shown = dup(STDERR_FILENO);
    bool ok;

    FUZZ_REQUIRE(shown >= 0 && ftruncate(log, 0) == 0 && lseek(log, 0, SEEK_SET) == 0);
    FUZZ_REQUIRE(dup2(log, STDERR_FILENO) == STDERR_FILENO);
    ok = config_load(config, path);
    FUZZ_REQUIRE(dup2(shown, STDERR_FILENO) == STDERR_FILENO);
    close(shown);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static int file = -1, log = -1;
    struct config config;
    char path[64];

    if (len > TEXT_MAX_LEN)
        return 0;
    if (file < 0) {
        file = memfd_create("portlight.conf", MFD_CLOEXEC);
        log = memfd_create("log", MFD_CLOEXEC);
        FUZZ_REQUIRE(file >= 0 && log >= 0);
    }
    FUZZ_REQUIRE(ftruncate(file, 0) == 0 && pwrite(file, data, len, 0) == (ssize_t)len);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    prepare(data, len);
    if (!load(&config, log, path)) {
        judge_log(log);
        return 0;
    }
    judge(&config);
    config_free(&config);
    return 0;
}
