/* SPDX-License-Identifier: BSD-2-Clause */
/* portlight-networks(8): compiles address data into the one file that portlightd reads. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/log.h"
#include "common/base/version.h"
#include "common/config/option_table.h"
#include "networks/files.h"
#include "networks/merge.h"
#include "networks/sources.h"

#define DEFAULT_TABLE "/var/lib/portlight/networks.dat"

#define OPTION(id, name, letter, value, shown, phrase, apart, manual) id,
enum {
#include "networks/options.def"
};
#undef OPTION

#define OPTION(id, name, letter, value, shown, phrase, apart, manual) \
    {name, letter, shown, value, .help = (phrase)},
static const struct option_row rows[] = {
#include "networks/options.def"
};
#undef OPTION

static const struct option_table table = {rows, ARRAY_LEN(rows)};

struct compilation {
    const char *output, *directory, *find;
    struct facts facts;
    struct layer layers[NETWORK_TABLE_SOURCES_MAX];
    struct merge_input inputs[NETWORK_TABLE_SOURCES_MAX];
    unsigned count;
};

static void usage(FILE *to)
{
    option_table_usage(&table, to, "portlight-networks", "[SOURCE=FILE...]");
}

static void help(void)
{
    usage(stdout);
    puts("\nCompiles address data into one file for portlightd: whose address is it?\n");
    option_table_help(&table, stdout);
    puts("\nExit status: 0 done, 1 a file is unusable and nothing was changed, 2 wrong usage.\n\n"
         "Example:\n"
         "  portlight-networks tor-geoip=/usr/share/tor/geoip tor-geoip6=/usr/share/tor/geoip6\n\n"
         "The manual is portlight-networks(8).");
}

static void list_sources(void)
{
    for (size_t i = 0; i < sources_len; i++)
        printf("%s\t%s\t%s\n", sources[i].name, sources[i].licence, sources[i].url);
}

/* --- in ------------------------------------------------------------------------------------- */

static void add_file(struct compilation *work, const struct source *source, const char *path)
{
    struct layer *layer = &work->layers[work->count];
    struct source_reading reading = {source, &work->facts, layer, path, ""};
    uint64_t changed_s = 0;
    size_t len = 0;
    char *text;

    if (work->count == NETWORK_TABLE_SOURCES_MAX)
        log_fatal("networks", "more than %d sources", NETWORK_TABLE_SOURCES_MAX);
    text = files_read(path, &len, &changed_s);
    if (text == NULL)
        log_fatal("networks", "%s: %s", path, strerror(errno));
    if (!source->read(&reading, text, len))
        log_fatal("networks", "%s: not as %s has it: %s; nothing was changed", path, source->name,
                  reading.fault);
    free(text);
    work->inputs[work->count++] =
        (struct merge_input){source, layer, layer->date_s != 0 ? layer->date_s : changed_s};
}

/* "aws=/tmp/ip-ranges.json" */
static void add_operand(struct compilation *work, const char *operand)
{
    const char *equals = strchr(operand, '=');
    const struct source *source =
        equals != NULL ? sources_find(operand, (size_t)(equals - operand)) : NULL;

    if (source == NULL) {
        fprintf(stderr,
                "portlight-networks: %s: must be SOURCE=FILE with a source of "
                "portlight-networks --list\n",
                operand);
        exit(2);
    }
    add_file(work, source, equals + 1);
}

/* In the order of sources.def, which is that of belief. */
static void add_directory(struct compilation *work)
{
    for (size_t i = 0; i < sources_len; i++) {
        char *path = NULL;
        FILE *file;
        if (asprintf(&path, "%s/%s", work->directory, sources[i].name) < 0)
            log_fatal("networks", "out of memory");
        file = fopen(path, "re");
        if (file != NULL) {
            fclose(file);
            add_file(work, &sources[i], path);
        } else if (errno != ENOENT) {
            log_fatal("networks", "%s: %s", path, strerror(errno));
        }
        free(path);
    }
}

/* By hand, too, whoever stands first in sources.def is believed. */
static int by_belief(const void *left, const void *right)
{
    const struct merge_input *a = left, *b = right;

    return (a->source > b->source) - (a->source < b->source);
}

/* --- out ------------------------------------------------------------------------------------ */

static void compile(struct compilation *work)
{
    struct network_table made;
    const char *fault;
    uint8_t *bytes;
    size_t len;

    qsort(work->inputs, work->count, sizeof(*work->inputs), by_belief);
    bytes = merge_write(work->inputs, work->count, &work->facts, (uint64_t)time(NULL), &len);
    fault = network_table_open(&made, bytes, len);
    if (fault == NULL && len > NETWORK_TABLE_MAX_LEN)
        fault = "it is larger than portlightd reads";
    if (fault != NULL) /* no data makes this happen */
        log_fatal("networks", "the table is not sound: %s", fault);
    if (!files_replace(work->output, bytes, len))
        log_fatal("networks", "%s: %s; nothing was changed", work->output, strerror(errno));
    log_info("networks", "%s: %u ranges of IPv4, %u of IPv6, from %u sources", work->output,
             made.ipv4_count, made.ipv6_count, made.source_count);
    free(bytes);
}

static void print_row(const struct network_row *row)
{
    char prefix[PREFIX_TEXT_LEN];

    prefix_format(&row->prefix, prefix);
    if (row->asn != 0)
        printf("asn\t%" PRIu32 "\nname\t%s\n", row->asn, row->name);
    if (row->country[0] != '\0')
        printf("country\t%s\n", row->country);
    if (row->provider[0] != '\0')
        printf("provider\t%s (%s)\n", row->provider,
               row->origin == NETWORK_ORIGIN_LIST ? "certain" : "likely");
    if (row->region[0] != '\0')
        printf("region\t%s\n", row->region);
    if (row->kind != NETWORK_KIND_UNKNOWN)
        printf("kind\t%s\n", network_kind_name(row->kind));
    if (row->prefix.bits > 0)
        printf("prefix\t%s\n", prefix);
    if (row->cdn != NETWORK_CDN_UNKNOWN)
        printf("cdn\t%s\n", row->cdn == NETWORK_CDN_YES ? "yes" : "no");
}

static int find(const struct compilation *work)
{
    struct network_table found;
    struct network_row row;
    const char *fault;
    uint64_t changed_s;
    struct addr addr;
    size_t len = 0;
    char *bytes = files_read(work->output, &len, &changed_s);

    if (!addr_parse(work->find, &addr)) {
        fprintf(stderr, "portlight-networks: --find %s: must be an IPv4 or IPv6 address\n",
                work->find);
        return 2;
    }
    if (bytes == NULL)
        log_fatal("networks", "%s: %s", work->output, strerror(errno));
    fault = network_table_open(&found, bytes, len);
    if (fault != NULL)
        log_fatal("networks", "%s: %s", work->output, fault);
    if (network_table_find(&found, &addr, &row))
        print_row(&row);
    else
        puts("unknown");
    free(bytes);
    return 0;
}

static void read_options(struct compilation *work, int argc, char **argv)
{
    int option;

    while ((option = option_table_next(&table, argc, argv)) != OPTION_END) {
        switch (option) {
        case OUTPUT: work->output = optarg; break;
        case DIRECTORY: work->directory = optarg; break;
        case FIND: work->find = optarg; break;
        case LIST: list_sources(); exit(0);
        case VERSION: puts("portlight-networks " PORTLIGHT_VERSION); exit(0);
        case HELP: help(); exit(0);
        default: usage(stderr); exit(2);
        }
    }
}

int main(int argc, char **argv)
{
    static struct compilation work = {.output = DEFAULT_TABLE};

    read_options(&work, argc, argv);
    if (work.find != NULL)
        return find(&work);
    if (work.directory == NULL && optind == argc) {
        fputs("portlight-networks: name a source, or a directory of sources\n", stderr);
        usage(stderr);
        return 2;
    }
    facts_init(&work.facts);
    for (int i = optind; i < argc; i++)
        add_operand(&work, argv[i]);
    if (work.directory != NULL)
        add_directory(&work);
    if (work.count == 0)
        log_fatal("networks", "%s has no file that is named as a source; nothing was changed",
                  work.directory);
    compile(&work);
    for (unsigned i = 0; i < work.count; i++)
        layer_free(&work.layers[i]);
    facts_free(&work.facts);
    return 0;
}
