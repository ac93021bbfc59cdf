/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/strip.h"

#include <string.h>

#include "common/base/compiler.h"
#include "frontend/page/fill.h"

/* Horizontal positions are in thousandths of the width, vertical ones in pixels: so a narrow
 * drawing is as high as a wide one, and circles stay round. */
enum { LEFT = 30, RIGHT = 970, BEHIND = 900, NEAR = 45, Y = 20 };

/* How the path ended. */
enum ending {
    ENDS_AT_TARGET, /* it answered */
    ENDS_IN_NAME,   /* an answer came in the target's name; its sender is unknown */
    ENDS_BEHIND,    /* the target forwards; the machine behind it answered or stayed silent */
    ENDS_AT_DEVICE, /* a device in front of the target answered */
    ENDS_AFTER_HOP, /* no answer; this hop still forwards SYNs */
    ENDS_IN_TARGET, /* no answer; the target's own filter */
    ENDS_SOMEWHERE, /* no answer, nothing known */
    ENDS_HERE,      /* it did not leave the checker, or nothing is known */
    ENDS_NOWHERE,   /* no machine in the checker's own network has the address */
};

struct strip {
    const struct result_target *target;
    const struct verdict *verdict;
    const struct probe_details *details;
    enum ending ending;
    int hop;          /* of the device or the last hop, or -1 */
    struct addr addr; /* its address, or ADDR_NONE */
    int length;       /* hops to the target, or -1 */
};

/* --- what is known --------------------------------------------------------------------- */

static struct addr addr_at(const struct probe_details *details, int hop)
{
    if (hop >= 1 && hop <= details->hop_count)
        return details->hops[hop - 1].addr;
    return (struct addr){.family = ADDR_NONE};
}

static bool is_target(const struct strip *strip, const struct addr *addr)
{
    return addr->family != ADDR_NONE && addr_equal(addr, &strip->target->addr);
}

/* The ending if an answer came. */
static enum ending ending_of_answer(const struct strip *strip)
{
    const struct verdict *verdict = strip->verdict;

    if (verdict->actor == ACTOR_BEHIND_NAT)
        return ENDS_BEHIND;
    if (verdict->actor == ACTOR_PATH ||
        (verdict->responder.family != ADDR_NONE && !is_target(strip, &verdict->responder)))
        return ENDS_AT_DEVICE;
    return verdict->actor == ACTOR_UNKNOWN ? ENDS_IN_NAME : ENDS_AT_TARGET;
}

static enum ending ending_of_silence(const struct strip *strip)
{
    switch (strip->verdict->actor) {
    case ACTOR_BEHIND_NAT: return ENDS_BEHIND;
    case ACTOR_HOST:
    case ACTOR_HOST_FIREWALL: return ENDS_IN_TARGET;
    default: return strip->verdict->last_hop >= 0 ? ENDS_AFTER_HOP : ENDS_SOMEWHERE;
    }
}

static enum ending ending_of(const struct strip *strip)
{
    const struct verdict *verdict = strip->verdict;

    if (verdict->reason == REASON_LOCAL_ARP_FAILURE)
        return ENDS_NOWHERE;
    if (verdict->state == STATE_UNKNOWN || verdict->actor == ACTOR_LOCAL)
        return ENDS_HERE;
    if (verdict->reason == REASON_NO_RESPONSE)
        return ending_of_silence(strip);
    return ending_of_answer(strip);
}

static int device_hop(const struct verdict *verdict)
{
    return verdict->actor_hop > 0 ? verdict->actor_hop : verdict->hops > 0 ? verdict->hops : -1;
}

static int length_of(const struct strip *strip)
{
    const struct probe_details *details = strip->details;
    const struct verdict *verdict = strip->verdict;

    for (int hop = 1; hop <= details->hop_count; hop++)
        if (is_target(strip, &details->hops[hop - 1].addr))
            return hop;
    if (verdict->hops > 0 && is_target(strip, &verdict->responder) &&
        strip->ending != ENDS_AT_DEVICE)
        return verdict->hops;
    return -1;
}

static struct strip strip_of(const struct result_target *target, unsigned port_index)
{
    struct strip strip = {.target = target,
                          .verdict = &target->verdicts[port_index],
                          .details = &target->trails[port_index],
                          .hop = -1,
                          .addr.family = ADDR_NONE};

    strip.ending = ending_of(&strip);
    strip.length = length_of(&strip);
    if (strip.ending == ENDS_AT_DEVICE) {
        strip.hop = device_hop(strip.verdict);
        strip.addr = strip.verdict->responder;
        if (is_target(&strip, &strip.addr)) /* it answered in the target's name */
            strip.addr = addr_at(strip.details, strip.hop);
        if (is_target(&strip, &strip.addr))
            strip.addr.family = ADDR_NONE;
    } else if (strip.ending == ENDS_AFTER_HOP) {
        strip.hop = strip.verdict->last_hop;
        strip.addr = addr_at(strip.details, strip.hop);
    }
    return strip;
}

int strip_end(const struct result_target *target, unsigned port_index, struct addr *addr)
{
    struct strip strip = strip_of(target, port_index);

    *addr = strip.addr;
    return strip.hop;
}

/* --- the drawing ------------------------------------------------------------------------- */

static int right_of(const struct strip *strip)
{
    return strip->ending == ENDS_BEHIND ? BEHIND : RIGHT;
}

/* How many hops the drawing shows: the known ones, and room for the unknown. */
static int scale_of(const struct strip *strip)
{
    int known = strip->details->hop_count;

    if (strip->length > 0)
        return strip->length;
    if (strip->hop > known)
        known = strip->hop;
    return known + (known < 3 ? 3 : known / 3 + 1);
}

static int x_of(const struct strip *strip, int hop)
{
    int scale = scale_of(strip);

    return LEFT + (right_of(strip) - LEFT) * (hop < scale ? hop : scale) / scale;
}

/* Where the unbroken line ends. */
static int end_of(const struct strip *strip)
{
    int right = right_of(strip);

    switch (strip->ending) {
    case ENDS_AT_DEVICE:
    case ENDS_AFTER_HOP: return strip->hop >= 0 ? x_of(strip, strip->hop) : (LEFT + right) / 2;
    case ENDS_IN_TARGET:
    case ENDS_NOWHERE: return right - NEAR;
    case ENDS_SOMEWHERE:
    case ENDS_IN_NAME: return LEFT;
    case ENDS_HERE: return LEFT + NEAR;
    default: return right;
    }
}

static void put_line(struct strbuf *buf, const char *class, int from, int to)
{
    strbuf_printf(buf, "<line class=\"%s\" x1=\"%.1f%%\" x2=\"%.1f%%\" y1=\"%d\" y2=\"%d\"/>",
                  class, from / 10.0, to / 10.0, Y, Y);
}

static void put_circle(struct strbuf *buf, const char *class, int x, int r)
{
    strbuf_printf(buf, "<circle class=\"%s\" cx=\"%.1f%%\" cy=\"%d\" r=\"%d\"/>", class, x / 10.0,
                  Y, r);
}

/* A shape in pixels around a point. */
static void put_shape(struct strbuf *buf, int x, const char *shape)
{
    strbuf_printf(buf, "<svg x=\"%.1f%%\" y=\"%d\" overflow=\"visible\">%s</svg>", x / 10.0, Y,
                  shape);
}

static void put_cross(struct strbuf *buf, int x)
{
    put_shape(buf, x, "<path class=\"stop\" d=\"M-8-8L8 8M8-8L-8 8\"/>");
}

static void put_hops(struct strbuf *buf, const struct strip *strip)
{
    int last = strip->length > 0 ? strip->length - 1 : strip->details->hop_count;

    for (int hop = 1; hop <= last && hop <= VERDICT_HOPS_MAX; hop++) {
        struct addr addr = addr_at(strip->details, hop);
        if (hop == strip->hop || is_target(strip, &addr))
            continue;
        put_circle(buf, addr.family != ADDR_NONE ? "hop" : "hop silent", x_of(strip, hop),
                   addr.family != ADDR_NONE ? 4 : 3);
    }
}

static const char *class_of_target(const struct strip *strip)
{
    switch (strip->ending) {
    case ENDS_AT_TARGET:
    case ENDS_BEHIND: return "node end";
    case ENDS_IN_NAME:
    case ENDS_IN_TARGET: return "node";
    default: return "node none";
    }
}

static void put_ending(struct strbuf *buf, const struct strip *strip)
{
    int end = end_of(strip), right = right_of(strip);

    put_circle(buf, class_of_target(strip), right, 9);
    switch (strip->ending) {
    case ENDS_AT_TARGET:
        if (strip->verdict->state != STATE_OPEN)
            put_shape(buf, right, "<path class=\"no\" d=\"M-4-4L4 4M4-4L-4 4\"/>");
        break;
    case ENDS_BEHIND:
        put_line(buf, strip->verdict->reason == REASON_NO_RESPONSE ? "line gone" : "line",
                 right + 15, RIGHT);
        put_circle(buf, "node", RIGHT, 6);
        break;
    case ENDS_AT_DEVICE:
        put_shape(buf, end,
                  "<rect class=\"box\" x=\"-9\" y=\"-9\" width=\"18\" height=\"18\" "
                  "rx=\"4\"/><path class=\"no\" d=\"M-4-4L4 4M4-4L-4 4\"/>");
        break;
    case ENDS_AFTER_HOP:
        if (strip->hop > 0)
            put_circle(buf, "hop seen", end, 6);
        put_cross(buf, end + (right - end) / 3);
        break;
    case ENDS_IN_TARGET:
    case ENDS_NOWHERE:
    case ENDS_HERE: put_cross(buf, end); break;
    case ENDS_IN_NAME:
    case ENDS_SOMEWHERE:
        put_shape(buf, (LEFT + right) / 2, "<text class=\"ask\" y=\"8\">?</text>");
        break;
    }
}

/* Draws a broken line where the SYN did not get, and an uncertain one where nobody knows whether it
 * did. */
static void put_way(struct strbuf *buf, const struct strip *strip)
{
    int end = end_of(strip), right = right_of(strip);
    bool known = strip->hop >= 0 || strip->ending != ENDS_AT_DEVICE;

    if (end > LEFT)
        put_line(buf, known ? "line" : "line unsure", LEFT, end);
    if (end < right)
        put_line(buf, "line gone", end, right);
}

/* --- the words ----------------------------------------------------------------------------- */

static bool did_not_leave(const struct strip *strip)
{
    switch (strip->verdict->reason) {
    case REASON_LOCAL_FIREWALL:
    case REASON_NO_ROUTE:
    case REASON_SEND_FAILED:
    case REASON_EGRESS_BLOCKED: return true;
    default: return false;
    }
}

/* The text alternative: what happened. */
static const char *sentence_of(const struct strip *strip)
{
    bool silent = strip->verdict->reason == REASON_NO_RESPONSE;

    switch (strip->ending) {
    case ENDS_AT_TARGET:
        return strip->length == 1 ? "The SYN reached %T after one hop, and an answer came back."
               : strip->length > 0
                   ? "The SYN reached %T after %N hops, and an answer came back."
                   : "The SYN reached %T, and an answer came back. The path was not traced.";
    case ENDS_BEHIND:
        return silent ? "The SYN reached %T, which forwards it to another machine. No answer came."
                      : "The SYN reached %T, which forwards it to another machine. An answer came "
                        "back.";
    case ENDS_AT_DEVICE:
        return strip->hop > 0 ? "%R, hop %N, answered. The SYN did not get to %T."
                              : "%R, in front of %T, answered. Its distance is not known.";
    case ENDS_AFTER_HOP:
        return strip->hop > 0
                   ? "The SYN got past hop %N (%R) and was lost after it. %T did not answer."
                   : "The SYN left this checker, and no hop after it answered. %T did not answer.";
    case ENDS_IN_TARGET: return "The SYN reached %T, which did not answer it.";
    case ENDS_SOMEWHERE: return "The SYN was lost at an unknown point. %T did not answer.";
    case ENDS_IN_NAME:
        return "An answer came in the name of %T, but who on the way sent it is not known.";
    case ENDS_NOWHERE: return "No machine has the address %T: the SYN had nowhere to go.";
    case ENDS_HERE: break;
    }
    return did_not_leave(strip) ? "The SYN to %T did not leave this checker."
                                : "Whether the SYN reached %T is not known.";
}

static const char *length_text(const struct strip *strip)
{
    return strip->length == 1 ? "one hop" : strip->length > 0 ? "%N hops" : "path not traced";
}

/* The label under the middle of the drawing. */
static const char *middle_of(const struct strip *strip)
{
    bool named = strip->addr.family != ADDR_NONE;

    switch (strip->ending) {
    case ENDS_AT_TARGET:
    case ENDS_BEHIND: return length_text(strip);
    case ENDS_AT_DEVICE:
        return strip->hop > 0 ? (named ? "answer from %R, hop %N" : "answer from hop %N")
               : named        ? "answer from %R"
                              : "answer from a device on the way";
    case ENDS_AFTER_HOP:
        return strip->hop <= 0 ? "lost after this checker"
               : named         ? "lost after %R, hop %N"
                               : "lost after hop %N";
    case ENDS_IN_TARGET: return length_text(strip);
    case ENDS_SOMEWHERE: return "lost at an unknown point";
    case ENDS_IN_NAME: return "answer from somewhere on the way";
    case ENDS_NOWHERE: return "nobody has this address";
    case ENDS_HERE: break;
    }
    return did_not_leave(strip) ? "did not leave this checker" : "not known";
}

static const char *right_text(const struct strip *strip)
{
    switch (strip->ending) {
    case ENDS_AT_TARGET:
    case ENDS_IN_NAME: return "%T";
    case ENDS_NOWHERE: return "%T, not there";
    case ENDS_HERE: return "%T, not asked";
    case ENDS_BEHIND: return "%T, and a machine behind it";
    case ENDS_IN_TARGET: return "%T, silent";
    case ENDS_AT_DEVICE: return "%T, not reached";
    default: return "%T, no answer";
    }
}

/* Begins the labels, up to the middle one. */
static void put_from(struct strbuf *buf, enum language language, const char *from)
{
    strbuf_append(buf, "</svg>\n<p class=\"ends\" aria-hidden=\"true\"><span>");
    strbuf_append_html(buf, from != NULL ? from : tr(language, "this checker"));
    strbuf_append(buf, "</span><span>");
}

void strip_append(struct strbuf *buf, enum language language, const char *from,
                  const struct result_target *target, unsigned port_index)
{
    struct strip strip = strip_of(target, port_index);
    struct fill fill = {.language = language,
                        .target = &target->addr,
                        .device = &strip.addr,
                        .port = strip.verdict->port};

    fill.number = (unsigned)(strip.hop > 0 ? strip.hop : strip.length > 0 ? strip.length : 0);
    strbuf_append(buf, "<svg class=\"path\" role=\"img\" aria-label=\"");
    fill_append(buf, &fill, tr(language, sentence_of(&strip)));
    strbuf_append(buf, "\">");
    put_way(buf, &strip);
    put_hops(buf, &strip);
    put_circle(buf, "node", LEFT, 9);
    put_ending(buf, &strip);
    put_from(buf, language, from);
    fill_append(buf, &fill, tr(language, middle_of(&strip)));
    strbuf_append(buf, "</span><span>");
    fill_append(buf, &fill, tr(language, right_text(&strip)));
    strbuf_append(buf, "</span></p>\n");
}

void strip_append_waiting(struct strbuf *buf, enum language language, const char *from,
                          const struct result_target *target)
{
    char address[ADDR_TEXT_LEN];

    addr_format(&target->addr, address);
    strbuf_append(buf, "<svg class=\"path\" aria-hidden=\"true\">");
    put_line(buf, "line gone", LEFT, RIGHT);
    put_circle(buf, "node", LEFT, 9);
    put_circle(buf, "node none", RIGHT, 9);
    put_from(buf, language, from);
    strbuf_printf(buf, "…</span><span>%s</span></p>\n", address);
}
