/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/dialogue/request.h"

#include <stdio.h>
#include <string.h>

#include "inspector/dialogue/starttls.h"

enum {
    DNS_PORT = 53,
    SMB_PORT = 445,
    REDIS_PORT = 6379,
    MINECRAFT_PORT = 25565,
    DNS_TYPE_NS = 2,
    DNS_CLASS_IN = 1,
    SMB_HEADER_LEN = 64,
};

static size_t write_head(const struct inspect_ask *ask, uint8_t *out)
{
    char address[ADDR_TEXT_LEN];
    const char *host = ask->name[0] != '\0' ? ask->name : address;
    bool bracket = host == address && ask->addr.family == ADDR_IPV6;

    addr_format(&ask->addr, address);
    return (size_t)snprintf((char *)out, REQUEST_MAX_LEN,
                            "HEAD / HTTP/1.1\r\nHost: %s%s%s\r\nUser-Agent: portlight\r\n"
                            "Accept: */*\r\nConnection: close\r\n\r\n",
                            bracket ? "[" : "", host, bracket ? "]" : "");
}

static void write_dns(struct writer *writer)
{
    static const uint8_t counts[] = {0, 0, 0, 1, 0, 0, 0, 0, 0, 0}; /* no flags, one question */

    write_u16(writer, 2 + sizeof(counts) + 1 + 4);
    write_u16(writer, REQUEST_DNS_ID);
    write_bytes(writer, counts, sizeof(counts));
    write_u8(writer, 0); /* the root */
    write_u16(writer, DNS_TYPE_NS);
    write_u16(writer, DNS_CLASS_IN);
}

/* NEGOTIATE with the dialects 2.0.2, 2.1 and 3.0; all other fields are zero. */
static void write_smb(struct writer *writer)
{
    static const uint8_t dialects[] = {0x02, 0x02, 0x10, 0x02, 0x00, 0x03};
    uint8_t header[SMB_HEADER_LEN] = {0xfe, 'S', 'M', 'B', SMB_HEADER_LEN, [14] = 1};
    uint8_t body[36] = {36, 0, sizeof(dialects) / 2, 0, 1 /* signing enabled */};

    write_u32(writer, sizeof(header) + sizeof(body) + sizeof(dialects));
    write_bytes(writer, header, sizeof(header));
    write_bytes(writer, body, sizeof(body));
    write_bytes(writer, dialects, sizeof(dialects));
}

/* Handshake with the next state "status", then the status request.  A length takes one byte up to
 * 127, otherwise two. */
static void write_minecraft(struct writer *writer, const struct inspect_ask *ask)
{
    char host[INSPECT_NAME_MAX_LEN + 1];
    uint8_t len, more;

    if (ask->name[0] != '\0')
        memcpy(host, ask->name, sizeof(host));
    else
        addr_format(&ask->addr, host);
    len = (uint8_t)strlen(host);
    more = len >= 128;
    if (len + more + 10 >= 128) {
        write_u8(writer, (uint8_t)((len + more + 10) | 128));
        write_u8(writer, (uint8_t)((len + more + 10) >> 7));
    } else {
        write_u8(writer, (uint8_t)(len + more + 10));
    }
    write_u8(writer, 0);
    write_bytes(writer, "\xff\xff\xff\xff\x0f", 5); /* version -1: any */
    write_u8(writer, (uint8_t)(more ? len | 128 : len));
    if (more)
        write_u8(writer, 1);
    write_bytes(writer, host, len);
    write_u16(writer, ask->port);
    write_u8(writer, 1);
    write_u16(writer, 0x0100);
}

size_t request_write(const struct inspect_ask *ask, uint8_t out[static REQUEST_MAX_LEN])
{
    struct writer writer = writer_of(out, REQUEST_MAX_LEN);
    struct starttls_dialogue dialogue;

    if (inspection_is_web_port(ask->port))
        return write_head(ask, out);
    switch (ask->port) {
    case DNS_PORT: write_dns(&writer); break;
    case SMB_PORT: write_smb(&writer); break;
    case MINECRAFT_PORT: write_minecraft(&writer, ask); break;
    case REDIS_PORT: write_bytes(&writer, "PING\r\n", strlen("PING\r\n")); break;
    default:
        if (starttls_of_port(ask->port) != STARTTLS_NONE &&
            starttls_begin(&dialogue, starttls_of_port(ask->port), "") == STARTTLS_SEND)
            write_bytes(&writer, dialogue.out, dialogue.out_len);
        break;
    }
    return writer.pos;
}

const char *request_farewell(uint16_t port)
{
    return port == REDIS_PORT ? "QUIT\r\n" : "";
}
