/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/tls/describe.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>
#include <string.h>

#define DAY_S 86400

int64_t describe_time(const ASN1_TIME *time)
{
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int days = 0, seconds = 0;

    if (epoch == NULL || ASN1_TIME_diff(&days, &seconds, epoch, time) != 1)
        days = seconds = 0;
    ASN1_TIME_free(epoch);
    return (int64_t)days * DAY_S + seconds;
}

void describe_name(const X509_NAME *name, char out[static INSPECTION_TEXT_MAX_LEN + 1])
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    long len = 0;

    out[0] = '\0';
    if (bio != NULL &&
        X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >=
            0)
        len = BIO_get_mem_data(bio, &text);
    if (len > 0)
        inspection_text(out, text, (size_t)len);
    BIO_free(bio);
}

void describe_certificate(X509 *certificate, struct inspection_certificate *out)
{
    unsigned len = INSPECTION_HASH_LEN;

    describe_name(X509_get_subject_name(certificate), out->subject);
    describe_name(X509_get_issuer_name(certificate), out->issuer);
    out->not_before_s = describe_time(X509_get0_notBefore(certificate));
    out->not_after_s = describe_time(X509_get0_notAfter(certificate));
    X509_digest(certificate, EVP_sha256(), out->sha256, &len);
}

static void add_name(struct inspection *out, const void *text, size_t len)
{
    if (out->names_count < UINT16_MAX)
        out->names_count++;
    if (out->name_count < INSPECTION_NAMES_MAX)
        inspection_text(out->names[out->name_count++], text, len);
}

static void add_address(struct inspection *out, const ASN1_OCTET_STRING *bytes)
{
    int len = ASN1_STRING_length(bytes);
    char text[INET6_ADDRSTRLEN];

    if ((len == 4 || len == 16) &&
        inet_ntop(len == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(bytes), text, sizeof(text)))
        add_name(out, text, strlen(text));
}

static void describe_names(X509 *leaf, struct inspection *out)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type == GEN_DNS)
            add_name(out, ASN1_STRING_get0_data(name->d.dNSName),
                     (size_t)ASN1_STRING_length(name->d.dNSName));
        else if (name->type == GEN_IPADD)
            add_address(out, name->d.iPAddress);
    }
    GENERAL_NAMES_free(names);
}

static void describe_key(X509 *leaf, struct inspection *out)
{
    EVP_PKEY *key = X509_get0_pubkey(leaf);
    unsigned char *der = NULL;
    int len, bits = key != NULL ? EVP_PKEY_get_bits(key) : 0;

    out->bits = (uint16_t)(bits > 0 && bits < UINT16_MAX ? bits : 0);
    switch (key != NULL ? EVP_PKEY_get_base_id(key) : EVP_PKEY_NONE) {
    case EVP_PKEY_RSA: out->key = KEY_RSA; break;
    case EVP_PKEY_EC: out->key = KEY_EC; break;
    case EVP_PKEY_ED25519: out->key = KEY_ED25519; break;
    case EVP_PKEY_ED448: out->key = KEY_ED448; break;
    case EVP_PKEY_DSA: out->key = KEY_DSA; break;
    default: out->key = KEY_OTHER; break;
    }
    len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), &der);
    if (len > 0)
        EVP_Digest(der, (size_t)len, out->spki_sha256, NULL, EVP_sha256(), NULL);
    OPENSSL_free(der);
}

static void describe_serial(X509 *leaf, struct inspection *out)
{
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(leaf), NULL);
    char *text = number != NULL ? BN_bn2hex(number) : NULL;

    if (text != NULL)
        inspection_text(out->serial, text, strlen(text));
    OPENSSL_free(text);
    BN_free(number);
}

void describe_leaf(X509 *leaf, struct inspection *out)
{
    const char *signature = OBJ_nid2ln(X509_get_signature_nid(leaf));

    describe_names(leaf, out);
    describe_key(leaf, out);
    describe_serial(leaf, out);
    inspection_text(out->signature, signature, strlen(signature));
}
