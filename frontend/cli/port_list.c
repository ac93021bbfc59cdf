/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/port_list.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "frontend/model/service.h"

enum { NAME_MAX_LEN = 15 /* RFC 6335 section 5.1 */, DIGITS_MAX = 9 };

static bool is_printable(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return true;
}

static bool add_number(const char *text, size_t len, const struct policy *policy,
                       struct request *request, struct problem *problem)
{
    double number = 0;

    for (size_t i = 0; i < len && i < DIGITS_MAX; i++)
        number = number * 10 + (text[i] - '0');
    return request_add_port(request, len > DIGITS_MAX ? 1e9 : number, policy, problem);
}

static const struct service *find_service(const char *text, size_t len)
{
    char name[NAME_MAX_LEN + 1];

    if (len > NAME_MAX_LEN)
        return NULL;
    for (size_t i = 0; i < len; i++)
        name[i] = (char)tolower((unsigned char)text[i]);
    name[len] = '\0';
    return service_by_name(name);
}

static bool refuse(const char *text, size_t len, unsigned index, struct problem *problem)
{
    char pointer[PROBLEM_POINTER_LEN];

    snprintf(pointer, sizeof(pointer), "#/ports/%u", index);
    if (len == 0 || !is_printable(text, len))
        return problem_set_text(problem, PROBLEM_MALFORMED_REQUEST, "not-an-integer", pointer,
                                "PORT %u is %s; write ports as 443 or 22,https.", index + 1,
                                len == 0 ? "empty" : "neither a number nor a name");
    return problem_set_text(
        problem, PROBLEM_MALFORMED_REQUEST, "unknown-service", pointer,
        "PORT %u, \"%.*s\", is neither a number from 1 to 65535 nor the name of a "
        "service known here, such as https or ssh.",
        index + 1, len > 40 ? 40 : (int)len, text);
}

bool port_list_read(const char *text, const struct policy *policy, struct request *request,
                    struct problem *problem)
{
    for (const char *at = text;; at++) {
        size_t len = strcspn(at, ",");
        unsigned index = request->port_count;
        const struct service *service = find_service(at, len);
        if (len > 0 && strspn(at, "0123456789") >= len) {
            if (!add_number(at, len, policy, request, problem))
                return false;
        } else if (service == NULL) {
            return refuse(at, len, index, problem);
        } else if (!request_add_port(request, service->port, policy, problem)) {
            return false;
        }
        at += len;
        if (*at == '\0')
            return true;
    }
}
