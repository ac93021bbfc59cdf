/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/remote/remote.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/version.h"
#include "frontend/remote/json_reader_host.h"

#define CHECK_PATH  "api/v1/check"
#define HOST_PATH   "api/v1/host"
#define PLACES_PATH "api/v1/places"
#define TLS_PATH    "api/v1/tls"

enum { PATH_LEN = 1024, SERVER_LEN = 128 };

/* One HTTP transfer. */
struct transfer {
    CURL *curl;
    CURLU *url;
    struct curl_slist *headers;
    const char *path;  /* below the server's own path */
    const char *query; /* without '?'; NULL: none */
    char *question;    /* the body of a POST; NULL: GET */
    long timeout_ms;
    char *body;
    size_t len;
    char server[SERVER_LEN]; /* for messages: without a password */
    char error[CURL_ERROR_SIZE];
};

static size_t on_data(char *data, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t len = size * count;
    char *grown;

    if (len > API_CLIENT_ANSWER_MAX_LEN - transfer->len)
        return 0;
    grown = realloc(transfer->body, transfer->len + len + 1);
    if (grown == NULL)
        return 0;
    transfer->body = grown;
    memcpy(transfer->body + transfer->len, data, len);
    transfer->len += len;
    transfer->body[transfer->len] = '\0';
    return len;
}

static bool has_part(CURLU *url, CURLUPart which)
{
    char *part = NULL;
    bool has = curl_url_get(url, which, &part, 0) == CURLUE_OK;

    curl_free(part);
    return has;
}

static bool is_http(CURLU *url)
{
    char *scheme = NULL;
    bool http = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);

    curl_free(scheme);
    return http;
}

/* The server's own path may end with a slash or not. */
static bool set_path(CURLU *url, const char *below)
{
    char path[PATH_LEN], *base = NULL;
    int len = -1;

    if (curl_url_get(url, CURLUPART_PATH, &base, 0) == CURLUE_OK) {
        const char *slash = *base != '\0' && base[strlen(base) - 1] == '/' ? "" : "/";
        len = snprintf(path, sizeof(path), "%s%s%s", base, slash, below);
    }
    curl_free(base);
    return len > 0 && len < PATH_LEN && curl_url_set(url, CURLUPART_PATH, path, 0) == CURLUE_OK;
}

static void name_server(struct transfer *transfer)
{
    char *host = NULL, *port = NULL;

    if (curl_url_get(transfer->url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        curl_url_get(transfer->url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK)
        snprintf(transfer->server, sizeof(transfer->server), "%.100s:%s", host, port);
    curl_free(host);
    curl_free(port);
}

static bool read_url(struct transfer *transfer, const char *text, struct problem *problem)
{
    CURLU *url = transfer->url;
    char whole[PATH_LEN];

    /* "portlight.example" means https */
    snprintf(whole, sizeof(whole), "%s%s", strstr(text, "://") == NULL ? "https://" : "", text);
    if (strlen(text) >= PATH_LEN - strlen("https://") ||
        curl_url_set(url, CURLUPART_URL, whole, 0) != CURLUE_OK || !is_http(url) ||
        has_part(url, CURLUPART_QUERY) || has_part(url, CURLUPART_FRAGMENT) ||
        !set_path(url, transfer->path) ||
        (transfer->query != NULL &&
         curl_url_set(url, CURLUPART_QUERY, transfer->query, 0) != CURLUE_OK))
        return problem_set_text(
            problem, PROBLEM_MALFORMED_REQUEST, "invalid-url", NULL,
            "--server must be a URL such as https://portlight.example, without ? "
            "and #.");
    name_server(transfer);
    return true;
}

static bool set_up(struct transfer *transfer)
{
    CURL *curl = transfer->curl;
    const char *authorities = getenv("SSL_CERT_FILE");
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    struct curl_slist *more = curl_slist_append(headers, "Accept: application/json");

    transfer->headers = more != NULL ? more : headers;
    if (more == NULL)
        return false;
    if (authorities != NULL && *authorities != '\0' &&
        curl_easy_setopt(curl, CURLOPT_CAINFO, authorities) != CURLE_OK)
        return false;
    return curl_easy_setopt(curl, CURLOPT_CURLU, transfer->url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)REMOTE_CONNECT_TIMEOUT_MS) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, transfer->timeout_ms) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "portlight/" PORTLIGHT_VERSION) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers) == CURLE_OK &&
           (transfer->question == NULL ||
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS, transfer->question) == CURLE_OK) &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->error) == CURLE_OK;
}

static bool tell_failure(const struct transfer *transfer, CURLcode rc, struct problem *problem)
{
    const char *why = transfer->error[0] != '\0' ? transfer->error : curl_easy_strerror(rc);
    const char *what = "no answer from";

    switch (rc) {
    case CURLE_COULDNT_RESOLVE_HOST: what = "no address for"; break;
    case CURLE_COULDNT_CONNECT: what = "no connection to"; break;
    case CURLE_OPERATION_TIMEDOUT: what = "no answer in time from"; break;
    case CURLE_WRITE_ERROR: what = "too long an answer from"; break;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: what = "no trusted certificate from"; break;
    case CURLE_SSL_CONNECT_ERROR: what = "no TLS connection to"; break;
    default: break;
    }
    return problem_set_text(problem, PROBLEM_PROBER_UNAVAILABLE, "server", NULL, "%s %s: %.100s",
                            what, transfer->server, why);
}

/* Performs the transfer; on success transfer->body is the body of a 200. */
static bool perform(struct transfer *transfer, struct problem *problem,
                    char code[static API_CLIENT_CODE_LEN])
{
    CURLcode rc = curl_easy_perform(transfer->curl);
    const char *body = transfer->body != NULL ? transfer->body : "";
    curl_off_t retry_after_s = 0;
    long status = 0;

    if (rc != CURLE_OK)
        return tell_failure(transfer, rc, problem);
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status == 200)
        return true;
    json_reader_read_problem(body, transfer->len, status, transfer->server, problem, code);
    curl_easy_getinfo(transfer->curl, CURLINFO_RETRY_AFTER, &retry_after_s);
    problem->retry_after_s =
        retry_after_s > 0 && retry_after_s < UINT16_MAX ? (uint32_t)retry_after_s : 0;
    return false;
}

static bool open_transfer(struct transfer *transfer, const char *url, struct problem *problem)
{
    transfer->curl = curl_easy_init();
    transfer->url = curl_url();
    if (transfer->curl == NULL || transfer->url == NULL)
        return problem_set_text(problem, PROBLEM_PROBER_UNAVAILABLE, NULL, NULL, "out of memory");
    if (!read_url(transfer, url, problem))
        return false;
    return set_up(transfer) ||
           problem_set_text(problem, PROBLEM_PROBER_UNAVAILABLE, NULL, NULL,
                            "HTTP can't be used here: out of memory, or libcurl lacks a feature.");
}

static void close_transfer(struct transfer *transfer)
{
    curl_easy_cleanup(transfer->curl);
    curl_url_cleanup(transfer->url);
    curl_slist_free_all(transfer->headers);
    free(transfer->question);
    free(transfer->body);
}

static bool refuse_answer(const struct transfer *transfer, struct problem *problem)
{
    return problem_set_text(problem, PROBLEM_PROBER_UNAVAILABLE, "server", NULL,
                            "The answer of %s is not one of portlight.", transfer->server);
}

bool remote_ask(const char *url, const struct request *request, struct result *result,
                struct problem *problem, char code[static API_CLIENT_CODE_LEN])
{
    struct transfer transfer = {
        .path = CHECK_PATH,
        .question = json_reader_write_question(request),
        .timeout_ms = REMOTE_TIMEOUT_MS,
    };
    bool ok;

    if (transfer.question == NULL)
        return problem_set_text(problem, PROBLEM_PROBER_UNAVAILABLE, NULL, NULL, "out of memory");
    ok = open_transfer(&transfer, url, problem) && perform(&transfer, problem, code);
    if (ok && (transfer.body == NULL ||
               !json_reader_read_result(transfer.body, transfer.len, request, result)))
        ok = refuse_answer(&transfer, problem);
    close_transfer(&transfer);
    return ok;
}

bool remote_inspect(const char *url, const char *query, struct inspected_answer *answer,
                    struct problem *problem, char code[static API_CLIENT_CODE_LEN])
{
    struct transfer transfer = {
        .path = TLS_PATH, .query = query, .timeout_ms = REMOTE_INSPECT_TIMEOUT_MS};
    bool ok = open_transfer(&transfer, url, problem) && perform(&transfer, problem, code);

    if (ok &&
        (transfer.body == NULL || !inspected_reader_read(transfer.body, transfer.len, answer)))
        ok = refuse_answer(&transfer, problem);
    close_transfer(&transfer);
    return ok;
}

bool remote_host(const char *url, const char *query, struct host_answer *answer,
                 struct problem *problem, char code[static API_CLIENT_CODE_LEN])
{
    struct transfer transfer = {.path = HOST_PATH, .query = query, .timeout_ms = REMOTE_TIMEOUT_MS};
    bool ok = open_transfer(&transfer, url, problem) && perform(&transfer, problem, code);

    if (ok &&
        (transfer.body == NULL || !json_reader_read_host(transfer.body, transfer.len, answer)))
        ok = refuse_answer(&transfer, problem);
    close_transfer(&transfer);
    return ok;
}

static void print_place(const struct place *place, const char *status)
{
    printf("%s %s %s%s%s", place->name, status, place->title, place->country[0] != '\0' ? ", " : "",
           place->country);
    if (place->asn > 0)
        printf(", AS%u", place->asn);
    putchar('\n');
}

bool remote_list_places(const char *url, struct problem *problem)
{
    struct transfer transfer = {.path = PLACES_PATH, .timeout_ms = REMOTE_TIMEOUT_MS};
    char code[API_CLIENT_CODE_LEN];
    bool ok = open_transfer(&transfer, url, problem) && perform(&transfer, problem, code);

    problem->code = NULL; /* it may point to the caller's memory */
    if (ok && (transfer.body == NULL ||
               !json_reader_read_places(transfer.body, transfer.len, print_place)))
        ok = refuse_answer(&transfer, problem);
    close_transfer(&transfer);
    return ok;
}
