/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/tls/certificate.h"

#include <arpa/inet.h>
#include <openssl/ct.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "inspector/tls/describe.h"
#include "inspector/tls/staple.h"

enum {
    AUTH_LEVEL = 2, /* 112 bits: RSA of 2048 bits, SHA-256 */
    DEPTH_MAX = INSPECTION_CHAIN_MAX,
    ERRORS_MAX = 32,
    DAY_S = 86400,
};

/* The longest validity that browsers accept, in days, for certificates issued from a date on
 * (CA/Browser Forum, SC-081v3). */
static const struct {
    int64_t from_s;
    int days;
} lifetimes[] = {
    {1598918400, 398}, /* 2020-09-01 */
    {1773532800, 200}, /* 2026-03-15 */
    {1805068800, 100}, /* 2027-03-15 */
    {1868227200, 47},  /* 2029-03-15 */
};

/* All errors that X509_verify_cert reports. */
struct verify_findings {
    unsigned count;
    struct {
        int error, depth;
    } all[ERRORS_MAX];
};

struct judged {
    const struct certificate_sent *sent;
    const struct trust *trust;
    const struct inspect_ask *ask;
    X509 *leaf;
    int64_t now_s;
    struct verify_findings findings;
    STACK_OF(X509) * verified; /* the chain that was built; NULL if out of memory */
    struct inspection *out;
};

static int32_t days_of(int64_t seconds)
{
    return (int32_t)(seconds / DAY_S);
}

/* --- building a chain ------------------------------------------------------------------ */

static int on_error(int ok, X509_STORE_CTX *context)
{
    struct verify_findings *findings = X509_STORE_CTX_get_app_data(context);

    if (!ok && findings->count < ERRORS_MAX) {
        findings->all[findings->count].error = X509_STORE_CTX_get_error(context);
        findings->all[findings->count++].depth = X509_STORE_CTX_get_error_depth(context);
    }
    return 1; /* go on: collect every error */
}

/* Builds a chain with these intermediates; NULL if out of memory. */
static STACK_OF(X509) *
    build(const struct judged *judged, STACK_OF(X509) * between, struct verify_findings *findings)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509) *chain = NULL;
    X509_VERIFY_PARAM *param;

    if (context == NULL ||
        X509_STORE_CTX_init(context, judged->trust->roots, judged->leaf, between) != 1) {
        X509_STORE_CTX_free(context);
        return NULL;
    }
    param = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
    X509_VERIFY_PARAM_set_depth(param, DEPTH_MAX);
    X509_VERIFY_PARAM_set_time(param, (time_t)judged->now_s);
    X509_STORE_CTX_set_app_data(context, findings);
    X509_STORE_CTX_set_verify_cb(context, on_error);
    if (X509_verify_cert(context) == 1)
        chain = X509_STORE_CTX_get1_chain(context);
    X509_STORE_CTX_free(context);
    return chain;
}

static void verify(struct judged *judged)
{
    judged->verified = build(judged, judged->sent->chain, &judged->findings);
    judged->out->verified = judged->verified != NULL && judged->findings.count == 0;
}

static X509 *verified_at(const struct judged *judged, int depth)
{
    return depth < sk_X509_num(judged->verified) ? sk_X509_value(judged->verified, depth)
                                                 : judged->leaf;
}

static bool is_self_issued(X509 *certificate)
{
    return X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) ==
           0;
}

/* Does it say where to fetch its issuer (AIA caIssuers)?  Public CAs do, private ones rarely. */
static bool names_issuer_url(X509 *certificate)
{
    AUTHORITY_INFO_ACCESS *access = X509_get_ext_d2i(certificate, NID_info_access, NULL, NULL);
    bool found = false;

    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); i++)
        found |= OBJ_obj2nid(sk_ACCESS_DESCRIPTION_value(access, i)->method) == NID_ad_ca_issuers;
    AUTHORITY_INFO_ACCESS_free(access);
    return found;
}

static void add(const struct judged *judged, enum inspection_problem_id id, int depth, bool likely,
                int32_t number)
{
    inspection_add(judged->out, id, (unsigned)depth, likely, number);
}

static int index_in(STACK_OF(X509) * chain, X509 *certificate)
{
    for (int i = 0; i < sk_X509_num(chain); i++)
        if (X509_cmp(sk_X509_value(chain, i), certificate) == 0)
            return i;
    return -1;
}

/* The same about the certificate at this depth of the built chain. */
static void blame(const struct judged *judged, enum inspection_problem_id id, int depth,
                  bool likely, int32_t number)
{
    X509 *at = verified_at(judged, depth);
    int index = index_in(judged->sent->chain, at);

    if (index < 0)
        describe_name(X509_get_subject_name(at), judged->out->blamed);
    add(judged, id, index < 0 ? INSPECTION_NOT_SENT : index, likely, number);
}

static void add_dates(const struct judged *judged, int error, int depth)
{
    X509 *at = verified_at(judged, depth);

    if (error == X509_V_ERR_CERT_NOT_YET_VALID)
        blame(judged, INSPECTION_PROBLEM_NOT_YET_VALID, depth, false,
              days_of(describe_time(X509_get0_notBefore(at)) - judged->now_s));
    else
        blame(judged, depth == 0 ? INSPECTION_PROBLEM_EXPIRED : INSPECTION_PROBLEM_EXPIRED_ISSUER,
              depth, false, days_of(judged->now_s - describe_time(X509_get0_notAfter(at))));
}

/* Did the server send a certificate with the issuer's name, which then isn't the right one? */
static bool is_issuer_sent(const struct judged *judged, X509 *certificate)
{
    for (int i = 0; i < sk_X509_num(judged->sent->chain); i++) {
        X509 *sent = sk_X509_value(judged->sent->chain, i);
        if (sent != certificate &&
            X509_NAME_cmp(X509_get_subject_name(sent), X509_get_issuer_name(certificate)) == 0)
            return true;
    }
    return false;
}

static X509 *find_known_issuer(const struct judged *judged, X509 *certificate)
{
    for (int i = 0; i < sk_X509_num(judged->trust->known); i++) {
        X509 *known = sk_X509_value(judged->trust->known, i);
        if (X509_check_issued(known, certificate) == X509_V_OK)
            return known;
    }
    return NULL;
}

static bool lacks_issuer(const struct verify_findings *findings)
{
    for (unsigned i = 0; i < findings->count; i++)
        switch (findings->all[i].error) {
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: return true;
        default: break;
        }
    return false;
}

/* Would it be trusted with an intermediate that we know but the server didn't send?  Returns the
 * first missing one, or NULL. */
static X509 *find_missing(const struct judged *judged, X509 *at)
{
    STACK_OF(X509) *between = sk_X509_dup(judged->sent->chain), *chain;
    struct verify_findings findings = {0};
    X509 *first = NULL;

    for (int i = 0; i < DEPTH_MAX && between != NULL; i++) {
        X509 *known = find_known_issuer(judged, at);
        if (known == NULL || sk_X509_push(between, known) <= 0)
            break;
        first = first != NULL ? first : known;
        at = known;
    }
    if (first != NULL) {
        chain = build(judged, between, &findings);
        first = chain != NULL && !lacks_issuer(&findings) ? first : NULL;
        sk_X509_pop_free(chain, X509_free);
    }
    sk_X509_free(between);
    return first;
}

static void add_missing_issuer(const struct judged *judged, int depth)
{
    X509 *at = verified_at(judged, depth), *missing = find_missing(judged, at);
    bool incomplete = !is_self_issued(at) && names_issuer_url(at);

    if (missing != NULL) {
        describe_name(X509_get_subject_name(missing), judged->out->missing);
        blame(judged, INSPECTION_PROBLEM_CHAIN_INCOMPLETE, depth, false, 0);
        return;
    }

    if (is_issuer_sent(judged, at) &&
        !inspection_has(judged->out, INSPECTION_PROBLEM_CHAIN_TOO_LONG)) {
        blame(judged, INSPECTION_PROBLEM_BAD_SIGNATURE, depth, true, 0);
        return;
    }
    blame(judged,
          incomplete ? INSPECTION_PROBLEM_CHAIN_INCOMPLETE : INSPECTION_PROBLEM_UNTRUSTED_ROOT,
          depth, true, 0);
}

static void add_finding(const struct judged *judged, int error, int depth)
{
    static const struct {
        int error;
        enum inspection_problem_id id;
    } plain[] = {
        {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, INSPECTION_PROBLEM_SELF_SIGNED},
        {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, INSPECTION_PROBLEM_UNTRUSTED_ROOT},
        {X509_V_ERR_CERT_SIGNATURE_FAILURE, INSPECTION_PROBLEM_BAD_SIGNATURE},
        {X509_V_ERR_CERT_CHAIN_TOO_LONG, INSPECTION_PROBLEM_CHAIN_TOO_LONG},
        {X509_V_ERR_CA_MD_TOO_WEAK, INSPECTION_PROBLEM_WEAK_SIGNATURE},
        {X509_V_ERR_PATH_LENGTH_EXCEEDED, INSPECTION_PROBLEM_PATH_LENGTH},
        {X509_V_ERR_INVALID_CA, INSPECTION_PROBLEM_NOT_A_CA},
        {X509_V_ERR_PERMITTED_VIOLATION, INSPECTION_PROBLEM_NAME_CONSTRAINT},
        {X509_V_ERR_EXCLUDED_VIOLATION, INSPECTION_PROBLEM_NAME_CONSTRAINT},
        {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, INSPECTION_PROBLEM_CRITICAL_EXTENSION},
    };

    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        if (plain[i].error == error) {
            blame(judged, plain[i].id, depth, false, 0);
            return;
        }
    switch (error) {
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED: add_dates(judged, error, depth); break;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: add_missing_issuer(judged, depth); break;
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: break; /* comes with the one above */
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
        blame(judged, INSPECTION_PROBLEM_WEAK_KEY, depth, false,
              EVP_PKEY_get_bits(X509_get0_pubkey(verified_at(judged, depth))));
        break;
    case X509_V_ERR_INVALID_PURPOSE:
        blame(judged, depth == 0 ? INSPECTION_PROBLEM_WRONG_USAGE : INSPECTION_PROBLEM_NOT_A_CA,
              depth, false, 0);
        break;
    default: add(judged, INSPECTION_PROBLEM_NOT_VERIFIED, depth, false, error); break;
    }
}

/* --- names ------------------------------------------------------------------------------ */

static bool matches_name(X509 *leaf, const char *name, unsigned flags)
{
    return X509_check_host(leaf, name, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | flags, NULL) == 1;
}

static bool matches_address(X509 *leaf, const struct addr *addr)
{
    return X509_check_ip(leaf, addr->bytes, (size_t)addr_len(addr), 0) == 1;
}

static void check_name(const struct judged *judged)
{
    struct inspection *out = judged->out;
    const char *name = judged->ask->name;

    if (name[0] == '\0') {
        out->matches = matches_address(judged->leaf, &judged->ask->addr);
        if (!out->matches)
            add(judged, INSPECTION_PROBLEM_IP_MISMATCH, 0, false, 0);
        return;
    }
    out->matches = matches_name(judged->leaf, name, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (out->matches)
        return;
    add(judged,
        out->names_count == 0 && matches_name(judged->leaf, name, 0)
            ? INSPECTION_PROBLEM_NO_SAN
            : INSPECTION_PROBLEM_NAME_MISMATCH,
        0, false, 0);
}

/* The default certificates that web servers, ingresses and control panels generate. */
static bool is_stand_in(const char *subject)
{
    static const char *const words[] = {"CN=localhost", "Fake Certificate", "DEFAULT CERT",
                                        "CN=invalid",   "CN=default",       "snakeoil",
                                        "Plesk",        "CN=example.com"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcasestr(subject, words[i]) != NULL)
            return true;
    return false;
}

/* --- the chain as sent -------------------------------------------------------------------- */

static enum inspection_role role_of(const struct judged *judged, int i)
{
    X509 *certificate = sk_X509_value(judged->sent->chain, i);

    if (i == 0)
        return ROLE_LEAF;
    if (is_self_issued(certificate))
        return ROLE_ROOT;
    return index_in(judged->verified, certificate) >= 0 ? ROLE_INTERMEDIATE : ROLE_EXTRA;
}

static void check_chain(const struct judged *judged)
{
    STACK_OF(X509) *sent = judged->sent->chain;
    int count = sk_X509_num(sent), last = 0, extra = 0;
    bool ordered = true;

    for (int i = 1; i < count; i++) {
        X509 *certificate = sk_X509_value(sent, i);
        int at = index_in(judged->verified, certificate);
        if (index_in(sent, certificate) != i) {
            add(judged, INSPECTION_PROBLEM_CHAIN_DUPLICATE, i, false, 0);
            continue;
        }
        if (is_self_issued(certificate) && judged->out->verified)
            add(judged, INSPECTION_PROBLEM_ROOT_SENT, i, false, 0);
        else if (at < 0)
            extra++;
        if (at >= 0) {
            ordered &= at >= last;
            last = at;
        }
    }
    if (!ordered)
        add(judged, INSPECTION_PROBLEM_CHAIN_ORDER, 0, false, 0);
    if (extra > 0 && judged->out->verified)
        add(judged, INSPECTION_PROBLEM_CHAIN_EXTRA, 0, false, extra);
    for (int i = 0; i < count && i < INSPECTION_CHAIN_MAX; i++) {
        describe_certificate(sk_X509_value(sent, i), &judged->out->chain[i]);
        judged->out->chain[i].role = (uint8_t)role_of(judged, i);
        judged->out->chain_count++;
    }
}

static void note_end(const struct judged *judged)
{
    struct inspection *out = judged->out;
    int count = sk_X509_num(judged->verified);

    for (int i = 0; i < count && out->verified; i++) {
        int64_t end_s = describe_time(X509_get0_notAfter(sk_X509_value(judged->verified, i)));
        if (i == 0 || end_s < out->valid_until_s)
            out->valid_until_s = end_s;
    }
    if (count > 0 && out->verified)
        describe_name(X509_get_subject_name(sk_X509_value(judged->verified, count - 1)),
                      out->anchor);
}

/* --- lifetime and must-staple --------------------------------------------------------------- */

static void check_lifetime(const struct judged *judged)
{
    const struct inspection_certificate *leaf = &judged->out->chain[0];
    int64_t life_s = leaf->not_after_s - leaf->not_before_s,
            left_s = leaf->not_after_s - judged->now_s;
    int max_days = 0;

    for (size_t i = 0; i < ARRAY_LEN(lifetimes); i++)
        if (leaf->not_before_s >= lifetimes[i].from_s)
            max_days = lifetimes[i].days;
    if (judged->out->verified && max_days > 0 && life_s > (int64_t)max_days * DAY_S)
        add(judged, INSPECTION_PROBLEM_LIFETIME_TOO_LONG, 0, false, days_of(life_s));
    if (left_s > 0 && (left_s < DAY_S || left_s < life_s / 4))
        add(judged, INSPECTION_PROBLEM_EXPIRES_SOON, 0, false, days_of(left_s));
}

static X509 *find_issuer(const struct judged *judged)
{
    return sk_X509_num(judged->verified) > 1 ? sk_X509_value(judged->verified, 1) : NULL;
}

static void check_must_staple(const struct judged *judged)
{
    struct inspection *out = judged->out;
    STACK_OF(SCT) *scts = X509_get_ext_d2i(judged->leaf, NID_ct_precert_scts, NULL, NULL);

    out->scts = (uint16_t)(sk_SCT_num(scts) > 0 ? sk_SCT_num(scts) : 0);
    SCT_LIST_free(scts);
    out->must_staple = X509_get_ext_by_NID(judged->leaf, NID_tlsfeature, -1) >= 0;
    out->staple = (uint8_t)staple_check(judged->sent, judged->trust->roots, judged->leaf,
                                        find_issuer(judged));
    if (out->must_staple && out->staple == STAPLE_NONE)
        add(judged, INSPECTION_PROBLEM_MUST_STAPLE, 0, false, 0);
    if (out->staple == STAPLE_REVOKED)
        add(judged, INSPECTION_PROBLEM_REVOKED, 0, false, 0);
}

void certificate_check(const struct certificate_sent *sent, const struct trust *trust,
                       const struct inspect_ask *ask, int64_t now_s, struct inspection *out)
{
    struct judged judged = {.sent = sent, .trust = trust, .ask = ask, .now_s = now_s, .out = out};

    judged.leaf = sk_X509_value(sent->chain, 0);
    out->has_certificate = true;
    describe_leaf(judged.leaf, out);
    verify(&judged);
    for (unsigned i = 0; i < judged.findings.count; i++)
        add_finding(&judged, judged.findings.all[i].error, judged.findings.all[i].depth);
    check_name(&judged);
    check_chain(&judged);
    if (!out->matches && is_stand_in(out->chain[0].subject))
        add(&judged, INSPECTION_PROBLEM_DEFAULT_CERTIFICATE, 0, true, 0);
    note_end(&judged);
    check_lifetime(&judged);
    check_must_staple(&judged);
    sk_X509_pop_free(judged.verified, X509_free);
}

void certificate_write(const struct certificate_sent *sent, struct writer *out)
{
    for (int i = 0; i < sk_X509_num(sent->chain); i++) {
        unsigned char *der = NULL;
        int len = i2d_X509(sk_X509_value(sent->chain, i), &der);
        if (len > 0 && (size_t)len + 3 <= out->len - out->pos) {
            write_u8(out, (uint8_t)(len >> 16));
            write_u16(out, (uint16_t)len);
            write_bytes(out, der, (size_t)len);
        } else {
            out->failed = true;
        }
        OPENSSL_free(der);
    }
}
