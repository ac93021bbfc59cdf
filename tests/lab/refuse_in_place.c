/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An XDP program that refuses SYNs to TCP port 8300 over IPv4 by turning them around: addresses,
 * ports and flags change, TOS, IP ID and what is left of the TTL stay, unless TTL is defined.
 * Built by test_hard_filters.py; needs no header.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

struct xdp_md {
    u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex;
};

struct frame {
    u8 to[6], from[6];
    u16 kind;
    u8 version, tos;
    u16 length, id, fragment;
    u8 ttl, protocol;
    u16 ip_sum;
    u32 src, dst;
    u16 sport, dport;
    u32 seq, ack;
    u8 offset, flags;
    u16 window, tcp_sum, urgent;
} __attribute__((packed));

enum { DROP = 1, PASS = 2, SEND_BACK = 3, SYN = 2, RST_ACK = 0x14 };

static long (*adjust_tail)(struct xdp_md *packet, int delta) = (void *)65;

static inline u16 folded(u32 sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    return (u16) ~((sum & 0xffff) + (sum >> 16));
}

static inline u32 words(const u16 *from, int count)
{
    u32 sum = 0;

    for (int i = 0; i < count; i++)
        sum += from[i];
    return sum;
}

/* 7 words are Ethernet's; 13 stand before the addresses. */
static inline void turn_around(struct frame *f)
{
    u32 addr = f->src;
    u16 port = f->sport;

    for (int i = 0; i < 6; i++) {
        u8 byte = f->to[i];
        f->to[i] = f->from[i];
        f->from[i] = byte;
    }
    f->src = f->dst;
    f->dst = addr;
    f->sport = f->dport;
    f->dport = port;
    f->length = __builtin_bswap16(40);
#ifdef TTL
    f->ttl = TTL;
#endif
    f->ack = __builtin_bswap32(__builtin_bswap32(f->seq) + 1);
    f->seq = 0;
    f->offset = 0x50;
    f->flags = RST_ACK;
    f->window = f->urgent = f->ip_sum = f->tcp_sum = 0;
    f->ip_sum = folded(words((u16 *)(void *)f + 7, 10));
    f->tcp_sum =
        folded(words((u16 *)(void *)f + 13, 14) + __builtin_bswap16(6) + __builtin_bswap16(20));
}

__attribute__((section("xdp"), used)) int refuse(struct xdp_md *packet)
{
    struct frame *f = (void *)(long)packet->data;
    void *end = (void *)(long)packet->data_end;

    if ((void *)(f + 1) > end || f->kind != 0x0008 || f->version != 0x45 || f->protocol != 6 ||
        f->dport != __builtin_bswap16(8300) || (f->flags & 0x17) != SYN)
        return PASS;
    if (adjust_tail(packet, (int)sizeof(*f) - (int)(end - (void *)f)))
        return DROP;
    f = (void *)(long)packet->data;
    if ((void *)(f + 1) > (void *)(long)packet->data_end)
        return DROP;
    turn_around(f);
    return SEND_BACK;
}

char terms[] __attribute__((section("license"), used)) = "GPL";
