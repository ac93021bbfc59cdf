/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/packet/ip_header.h"

#include "prober/packet/checksum.h"

enum { IPV4_CHECKSUM_AT = 10 };

static void write_ipv4(struct writer *w, const struct ip_header *h, size_t payload_len)
{
    uint8_t *header = w->data + w->pos;
    uint16_t sum;

    write_u8(w, 4 << 4 | IPV4_HEADER_LEN / 4);
    write_u8(w, h->tos);
    write_u16(w, (uint16_t)(IPV4_HEADER_LEN + payload_len));
    write_u16(w, h->id);
    write_u16(w, IPV4_DONT_FRAGMENT);
    write_u8(w, h->ttl);
    write_u8(w, h->protocol);
    write_u16(w, 0);
    write_bytes(w, h->src.bytes, 4);
    write_bytes(w, h->dst.bytes, 4);
    sum = checksum_finish(checksum_add(0, header, IPV4_HEADER_LEN));
    header[IPV4_CHECKSUM_AT] = (uint8_t)(sum >> 8);
    header[IPV4_CHECKSUM_AT + 1] = (uint8_t)sum;
}

static void write_ipv6(struct writer *w, const struct ip_header *h, size_t payload_len)
{
    write_u32(w,
              UINT32_C(6) << 28 | (uint32_t)h->tos << 20 | (h->flow_label & IPV6_FLOW_LABEL_MASK));
    write_u16(w, (uint16_t)payload_len);
    write_u8(w, h->protocol);
    write_u8(w, h->ttl);
    write_bytes(w, h->src.bytes, 16);
    write_bytes(w, h->dst.bytes, 16);
}

void ip_header_write(struct writer *writer, const struct ip_header *header, size_t payload_len)
{
    if (header->dst.family == ADDR_IPV4)
        write_ipv4(writer, header, payload_len);
    else
        write_ipv6(writer, header, payload_len);
}

uint64_t ip_header_pseudo_sum(const struct ip_header *header, size_t payload_len)
{
    size_t len = addr_len(&header->src);
    uint64_t sum = header->protocol + payload_len;

    sum = checksum_add(sum, header->src.bytes, len);
    return checksum_add(sum, header->dst.bytes, len);
}
