/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/survey.h"

#include "common/base/compiler.h"

enum { TLS_1_3 = 0x0304 };

static const struct {
    uint16_t group;
    bool post_quantum;
    const char *name;
} groups[] = {
    {0x0017, false, "secp256r1"},
    {0x0018, false, "secp384r1"},
    {0x0019, false, "secp521r1"},
    {0x001d, false, "x25519"},
    {0x001e, false, "x448"},
    {0x0100, false, "ffdhe2048"},
    {0x0101, false, "ffdhe3072"},
    {0x0102, false, "ffdhe4096"},
    {0x0200, true, "MLKEM512"},
    {0x0201, true, "MLKEM768"},
    {0x0202, true, "MLKEM1024"},
    {0x11eb, true, "SecP256r1MLKEM768"},
    {0x11ec, true, "X25519MLKEM768"},
    {0x11ed, true, "SecP384r1MLKEM1024"},
    {0x6399, true, "X25519Kyber768Draft00"},
};

static const struct {
    uint16_t suite;
    const char *name;
} weak_suites[] = {
    {0x0001, "TLS_RSA_WITH_NULL_MD5"},
    {0x0002, "TLS_RSA_WITH_NULL_SHA"},
    {0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5"},
    {0x0004, "TLS_RSA_WITH_RC4_128_MD5"},
    {0x0005, "TLS_RSA_WITH_RC4_128_SHA"},
    {0x0006, "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5"},
    {0x0008, "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA"},
    {0x0009, "TLS_RSA_WITH_DES_CBC_SHA"},
    {0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0x0014, "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA"},
    {0x0015, "TLS_DHE_RSA_WITH_DES_CBC_SHA"},
    {0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0x0017, "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5"},
    {0x0018, "TLS_DH_anon_WITH_RC4_128_MD5"},
    {0x001b, "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA"},
    {0x0034, "TLS_DH_anon_WITH_AES_128_CBC_SHA"},
    {0x003a, "TLS_DH_anon_WITH_AES_256_CBC_SHA"},
    {0x003b, "TLS_RSA_WITH_NULL_SHA256"},
    {0xc006, "TLS_ECDHE_ECDSA_WITH_NULL_SHA"},
    {0xc007, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA"},
    {0xc008, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA"},
    {0xc010, "TLS_ECDHE_RSA_WITH_NULL_SHA"},
    {0xc011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA"},
    {0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0xc015, "TLS_ECDH_anon_WITH_NULL_SHA"},
    {0xc016, "TLS_ECDH_anon_WITH_RC4_128_SHA"},
    {0xc017, "TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA"},
    {0xc018, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"},
    {0xc019, "TLS_ECDH_anon_WITH_AES_256_CBC_SHA"},
};

static const struct {
    const char *key, *name;
} versions[SURVEY_VERSIONS] = {
    {"ssl3", "SSL 3.0"},   {"tls1.0", "TLS 1.0"}, {"tls1.1", "TLS 1.1"},
    {"tls1.2", "TLS 1.2"}, {"tls1.3", "TLS 1.3"},
};

bool survey_is_post_quantum(uint16_t group)
{
    for (unsigned i = 0; i < ARRAY_LEN(groups); i++)
        if (groups[i].group == group)
            return groups[i].post_quantum;
    return false;
}

const char *survey_group_name(uint16_t group)
{
    for (unsigned i = 0; i < ARRAY_LEN(groups); i++)
        if (groups[i].group == group)
            return groups[i].name;
    return NULL;
}

const char *survey_weak_suite_name(uint16_t suite)
{
    for (unsigned i = 0; i < ARRAY_LEN(weak_suites); i++)
        if (weak_suites[i].suite == suite)
            return weak_suites[i].name;
    return NULL;
}

const char *survey_answer_name(unsigned answer)
{
    static const char *const names[] = {"unknown", "no", "yes"};

    return answer < ARRAY_LEN(names) ? names[answer] : names[SURVEY_UNKNOWN];
}

const char *survey_version_key(unsigned question)
{
    return question < SURVEY_VERSIONS ? versions[question].key : NULL;
}

const char *survey_version_name(unsigned question)
{
    return question < SURVEY_VERSIONS ? versions[question].name : NULL;
}

enum survey_question survey_next(const struct survey *survey, enum survey_question after)
{
    bool asks_groups =
        survey->answers[SURVEY_TLS1_3] == SURVEY_YES && !survey_is_post_quantum(survey->group);

    switch (after) {
    case SURVEY_COUNT: return SURVEY_TLS1_3;
    case SURVEY_TLS1_3: return asks_groups ? SURVEY_POST_QUANTUM : SURVEY_TLS1_2;
    case SURVEY_POST_QUANTUM: return SURVEY_TLS1_2;
    case SURVEY_TLS1_2: return SURVEY_TLS1_1;
    case SURVEY_TLS1_1: return SURVEY_TLS1_0;
    case SURVEY_TLS1_0: return SURVEY_SSL3;
    case SURVEY_SSL3: break;
    }
    return SURVEY_COUNT;
}

void survey_conclude(struct survey *survey, uint16_t handshake_version)
{
    bool answers = handshake_version != 0;

    for (unsigned i = 0; i < SURVEY_COUNT; i++)
        answers |= survey->answers[i] == SURVEY_YES;
    for (unsigned i = 0; i < SURVEY_COUNT; i++)
        if (survey->answers[i] == SURVEY_RESET)
            survey->answers[i] = answers ? SURVEY_NO : SURVEY_UNKNOWN;
    /* the complete handshake proves this version, whatever became of the question */
    for (unsigned i = 0; i < SURVEY_VERSIONS; i++)
        if (handshake_version == TLS_1_3 - SURVEY_TLS1_3 + i)
            survey->answers[i] = SURVEY_YES;
    /* no post-quantum group without TLS 1.3 */
    if (survey->answers[SURVEY_TLS1_3] == SURVEY_NO)
        survey->answers[SURVEY_POST_QUANTUM] = SURVEY_NO;
}

enum survey_answer survey_takes_post_quantum(const struct survey *survey)
{
    if (survey_is_post_quantum(survey->group))
        return SURVEY_YES;
    return (enum survey_answer)survey->answers[SURVEY_POST_QUANTUM];
}

enum survey_answer survey_prefers_post_quantum(const struct survey *survey)
{
    if (survey->group != 0)
        return survey_is_post_quantum(survey->group) ? SURVEY_YES : SURVEY_NO;
    return survey->answers[SURVEY_POST_QUANTUM] == SURVEY_NO ? SURVEY_NO : SURVEY_UNKNOWN;
}

bool survey_takes_old(const struct survey *survey)
{
    return survey->answers[SURVEY_SSL3] == SURVEY_YES ||
           survey->answers[SURVEY_TLS1_0] == SURVEY_YES ||
           survey->answers[SURVEY_TLS1_1] == SURVEY_YES;
}
