/* SPDX-License-Identifier: BSD-2-Clause */
/* What a server answers to a ClientHello: the first byte is the question. */
#include "inspector/dialogue/hello.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const uint8_t random[HELLO_RANDOM_LEN];
    uint8_t hello[HELLO_MAX_LEN];
    struct hello_answer answer;
    enum survey_question question;
    char name[256] = "";

    if (len < 1)
        return 0;
    question = (enum survey_question)(data[0] % SURVEY_COUNT);
    answer = hello_read(data + 1, len - 1);
    FUZZ_REQUIRE(answer.result == HELLO_ACCEPTED || (answer.version == 0 && answer.group == 0));
    FUZZ_REQUIRE(hello_survey_answer(question, &answer) < SURVEY_ANSWER_COUNT);
    if (answer.result == HELLO_ACCEPTED) /* more behind it changes nothing */
        for (size_t cut = 1; cut < len; cut++) {
            struct hello_answer shorter = hello_read(data + 1, len - 1 - cut);
            FUZZ_REQUIRE(shorter.result == HELLO_MORE || shorter.result == HELLO_ACCEPTED);
            if (shorter.result == HELLO_MORE)
                break;
        }
    for (size_t i = 0; i < len && i < 253; i++)
        name[i] = data[i] != 0 ? (char)data[i] : 'x';
    FUZZ_REQUIRE(hello_write(question, name, random, hello) > 0);
    return 0;
}
