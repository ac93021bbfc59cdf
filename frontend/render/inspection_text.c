/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/inspection_text.h"

#include <stdio.h>
#include <string.h>

#include "common/base/compiler.h"

enum { DAY_S = 86400, NAMES_SHOWN = 3, WORD_LEN = 512 };

static const struct {
    const char *fact, *next;
} sentences[INSPECTION_PROBLEM_COUNT] = {
#define PROBLEM(id, code, severity, fact, next) {fact, next},
#include "common/contract/inspection.def"
#undef PROBLEM
};

const char *inspection_fact_format(unsigned id)
{
    return sentences[id].fact;
}

const char *inspection_next_step_format(unsigned id)
{
    return sentences[id].next;
}

int inspection_days_left(const struct inspection *inspection)
{
    int64_t left_s = inspection->chain[0].not_after_s - inspection->checked_s;

    return (int)(left_s >= 0 ? left_s / DAY_S : -((-left_s + DAY_S - 1) / DAY_S));
}

/* --- placeholders ------------------------------------------------------------------- */

static void put_names(const struct inspection *inspection, char word[static WORD_LEN])
{
    size_t n = 0;

    word[0] = '\0';
    for (unsigned i = 0; i < inspection->name_count && i < NAMES_SHOWN && n < WORD_LEN; i++)
        n += (size_t)snprintf(word + n, WORD_LEN - n, "%s%.100s", i > 0 ? ", " : "",
                              inspection->names[i]);
    if (inspection->names_count > NAMES_SHOWN && n < WORD_LEN)
        snprintf(word + n, WORD_LEN - n, ", …");
    if (inspection->names_count == 0)
        snprintf(word, WORD_LEN, "%s", inspection->chain[0].subject);
}

static void put_word(const struct inspection_subject *subject,
                     const struct inspection_problem *problem, const char *place,
                     char word[static WORD_LEN])
{
    const struct inspection *inspection = subject->inspection;
    unsigned depth = problem->depth < inspection->chain_count ? problem->depth : 0;
    char address[ADDR_TEXT_LEN];

    word[0] = '\0';
    addr_format(subject->addr, address);
    if (strncmp(place, "{name}", 6) == 0)
        snprintf(word, WORD_LEN, "%s", subject->name[0] != '\0' ? subject->name : address);
    else if (strncmp(place, "{names}", 7) == 0)
        put_names(inspection, word);
    else if (strncmp(place, "{subject}", 9) == 0)
        snprintf(word, WORD_LEN, "%s",
                 problem->depth == INSPECTION_NOT_SENT ? inspection->blamed
                                                       : inspection->chain[depth].subject);
    else if (strncmp(place, "{issuer}", 8) == 0)
        snprintf(word, WORD_LEN, "%s", inspection->chain[depth].issuer);
    else if (strncmp(place, "{protocol}", 10) == 0)
        snprintf(word, WORD_LEN, "%s", inspection->protocol);
    else if (strncmp(place, "{starttls}", 10) == 0)
        snprintf(word, WORD_LEN, "%s", starttls_name(inspection->starttls));
    else if (strncmp(place, "{version}", 9) == 0 && inspection->version != 0)
        snprintf(word, WORD_LEN, "%s", inspection_version_name(inspection->version));
    else if (strncmp(place, "{days}", 6) == 0 || strncmp(place, "{number}", 8) == 0)
        snprintf(word, WORD_LEN, "%d", (int)problem->number);
}

/* Writes "day" after 1 where the sentence has " days"; returns the length of what was written. */
static size_t fill_singular(const char **format, char *text, size_t room)
{
    static const struct {
        const char *many, *one;
    } words[] = {{" days", " day"}, {" Tagen", " Tag"}, {" Tage", " Tag"}};

    for (unsigned i = 0; i < ARRAY_LEN(words); i++) {
        size_t many = strlen(words[i].many), one = strlen(words[i].one);
        if (strncmp(*format, words[i].many, many) == 0 && one <= room) {
            memcpy(text, words[i].one, one);
            *format += many;
            return one;
        }
    }
    return 0;
}

static void fill(const char *format, const struct inspection_subject *subject,
                 const struct inspection_problem *problem,
                 char text[static INSPECTION_SENTENCE_LEN])
{
    char word[WORD_LEN];
    size_t n = 0;

    while (*format != '\0' && n + 1 < INSPECTION_SENTENCE_LEN) {
        const char *end = *format == '{' ? strchr(format, '}') : NULL;
        size_t len;
        if (end == NULL) {
            text[n++] = *format++;
            continue;
        }
        put_word(subject, problem, format, word);
        len = strlen(word);
        if (len > INSPECTION_SENTENCE_LEN - 1 - n)
            len = 0; /* no partial character */
        memcpy(text + n, word, len);
        n += len;
        format = end + 1;
        if (strcmp(word, "1") == 0)
            n += fill_singular(&format, text + n, INSPECTION_SENTENCE_LEN - 1 - n);
    }
    text[n] = '\0';
}

void inspection_fact(enum language language, const struct inspection_subject *subject,
                     const struct inspection_problem *problem,
                     char text[static INSPECTION_SENTENCE_LEN])
{
    fill(tr(language, sentences[problem->id].fact), subject, problem, text);
}

void inspection_next_step(enum language language, const struct inspection_subject *subject,
                          const struct inspection_problem *problem,
                          char text[static INSPECTION_SENTENCE_LEN])
{
    fill(tr(language, sentences[problem->id].next), subject, problem, text);
}

/* --- the headline --------------------------------------------------------------------------- */

const char *inspection_not_open_text(void)
{
    return "The port is not open, so there is nothing to inspect.";
}

static const char *calm_sentence(const struct inspection *inspection)
{
    switch (inspection->state) {
    case INSPECTION_TRUSTED:
        return "{version} works, and the certificate is right for {name}: {days} days left.";
    case INSPECTION_ANSWERED:
        return strcmp(inspection->protocol, "unknown") == 0
                   ? "A program answers, in a protocol that this checker does not know."
                   : "A program answers: {protocol}.";
    case INSPECTION_UNREACHABLE: return inspection_not_open_text();
    default: return "Nothing certain was found.";
    }
}

void inspection_headline(enum language language, const struct inspection_subject *subject,
                         char text[static INSPECTION_SENTENCE_LEN])
{
    const struct inspection *inspection = subject->inspection;
    struct inspection_problem calm = {.number = inspection_days_left(inspection)};
    bool speaks = inspection->problem_count > 0 &&
                  inspection_problem_severity(inspection->problems[0].id) > SEVERITY_INFO;

    if (speaks)
        inspection_fact(language, subject, &inspection->problems[0], text);
    else
        fill(tr(language, calm_sentence(inspection)), subject, &calm, text);
}

/* --- lines ---------------------------------------------------------------------------------- */

const char *inspection_answered_word(const struct inspection *inspection)
{
    if (inspection->state == INSPECTION_ANSWERED)
        return "yes";
    return inspection_has(inspection, INSPECTION_PROBLEM_SERVICE_GONE) ||
                   inspection_has(inspection, INSPECTION_PROBLEM_REFUSED) ||
                   (inspection->state == INSPECTION_UNREACHABLE && inspection->problem_count == 0)
               ? "no"
               : "unknown";
}

static void add_problems(struct strbuf *buf, const struct inspection_subject *subject)
{
    char sentence[INSPECTION_SENTENCE_LEN];

    for (unsigned k = 0; k < subject->inspection->problem_count; k++) {
        const struct inspection_problem *problem = &subject->inspection->problems[k];
        inspection_fact(ENGLISH, subject, problem, sentence);
        strbuf_printf(
            buf, "  %s %s: ", inspection_severity_name(inspection_problem_severity(problem->id)),
            inspection_problem_code(problem->id));
        strbuf_append(buf, sentence);
        strbuf_append(buf, "\n");
    }
}

/* Adds what was found and how it is known. */
static void add_words(struct strbuf *buf, const struct inspection *inspection)
{
    const char *by = inspection_by_name(inspection->by);

    if (inspection->protocol[0] != '\0')
        strbuf_printf(buf, " %s", inspection->protocol);
    if (inspection->http_status != 0)
        strbuf_printf(buf, " %u", inspection->http_status);
    if (by != NULL)
        strbuf_printf(buf, " by %s", by);
}

void inspection_append_service(struct strbuf *buf, const struct inspection_subject *subject)
{
    strbuf_printf(buf, "  service answered %s", inspection_answered_word(subject->inspection));
    add_words(buf, subject->inspection);
    strbuf_append(buf, "\n");
    add_problems(buf, subject);
}

static void add_line(struct strbuf *buf, const struct inspected *inspected, unsigned target)
{
    const struct inspected_target *at = &inspected->targets[target];
    const struct inspection *inspection = &at->inspection;
    char address[ADDR_TEXT_LEN];

    addr_format(&at->addr, address);
    strbuf_printf(buf, "%u/tcp %s %s", inspected->port, inspected->greeting ? "service" : "tls",
                  inspection_state_name(inspection->state));
    if (inspection->version != 0)
        strbuf_printf(buf, " %s", inspection_version_name(inspection->version));
    if (inspection->has_certificate)
        strbuf_printf(buf, " %dd", inspection_days_left(inspection));
    add_words(buf, inspection);
    strbuf_printf(buf, " %s", inspected->host);
    if (strcmp(inspected->host, address) != 0)
        strbuf_printf(buf, " %s", address);
    strbuf_append(buf, "\n");
}

/* Says why there is no finding. */
static void add_port_line(struct strbuf *buf, const struct inspected_target *at)
{
    if (at->port_state != STATE_OPEN && at->inspection.problem_count == 0)
        strbuf_printf(buf, "  port %s: %s\n", verdict_state_name(at->port_state),
                      inspection_not_open_text());
}

static void add_survey_line(struct strbuf *buf, const struct survey *survey)
{
    strbuf_append(buf, "  survey");
    for (unsigned i = 0; i < SURVEY_VERSIONS; i++)
        strbuf_printf(buf, " %s=%s", survey_version_key(i), survey_answer_name(survey->answers[i]));
    strbuf_printf(buf, " post-quantum=%s\n", survey_answer_name(survey_takes_post_quantum(survey)));
}

char *inspection_lines(const struct inspected *inspected)
{
    struct strbuf buf = {0};

    for (unsigned i = 0; i < inspected->target_count; i++) {
        const struct inspection_subject subject = inspected_subject(inspected, i);
        add_line(&buf, inspected, i);
        add_port_line(&buf, &inspected->targets[i]);
        if (subject.inspection->survey.asked)
            add_survey_line(&buf, &subject.inspection->survey);
        add_problems(&buf, &subject);
    }
    return strbuf_take(&buf);
}
