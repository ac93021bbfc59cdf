/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/tls/staple.h"

#include <openssl/ocsp.h>

enum { STAPLE_SKEW_S = 300 };

static enum inspection_staple read_status(const struct certificate_sent *sent, X509_STORE *roots,
                                          OCSP_CERTID *id, OCSP_BASICRESP *basic)
{
    ASN1_GENERALIZEDTIME *this_update, *next_update;
    int status = V_OCSP_CERTSTATUS_UNKNOWN;
    bool found =
        id != NULL && OCSP_basic_verify(basic, sent->chain, roots, 0) == 1 &&
        OCSP_resp_find_status(basic, id, &status, NULL, NULL, &this_update, &next_update) == 1 &&
        OCSP_check_validity(this_update, next_update, STAPLE_SKEW_S, -1) == 1;

    if (!found)
        return STAPLE_INVALID;
    switch (status) {
    case V_OCSP_CERTSTATUS_GOOD: return STAPLE_GOOD;
    case V_OCSP_CERTSTATUS_REVOKED: return STAPLE_REVOKED;
    default: return STAPLE_UNKNOWN;
    }
}

enum inspection_staple staple_check(const struct certificate_sent *sent, X509_STORE *roots,
                                    X509 *leaf, X509 *issuer)
{
    const unsigned char *at = sent->staple;
    enum inspection_staple staple = STAPLE_INVALID;
    OCSP_RESPONSE *response;
    OCSP_BASICRESP *basic = NULL;
    OCSP_CERTID *id;

    if (sent->staple_len <= 0)
        return STAPLE_NONE;
    response = d2i_OCSP_RESPONSE(NULL, &at, sent->staple_len);
    if (response != NULL)
        basic = OCSP_response_get1_basic(response);
    id = issuer != NULL ? OCSP_cert_to_id(NULL, leaf, issuer) : NULL;
    if (basic != NULL)
        staple = read_status(sent, roots, id, basic);
    OCSP_CERTID_free(id);
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(response);
    return staple;
}
