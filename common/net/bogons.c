/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/net/bogons.h"

#include "common/base/compiler.h"
#include "common/net/prefix.h"

#define V4(a, b, c, bits, kind)              \
    {                                        \
        {{ADDR_IPV4, {a, b, c}}, bits}, kind \
    }
#define V6(a, b, c, d, bits, kind)                                                           \
    {                                                                                        \
        {{ADDR_IPV6,                                                                         \
          {(a) >> 8, (a)&0xff, (b) >> 8, (b)&0xff, (c) >> 8, (c)&0xff, (d) >> 8, (d)&0xff}}, \
         bits},                                                                              \
            kind                                                                             \
    }

struct special_row {
    struct prefix prefix;
    enum bogon_kind kind;
};

/* clang-format off */
static const struct special_row special_rows[] = {
    V4(0, 0, 0, 8, BOGON_NOT_PUBLIC),       /* this network, RFC 791 */
    V4(10, 0, 0, 8, BOGON_NOT_PUBLIC),      /* private use, RFC 1918 */
    V4(100, 64, 0, 10, BOGON_NOT_PUBLIC),   /* shared address space (CGNAT), RFC 6598 */
    V4(127, 0, 0, 8, BOGON_NOT_PUBLIC),     /* loopback, RFC 1122 */
    {{{ADDR_IPV4, {168, 63, 129, 16}}, 32}, BOGON_NOT_PUBLIC}, /* the wire server in each Azure
        network, learn.microsoft.com "What is IP address 168.63.129.16?" */
    V4(169, 254, 0, 16, BOGON_NOT_PUBLIC),  /* link local, cloud metadata, RFC 3927 */
    V4(172, 16, 0, 12, BOGON_NOT_PUBLIC),   /* private use, RFC 1918 */
    V4(192, 0, 0, 24, BOGON_NOT_PUBLIC),    /* IETF protocol assignments, RFC 6890 */
    V4(192, 0, 2, 24, BOGON_NOT_PUBLIC),    /* TEST-NET-1, RFC 5737 */
    V4(192, 31, 196, 24, BOGON_NOT_PUBLIC), /* AS112-v4, RFC 7535 */
    V4(192, 52, 193, 24, BOGON_NOT_PUBLIC), /* AMT, RFC 7450 */
    V4(192, 88, 99, 24, BOGON_NOT_PUBLIC),  /* 6to4 relay anycast, RFC 7526 */
    V4(192, 168, 0, 16, BOGON_NOT_PUBLIC),  /* private use, RFC 1918 */
    V4(192, 175, 48, 24, BOGON_NOT_PUBLIC), /* AS112 direct delegation, RFC 7534 */
    V4(198, 18, 0, 15, BOGON_NOT_PUBLIC),   /* benchmarking, RFC 2544 */
    V4(198, 51, 100, 24, BOGON_NOT_PUBLIC), /* TEST-NET-2, RFC 5737 */
    V4(203, 0, 113, 24, BOGON_NOT_PUBLIC),  /* TEST-NET-3, RFC 5737 */
    V4(224, 0, 0, 4, BOGON_NOT_PUBLIC),     /* multicast, RFC 5771 */
    V4(240, 0, 0, 4, BOGON_NOT_PUBLIC),     /* reserved and broadcast, RFC 1112, 919 */

    V6(0, 0, 0, 0, 127, BOGON_NOT_PUBLIC),              /* unspecified, loopback: before ::/96 */
    V6(0x64, 0xff9b, 1, 0, 48, BOGON_EMBEDDED),         /* NAT64 local use, RFC 8215 */
    V6(0x2001, 0, 0, 0, 32, BOGON_EMBEDDED),            /* Teredo, RFC 4380 */
    V6(0x2001, 0, 0, 0, 23, BOGON_NOT_PUBLIC),          /* IETF protocol block, RFC 2928 */
    V6(0x2001, 0xdb8, 0, 0, 32, BOGON_NOT_PUBLIC),      /* documentation, RFC 3849 */
    V6(0x2002, 0, 0, 0, 16, BOGON_EMBEDDED),            /* 6to4, RFC 3056 */
    V6(0x2620, 0x4f, 0x8000, 0, 48, BOGON_NOT_PUBLIC),  /* AS112 direct delegation, RFC 7534 */
    V6(0x3ffe, 0, 0, 0, 16, BOGON_NOT_PUBLIC),          /* 6bone, returned, RFC 3701 */
    V6(0x3fff, 0, 0, 0, 20, BOGON_NOT_PUBLIC),          /* documentation, RFC 9637 */

    /* IPv4 in the last 32 bits; V6() has no parameters for the bytes of ::ffff: */
    V6(0, 0, 0, 0, 96, BOGON_EMBEDDED),                 /* IPv4-compatible, RFC 4291 */
    {{{ADDR_IPV6, {[10] = 0xff, [11] = 0xff}}, 96}, BOGON_EMBEDDED}, /* mapped, RFC 4291 */
    {{{ADDR_IPV6, {[8] = 0xff, [9] = 0xff}}, 96}, BOGON_EMBEDDED},   /* SIIT, RFC 2765 */
    V6(0x64, 0xff9b, 0, 0, 96, BOGON_EMBEDDED),         /* NAT64 well-known, RFC 6052 */
};
/* clang-format on */

static const struct prefix global_unicast = {{ADDR_IPV6, {0x20}}, 3};

/* ISATAP (RFC 5214 section 6.1) embeds an IPv4 address in the interface identifier, after 0000:5efe
 * or 0200:5efe, with any prefix. */
static bool is_isatap(const struct addr *addr)
{
    return addr->family == ADDR_IPV6 && (addr->bytes[8] & ~0x02U) == 0 && addr->bytes[9] == 0 &&
           addr->bytes[10] == 0x5e && addr->bytes[11] == 0xfe;
}

enum bogon_kind bogon_kind_of(const struct addr *addr)
{
    if (addr->family == ADDR_NONE)
        return BOGON_NOT_PUBLIC;
    if (is_isatap(addr))
        return BOGON_EMBEDDED;
    for (size_t i = 0; i < ARRAY_LEN(special_rows); i++)
        if (prefix_contains(&special_rows[i].prefix, addr))
            return special_rows[i].kind;
    if (addr->family == ADDR_IPV6 && !prefix_contains(&global_unicast, addr))
        return BOGON_NOT_PUBLIC;
    return BOGON_NONE;
}
