/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/bus/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/config/config.h"

enum { FILE_MAX_LEN = 1 << 20 };

/* --- files ------------------------------------------------------------------------------- */

void tls_files_open(struct tls_files *files)
{
    for (unsigned i = 0; i < TLS_FILES; i++) {
        const char *path = files->paths[i];
        char *directory = path != NULL && path[0] == '/' ? strdup(path) : NULL;
        files->directories[i] = -1;
        if (directory == NULL)
            continue;
        strrchr(directory, '/')[strrchr(directory, '/') == directory] = '\0'; /* "/" is one, too */
        files->directories[i] = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        free(directory);
    }
}

/* The file in memory, for BIO_free; NULL with errno. */
static BIO *read_file(const struct tls_files *files, enum tls_file which)
{
    const char *path = files->paths[which];
    int fd = openat(files->directories[which], strrchr(path, '/') + 1, CONFIG_OPEN_FLAGS);
    BIO *bio = fd >= 0 ? BIO_new(BIO_s_mem()) : NULL;
    char bytes[4096];
    ssize_t len = -1;
    size_t total = 0;

    while (bio != NULL && (len = read(fd, bytes, sizeof(bytes))) > 0 &&
           (total += (size_t)len) <= FILE_MAX_LEN)
        if (BIO_write(bio, bytes, (int)len) != len)
            break;
    OPENSSL_cleanse(bytes, sizeof(bytes)); /* the key was there */
    if (fd >= 0) {
        int saved = errno;
        close(fd);
        errno = saved;
    }
    if (len == 0)
        return bio;
    if (len > 0)
        errno = EFBIG;
    BIO_free(bio);
    return NULL;
}

static bool complain(const char *path)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());

    log_warn("tls", "%s: %s", path, reason != NULL ? reason : "cannot be read");
    ERR_clear_error();
    return false;
}

/* --- what is in them ---------------------------------------------------------------------- */

/* OpenSSL would ask for it at the terminal, which is no file that the sandbox lets it open. */
static int no_password(char *out, int size, int writing, void *context)
{
    (void)out, (void)size, (void)writing, (void)context;
    return -1;
}

/* Our own first, then those that signed it. */
static bool load_certificate(SSL_CTX *tls, BIO *bio)
{
    X509 *own = PEM_read_bio_X509(bio, NULL, no_password, NULL), *more;
    bool ok = own != NULL && SSL_CTX_use_certificate(tls, own) == 1;

    X509_free(own);
    while (ok && (more = PEM_read_bio_X509(bio, NULL, no_password, NULL)) != NULL) {
        ok = SSL_CTX_add1_chain_cert(tls, more) == 1;
        X509_free(more);
    }
    if (ok)
        ERR_clear_error(); /* of the end */
    return ok;
}

static bool load_key(SSL_CTX *tls, BIO *bio)
{
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    bool ok =
        key != NULL && SSL_CTX_use_PrivateKey(tls, key) == 1 && SSL_CTX_check_private_key(tls) == 1;

    EVP_PKEY_free(key);
    return ok;
}

static bool load_authority(SSL_CTX *tls, BIO *bio)
{
    X509_STORE *store = SSL_CTX_get_cert_store(tls);
    unsigned count = 0;
    X509 *one;
    bool ok = true;

    while (ok && (one = PEM_read_bio_X509(bio, NULL, no_password, NULL)) != NULL) {
        ok = X509_STORE_add_cert(store, one) == 1;
        X509_free(one);
        count++;
    }
    if (ok && count > 0)
        ERR_clear_error();
    return ok && count > 0;
}

/* Once there is a list, an engine of which it says nothing may be trusted only while it is valid.
 */
static bool load_revoked(SSL_CTX *tls, BIO *bio)
{
    X509_STORE *store = SSL_CTX_get_cert_store(tls);
    X509_CRL *list = PEM_read_bio_X509_CRL(bio, NULL, no_password, NULL);
    bool ok = list != NULL && X509_STORE_add_crl(store, list) == 1 &&
              X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(tls), X509_V_FLAG_CRL_CHECK) == 1;

    if (ok && X509_cmp_current_time(X509_CRL_get0_nextUpdate(list)) < 0)
        log_warn("tls", "the list of revoked certificates is out of date: no engine is trusted");
    X509_CRL_free(list);
    return ok;
}

static bool load(SSL_CTX *tls, const struct tls_files *files)
{
    static bool (*const loads[TLS_FILES])(SSL_CTX * tls, BIO * bio) = {
        load_certificate, load_key, load_authority, load_revoked};

    for (unsigned i = 0; i < TLS_FILES; i++) {
        BIO *bio;
        bool ok;
        if (files->paths[i] == NULL)
            continue;
        bio = read_file(files, (enum tls_file)i);
        if (bio == NULL) {
            log_warn("tls", "%s: %s", files->paths[i], strerror(errno));
            return false;
        }
        ok = loads[i](tls, bio);
        BIO_free(bio);
        if (!ok)
            return complain(files->paths[i]);
    }
    return true;
}

/* A clock that is wrong looks like this, too. */
static bool is_ours(SSL_CTX *tls, const char *path, const char *name)
{
    X509 *own = SSL_CTX_get0_certificate(tls);

    if (X509_check_host(own, name, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) != 1) {
        log_warn("tls", "%s: is not for the DNS name %s", path, name);
        return false;
    }
    if (X509_cmp_current_time(X509_get0_notAfter(own)) < 0)
        log_warn("tls", "%s: has expired, by this machine's clock", path);
    if (X509_cmp_current_time(X509_get0_notBefore(own)) > 0)
        log_warn("tls", "%s: is not valid yet, by this machine's clock", path);
    return true;
}

struct ssl_ctx_st *tls_new(const struct tls_files *files, const char *name)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    X509_VERIFY_PARAM *wanted;

    if (tls == NULL || SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) != 1 ||
        !load(tls, files) || !is_ours(tls, files->paths[TLS_CERTIFICATE], name)) {
        SSL_CTX_free(tls);
        return NULL;
    }
    wanted = SSL_CTX_get0_param(tls);
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    /* a leading dot stands for any name that ends so */
    if (X509_VERIFY_PARAM_set1_host(wanted, ".engine", 0) != 1) {
        SSL_CTX_free(tls);
        return NULL;
    }
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    return tls;
}

void tls_free(struct ssl_ctx_st *tls)
{
    SSL_CTX_free(tls);
}
