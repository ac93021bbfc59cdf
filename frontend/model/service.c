/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/service.h"

#include <string.h>

#include "common/base/compiler.h"

/* Sorted by port.  The names are IANA's (VNC is rfb there), except for 8443, which nobody else
 * calls pcsync-https. */
static const struct service services[] = {
    {21, "ftp", "FTP", SERVICE_OTHER, "File transfer (FTP)"},
    {22, "ssh", "SSH", SERVICE_REMOTE, "Secure shell (SSH)"},
    {23, "telnet", "Telnet", SERVICE_REMOTE, "Telnet, unencrypted"},
    {25, "smtp", "SMTP", SERVICE_MAIL, "Mail between servers (SMTP)"},
    {53, "domain", "DNS", SERVICE_OTHER, "Name server (DNS over TCP)"},
    {80, "http", "HTTP", SERVICE_WEB, "Web server (HTTP)"},
    {110, "pop3", "POP3", SERVICE_MAIL, "Mail retrieval (POP3)"},
    {143, "imap", "IMAP", SERVICE_MAIL, "Mail retrieval (IMAP)"},
    {389, "ldap", "LDAP", SERVICE_OTHER, "Directory (LDAP)"},
    {443, "https", "HTTPS", SERVICE_WEB, "Web server, encrypted (HTTPS)"},
    {445, "microsoft-ds", "SMB", SERVICE_OTHER, "Windows file sharing (SMB)"},
    {465, "submissions", "SMTPS", SERVICE_MAIL, "Mail submission, encrypted (SMTPS)"},
    {587, "submission", "Submission", SERVICE_MAIL, "Mail submission (SMTP)"},
    {853, "domain-s", "DNS over TLS", SERVICE_OTHER, "Name server, encrypted (DNS over TLS)"},
    {993, "imaps", "IMAPS", SERVICE_MAIL, "Mail retrieval, encrypted (IMAPS)"},
    {995, "pop3s", "POP3S", SERVICE_MAIL, "Mail retrieval, encrypted (POP3S)"},
    {1433, "ms-sql-s", "SQL Server", SERVICE_DATABASE, "Microsoft SQL Server"},
    {3306, "mysql", "MySQL", SERVICE_DATABASE, "MySQL, MariaDB"},
    {3389, "ms-wbt-server", "Remote Desktop", SERVICE_REMOTE, "Remote desktop (RDP)"},
    {5432, "postgresql", "PostgreSQL", SERVICE_DATABASE, "PostgreSQL"},
    {5900, "rfb", "VNC", SERVICE_REMOTE, "Remote screen (VNC)"},
    {6379, "redis", "Redis", SERVICE_DATABASE, "Redis"},
    {8080, "http-alt", "HTTP", SERVICE_WEB, "Web server, alternative port"},
    {8443, "https-alt", "HTTPS", SERVICE_WEB, "Web server, encrypted, alternative port"},
    {25565, "minecraft", "Minecraft", SERVICE_OTHER, "Minecraft"},
};

/* Services whose clients look up SRV records before they connect: by custom (Minecraft), RFC 6120,
 * RFC 3263 and the Matrix server-server API. */
static const struct {
    uint16_t port;
    const char *label;
} srv_labels[] = {
    {5060, "_sip._tcp"},         {5061, "_sips._tcp"},       {5222, "_xmpp-client._tcp"},
    {5269, "_xmpp-server._tcp"}, {8448, "_matrix-fed._tcp"}, {25565, "_minecraft._tcp"},
};

const char *service_srv_label(uint16_t port)
{
    for (size_t i = 0; i < ARRAY_LEN(srv_labels); i++)
        if (srv_labels[i].port == port)
            return srv_labels[i].label;
    return NULL;
}

const struct service *service_by_port(uint16_t port)
{
    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        if (services[i].port == port)
            return &services[i];
    return NULL;
}

const struct service *service_after(uint16_t port)
{
    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        if (services[i].port > port)
            return &services[i];
    return NULL;
}

const struct service *service_by_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        if (strcmp(services[i].name, name) == 0)
            return &services[i];
    return NULL;
}

const char *service_group_text(enum service_group group)
{
    static const char *const texts[] = {
        [SERVICE_WEB] = "Web",           [SERVICE_REMOTE] = "Remote access",
        [SERVICE_MAIL] = "Mail",         [SERVICE_DATABASE] = "Databases",
        [SERVICE_OTHER] = "Other ports",
    };

    return texts[group];
}
