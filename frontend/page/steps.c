/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/steps.h"

#include <string.h>

#include "common/base/compiler.h"
#include "frontend/page/fill.h"
#include "frontend/page/strip.h"

enum { ANY = -1, STEP_NONE = -1, RULE_STEPS_MAX = 6 };

#define STEP(name, text, commands) [STEP_##name] = {text, commands},
static const struct {
    const char *text, *commands;
} english[STEP_COUNT] = {
#include "frontend/page/steps.def"
};
#undef STEP

#define STEP(name, text) [STEP_##name] = (text),
static const char *const german[STEP_COUNT] = {
#include "frontend/page/steps_de.def"
};
#undef STEP

const char *steps_text(enum step step, enum language language)
{
    return language == GERMAN ? german[step] : english[step].text;
}

/* --- what depends on the port ------------------------------------------------------------ */

/* How to talk to what answers, the service's usual unit, how it is told where to listen, and what
 * stops it often; STEP_NONE where nothing special is known. */
static const struct {
    uint16_t port;
    int talk;
    const char *unit;
    int bind, blocked;
    bool windows;
} ports[] = {
    {22, STEP_TALK_SSH, "ssh", STEP_NONE, STEP_NONE, false},
    {25, STEP_TALK, "postfix", STEP_NONE, STEP_ISP_MAIL, false},
    {80, STEP_TALK_HTTP, "nginx", STEP_NONE, STEP_NONE, false},
    {443, STEP_TALK_HTTPS, "nginx", STEP_NONE, STEP_NONE, false},
    {445, STEP_TALK, "smbd", STEP_NONE, STEP_ISP_SMB, true},
    {465, STEP_TALK_TLS, "postfix", STEP_NONE, STEP_NONE, false},
    {853, STEP_TALK_TLS, NULL, STEP_NONE, STEP_NONE, false},
    {993, STEP_TALK_TLS, "dovecot", STEP_NONE, STEP_NONE, false},
    {995, STEP_TALK_TLS, "dovecot", STEP_NONE, STEP_NONE, false},
    {1433, STEP_TALK, NULL, STEP_NONE, STEP_NONE, true},
    {3306, STEP_TALK, "mariadb", STEP_BIND_MYSQL, STEP_NONE, false},
    {3389, STEP_TALK, NULL, STEP_ALLOW_RDP, STEP_NONE, true},
    {5432, STEP_TALK, "postgresql", STEP_BIND_POSTGRESQL, STEP_NONE, false},
    {5900, STEP_TALK, NULL, STEP_NONE, STEP_NONE, true},
    {6379, STEP_TALK, "redis-server", STEP_BIND_REDIS, STEP_NONE, false},
    {8080, STEP_TALK_HTTP, NULL, STEP_NONE, STEP_NONE, false},
    {8443, STEP_TALK_HTTPS, NULL, STEP_NONE, STEP_NONE, false},
    {25565, STEP_TALK, NULL, STEP_BIND_MINECRAFT, STEP_SRV, false},
};

/* The port's row, or ARRAY_LEN(ports). */
static unsigned row_of(uint16_t port)
{
    unsigned i = 0;

    while (i < ARRAY_LEN(ports) && ports[i].port != port)
        i++;
    return i;
}

/* --- what depends on the verdict --------------------------------------------------------- */

/* Stand-ins in a rule for what the port, or what is known, decides. */
enum {
    BY_TALK = STEP_COUNT, /* how to talk to it */
    BY_START,             /* how to start it */
    BY_BIND,              /* how to let it listen outside */
    BY_BLOCKED,           /* what stops it often */
    BY_WINDOWS,           /* where it is likely a Windows machine */
    BY_DEVICE,            /* whom to ask, if the device is known */
    NO_STEP
};

/* The first rule whose every column fits; evidence is a bit that must be there. */
static const struct {
    int state, reason, disposition, actor, evidence;
    int steps[RULE_STEPS_MAX];
    unsigned count;
} rules[] = {
#define STEPS(...) {__VA_ARGS__}, sizeof((int[]){__VA_ARGS__}) / sizeof(int)
    {STATE_OPEN, ANY, ANY, ANY, EVIDENCE_EVERY_PORT_ACCEPTS, STEPS(STEP_EVERY_PORT)},
    {STATE_OPEN, ANY, ANY, ACTOR_PATH, ANY, STEPS(STEP_DEVICE_FIRST)},
    {STATE_OPEN, ANY, ANY, ACTOR_HOST_FIREWALL, ANY, STEPS(STEP_DEVICE_FIRST)},
    {STATE_OPEN, ANY, ANY, ANY, EVIDENCE_WINDOW_ZERO, STEPS(STEP_DEVICE_FIRST)},
    {STATE_OPEN, ANY, ANY, ANY, ANY, STEPS(BY_TALK)},

    {STATE_CLOSED, ANY, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, ANY,
     STEPS(STEP_FIND_REJECT, STEP_ALLOW, BY_WINDOWS, STEP_LISTEN)},
    {STATE_CLOSED, ANY, ANY, ACTOR_PATH, ANY, STEPS(STEP_OWN_DEVICE, BY_DEVICE, STEP_CLOUD)},
    {STATE_CLOSED, ANY, DISPOSITION_REJECT, ACTOR_BEHIND_NAT, ANY,
     STEPS(STEP_FORWARD, STEP_FIND_REJECT, STEP_ALLOW, BY_WINDOWS)},
    {STATE_CLOSED, ANY, DISPOSITION_REJECT, ANY, ANY,
     STEPS(STEP_FIND_REJECT, STEP_ALLOW, BY_WINDOWS, STEP_CLOUD, STEP_LISTEN)},
    {STATE_CLOSED, ANY, ANY, ACTOR_BEHIND_NAT, ANY,
     STEPS(STEP_FORWARD, STEP_LISTEN, BY_START, BY_BIND)},
    {STATE_CLOSED, ANY, DISPOSITION_REFUSE, ANY, ANY, STEPS(STEP_LISTEN, BY_START, BY_BIND)},
    {STATE_CLOSED, ANY, ANY, ANY, ANY, STEPS(STEP_LISTEN, BY_START, BY_BIND, STEP_SHOW_FIREWALL)},

    {STATE_FILTERED, REASON_LOCAL_ARP_FAILURE, ANY, ANY, ANY, STEPS(STEP_HOST_UP)},
    {STATE_FILTERED, REASON_ICMP_TTL_EXCEEDED, ANY, ANY, ANY, STEPS(STEP_LOOP)},
    {STATE_FILTERED, ANY, DISPOSITION_REJECT, ACTOR_PATH, ANY,
     STEPS(STEP_OWN_DEVICE, BY_DEVICE, STEP_CLOUD, BY_BLOCKED)},
    {STATE_FILTERED, ANY, DISPOSITION_REJECT, ACTOR_BEHIND_NAT, ANY,
     STEPS(STEP_FORWARD, STEP_FIND_REJECT, STEP_ALLOW, BY_WINDOWS)},
    {STATE_FILTERED, ANY, DISPOSITION_REJECT, ANY, ANY,
     STEPS(STEP_FIND_REJECT, STEP_ALLOW, BY_WINDOWS, BY_BLOCKED)},
    {STATE_FILTERED, ANY, DISPOSITION_UNREACHABLE, ACTOR_BEHIND_NAT, ANY,
     STEPS(STEP_FORWARD, STEP_HOST_UP)},
    {STATE_FILTERED, ANY, DISPOSITION_UNREACHABLE, ANY, EVIDENCE_RESPONDER_IS_TARGET,
     STEPS(STEP_FORWARD, STEP_HOST_UP)},
    {STATE_FILTERED, ANY, DISPOSITION_UNREACHABLE, ANY, ANY,
     STEPS(STEP_HOST_UP, STEP_NEIGHBOUR, STEP_ELSEWHERE)},
    {STATE_FILTERED, REASON_NO_RESPONSE, ANY, ACTOR_BEHIND_NAT, ANY,
     STEPS(STEP_FORWARD, STEP_WATCH, STEP_ALLOW, BY_WINDOWS)},
    {STATE_FILTERED, REASON_NO_RESPONSE, ANY, ANY, EVIDENCE_ACK_PROBE_ANSWERED,
     STEPS(STEP_QUEUE, STEP_WATCH, STEP_ALLOW)},
    {STATE_FILTERED, REASON_NO_RESPONSE, ANY, ANY, EVIDENCE_RATE_LIMIT_SUSPECTED,
     STEPS(STEP_ALONE, STEP_FIND_REJECT, STEP_ALLOW)},
    {STATE_FILTERED, REASON_NO_RESPONSE, ANY, ACTOR_HOST_FIREWALL, ANY,
     STEPS(STEP_SHOW_FIREWALL, STEP_ALLOW, BY_WINDOWS, BY_BLOCKED)},
    {STATE_FILTERED, REASON_NO_RESPONSE, ANY, ACTOR_PATH, ANY,
     STEPS(BY_DEVICE, BY_BLOCKED, STEP_CLOUD, STEP_ROUTER, STEP_CGNAT, STEP_WATCH)},
    {STATE_FILTERED, REASON_NO_RESPONSE, ANY, ANY, EVIDENCE_NO_SIGN_OF_LIFE,
     STEPS(STEP_HOST_UP, STEP_WATCH, STEP_ALLOW, STEP_CLOUD, STEP_ROUTER, STEP_CGNAT)},
    {STATE_FILTERED, ANY, ANY, ANY, ANY,
     STEPS(BY_BLOCKED, STEP_WATCH, STEP_ALLOW, BY_WINDOWS, STEP_CLOUD, STEP_ROUTER)},

    {STATE_UNKNOWN, ANY, ANY, ANY, ANY, STEPS(STEP_AGAIN, STEP_OPERATOR)},
#undef STEPS
};

static bool fits(int wanted, unsigned value)
{
    return wanted == ANY || (unsigned)wanted == value;
}

static size_t find_rule(const struct verdict *verdict)
{
    size_t i = 0;

    while (i < ARRAY_LEN(rules) - 1 &&
           !(fits(rules[i].state, verdict->state) && fits(rules[i].reason, verdict->reason) &&
             fits(rules[i].disposition, verdict->disposition) &&
             fits(rules[i].actor, verdict->actor) &&
             (rules[i].evidence == ANY || (verdict->evidence >> rules[i].evidence & 1) != 0)))
        i++;
    return i;
}

/* Is the step for machines of another kind than the network is known to have? */
static bool is_for_others(int step, const struct network *network, const struct verdict *verdict)
{
    bool is_rented = network->kind == NETWORK_CLOUD || network->kind == NETWORK_HOSTING;
    bool is_line = network->kind == NETWORK_ISP || network->kind == NETWORK_MOBILE;
    const struct provider *provider = network_provider(network);

    switch (step) {
    case STEP_ROUTER:
    case STEP_CGNAT: return is_rented;
    case STEP_CLOUD: /* the card names the provider's own filter, if it is silence that it does */
        return is_line || (provider != NULL && provider->firewall != NULL &&
                           verdict->reason == REASON_NO_RESPONSE);
    default: return false;
    }
}

/* The step that a stand-in stands for here, or NO_STEP. */
static int resolve(int step, const struct result_target *target, unsigned port_index)
{
    const struct verdict *verdict = &target->verdicts[port_index];
    unsigned row = row_of(verdict->port);
    bool known = row < ARRAY_LEN(ports);
    struct addr device;
    int hop;

    switch (step) {
    case BY_TALK: return known ? ports[row].talk : STEP_TALK;
    case BY_START:
        if (known && ports[row].windows)
            return STEP_LISTEN_WINDOWS;
        return known && ports[row].unit != NULL ? STEP_START_UNIT : STEP_START;
    case BY_BIND: return known && ports[row].bind != STEP_NONE ? ports[row].bind : STEP_BIND;
    case BY_BLOCKED: return known && ports[row].blocked != STEP_NONE ? ports[row].blocked : NO_STEP;
    case BY_WINDOWS: return known && ports[row].windows ? STEP_ALLOW_WINDOWS : NO_STEP;
    case BY_DEVICE:
        hop = strip_place(target, port_index, &device);
        if (device.family == ADDR_NONE)
            return NO_STEP;
        if (verdict->reason != REASON_NO_RESPONSE)
            return STEP_ASK_DEVICE;
        return hop > 0 ? STEP_LAST_HOP : NO_STEP;
    default: return step;
    }
}

unsigned steps_choose(const struct result_target *target, unsigned port_index,
                      enum step steps[static STEPS_MAX])
{
    size_t rule = find_rule(&target->verdicts[port_index]);
    unsigned count = 0;

    for (unsigned i = 0; i < rules[rule].count; i++) {
        int step = resolve(rules[rule].steps[i], target, port_index);
        if (step < (int)STEP_COUNT &&
            !is_for_others(step, &target->network, &target->verdicts[port_index]))
            steps[count++] = (enum step)step;
    }
    return count;
}

/* --- as HTML ------------------------------------------------------------------------------- */

void steps_append(struct strbuf *buf, enum language language, const char *host,
                  const struct result_target *target, unsigned port_index)
{
    const struct verdict *verdict = &target->verdicts[port_index];
    unsigned row = row_of(verdict->port), count;
    enum step steps[STEPS_MAX];
    struct addr device;
    int hop = strip_place(target, port_index, &device);
    const struct fill fill = {
        .language = language,
        .target = &target->addr,
        .device = &device,
        .host = host,
        .unit = row < ARRAY_LEN(ports) ? ports[row].unit : NULL,
        .port = verdict->port,
        .number = hop > 0 ? (unsigned)hop : 0,
    };

    count = steps_choose(target, port_index, steps);
    strbuf_append(buf, "<ol class=\"steps\">\n");
    for (unsigned i = 0; i < count; i++) {
        strbuf_append(buf, "<li>");
        fill_append(buf, &fill, steps_text(steps[i], language));
        if (english[steps[i]].commands != NULL) {
            strbuf_append(buf, "\n<pre><code>");
            fill_append(buf, &fill, english[steps[i]].commands);
            strbuf_append(buf, "</code></pre>");
        }
        strbuf_append(buf, "</li>\n");
    }
    strbuf_append(buf, "</ol>\n");
}
