/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A name server on the loopback that says what it is told to, and the question of
 * frontend/dns/ares.h put to it.
 */
#ifndef PORTLIGHT_NAME_SERVER_H
#define PORTLIGHT_NAME_SERVER_H

#include "frontend/dns/select.h"

#define NAME_SERVER_NAME "www.example.net"

enum {
    NAME_SERVER_REPLY_MAX_LEN = 4096,
    NAME_SERVER_TRUNCATED = 0x0200, /* flags of RFC 1035 section 4.1.1, */
    NAME_SERVER_FAILED = 2,         /* and its response codes */
    NAME_SERVER_NO_NAME = 3,
    NAME_SERVER_REFUSED = 5,
};

/*
 * Writes the reply to the question for NAME_SERVER_NAME's addresses of a family, with
 * a record for each text: "9.9.9.9", "2606:4700::1" an address of that name, with "@" in
 * front one of another name; "a.example.net 9.9.9.9" of the name that is told;
 * "a.example.net > b.example.net" an alias.  A name's last label may be a pointer (RFC
 * 1035 section 4.1.4): "a.@16" goes on as at byte 16.  Returns its length.
 */
size_t name_server_reply(uint8_t out[static NAME_SERVER_REPLY_MAX_LEN], enum addr_family asked,
                         unsigned flags, const char *const *records, unsigned count);

/*
 * Asks through dns_ask, and answers every question that arrives with these bytes
 * under its ID; with nothing when len is 0.  When nothing moves for quiet_ms any more,
 * closes the resolver, which then says that it got no answer.
 */
struct lookup name_server_ask(enum addr_family family, const void *reply, size_t len, int quiet_ms);

/*
 * Asks count times, one after the other, through the same resolver, and answers what it
 * asked last when so many milliseconds are over, at least 1.  Returns the last answer;
 * *answered is how many questions the server answered.
 */
struct lookup name_server_ask_often(enum addr_family family, const void *reply, size_t len,
                                    const int *delays_ms, unsigned count, unsigned *answered);

#endif
