/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/place_client.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"

/* One place, asked by a thread of its own. */
struct place_query {
    pthread_t thread;
    bool has_thread;
    char path[PLACE_PATH_LEN];
    const struct request *request;
    struct place_answer *answer;
    struct result own; /* what this thread alone fills */
};

bool place_client_read_from(const char *text, struct request *request, struct problem *problem)
{
    for (const char *at = text;; at++) {
        size_t len = strcspn(at, ",");
        if (!request_add_place(request, at, len, problem))
            return false;
        at += len;
        if (*at == '\0')
            return true;
    }
}

static bool find(const struct config *config, const char *name, struct place *place)
{
    for (size_t i = 0; i < config->fleet.places.count; i++)
        if (place_read(config->fleet.places.items[i], place) == NULL &&
            strcmp(place->name, name) == 0)
            return true;
    return false;
}

static void set_path(const struct config *config, const struct place *place,
                     char path[static PLACE_PATH_LEN])
{
    if (strcmp(place->name, config->fleet.here) == 0)
        snprintf(path, PLACE_PATH_LEN, "%s", config->prober.socket);
    else if (!place_socket(config->fleet.directory, place->name, path))
        path[0] = '\0'; /* nobody listens there */
}

static void ignore_port(void *context, const struct result *result, unsigned target, unsigned port)
{
    (void)context, (void)result, (void)target, (void)port;
}

static enum place_status status_of(enum wire_refusal reason)
{
    switch (reason) {
    case REFUSED_PLACE_DOWN: return PLACE_STATUS_DOWN;
    case REFUSED_PLACE_VERSION: return PLACE_STATUS_OTHER_VERSION;
    case REFUSED_PLACE_SILENT: return PLACE_STATUS_NO_ANSWER;
    case REFUSED_PLACE_NONSENSE: return PLACE_STATUS_NONSENSE;
    default: return PLACE_STATUS_REFUSED;
    }
}

static void *ask(void *context)
{
    struct place_query *asked = context;
    struct place_answer *answer = asked->answer;
    const struct prober_client_options options = {
        .trace = asked->request->trace,
        .packets = asked->request->packets,
        .on_port = ignore_port,
    };
    uint64_t start_ns = clock_now_ns();
    struct wire_refused refused;
    struct problem problem;

    switch (prober_client_check(asked->path, &options, &asked->own, &refused)) {
    case PROBER_CLIENT_DONE:
        answer->status = PLACE_STATUS_ANSWERED;
        answer->target_count = asked->own.target_count;
        memcpy(answer->targets, asked->own.targets, sizeof(answer->targets));
        break;
    case PROBER_CLIENT_REFUSED:
        answer->status = status_of(refused.reason);
        problem_from_refusal(&problem, &refused);
        if (answer->status == PLACE_STATUS_REFUSED)
            answer->code = problem.code != NULL ? problem.code : problem_name(problem.id);
        break;
    case PROBER_CLIENT_NO_PROBER: answer->status = PLACE_STATUS_DOWN; break;
    }
    answer->is_suspect = answer->status == PLACE_STATUS_NONSENSE;
    answer->duration_ns = clock_now_ns() - start_ns;
    if (answer->status != PLACE_STATUS_ANSWERED)
        result_free(&asked->own);
    return NULL;
}

static bool choose(const struct config *config, const struct request *request,
                   struct place chosen[static PLACES_ASKED_MAX], unsigned *count,
                   struct problem *problem)
{
    const struct config_strings *all = &config->fleet.places;

    *count = 0;
    if (all->count == 0)
        return problem_set_text(problem, PROBLEM_MALFORMED_REQUEST, "no-places", NULL,
                                "No places are configured here (fleet.places in "
                                "portlight.conf(5)); leave --from out, or ask a --server.");
    if (request->from_count > config->fleet.max_places)
        return problem_set_numbers(problem, CAUSE_TOO_MANY_PLACES, NULL, config->fleet.max_places,
                                   0);
    for (size_t i = 0; request->from_all && i < all->count && i < config->fleet.max_places; i++)
        if (place_read(all->items[i], &chosen[*count]) == NULL)
            (*count)++;
    for (unsigned i = 0; i < request->from_count; i++)
        if (!find(config, request->from[i], &chosen[(*count)++]))
            return problem_set_text(problem, PROBLEM_MALFORMED_REQUEST, "unknown-place", NULL,
                                    "There is no place %s in fleet.places; --places lists them.",
                                    request->from[i]);
    return true;
}

bool place_client_check(const struct config *config, const struct request *request,
                        struct result *result, struct problem *problem)
{
    struct place_query all[PLACES_ASKED_MAX];
    struct place chosen[PLACES_ASKED_MAX];
    unsigned count;

    if (!choose(config, request, chosen, &count, problem))
        return false;
    if (!result_add_places(result, count))
        return problem_set(problem, CAUSE_NO_MEMORY, NULL);
    for (unsigned i = 0; i < count; i++) {
        all[i] =
            (struct place_query){.request = request, .answer = &result->places[i], .own = *result};
        all[i].own.places = NULL;
        all[i].own.place_count = 0;
        result->places[i].place = chosen[i];
        set_path(config, &chosen[i], all[i].path);
        all[i].has_thread = pthread_create(&all[i].thread, NULL, ask, &all[i]) == 0;
    }
    for (unsigned i = 0; i < count; i++) {
        if (all[i].has_thread)
            pthread_join(all[i].thread, NULL);
        else
            (void)ask(&all[i]);
    }
    return result_settle_places(result) || problem_set(problem, CAUSE_NO_PLACE_ANSWERED, NULL);
}

bool place_client_list(const struct config *config)
{
    static const char *const states[PLACE_STATE_COUNT] = {"down", "up", "other-version", "suspect"};
    const struct config_strings *texts = &config->fleet.places;
    char path[PLACE_PATH_LEN];
    struct wire_place said;
    struct place place;

    for (size_t i = 0; i < texts->count; i++) {
        if (place_read(texts->items[i], &place) != NULL)
            continue;
        set_path(config, &place, path);
        if (!prober_client_place(path, &said))
            said.state = PLACE_DOWN;
        printf("%s %s %s%s%s", place.name, states[said.state], place.title,
               place.country[0] != '\0' ? ", " : "", place.country);
        if (place.asn > 0)
            printf(", AS%u", place.asn);
        if (said.state != PLACE_DOWN && said.round_trip_ns != FIELD_NO_TIME)
            printf(" (%.1f ms by the engine)", (double)said.round_trip_ns / 1e6);
        putchar('\n');
    }
    if (texts->count == 0)
        fputs("portlight: no places are configured (fleet.places in portlight.conf(5))\n", stderr);
    return texts->count > 0;
}
