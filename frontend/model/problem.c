/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *name, *title;
    int status;
} kinds[PROBLEM_COUNT] = {
    [PROBLEM_NONE] = {"none", "No problem", 200},
    [PROBLEM_MALFORMED_REQUEST] = {"malformed-request", "Malformed request", 400},
    [PROBLEM_INVALID_HOST] = {"invalid-host", "Invalid host", 422},
    [PROBLEM_PORT_NOT_ALLOWED] = {"port-not-allowed", "Port not allowed", 422},
    [PROBLEM_TOO_MANY_PORTS] = {"too-many-ports", "Too many ports", 422},
    [PROBLEM_NAME_NOT_FOUND] = {"name-not-found", "Name not found", 422},
    [PROBLEM_TARGET_NOT_ALLOWED] = {"target-not-allowed", "Target not allowed", 403},
    [PROBLEM_CROSS_SITE] = {"cross-site", "Request from another site", 403},
    [PROBLEM_RATE_LIMITED] = {"rate-limited", "Too many requests", 429},
    [PROBLEM_PROBER_UNAVAILABLE] = {"prober-unavailable", "Prober unavailable", 503},
    [PROBLEM_NO_PLACE_ANSWERED] = {"no-place-answered", "No place answered", 503},
    [PROBLEM_BUSY] = {"busy", "Busy", 503},
    [PROBLEM_NOT_FOUND] = {"not-found", "Not found", 404},
    [PROBLEM_METHOD_NOT_ALLOWED] = {"method-not-allowed", "Method not allowed", 405},
    [PROBLEM_BODY_TOO_LARGE] = {"body-too-large", "Body too large", 413},
    [PROBLEM_LENGTH_REQUIRED] = {"length-required", "Length required", 411},
    [PROBLEM_MISDIRECTED] = {"misdirected-request", "Misdirected request", 421},
    [PROBLEM_INSPECTOR_UNAVAILABLE] = {"inspector-unavailable", "Inspector unavailable", 503},
};

static const char *const limit_names[LIMIT_COUNT] = {
    [LIMIT_NONE] = "none",
    [LIMIT_CLIENT] = "client",
    [LIMIT_CLIENT_CHECKS] = "client-checks",
    [LIMIT_CLIENT_TARGETS] = "client-targets",
    [LIMIT_TARGET] = "target",
};

/* The code of a limit's cause is the limit's name; that of a host's is hostname.h's. */
static const struct {
    enum problem_id id;
    enum limit limit;
    const char *code, *format;
} causes[CAUSE_COUNT] = {
    [CAUSE_TEXT] = {PROBLEM_NONE, LIMIT_NONE, NULL, NULL},

    [CAUSE_PORT_OUT_OF_RANGE] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "out-of-range",
                                 "A port is a number from 1 to 65535."},
    [CAUSE_PORT_NOT_INTEGER] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "not-an-integer",
                                "A port is a whole number from 1 to 65535."},
    [CAUSE_PORT_DUPLICATE] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "duplicate",
                              "Port %1 is listed twice."},
    [CAUSE_PORTS_REQUIRED] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "required",
                              "Enter at least one port."},
    [CAUSE_FAMILY_UNKNOWN] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "unknown-family",
                              "The family must be \"any\", \"ipv4\" or \"ipv6\"."},
    [CAUSE_FAMILY_MISMATCH] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "family-mismatch",
                               "The host is an address of the other family: leave \"family\" out."},
    [CAUSE_FAMILY_MISMATCH_OWN] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "family-mismatch",
                                   "Your own address is of the other family."},
    [CAUSE_NOT_A_BOOLEAN] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "not-a-boolean",
                             "\"%s\" must be true or false."},
    [CAUSE_NOT_A_STRING] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "wrong-type",
                            "\"%s\" must be a string."},
    [CAUSE_NOT_AN_ARRAY] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "wrong-type",
                            "\"%s\" must be an array of whole numbers."},
    [CAUSE_NOT_A_JSON_BOOLEAN] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "wrong-type",
                                  "\"%s\" must be true or false."},
    [CAUSE_NOT_PLACES] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "wrong-type",
                          "\"%s\" must be an array of places' names."},
    [CAUSE_KEY_DUPLICATE] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "duplicate-key",
                             "\"%s\" is given twice."},
    [CAUSE_KEY_UNKNOWN] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "unknown-key",
                           "The known keys are %k."},
    [CAUSE_KEY_UNKNOWN_NAMED] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "unknown-key",
                                 "\"%q\" is unknown. The known keys are %k."},
    [CAUSE_KEY_MEANT] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "unknown-key",
                         "\"%q\" is unknown; did you mean \"%s\"?"},
    [CAUSE_BAD_ENCODING] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "bad-encoding",
                            "The value of \"%s\" is too long or badly encoded."},
    [CAUSE_NOT_JSON] =
        {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "not-json",
         "The body must be one JSON object, such as {\"host\":\"example.net\",\"ports\":[443]}."},
    [CAUSE_CONTENT_TYPE] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "content-type",
                            "The Content-Type must be application/json."},
    [CAUSE_BAD_HEADER] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "bad-header",
                          "The request has a malformed header."},
    [CAUSE_NOT_HTTP] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "bad-header",
                        "This is not a valid HTTP/1.1 request."},
    [CAUSE_BAD_HOST] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "bad-header",
                        "A request has exactly one Host header."},
    [CAUSE_BAD_LENGTH] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "bad-header",
                          "Content-Length must be there once, in digits, and be the body's length, "
                          "in a request that may have one."},
    [CAUSE_BAD_TARGET] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "bad-header",
                          "The request line must have a path, such as /api/v1/check."},
    [CAUSE_TOO_MANY_HEADERS] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "bad-header",
                                "A request has at most %1 header lines."},
    [CAUSE_FORWARDED] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "bad-header",
                         "X-Forwarded-For or Forwarded, as the proxy sent them, can't be read, or "
                         "they name different clients."},
    [CAUSE_PROBER_TIMEOUT] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "timeout-too-long",
                              "The prober allows less time."},

    [CAUSE_STARTTLS_UNKNOWN] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "unknown-starttls",
                                "What comes before TLS must be one of %k."},
    [CAUSE_ONE_PORT] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "one-port", "Ask about one port."},
    [CAUSE_SURVEY_BEHIND] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "survey-behind-starttls",
                             "A survey makes up to seven connections, and is there only where TLS "
                             "begins at once."},
    [CAUSE_PATIENT_ELSEWHERE] =
        {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "patient-elsewhere",
         "Only with service=true, on port 80, 443, 8080 or 8443, is an answer waited for longer."},
    [CAUSE_SERVICE_WITH_FROM] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "service-with-from",
                                 "Places look at ports alone: leave \"service\" or \"from\" out."},
    [CAUSE_PROBE_TARGET] =
        {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "host-and-port",
         "The target must be a host and a port, such as example.net:443 or [2001:db8::7]:443."},
    [CAUSE_PROBE_MODULE] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "unknown-module",
                            "The modules are %s, each also with _ipv4 or _ipv6 at its end."},
    [CAUSE_PROBE_FROM] =
        {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "from-with-tls",
         "Places look at ports alone: \"from\" goes with a module that begins with tcp."},
    [CAUSE_SCRAPE_TIMEOUT] =
        {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "bad-header",
         "X-Prometheus-Scrape-Timeout-Seconds must be a number of seconds above 0."},
    [CAUSE_PLACE_MALFORMED] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "bad-place",
                               "A place is a name that /api/v1/places lists, such as fra; \"all\" "
                               "stands alone."},
    [CAUSE_PLACE_DUPLICATE] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "duplicate",
                               "Place %q is listed twice."},
    [CAUSE_PLACE_UNKNOWN] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "unknown-place",
                             "There is no place %q here; /api/v1/places lists the places."},
    [CAUSE_TOO_MANY_PLACES] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "too-many-places",
                               "At most %1 places can be asked in one request."},
    [CAUSE_NO_PLACES] = {PROBLEM_MALFORMED_REQUEST, LIMIT_NONE, "no-places",
                         "This server checks from one place only: leave \"from\" out."},

    [CAUSE_HOST_INVALID] = {PROBLEM_INVALID_HOST, LIMIT_NONE, NULL,
                            "The host must be an IPv4 address, an IPv6 address or a DNS name, "
                            "without scheme, port, path or brackets."},
    [CAUSE_HOST_INVALID_IDNA] =
        {PROBLEM_INVALID_HOST, LIMIT_NONE, NULL,
         "The name has characters that international domain names do not allow."},
    [CAUSE_HOST_AMBIGUOUS_IPV4] =
        {PROBLEM_INVALID_HOST, LIMIT_NONE, NULL,
         "The host looks like an IPv4 address in a form that programs read differently. Write four "
         "decimal numbers without leading zeros."},
    [CAUSE_HOST_TOO_LONG] =
        {PROBLEM_INVALID_HOST, LIMIT_NONE, NULL,
         "The host is too long: a name has at most 253 characters, a label at most 63."},
    [CAUSE_HOST_SPECIAL_USE] = {PROBLEM_INVALID_HOST, LIMIT_NONE, NULL,
                                "Names under this domain are for local use only. Enter a "
                                "public name or address."},
    [CAUSE_HOST_NOT_FQDN] = {PROBLEM_INVALID_HOST, LIMIT_NONE, NULL,
                             "The name must be complete, such as www.example.net."},
    [CAUSE_HOST_EMPTY] = {PROBLEM_INVALID_HOST, LIMIT_NONE, "invalid-host",
                          "Nothing that names a host is left of this. Enter a name or an address."},
    [CAUSE_HOST_MANY] = {PROBLEM_INVALID_HOST, LIMIT_NONE, "invalid-host",
                         "One host at a time: this looks like several."},
    [CAUSE_HOST_BLANK] = {PROBLEM_INVALID_HOST, LIMIT_NONE, "invalid-host",
                          "There is a space in the host. Enter one name or one address."},
    [CAUSE_HOST_WILDCARD] = {PROBLEM_INVALID_HOST, LIMIT_NONE, "invalid-host",
                             "A wildcard is not a host: enter one of the names it stands for."},
    [CAUSE_HOST_ZONE] =
        {PROBLEM_INVALID_HOST, LIMIT_NONE, "invalid-host",
         "An address with a zone (an interface at its end) is for a local network only."},
    [CAUSE_HOST_BRACKETS] = {PROBLEM_INVALID_HOST, LIMIT_NONE, "invalid-host",
                             "The brackets around the IPv6 address are not complete."},
    [CAUSE_HOST_COLON] = {PROBLEM_INVALID_HOST, LIMIT_NONE, "invalid-host",
                          "What follows the colon is not a port, and the whole is not an IPv6 "
                          "address."},
    [CAUSE_HOST_DOTS] = {PROBLEM_INVALID_HOST, LIMIT_NONE, "invalid-host",
                         "The name has two dots in a row or begins with one."},
    [CAUSE_HOST_URL_GIVEN] = {PROBLEM_INVALID_HOST, LIMIT_NONE, "url-given",
                              "The host must stand alone. Did you mean host=%q?"},
    [CAUSE_HOST_URL_PORT_GIVEN] = {PROBLEM_INVALID_HOST, LIMIT_NONE, "url-given",
                                   "The host must stand alone. Did you mean host=%q, ports=%1?"},
    [CAUSE_HOST_WRAPPED] = {PROBLEM_INVALID_HOST, LIMIT_NONE, "invalid-host",
                            "The host must stand without brackets and quotation marks. Did you "
                            "mean host=%q?"},
    [CAUSE_HOST_PORT_GIVEN] =
        {PROBLEM_INVALID_HOST, LIMIT_NONE, "port-given",
         "The host must stand without a port. Did you mean host=%q, ports=%1?"},

    [CAUSE_PORT_NOT_ALLOWED] =
        {PROBLEM_PORT_NOT_ALLOWED, LIMIT_NONE, NULL,
         "Port %1 can't be checked here; /api/v1/ports lists the ports that can."},
    [CAUSE_PROBER_PORT] = {PROBLEM_PORT_NOT_ALLOWED, LIMIT_NONE, NULL,
                           "The prober does not allow this port."},

    [CAUSE_TOO_MANY_PORTS] = {PROBLEM_TOO_MANY_PORTS, LIMIT_NONE, NULL,
                              "At most %1 ports can be checked in one request."},
    [CAUSE_PROBER_PORTS] = {PROBLEM_TOO_MANY_PORTS, LIMIT_NONE, NULL,
                            "The prober allows fewer ports in one request."},

    [CAUSE_DNS_TIMEOUT] = {PROBLEM_NAME_NOT_FOUND, LIMIT_NONE, "dns-timeout",
                           "The name servers did not answer in time. Try again."},
    [CAUSE_DNS_ERROR] =
        {PROBLEM_NAME_NOT_FOUND, LIMIT_NONE, "dns-error",
         "The name servers could not answer. Try again, or look at the name's zone."},
    [CAUSE_DNS_NO_NAME] = {PROBLEM_NAME_NOT_FOUND, LIMIT_NONE, "dns-nxdomain",
                           "There is no such name. Check its spelling."},
    [CAUSE_DNS_NO_ADDRESS] =
        {PROBLEM_NAME_NOT_FOUND, LIMIT_NONE, "dns-no-address",
         "The name has no address of the requested family. Look at its A and AAAA "
         "records."},

    [CAUSE_ADDRESS_NOT_PUBLIC] = {PROBLEM_TARGET_NOT_ALLOWED, LIMIT_NONE, "address-not-public",
                                  "Only public addresses can be checked, and this one is not "
                                  "public. Behind a router, enter the "
                                  "router's public address."},
    [CAUSE_ADDRESS_EMBEDDED] =
        {PROBLEM_TARGET_NOT_ALLOWED, LIMIT_NONE, "address-embedded",
         "Only public addresses can be checked, and this IPv6 address embeds an IPv4 address."},
    [CAUSE_OWN_NETWORK] = {PROBLEM_TARGET_NOT_ALLOWED, LIMIT_NONE, "own-network",
                           "This server does not check its own network: from there it would see "
                           "more than others do."},
    [CAUSE_ADDRESS_OPTED_OUT] = {PROBLEM_TARGET_NOT_ALLOWED, LIMIT_NONE, "opted-out",
                                 "The owner of this address does not want it checked."},
    [CAUSE_NAME_NOT_PUBLIC] = {PROBLEM_TARGET_NOT_ALLOWED, LIMIT_NONE, "resolves-non-public",
                               "The name has an address that is not public; all of them must be."},
    [CAUSE_NAME_OPTED_OUT] = {PROBLEM_TARGET_NOT_ALLOWED, LIMIT_NONE, "opted-out",
                              "The owner of one of the name's addresses does not want it checked."},
    [CAUSE_PROBER_TARGET] = {PROBLEM_TARGET_NOT_ALLOWED, LIMIT_NONE, "refused",
                             "The prober refuses to check this target."},
    [CAUSE_INSPECTOR_TARGET] = {PROBLEM_TARGET_NOT_ALLOWED, LIMIT_NONE, "refused",
                                "The inspector refuses to connect to this target."},

    [CAUSE_CROSS_SITE] = {PROBLEM_CROSS_SITE, LIMIT_NONE, NULL,
                          "Another site's page can't make your browser check ports here."},

    [CAUSE_CLIENT_SPENT] = {PROBLEM_RATE_LIMITED, LIMIT_CLIENT, NULL,
                            "You have used up your limit of %1 units in %2 seconds."},
    [CAUSE_CLIENT_TOO_OFTEN] = {PROBLEM_RATE_LIMITED, LIMIT_CLIENT, NULL,
                                "You have sent too many requests. Try again later."},
    [CAUSE_CLIENT_COST] = {PROBLEM_RATE_LIMITED, LIMIT_CLIENT, NULL,
                           "This check costs %1 units, more than are left of your limit."},
    [CAUSE_CLIENT_CHECKS] = {PROBLEM_RATE_LIMITED, LIMIT_CLIENT_CHECKS, NULL,
                             "%1 of your checks are already running."},
    [CAUSE_CLIENT_TARGETS] = {PROBLEM_RATE_LIMITED, LIMIT_CLIENT_TARGETS, NULL,
                              "You have checked too many different targets in the last hour."},
    [CAUSE_TARGET_SPENT] = {PROBLEM_RATE_LIMITED, LIMIT_TARGET, NULL,
                            "This target was checked too often in the last few minutes."},

    [CAUSE_PROBER_DOWN] = {PROBLEM_PROBER_UNAVAILABLE, LIMIT_NONE, NULL,
                           "The process that sends the packets is not running."},
    [CAUSE_PROBER_SILENT] = {PROBLEM_PROBER_UNAVAILABLE, LIMIT_NONE, NULL,
                             "The prober does not answer."},

    [CAUSE_NO_PLACE_ANSWERED] =
        {PROBLEM_NO_PLACE_ANSWERED, LIMIT_NONE, NULL,
         "None of the places answered; /api/v1/places shows which are connected."},
    [CAUSE_PLACE_DOWN] = {PROBLEM_NO_PLACE_ANSWERED, LIMIT_NONE, "down",
                          "The place is not connected."},
    [CAUSE_PLACE_VERSION] = {PROBLEM_NO_PLACE_ANSWERED, LIMIT_NONE, "other-version",
                             "The place runs another version, which this one does not understand."},
    [CAUSE_PLACE_SILENT] = {PROBLEM_NO_PLACE_ANSWERED, LIMIT_NONE, "no-answer",
                            "The place did not answer in time."},
    [CAUSE_PLACE_NONSENSE] = {PROBLEM_NO_PLACE_ANSWERED, LIMIT_NONE, "nonsense",
                              "The place answered what can't be true."},

    [CAUSE_TOO_MANY_CHECKS] = {PROBLEM_BUSY, LIMIT_NONE, NULL, "Too many checks are running."},
    [CAUSE_TOO_MANY_LOOKUPS] = {PROBLEM_BUSY, LIMIT_NONE, NULL,
                                "Too many names are being looked up."},
    [CAUSE_DNS_DOWN] = {PROBLEM_BUSY, LIMIT_NONE, "dns-down", "The name servers do not answer."},
    [CAUSE_PACKETS_AWAY] = {PROBLEM_BUSY, LIMIT_NONE, "packets-away",
                            "Another frontend keeps these packets, and can't be asked right now."},
    [CAUSE_NO_MEMORY] = {PROBLEM_BUSY, LIMIT_NONE, NULL, "The server is out of memory."},

    [CAUSE_NOT_FOUND] = {PROBLEM_NOT_FOUND, LIMIT_NONE, NULL, "There is nothing at this path."},
    [CAUSE_PACKETS_GONE] = {PROBLEM_NOT_FOUND, LIMIT_NONE, NULL,
                            "These packets are no longer kept, or never were."},

    [CAUSE_METHOD_NOT_ALLOWED] = {PROBLEM_METHOD_NOT_ALLOWED, LIMIT_NONE, NULL,
                                  "Allowed methods: %s."},
    [CAUSE_METHOD_UNKNOWN] = {PROBLEM_METHOD_NOT_ALLOWED, LIMIT_NONE, NULL,
                              "This server does not know the method."},

    [CAUSE_BODY_TOO_LARGE] = {PROBLEM_BODY_TOO_LARGE, LIMIT_NONE, NULL,
                              "The body may have at most %1 bytes."},
    [CAUSE_REQUEST_TOO_LARGE] = {PROBLEM_BODY_TOO_LARGE, LIMIT_NONE, NULL,
                                 "The request is too large."},

    [CAUSE_CODED_BODY] = {PROBLEM_LENGTH_REQUIRED, LIMIT_NONE, NULL,
                          "Send Content-Length: chunked bodies (Transfer-Encoding) are not taken."},

    [CAUSE_MISDIRECTED] = {PROBLEM_MISDIRECTED, LIMIT_NONE, NULL,
                           "This server does not answer to this name (http.names)."},

    [CAUSE_INSPECTOR_DOWN] = {PROBLEM_INSPECTOR_UNAVAILABLE, LIMIT_NONE, NULL,
                              "The process that looks at services is not running."},
};

const char *problem_name(enum problem_id id)
{
    return kinds[id].name;
}

const char *problem_title(enum problem_id id)
{
    return kinds[id].title;
}

int problem_status(enum problem_id id)
{
    return kinds[id].status;
}

uint32_t problem_retry_after_s(const struct problem *problem)
{
    int status = problem_status(problem->id);

    if (status != 429 && status != 503)
        return 0;
    return problem->retry_after_s > 0 ? problem->retry_after_s : 1;
}

const char *limit_name(enum limit limit)
{
    return limit_names[limit];
}

const char *problem_format(enum problem_cause cause)
{
    return causes[cause].format;
}

/* Their length, which may be more than there is room for. */
static size_t write_keys(const char *const *keys, char *text, size_t room)
{
    size_t n = 0;

    for (unsigned i = 0; keys != NULL && keys[i] != NULL; i++)
        n += (size_t)snprintf(n < room ? text + n : NULL, n < room ? room - n : 0, "%s%s",
                              i > 0 ? ", " : "", keys[i]);
    return n;
}

void problem_write_detail(const struct problem *problem, const char *format,
                          char text[static PROBLEM_DETAIL_LEN])
{
    size_t n = 0;

    for (; *format != '\0' && n + 1 < PROBLEM_DETAIL_LEN; format++) {
        size_t room = PROBLEM_DETAIL_LEN - n;
        if (*format != '%') {
            text[n++] = *format;
            continue;
        }
        format++;
        if (*format == 's')
            n += (size_t)snprintf(text + n, room, "%s", problem->word);
        else if (*format == 'q')
            n += (size_t)snprintf(text + n, room, "%s", problem->quoted);
        else if (*format == 'k')
            n += write_keys(problem->keys, text + n, room);
        else
            n += (size_t)snprintf(text + n, room, "%u", problem->numbers[*format - '1']);
        if (n >= PROBLEM_DETAIL_LEN) /* cut */
            n = PROBLEM_DETAIL_LEN - 1;
    }
    text[n] = '\0';
}

static void point(struct problem *problem, const char *pointer)
{
    if (pointer != NULL)
        snprintf(problem->pointer, sizeof(problem->pointer), "%s", pointer);
}

static bool set(struct problem *problem, const struct problem *from, const char *pointer)
{
    *problem = *from;
    problem->id = causes[from->cause].id;
    problem->limit = causes[from->cause].limit;
    problem->code =
        problem->limit != LIMIT_NONE ? limit_name(problem->limit) : causes[from->cause].code;
    point(problem, pointer);
    problem_write_detail(problem, causes[from->cause].format, problem->detail);
    return false;
}

bool problem_set(struct problem *problem, enum problem_cause cause, const char *pointer)
{
    return set(problem, &(struct problem){.cause = cause}, pointer);
}

bool problem_set_numbers(struct problem *problem, enum problem_cause cause, const char *pointer,
                         uint32_t first, uint32_t second)
{
    return set(problem, &(struct problem){.cause = cause, .numbers = {first, second}}, pointer);
}

bool problem_set_word(struct problem *problem, enum problem_cause cause, const char *pointer,
                      const char *word)
{
    return set(problem, &(struct problem){.cause = cause, .word = word}, pointer);
}

bool problem_set_quoted(struct problem *problem, enum problem_cause cause, const char *pointer,
                        const char *quoted, const char *word, uint32_t number)
{
    struct problem from = {.cause = cause, .word = word, .numbers = {number}};

    snprintf(from.quoted, sizeof(from.quoted), "%s", quoted);
    return set(problem, &from, pointer);
}

/* "port", "ports[]", "Host", "hostname": one begins with the other. */
static const char *key_meant(const char *const *known, const char *key, size_t len)
{
    enum { LIKE_MIN_LEN = 4 };

    for (unsigned i = 0; known[i] != NULL; i++) {
        size_t known_len = strlen(known[i]);
        size_t shorter = len < known_len ? len : known_len;
        if (shorter >= LIKE_MIN_LEN && strncasecmp(known[i], key, shorter) == 0)
            return known[i];
    }
    return NULL;
}

bool problem_refuse_key(struct problem *problem, const char *const *known, const char *key,
                        size_t len)
{
    static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                   "_-.[]";
    struct problem from = {.cause = CAUSE_KEY_UNKNOWN, .keys = known};
    char pointer[PROBLEM_POINTER_LEN];

    if (len == 0 || len >= sizeof(pointer) - strlen("#/") || strspn(key, harmless) < len)
        return set(problem, &from, NULL);
    from.word = key_meant(known, key, len);
    from.cause = from.word != NULL ? CAUSE_KEY_MEANT : CAUSE_KEY_UNKNOWN_NAMED;
    snprintf(from.quoted, sizeof(from.quoted), "%.*s", (int)len, key);
    snprintf(pointer, sizeof(pointer), "#/%.*s", (int)len, key);
    return set(problem, &from, pointer);
}

void problem_set_keys(struct problem *problem, const char *const *known)
{
    problem->keys = known;
    problem_write_detail(problem, causes[problem->cause].format, problem->detail);
}

bool problem_set_text(struct problem *problem, enum problem_id id, const char *code,
                      const char *pointer, const char *format, ...)
{
    va_list arguments;

    *problem = (struct problem){.id = id, .code = code};
    point(problem, pointer);
    va_start(arguments, format);
    vsnprintf(problem->detail, sizeof(problem->detail), format, arguments);
    va_end(arguments);
    return false;
}

void problem_from_refusal(struct problem *problem, const struct wire_refused *refused)
{
    static const enum problem_cause meanings[REFUSED_COUNT] = {
        [REFUSED_PORT_NOT_ALLOWED] = CAUSE_PROBER_PORT,
        [REFUSED_TOO_MANY_PORTS] = CAUSE_PROBER_PORTS,
        [REFUSED_TIMEOUT_TOO_LONG] = CAUSE_PROBER_TIMEOUT,
        [REFUSED_ADDRESS_NOT_PUBLIC] = CAUSE_ADDRESS_NOT_PUBLIC,
        [REFUSED_ADDRESS_EMBEDDED] = CAUSE_ADDRESS_EMBEDDED,
        [REFUSED_OPTED_OUT] = CAUSE_ADDRESS_OPTED_OUT,
        [REFUSED_BUSY] = CAUSE_TOO_MANY_CHECKS,
        [REFUSED_RATE_LIMITED] = CAUSE_TARGET_SPENT,
        [REFUSED_JOB_IN_USE] = CAUSE_TOO_MANY_CHECKS,
        [REFUSED_OWN_NETWORK] = CAUSE_OWN_NETWORK,
        [REFUSED_OTHER] = CAUSE_PROBER_TARGET,
        [REFUSED_PLACE_DOWN] = CAUSE_PLACE_DOWN,
        [REFUSED_PLACE_VERSION] = CAUSE_PLACE_VERSION,
        [REFUSED_PLACE_SILENT] = CAUSE_PLACE_SILENT,
        [REFUSED_PLACE_NONSENSE] = CAUSE_PLACE_NONSENSE,
    };

    problem_set(problem, meanings[refused->reason], NULL);
    if (refused->port_index != WIRE_NO_PORT)
        snprintf(problem->pointer, sizeof(problem->pointer), "#/ports/%u", refused->port_index);
    problem->retry_after_s = refused->retry_after_ms / 1000 + (refused->retry_after_ms % 1000 != 0);
}
