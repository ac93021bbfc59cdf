/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/dns/inquiry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One place that a question's answer belongs to. */
struct inquiry_place {
    struct inquiry *inquiry;
    unsigned i;
};

struct inquiry {
    struct dns *dns;
    inquiry_done_fn *done; /* NULL: nobody waits */
    void *context;
    bool given_back;
    unsigned open;
    struct inquiry_facts facts;
    char zones[INQUIRY_ZONES_MAX][DNS_NAME_LEN];
    struct dns_names name_servers[INQUIRY_ZONES_MAX], mail[INQUIRY_ZONES_MAX];
    struct inquiry_place zone_places[INQUIRY_ZONES_MAX], addr_places[INQUIRY_ADDRS_MAX];
};

enum { POINTER_LEN = 80 };

/* "4.3.2.1.in-addr.arpa" (RFC 1035 section 3.5), or of ip6.arpa (RFC 3596 section 2.5). */
static void write_pointer_name(const struct addr *addr, char text[static POINTER_LEN])
{
    size_t len = addr_len(addr), n = 0;

    for (size_t i = len; i-- > 0;) {
        unsigned byte = addr->bytes[i];
        n += (size_t)(addr->family == ADDR_IPV4
                          ? snprintf(text + n, POINTER_LEN - n, "%u.", byte)
                          : snprintf(text + n, POINTER_LEN - n, "%x.%x.", byte & 0xf, byte >> 4));
    }
    snprintf(text + n, POINTER_LEN - n, "%s",
             addr->family == ADDR_IPV4 ? "in-addr.arpa" : "ip6.arpa");
}

/* The longest zone that has any counts. */
static void choose_zone(const struct inquiry *inquiry, const struct dns_names *answers,
                        struct dns_names *names, char zone[static DNS_NAME_LEN])
{
    for (unsigned i = 0; i < INQUIRY_ZONES_MAX; i++) {
        if (i == 0 || (names->count == 0 && answers[i].count > 0)) {
            *names = answers[i];
            snprintf(zone, DNS_NAME_LEN, "%s", answers[i].count > 0 ? inquiry->zones[i] : "");
        }
    }
}

static void close_one(struct inquiry *inquiry)
{
    inquiry->open--;
    choose_zone(inquiry, inquiry->name_servers, &inquiry->facts.name_servers, inquiry->facts.zone);
    choose_zone(inquiry, inquiry->mail, &inquiry->facts.mail, inquiry->facts.mail_of);
    if (inquiry->open == 0 && !inquiry->given_back)
        inquiry->done(inquiry->context);
}

/* A question is answered; the inquiry may be gone then. */
static void on_answered(struct inquiry *inquiry)
{
    bool given_back = inquiry->given_back;

    close_one(inquiry);
    if (given_back && inquiry->open == 0)
        free(inquiry);
}

static void on_zone(void *context, enum dns_names_kind kind, const struct dns_names *names)
{
    struct inquiry_place *place = context;
    struct inquiry *inquiry = place->inquiry;

    *(kind == DNS_MAIL ? &inquiry->mail[place->i] : &inquiry->name_servers[place->i]) = *names;
    on_answered(inquiry);
}

static void on_forward(void *context, enum addr_family family, const struct lookup *lookup)
{
    const struct inquiry_place *place = context;
    struct inquiry_addr *asked = &place->inquiry->facts.addrs[place->i];

    (void)family;
    if (lookup->status == LOOKUP_OK || lookup->status == LOOKUP_NO_NAME ||
        lookup->status == LOOKUP_NO_ADDRESS)
        asked->confirmed = INQUIRY_REFUTED;
    for (unsigned i = 0; i < lookup->count; i++)
        if (addr_equal(&lookup->addrs[i], &asked->addr))
            asked->confirmed = INQUIRY_CONFIRMED;
    on_answered(place->inquiry);
}

/* A name that can be asked for, not one with a '?' in it. */
static bool can_be_asked(const char *name)
{
    return strchr(name, '?') == NULL && strcmp(name, ".") != 0;
}

static void on_pointers(void *context, enum dns_names_kind kind, const struct dns_names *names)
{
    struct inquiry_place *place = context;
    struct inquiry *inquiry = place->inquiry;
    struct inquiry_addr *asked = &inquiry->facts.addrs[place->i];

    (void)kind;
    asked->pointers = *names;
    if (names->count > 0 && !inquiry->given_back && can_be_asked(names->items[0].name)) {
        inquiry->open++;
        dns_ask(inquiry->dns, names->items[0].name, (enum addr_family)asked->addr.family,
                on_forward, place);
    }
    on_answered(inquiry);
}

/* The name and what is above it, down to two labels. */
static unsigned list_zones(struct inquiry *inquiry, const char *name)
{
    unsigned count = 0;

    for (; name != NULL && strchr(name, '.') != NULL && count < INQUIRY_ZONES_MAX;
         name = strchr(name, '.') + 1) {
        if (snprintf(inquiry->zones[count], DNS_NAME_LEN, "%s", name) >= DNS_NAME_LEN)
            break;
        count++;
    }
    return count;
}

struct inquiry *inquiry_begin(struct dns *dns, const char *name, const struct addr *addrs,
                              unsigned addr_count, inquiry_done_fn *done, void *context)
{
    struct inquiry *inquiry = calloc(1, sizeof(*inquiry));
    char pointer[POINTER_LEN];
    unsigned zones;

    if (inquiry == NULL)
        return NULL;
    inquiry->dns = dns;
    inquiry->done = done;
    inquiry->context = context;
    inquiry->open = 1; /* it is not done before all is asked */
    zones = name != NULL ? list_zones(inquiry, name) : 0;
    for (unsigned i = 0; i < zones; i++) {
        inquiry->zone_places[i] = (struct inquiry_place){inquiry, i};
        inquiry->open += 2;
        dns_ask_names(dns, inquiry->zones[i], DNS_NAME_SERVERS, on_zone, &inquiry->zone_places[i]);
        dns_ask_names(dns, inquiry->zones[i], DNS_MAIL, on_zone, &inquiry->zone_places[i]);
    }
    inquiry->facts.addr_count = addr_count < INQUIRY_ADDRS_MAX ? addr_count : INQUIRY_ADDRS_MAX;
    for (unsigned i = 0; i < inquiry->facts.addr_count; i++) {
        inquiry->facts.addrs[i].addr = addrs[i];
        inquiry->addr_places[i] = (struct inquiry_place){inquiry, i};
        inquiry->open++;
        write_pointer_name(&addrs[i], pointer);
        dns_ask_names(dns, pointer, DNS_POINTERS, on_pointers, &inquiry->addr_places[i]);
    }
    close_one(inquiry);
    return inquiry;
}

const struct inquiry_facts *inquiry_facts_of(const struct inquiry *inquiry)
{
    return &inquiry->facts;
}

void inquiry_end(struct inquiry *inquiry)
{
    inquiry->given_back = true;
    if (inquiry->open == 0)
        free(inquiry);
}
