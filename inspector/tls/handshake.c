/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/tls/handshake.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "inspector/dialogue/greeting.h"
#include "inspector/tls/certificate.h"

/* Elliptic curves first: a Diffie-Hellman group of 8192 bits costs us 230 ms. */
#define CIPHERS "ALL:!aNULL:!eNULL:!PSK:!SRP:+kDHE:+3DES:@SECLEVEL=0"

enum {
    BUFFER_LEN = 16384,
    FIRST_LEN = 64,
    DH_BITS_MIN = 2048,
    CERTIFICATES_MAX_LEN = 512 * 1024,
    AFTERWARDS_MS = 500, /* for the alert that TLS 1.3 sends after its handshake */
    ALERT_HANDSHAKE_FAILURE = 40,
    ALERT_NO_CERTIFICATE = 41,
    ALERT_BAD_CERTIFICATE = 42,
    ALERT_PROTOCOL_VERSION = 70,
    ALERT_UNRECOGNIZED_NAME = 112,
    ALERT_CERTIFICATE_REQUIRED = 116,
};

struct handshake_settings {
    SSL_CTX *context;
};

struct handshake {
    SSL *ssl;
    BIO *in, *out; /* the SSL's */
    struct stream *stream;
    bool asked; /* for a certificate of ours */
    int alert;  /* fatal, received; or -1 */
    size_t first_len;
    uint8_t first[FIRST_LEN];
};

/* --- settings ------------------------------------------------------------------------ */

static struct handshake *of(const SSL *ssl)
{
    return SSL_get_app_data(ssl);
}

static int on_certificate_wanted(SSL *ssl, X509 **certificate, EVP_PKEY **key)
{
    (void)certificate, (void)key;
    of(ssl)->asked = true;
    return 0; /* we have none */
}

static void on_info(const SSL *ssl, int where, int value)
{
    if (where == SSL_CB_READ_ALERT && value >> 8 == SSL3_AL_FATAL)
        of(ssl)->alert = value & 0xff;
}

static void free_settings(struct handshake_settings *settings)
{
    if (settings != NULL)
        SSL_CTX_free(settings->context);
    free(settings);
}

struct handshake_settings *handshake_settings_new(void)
{
    struct handshake_settings *settings = calloc(1, sizeof(*settings));
    SSL_CTX *context;

    if (settings == NULL || OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1 ||
        (settings->context = SSL_CTX_new(TLS_client_method())) == NULL) {
        log_warn("tls", "OpenSSL does not start");
        free(settings);
        return NULL;
    }
    context = settings->context;
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL); /* certificate.c does, without ending */
    SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_max_cert_list(context, CERTIFICATES_MAX_LEN);
    SSL_CTX_set_client_cert_cb(context, on_certificate_wanted);
    SSL_CTX_set_info_callback(context, on_info);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    if (SSL_CTX_set_cipher_list(context, CIPHERS) == 1)
        return settings;
    log_warn("tls", "OpenSSL has none of the cipher suites");
    free_settings(settings);
    return NULL;
}

/* --- bytes ----------------------------------------------------------------------------- */

static bool push(struct handshake *handshake)
{
    uint8_t buffer[BUFFER_LEN];

    for (int len; (len = BIO_read(handshake->out, buffer, sizeof(buffer))) > 0;)
        if (!stream_write(handshake->stream, buffer, (size_t)len))
            return false;
    return true;
}

static bool pull(struct handshake *handshake, uint64_t until_ns)
{
    uint8_t buffer[BUFFER_LEN];
    size_t len = stream_read(handshake->stream, buffer, sizeof(buffer), until_ns), first;

    if (len == 0)
        return false;
    first = len < FIRST_LEN - handshake->first_len ? len : FIRST_LEN - handshake->first_len;
    memcpy(handshake->first + handshake->first_len, buffer, first);
    handshake->first_len += first;
    return BIO_write(handshake->in, buffer, (int)len) == (int)len;
}

/* --- setting up --------------------------------------------------------------------------- */

static bool set_alpn(SSL *ssl, enum handshake_alpn alpn)
{
    static const unsigned char web[] = "\x02h2\x08http/1.1", http1[] = "\x08http/1.1";

    switch (alpn) {
    case ALPN_WEB: return SSL_set_alpn_protos(ssl, web, sizeof(web) - 1) == 0;
    case ALPN_HTTP1: return SSL_set_alpn_protos(ssl, http1, sizeof(http1) - 1) == 0;
    default: return true;
    }
}

static struct handshake *prepare(const struct handshake_settings *settings, const char *name,
                                 enum handshake_alpn alpn, struct stream *stream)
{
    struct handshake *handshake = calloc(1, sizeof(*handshake));
    char sent[INSPECT_NAME_MAX_LEN + 1]; /* OpenSSL's macro takes no const */

    if (handshake == NULL)
        return NULL;
    snprintf(sent, sizeof(sent), "%s", name);
    handshake->alert = -1;
    handshake->stream = stream;
    handshake->ssl = SSL_new(settings->context);
    handshake->in = BIO_new(BIO_s_mem());
    handshake->out = BIO_new(BIO_s_mem());
    if (handshake->ssl == NULL || handshake->in == NULL || handshake->out == NULL) {
        BIO_free(handshake->in);
        BIO_free(handshake->out);
        SSL_free(handshake->ssl);
        free(handshake);
        return NULL;
    }
    SSL_set_bio(handshake->ssl, handshake->in, handshake->out);
    SSL_set_app_data(handshake->ssl, handshake);
    SSL_set_connect_state(handshake->ssl);
    SSL_set_tlsext_status_type(handshake->ssl, TLSEXT_STATUSTYPE_ocsp);
    /* an address is no name (RFC 6066 section 3) */
    if ((sent[0] == '\0' || SSL_set_tlsext_host_name(handshake->ssl, sent) == 1) &&
        set_alpn(handshake->ssl, alpn))
        return handshake;
    SSL_free(handshake->ssl);
    free(handshake);
    return NULL;
}

/* --- why not ------------------------------------------------------------------------------ */

static void add(struct inspection *out, enum inspection_problem_id id)
{
    inspection_add(out, id, 0, false, 0);
}

static bool is_record(const struct handshake *handshake)
{
    return handshake->first_len < 2 ||
           ((handshake->first[0] & 0xfc) == 0x14 && handshake->first[1] == 3);
}

static void explain_other_protocol(const struct handshake *handshake, uint16_t port,
                                   struct inspection *out)
{
    static const struct {
        const char *protocol;
        enum inspection_problem_id id;
    } known[] = {
        {"http", INSPECTION_PROBLEM_NOT_TLS_HTTP}, {"ssh", INSPECTION_PROBLEM_NOT_TLS_SSH},
        {"smtp", INSPECTION_PROBLEM_NOT_TLS_MAIL}, {"ftp", INSPECTION_PROBLEM_NOT_TLS_MAIL},
        {"imap", INSPECTION_PROBLEM_NOT_TLS_MAIL}, {"pop3", INSPECTION_PROBLEM_NOT_TLS_MAIL},
    };
    const char *protocol = greeting_read(handshake->first, handshake->first_len, port).protocol;
    enum inspection_problem_id id = INSPECTION_PROBLEM_NOT_TLS;

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(known[i].protocol, protocol) == 0)
            id = known[i].id;
    inspection_text(out->protocol, protocol, strlen(protocol));
    out->state = INSPECTION_NOT_TLS;
    add(out, id);
}

static bool wants_our_certificate(const struct handshake *handshake)
{
    return handshake->asked &&
           (handshake->alert == ALERT_HANDSHAKE_FAILURE ||
            handshake->alert == ALERT_NO_CERTIFICATE || handshake->alert == ALERT_BAD_CERTIFICATE ||
            handshake->alert == ALERT_CERTIFICATE_REQUIRED);
}

static void explain_alert(int alert, struct inspection *out)
{
    switch (alert) {
    case ALERT_UNRECOGNIZED_NAME: add(out, INSPECTION_PROBLEM_UNRECOGNIZED_NAME); break;
    case ALERT_PROTOCOL_VERSION: add(out, INSPECTION_PROBLEM_NO_COMMON_VERSION); break;
    case ALERT_HANDSHAKE_FAILURE: add(out, INSPECTION_PROBLEM_NO_COMMON_CIPHER); break;
    default: add(out, INSPECTION_PROBLEM_HANDSHAKE_FAILED); break;
    }
}

static void explain_own_error(struct inspection *out)
{
    switch (ERR_GET_REASON(ERR_peek_error())) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_WRONG_VERSION_NUMBER: add(out, INSPECTION_PROBLEM_NO_COMMON_VERSION); break;
    case SSL_R_EXCESSIVE_MESSAGE_SIZE: add(out, INSPECTION_PROBLEM_CHAIN_TOO_BIG); break;
    default: add(out, INSPECTION_PROBLEM_HANDSHAKE_FAILED); break;
    }
}

static void explain_failure(const struct handshake *handshake, uint16_t port,
                            struct inspection *out)
{
    out->state = INSPECTION_FAILED;
    if (!is_record(handshake)) {
        explain_other_protocol(handshake, port, out);
        return;
    }
    if (handshake->alert >= 0) {
        explain_alert(handshake->alert, out);
        return;
    }
    switch (handshake->stream->end) {
    case STREAM_OPEN: explain_own_error(out); break;
    case STREAM_CLOSED: add(out, INSPECTION_PROBLEM_CLOSED); break;
    case STREAM_RESET: add(out, INSPECTION_PROBLEM_RESET); break;
    case STREAM_TOO_MUCH: add(out, INSPECTION_PROBLEM_CHAIN_TOO_BIG); break;
    case STREAM_LATE:
        out->state = INSPECTION_UNKNOWN;
        add(out, INSPECTION_PROBLEM_SILENT);
        break;
    }
}

/* --- what was agreed -------------------------------------------------------------------- */

static void note_text(char out[static INSPECTION_TEXT_MAX_LEN + 1], const char *text)
{
    if (text != NULL)
        inspection_text(out, text, strlen(text));
}

static void judge_key_exchange(SSL *ssl, struct inspection *out)
{
    EVP_PKEY *key = NULL;

    if (SSL_get_peer_tmp_key(ssl, &key) == 1 && EVP_PKEY_get_base_id(key) == EVP_PKEY_DH &&
        EVP_PKEY_get_bits(key) < DH_BITS_MIN)
        inspection_add(out, INSPECTION_PROBLEM_WEAK_KEY_EXCHANGE, 0, false, EVP_PKEY_get_bits(key));
    EVP_PKEY_free(key);
}

static void note_agreement(const struct handshake *handshake, struct inspection *out)
{
    SSL *ssl = handshake->ssl;
    const unsigned char *alpn;
    unsigned alpn_len;

    out->version = (uint16_t)SSL_version(ssl);
    note_text(out->cipher, SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)));
    note_text(out->group, SSL_group_to_name(ssl, (int)SSL_get_negotiated_group(ssl)));
    SSL_get0_alpn_selected(ssl, &alpn, &alpn_len);
    inspection_text(out->alpn, alpn != NULL ? alpn : (const unsigned char *)"", alpn_len);
    out->secure_renegotiation =
        out->version >= TLS1_3_VERSION || SSL_get_secure_renegotiation_support(ssl) == 1;
    if (!out->secure_renegotiation)
        add(out, INSPECTION_PROBLEM_LEGACY_RENEGOTIATION);
    judge_key_exchange(ssl, out);
    if (out->version < TLS1_2_VERSION)
        add(out, INSPECTION_PROBLEM_NO_COMMON_VERSION);
}

/* In TLS 1.3 the client is done before the server has said that it wants a certificate. */
static void listen_afterwards(struct handshake *handshake)
{
    uint64_t until_ns = clock_now_ns() + AFTERWARDS_MS * NS_PER_MS;
    uint8_t byte;

    handshake_read(handshake, &byte, 1, until_ns);
}

static void judge_certificates(const struct handshake *handshake,
                               const struct handshake_setup *setup, struct inspection *out)
{
    const unsigned char *staple = NULL;
    struct certificate_sent sent = {.chain = SSL_get_peer_cert_chain(handshake->ssl)};

    if (sk_X509_num(sent.chain) <= 0)
        return;
    sent.staple_len = SSL_get_tlsext_status_ocsp_resp(handshake->ssl, &staple);
    sent.staple = staple;
    certificate_judge(&sent, setup->trust, setup->ask, out->checked_s, out);
    if (setup->chain != NULL)
        certificate_write(&sent, setup->chain);
}

static void conclude(struct inspection *out)
{
    bool failed = inspection_has(out, INSPECTION_PROBLEM_NO_COMMON_VERSION);

    out->state = failed ? INSPECTION_FAILED : INSPECTION_TRUSTED;
    for (unsigned i = 0; i < out->problem_count && !failed; i++)
        if (inspection_problem_severity(out->problems[i].id) == SEVERITY_ERROR)
            out->state = INSPECTION_UNTRUSTED;
}

static bool shake(struct handshake *handshake)
{
    for (;;) {
        int rc = (ERR_clear_error(), SSL_do_handshake(handshake->ssl));
        bool sent = push(handshake);
        if (rc == 1)
            return true;
        if (SSL_get_error(handshake->ssl, rc) != SSL_ERROR_WANT_READ ||
            (!sent && handshake->stream->end == STREAM_LATE) || !pull(handshake, UINT64_MAX))
            return false;
    }
}

struct handshake *handshake_make(const struct handshake_setup *setup, struct stream *stream,
                                 struct inspection *out)
{
    struct handshake *handshake = prepare(setup->settings, setup->ask->name, setup->alpn, stream);
    uint64_t start_ns = clock_now_ns();
    bool made;

    if (handshake == NULL) {
        inspection_add(out, INSPECTION_PROBLEM_INSPECTOR, 0, false, 0);
        return NULL;
    }
    made = shake(handshake);
    stream->framed = false; /* SQL Server ends its packets with the handshake */
    out->handshake_ns = clock_now_ns() - start_ns;
    if (made) {
        note_agreement(handshake, out);
        if (handshake->asked && out->version >= TLS1_3_VERSION)
            listen_afterwards(handshake);
    }
    out->alert = (int16_t)handshake->alert;
    out->client_certificate = wants_our_certificate(handshake) ? CLIENT_CERT_REQUIRED
                              : handshake->asked               ? CLIENT_CERT_ASKED
                                                               : CLIENT_CERT_NOT_ASKED;
    if (out->client_certificate == CLIENT_CERT_REQUIRED)
        add(out, INSPECTION_PROBLEM_CLIENT_CERT_REQUIRED);
    judge_certificates(handshake, setup, out);
    if (made || (out->has_certificate && out->client_certificate == CLIENT_CERT_REQUIRED))
        conclude(out);
    else
        explain_failure(handshake, setup->ask->port, out);
    if (made)
        return handshake;
    SSL_free(handshake->ssl);
    free(handshake);
    return NULL;
}

/* --- inside it ------------------------------------------------------------------------------ */

bool handshake_send(struct handshake *handshake, const void *data, size_t len)
{
    return SSL_write(handshake->ssl, data, (int)len) > 0 && push(handshake);
}

size_t handshake_read(struct handshake *handshake, void *out, size_t len, uint64_t until_ns)
{
    for (;;) {
        int got = (ERR_clear_error(), SSL_read(handshake->ssl, out, (int)len));
        if (got > 0)
            return (size_t)got;
        if (SSL_get_error(handshake->ssl, got) != SSL_ERROR_WANT_READ || !pull(handshake, until_ns))
            return 0;
    }
}

void handshake_end(struct handshake *handshake, const char *word)
{
    if (word[0] != '\0')
        SSL_write(handshake->ssl, word, (int)strlen(word));
    SSL_shutdown(handshake->ssl);
    push(handshake);
    SSL_free(handshake->ssl);
    free(handshake);
}
