/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/headline.h"

#include "common/base/compiler.h"

enum { ANY = -1 };

/* The first matching row counts. */
static const struct {
    int state, disposition, actor;
    const char *text;
} rows[] = {
    {STATE_OPEN, ANY, ACTOR_HOST_FIREWALL, "is open: %La filter on the host accepts"},
    {STATE_OPEN, ANY, ACTOR_PATH, "is open: %La device in front of the host accepts"},
    {STATE_OPEN, ANY, ACTOR_BEHIND_NAT, "is open: %Lforwarded to another machine"},
    {STATE_OPEN, ANY, ANY, "is open"},

    {STATE_CLOSED, DISPOSITION_REFUSE, ACTOR_HOST, "is closed: nothing listens"},
    {STATE_CLOSED, DISPOSITION_REFUSE, ACTOR_BEHIND_NAT,
     "is closed: forwarded, and nothing listens there"},
    {STATE_CLOSED, DISPOSITION_REFUSE, ACTOR_PATH, "is closed: %Lrefused on the way"},
    {STATE_CLOSED, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL,
     "is closed: %Lrejected by the host's firewall"},
    {STATE_CLOSED, DISPOSITION_REJECT, ACTOR_PATH, "is closed: %Lrejected on the way"},
    {STATE_CLOSED, DISPOSITION_REJECT, ACTOR_BEHIND_NAT,
     "is closed: forwarded, and %Lrejected there"},
    {STATE_CLOSED, DISPOSITION_REJECT, ANY, "is closed: %Lrejected by a firewall"},
    {STATE_CLOSED, ANY, ANY, "is closed: the connection was refused"},

    {STATE_FILTERED, DISPOSITION_REJECT, ACTOR_HOST, "is filtered: rejected by the host"},
    {STATE_FILTERED, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL,
     "is filtered: %Lrejected by the host's firewall"},
    {STATE_FILTERED, DISPOSITION_REJECT, ACTOR_PATH, "is filtered: %Lrejected on the way"},
    {STATE_FILTERED, DISPOSITION_REJECT, ACTOR_BEHIND_NAT,
     "is filtered: forwarded, and %Lrejected there"},
    {STATE_FILTERED, DISPOSITION_REJECT, ANY, "is filtered: rejected by a firewall"},
    {STATE_FILTERED, DISPOSITION_UNREACHABLE, ACTOR_BEHIND_NAT,
     "is filtered: %Lforwarded to a machine that is down"},
    {STATE_FILTERED, DISPOSITION_UNREACHABLE, ANY, "is filtered: the host can't be reached"},
    {STATE_FILTERED, DISPOSITION_DROP, ACTOR_HOST, "is filtered: the host does not answer"},
    {STATE_FILTERED, DISPOSITION_DROP, ACTOR_HOST_FIREWALL,
     "is filtered: %Ldropped by the host's firewall"},
    {STATE_FILTERED, DISPOSITION_DROP, ACTOR_PATH, "is filtered: %Ldropped on the way"},
    {STATE_FILTERED, DISPOSITION_DROP, ACTOR_BEHIND_NAT,
     "is filtered: forwarded, and %Ldropped there"},
    {STATE_FILTERED, ANY, ANY, "is filtered: no answer came"},

    {ANY, ANY, ANY, "is unknown: this checker could not tell"},
};

static bool fits(int wanted, unsigned value)
{
    return wanted == ANY || (unsigned)wanted == value;
}

const char *headline_text(const struct verdict *verdict)
{
    size_t i = 0;

    while (i < ARRAY_LEN(rows) - 1 && !(fits(rows[i].state, verdict->state) &&
                                        fits(rows[i].disposition, verdict->disposition) &&
                                        fits(rows[i].actor, verdict->actor)))
        i++;
    return rows[i].text;
}

const char *headline_icon(enum verdict_state state)
{
    switch (state) {
    case STATE_OPEN: return "✔";
    case STATE_CLOSED: return "✘";
    case STATE_FILTERED: return "⊘";
    default: return "?";
    }
}
