/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/bus/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "common/base/log.h"

static void complain(const char *path)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());

    log_warn("tls", "%s: %s", path, reason != NULL ? reason : "cannot be read");
}

static bool load(SSL_CTX *tls, const struct tls_files *files, const char *name)
{
    X509 *own;

    if (SSL_CTX_use_certificate_chain_file(tls, files->certificate) != 1)
        return complain(files->certificate), false;
    if (SSL_CTX_use_PrivateKey_file(tls, files->key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(tls) != 1)
        return complain(files->key), false;
    if (SSL_CTX_load_verify_file(tls, files->authority) != 1)
        return complain(files->authority), false;
    own = SSL_CTX_get0_certificate(tls);
    if (X509_check_host(own, name, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) != 1) {
        log_warn("tls", "%s: is not for the DNS name %s", files->certificate, name);
        return false;
    }
    if (X509_cmp_current_time(X509_get0_notAfter(own)) < 0)
        log_warn("tls", "%s: has expired", files->certificate);
    return true;
}

struct ssl_ctx_st *tls_new(const struct tls_files *files, const char *name)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    X509_VERIFY_PARAM *wanted;

    if (tls == NULL || SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) != 1 ||
        !load(tls, files, name)) {
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
