/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/io/capture.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "common/base/clock.h"
#include "common/contract/wire.h"
#include "prober/io/capture_filter.h"

enum {
    SLL2_HEADER_LEN = 20,
    SNAPLEN = SLL2_HEADER_LEN + WIRE_PACKET_BYTES_LEN, /* what a peer may see */
    BUFFER_LEN = 5 << 20,                              /* about 18,000 packets */
};

struct capture {
    pcap_t *pcap;
    uint32_t last_lost; /* libpcap's own counters are 32 bits wide */
    uint32_t last_captured;
    struct capture_counts counts;
};

/* SLL2 can be asked for only once the handle is active (pcap_set_datalink). */
static bool configure(struct capture *capture,
                      const struct source_ports_span ports[static SOURCE_PORTS_SPANS],
                      const char **step)
{
    char expression[CAPTURE_FILTER_MAX_LEN], pcap_error[PCAP_ERRBUF_SIZE];
    struct bpf_program program;
    int locked = 1;
    int rc;

    *step = "activate";
    if (pcap_set_snaplen(capture->pcap, SNAPLEN) != 0 ||
        pcap_set_immediate_mode(capture->pcap, 1) != 0 ||
        pcap_set_buffer_size(capture->pcap, BUFFER_LEN) != 0 ||
        pcap_set_tstamp_precision(capture->pcap, PCAP_TSTAMP_PRECISION_NANO) != 0 ||
        pcap_activate(capture->pcap) < 0)
        return false;
    *step = "link type";
    if (pcap_set_datalink(capture->pcap, DLT_LINUX_SLL2) != 0)
        return false;
    *step = "filter";
    capture_filter_expression(ports, expression);
    if (pcap_compile(capture->pcap, &program, expression, 1, PCAP_NETMASK_UNKNOWN) != 0)
        return false;
    rc = pcap_setfilter(capture->pcap, &program);
    pcap_freecode(&program);
    if (rc != 0)
        return false;
    *step = "lock";
    if (setsockopt(pcap_fileno(capture->pcap), SOL_SOCKET, SO_LOCK_FILTER, &locked,
                   sizeof(locked)) != 0)
        return false;
    *step = "non-blocking";
    return pcap_setnonblock(capture->pcap, 1, pcap_error) == 0; /* pcap_geterr has it, too */
}

static void close_capture(struct capture *capture)
{
    pcap_close(capture->pcap);
    free(capture);
}

struct capture *capture_open(const struct source_ports_span ports[static SOURCE_PORTS_SPANS],
                             char error[static CAPTURE_ERROR_LEN])
{
    char pcap_error[PCAP_ERRBUF_SIZE] = "";
    struct capture *capture = calloc(1, sizeof(*capture));
    const char *step = "create";

    if (capture != NULL)
        capture->pcap = pcap_create("any", pcap_error);
    if (capture == NULL || capture->pcap == NULL) {
        snprintf(error, CAPTURE_ERROR_LEN, "%s", capture != NULL ? pcap_error : "no memory");
        free(capture);
        return NULL;
    }
    if (!configure(capture, ports, &step)) {
        snprintf(error, CAPTURE_ERROR_LEN, "%s: %.200s", step, pcap_geterr(capture->pcap));
        close_capture(capture);
        return NULL;
    }
    return capture;
}

int capture_fd(const struct capture *capture)
{
    return pcap_get_selectable_fd(capture->pcap);
}

/* pcap_dispatch's callback, and what it needs. */
struct reading {
    capture_packet_fn *packet;
    void *context;
};

static void take_frame(unsigned char *user, const struct pcap_pkthdr *header,
                       const unsigned char *frame)
{
    const struct reading *reading = (const void *)user;
    struct packet packet;

    if (!packet_parse_frame(frame, header->caplen, &packet))
        return;
    /* with nanosecond precision, tv_usec holds nanoseconds */
    packet.time_ns = (uint64_t)header->ts.tv_sec * NS_PER_S + (uint64_t)header->ts.tv_usec;
    reading->packet(reading->context, &packet);
}

int capture_read(struct capture *capture, int most, capture_packet_fn *packet, void *context)
{
    struct reading reading = {packet, context};
    int frames = pcap_dispatch(capture->pcap, most, take_frame, (unsigned char *)&reading);

    return frames < 0 ? -1 : frames;
}

struct capture_counts capture_count(struct capture *capture)
{
    struct pcap_stat now;

    if (pcap_stats(capture->pcap, &now) == 0) {
        capture->counts.lost += now.ps_drop - capture->last_lost;
        capture->counts.captured += now.ps_recv - capture->last_captured;
        capture->last_lost = now.ps_drop;
        capture->last_captured = now.ps_recv;
    }
    return capture->counts;
}

const char *capture_error(const struct capture *capture)
{
    return pcap_geterr(capture->pcap);
}
