/* SPDX-License-Identifier: BSD-2-Clause */
/* Fills a neighbour's capture: flood DEVICE MAC SOURCE DESTINATION COUNT sends so
 * many TCP segments to port 61000 as fast as it can. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 256, IP = 14, TCP = 34, LEN = 54 };

int main(int argc, char **argv)
{
    static uint8_t frame[LEN];
    static struct mmsghdr messages[BATCH];
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_halen = 6};
    struct iovec part = {frame, LEN};
    long left = argc == 6 ? atol(argv[5]) : 0;
    int fd = socket(AF_PACKET, SOCK_RAW, 0);

    if (left == 0 || fd < 0)
        return 2;
    to.sll_ifindex = (int)if_nametoindex(argv[1]);
    for (int i = 0; i < 6; i++)
        frame[i] = to.sll_addr[i] = (uint8_t)strtol(argv[2] + 3 * i, NULL, 16);
    frame[12] = ETH_P_IP >> 8;
    memcpy(frame + IP, "\x45\0\0\x28\0\0\x40\0\x40\6", 10);
    inet_pton(AF_INET, argv[3], frame + IP + 12);
    inet_pton(AF_INET, argv[4], frame + IP + 16);
    memcpy(frame + TCP, "\x10\0\xee\x48\0\0\0\0\0\0\0\0\x50\x14\0\0", 16); /* to 61000, RST+ACK */
    for (int i = 0; i < BATCH; i++)
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &part, .msg_iovlen = 1};
    while (left > 0) {
        int sent = sendmmsg(fd, messages, BATCH, 0);
        if (sent > 0)
            left -= sent;
        else
            usleep(100);
    }
    puts("done");
    return 0;
}
