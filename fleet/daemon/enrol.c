/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/daemon/enrol.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FILE_LEN = 64 };

static FILE *create(const char *path, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;

    if (file == NULL)
        fprintf(stderr, "portlight-fleet: %s: %s\n", path, strerror(errno));
    return file;
}

static bool write_key(const char *path, EVP_PKEY *key)
{
    FILE *file = create(path, 0600);
    bool ok = file != NULL && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;

    return file != NULL && fclose(file) == 0 && ok;
}

static bool write_request(const char *path, const char *name, EVP_PKEY *key)
{
    X509_REQ *request = X509_REQ_new();
    FILE *file = create(path, 0644);
    bool ok = request != NULL && file != NULL && X509_REQ_set_version(request, 0) == 1 &&
              X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request), "CN", MBSTRING_ASC,
                                         (const unsigned char *)name, -1, -1, 0) == 1 &&
              X509_REQ_set_pubkey(request, key) == 1 &&
              X509_REQ_sign(request, key, EVP_sha256()) > 0 &&
              PEM_write_X509_REQ(file, request) == 1;

    X509_REQ_free(request);
    return file != NULL && fclose(file) == 0 && ok;
}

static const char SIGN[] =
    "Made %1$s.key, which never leaves this machine, and %1$s.csr.\n\n"
    "1. Where the authority is (docs/fleet.md makes one), sign the request:\n\n"
    "   printf 'basicConstraints=critical,CA:FALSE\\nkeyUsage=critical,digitalSignature\\n"
    "authorityKeyIdentifier=keyid\\nsubjectAltName=DNS:%1$s\\nextendedKeyUsage=%2$s\\n' >%1$s.ext\n"
    "   openssl x509 -req -in %1$s.csr -CA fleet-ca.crt -CAkey fleet-ca.key -days 90 "
    "-extfile %1$s.ext -out %1$s.crt\n\n";

static const char INSTALL[] = "2. Here, with %1$s.crt and fleet-ca.crt brought back:\n\n"
                              "   install -o %2$s -m 0400 %1$s.key /etc/portlight/%3$s.key\n"
                              "   install -m 0444 %1$s.crt /etc/portlight/%3$s.crt\n"
                              "   install -m 0444 fleet-ca.crt /etc/portlight/\n\n";

static void print_rest(const char *name, const char *kind)
{
    if (strcmp(kind, "engine") == 0)
        puts("3. Make its file where /etc/portlight/portlight.conf lists the fleet, and reload "
             "it:\n\n"
             "   portlight-fleet --engine-config >/etc/nats-server.conf");
    else if (strcmp(kind, "place") == 0)
        printf("3. In /etc/portlight/portlight.conf of this machine:\n\n"
               "   serve { place = \"%1$s\" }\n"
               "   fleet { engines = {\"ADDRESS:4222\"} }\n\n"
               "   and of each frontend, in fleet.places:\n\n"
               "   \"%1$s; TITLE; COUNTRY; ASN; LATITUDE; LONGITUDE\"\n\n"
               "4. Where the engine is: portlight-fleet --engine-config, and reload it.\n"
               "5. Here: systemctl enable --now portlight-fleet\n",
               name);
    else
        printf("3. In /etc/portlight/portlight.conf of this machine:\n\n"
               "   fleet { name = \"%s\"  engines = {\"ADDRESS:4222\"}  places = {...} }\n\n"
               "4. Where the engine is, with the name in fleet.frontends: portlight-fleet\n"
               "   --engine-config, and reload it.\n"
               "5. Of several frontends, one makes their secret, and each has the same:\n\n"
               "   openssl rand -hex 16 >fleet.secret\n"
               "   install -o portlight -m 0400 fleet.secret /etc/portlight/\n\n"
               "6. Here: systemctl enable --now portlight-fleet && systemctl restart portlightd\n",
               name);
}

bool enrol(const char *name, const char *kind)
{
    bool is_engine = strcmp(kind, "engine") == 0;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    char full[FILE_LEN], path[FILE_LEN];
    bool ok;

    snprintf(full, sizeof(full), "%s.%s", name, kind);
    snprintf(path, sizeof(path), "%s.%s.key", name, kind);
    ok = key != NULL && write_key(path, key);
    snprintf(path, sizeof(path), "%s.%s.csr", name, kind);
    ok = ok && write_request(path, full, key);
    EVP_PKEY_free(key);
    if (!ok)
        return false;
    printf(SIGN, full, is_engine ? "serverAuth" : "clientAuth");
    printf(INSTALL, full, is_engine ? "nats" : "portlight-fleet", is_engine ? "engine" : "fleet");
    print_rest(name, kind);
    return true;
}
