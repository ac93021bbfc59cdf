/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/support/frames.h"

const struct addr frame_us4 = {ADDR_IPV4, {198, 18, 1, 2}};
const struct addr frame_them4 = {ADDR_IPV4, {198, 18, 3, 2}};
const struct addr frame_router4 = {ADDR_IPV4, {198, 18, 1, 1}};
const struct addr frame_us6 = {ADDR_IPV6, {0x20, 1, 0, 2, [15] = 1}};
const struct addr frame_them6 = {ADDR_IPV6, {0x20, 1, 0, 2, [15] = 2}};
const struct addr frame_router6 = {ADDR_IPV6, {0x20, 1, 0, 2, [15] = 3}};

void frame_sll2(struct writer *w, uint16_t ethertype, bool outgoing)
{
    write_u16(w, ethertype);
    write_u16(w, 0);
    write_u32(w, 7); /* interface */
    write_u16(w, 1); /* Ethernet */
    write_u8(w, outgoing ? 4 : 0);
    write_u8(w, 6);
    write_u64(w, 0);
}

void frame_ipv4(struct writer *w, const struct addr *src, const struct addr *dst, uint8_t protocol,
                uint8_t tos, uint8_t ttl, uint16_t payload_len)
{
    write_u8(w, 0x45);
    write_u8(w, tos);
    write_u16(w, (uint16_t)(20 + payload_len));
    write_u16(w, 0x4242);
    write_u16(w, 0x4000);
    write_u8(w, ttl);
    write_u8(w, protocol);
    write_u16(w, 0);
    write_bytes(w, src->bytes, 4);
    write_bytes(w, dst->bytes, 4);
}

void frame_ipv6(struct writer *w, const struct addr *src, const struct addr *dst, uint8_t next,
                uint8_t tos, uint8_t ttl, uint16_t payload_len)
{
    write_u32(w, UINT32_C(6) << 28 | (uint32_t)tos << 20 | 0x54321);
    write_u16(w, payload_len);
    write_u8(w, next);
    write_u8(w, ttl);
    write_bytes(w, src->bytes, 16);
    write_bytes(w, dst->bytes, 16);
}

void frame_tcp(struct writer *w, uint16_t sport, uint16_t dport, uint32_t seq, uint32_t ack,
               uint8_t flags, uint16_t window)
{
    write_u16(w, sport);
    write_u16(w, dport);
    write_u32(w, seq);
    write_u32(w, ack);
    write_u8(w, 5 << 4);
    write_u8(w, flags);
    write_u16(w, window);
    write_u32(w, 0);
}
