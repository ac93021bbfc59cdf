/* SPDX-License-Identifier: BSD-2-Clause */
/* What was typed.  An edge: mistakes end the program with a usage message. */
#ifndef PORTLIGHT_FRONTEND_CLI_OPTIONS_H
#define PORTLIGHT_FRONTEND_CLI_OPTIONS_H

#include "common/contract/inspection.h"
#include "common/contract/verdict.h"
#include "frontend/model/request.h"

enum exit_status {
    EXIT_AS_EXPECTED = 0,
    EXIT_NOT_AS_EXPECTED = 1,
    EXIT_USAGE = 2,
    EXIT_UNKNOWN = 3,
    EXIT_REFUSED = 4,
    EXIT_NO_PROBER = 5,
};

struct options {
    const char *config_path;
    const char *server; /* NULL: the prober here */
    enum request_family family;
    bool host_only; /* --host: no ports */
    bool json, explain, trace, packets, timestamps;
    uint32_t timeout_ms;  /* 0: the prober's own */
    uint32_t watch_s;     /* 0: once */
    uint32_t watch_for_s; /* 0: for ever */
    bool tls, starttls_given, survey, prometheus;
    enum starttls starttls; /* if given, else by the port */
    uint32_t min_days;
    const char *pcap_path, *chain_path;
    const char *from; /* places; NULL: here */
    uint32_t agree;   /* 0: all that answered */
    bool list_places;
    unsigned expected; /* bits of enum verdict_state */
    const char *host, *ports;
};

struct options options_read(int argc, char **argv);

/* Does any option need the packets? */
bool options_want_packets(const struct options *options);

#endif
