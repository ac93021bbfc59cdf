/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/share/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"

#define TENTH_NS (NS_PER_S / 10)

enum {
    MARKS = 2,       /* beats that a charge may take to be heard of, and the word of it back */
    PAST_EPOCHS = 4, /* of each frontend: a statement of one of them is an old one, told anew */
};

/* What outlives the process. */
struct entry {
    uint64_t name;
    uint32_t time; /* in tenths of a second, cut off */
    uint16_t cost;
    uint8_t limit, bits;
};

struct charge_row {
    struct statement_heard heard;
    uint64_t past[PAST_EPOCHS];
};

struct ledger_table {
    uint64_t check; /* of the key and the names; 0: never used */
    uint64_t epoch, next, beat;
    uint64_t gap_ns; /* when something was last lost for good; 0: never */
    struct charge_row rows[STATEMENT_FRONTENDS_MAX];
    struct entry entries[LEDGER_CHARGES];
};

/* Another frontend, as this process knows it. */
struct other {
    uint64_t said_ns;         /* its last statement */
    uint64_t complete_ns;     /* when all of them were here */
    uint64_t acknowledged;    /* how many of ours it has */
    uint64_t acknowledged_ns; /* when it had all that it could have */
    uint64_t allowance, allowance_ns;
};

struct ledger {
    struct ledger_setup setup;
    struct ledger_table *table;
    enum ledger_memory began;
    struct other others[STATEMENT_FRONTENDS_MAX];
    uint64_t told; /* charges before this one were told */
    struct mark {
        uint64_t told, beat; /* as of the last beats */
    } marks[MARKS];
    bool beat_is_due;
    uint64_t again, again_end; /* charges to be told again */
    unsigned again_left;       /* statements */
    struct ledger_counts counts;
    struct statement statement; /* big, and of one call only */
};

size_t ledger_memory_len(void)
{
    return sizeof(struct ledger_table);
}

/* Whose memory it is: of the same key, the same frontends in the same order, and the same of them.
 */
static uint64_t check_of(const struct ledger_setup *setup)
{
    uint8_t data[1 + sizeof(setup->names)] = {(uint8_t)setup->self};
    uint64_t check;

    for (unsigned i = 0; i < setup->count; i++)
        strncpy((char *)data + 1 + (size_t)i * PLACE_NAME_LEN, setup->names[i], PLACE_NAME_LEN - 1);
    check = siphash(setup->key, data, sizeof(data));
    return check != 0 ? check : 1;
}

struct ledger *ledger_new(const struct ledger_setup *setup, uint64_t now_ns)
{
    struct ledger *ledger = calloc(1, sizeof(*ledger));
    uint64_t check = check_of(setup);
    struct ledger_table *table = setup->memory;

    if (ledger == NULL)
        return NULL;
    ledger->setup = *setup;
    ledger->table = table;
    ledger->began = table->check == check ? LEDGER_AS_LEFT
                    : table->check == 0   ? LEDGER_NEW
                                          : LEDGER_ANOTHERS;
    if (ledger->began != LEDGER_AS_LEFT || table->epoch == 0 ||
        table->next >= STATEMENT_NUMBER_MAX) {
        memset(table, 0, sizeof(*table));
        table->epoch = setup->random;
        table->gap_ns = now_ns;
        table->check = check;
    }
    if (table->gap_ns > now_ns)
        table->gap_ns = now_ns;
    ledger->told = table->next;
    for (unsigned i = 0; i < MARKS; i++)
        ledger->marks[i] = (struct mark){table->next, table->beat + 1};
    return ledger;
}

void ledger_free(struct ledger *ledger)
{
    free(ledger);
}

enum ledger_memory ledger_began(const struct ledger *ledger)
{
    return ledger->began;
}

/* --- what is charged here ---------------------------------------------------------------- */

static uint64_t oldest(const struct ledger *ledger)
{
    uint64_t next = ledger->table->next;

    return next > LEDGER_CHARGES ? next - LEDGER_CHARGES : 0;
}

void ledger_add(struct ledger *ledger, enum statement_limit limit,
                const struct ratelimit_charge *charge, uint64_t now_ns)
{
    struct ledger_table *table = ledger->table;
    uint32_t left = charge->cost;

    while (left > 0) {
        uint32_t cost = left < STATEMENT_COST_MAX ? left : STATEMENT_COST_MAX;
        table->entries[table->next % LEDGER_CHARGES] = (struct entry){
            .name = charge->name,
            .time = (uint32_t)(now_ns / TENTH_NS),
            .cost = (uint16_t)cost,
            .limit = (uint8_t)limit,
            .bits = charge->bits,
        };
        table->next++;
        left -= cost;
    }
}

bool ledger_has_news(const struct ledger *ledger)
{
    return ledger->told < ledger->table->next;
}

/* --- telling ------------------------------------------------------------------------------ */

static bool is_fresh(uint64_t then_ns, uint64_t now_ns)
{
    return then_ns != 0 && now_ns - then_ns < LEDGER_HEARD_MS * NS_PER_MS;
}

void ledger_beat(struct ledger *ledger, uint64_t now_ns)
{
    uint64_t missing = UINT64_MAX;

    ledger->beat_is_due = true;
    for (unsigned i = 0; i < ledger->setup.count; i++) {
        const struct other *other = &ledger->others[i];
        if (i != ledger->setup.self && is_fresh(other->said_ns, now_ns) &&
            other->acknowledged < ledger->marks[MARKS - 1].told && other->acknowledged < missing)
            missing = other->acknowledged;
    }
    memmove(&ledger->marks[1], &ledger->marks[0], sizeof(ledger->marks) - sizeof(ledger->marks[0]));
    ledger->marks[0] = (struct mark){ledger->told, ledger->table->beat};
    if (missing == UINT64_MAX)
        return;
    ledger->again = missing > oldest(ledger) ? missing : oldest(ledger);
    ledger->again_end = ledger->told;
    ledger->again_left = LEDGER_AGAIN_A_BEAT;
}

static void put_charges(struct ledger *ledger, uint64_t first, uint64_t end, uint64_t now_ns)
{
    const struct ledger_table *table = ledger->table;
    struct statement *statement = &ledger->statement;

    statement->first = first;
    while (first + statement->charge_count < end &&
           statement->charge_count < STATEMENT_CHARGES_MAX) {
        const struct entry *entry =
            &table->entries[(first + statement->charge_count) % LEDGER_CHARGES];
        uint32_t age = (uint32_t)(now_ns / TENTH_NS) - entry->time;
        statement->charges[statement->charge_count++] = (struct statement_charge){
            .name = entry->name,
            .cost = entry->cost,
            .age = (uint16_t)(age < STATEMENT_AGE_MAX ? age : STATEMENT_AGE_MAX),
            .limit = entry->limit,
            .bits = entry->bits,
        };
    }
}

/* False if there is nothing to say. */
static bool choose(struct ledger *ledger, uint64_t now_ns)
{
    uint64_t first = oldest(ledger);

    ledger->statement.charge_count = 0;
    if (ledger->again < first)
        ledger->again = first;
    if (ledger->told < first)
        ledger->told = first;
    if (ledger->again_left > 0 && ledger->again < ledger->again_end) {
        put_charges(ledger, ledger->again, ledger->again_end, now_ns);
        ledger->again += ledger->statement.charge_count;
        ledger->again_left--;
        ledger->counts.again++;
        return true;
    }
    ledger->again_left = 0;
    if (!ledger_has_news(ledger) && !ledger->beat_is_due)
        return false;
    put_charges(ledger, ledger->told, ledger->table->next, now_ns);
    ledger->told += ledger->statement.charge_count;
    ledger->counts.told += ledger->statement.charge_count;
    ledger->beat_is_due = false;
    return true;
}

size_t ledger_tell(struct ledger *ledger, uint64_t now_ns, uint8_t out[static STATEMENT_MAX_LEN])
{
    struct ledger_table *table = ledger->table;
    struct statement *statement = &ledger->statement;

    if (!choose(ledger, now_ns))
        return 0;
    statement->epoch = table->epoch;
    statement->beat = ++table->beat;
    statement->oldest = oldest(ledger);
    statement->next = table->next;
    statement->frontend_count = ledger->setup.count;
    for (unsigned i = 0; i < ledger->setup.count; i++)
        statement->heard[i] = table->rows[i].heard;
    return statement_write(statement, ledger->setup.key, ledger->setup.names[ledger->setup.self],
                           out);
}

/* --- hearing ------------------------------------------------------------------------------ */

/* A row that began anew, or was never heard of.  False for one that ended before. */
static bool take_epoch(struct charge_row *row, uint64_t epoch)
{
    if (row->heard.epoch == epoch)
        return true;
    for (unsigned i = 0; i < PAST_EPOCHS; i++)
        if (row->past[i] == epoch)
            return false;
    memmove(&row->past[1], &row->past[0], sizeof(row->past) - sizeof(row->past[0]));
    row->past[0] = row->heard.epoch;
    row->heard = (struct statement_heard){.epoch = epoch};
    return true;
}

/* Whoever charges more than anybody can has to wait, and so have those whom he charges it for. */
static bool is_allowed(struct other *other, unsigned count, uint64_t now_ns)
{
    enum { MOST = 2 * LEDGER_TAKEN_A_S };
    uint64_t since_ns = now_ns - other->allowance_ns;

    if (other->allowance_ns == 0 || since_ns >= 2 * NS_PER_S) {
        other->allowance = MOST;
        other->allowance_ns = now_ns;
    } else if (since_ns >= NS_PER_MS) {
        other->allowance += since_ns / NS_PER_MS * LEDGER_TAKEN_A_S / 1000;
        other->allowance = other->allowance < MOST ? other->allowance : MOST;
        other->allowance_ns = now_ns;
    }
    if (count > other->allowance)
        return false;
    other->allowance -= count;
    return true;
}

static void take_charges(struct ledger *ledger, unsigned from, uint64_t now_ns)
{
    const struct statement *statement = &ledger->statement;
    struct statement_heard *heard = &ledger->table->rows[from].heard;
    uint64_t end = statement->first + statement->charge_count;

    if (statement->first > heard->next) {
        if (statement->first != statement->oldest)
            return; /* what is between will be told again */
        heard->next = statement->first;
        ledger->table->gap_ns = now_ns;
        ledger->counts.lost++;
    }
    if (end <= heard->next ||
        !is_allowed(&ledger->others[from], (unsigned)(end - heard->next), now_ns))
        return;
    for (uint64_t i = heard->next - statement->first; i < statement->charge_count; i++) {
        const struct statement_charge *charge = &statement->charges[i];
        const struct ratelimit_charge noted = {charge->name, charge->bits, charge->cost};
        if (charge->limit >= STATEMENT_LIMITS)
            continue; /* of a newer frontend */
        ledger->setup.note(ledger->setup.context, (enum statement_limit)charge->limit, &noted,
                           charge->age * TENTH_NS);
        ledger->counts.taken++;
    }
    heard->next = end;
}

/* What it says of us and itself counts if it is news. */
static void take_word(struct ledger *ledger, unsigned from, uint64_t now_ns)
{
    const struct statement *statement = &ledger->statement;
    const struct statement_heard *ours = &statement->heard[ledger->setup.self];
    struct statement_heard *heard = &ledger->table->rows[from].heard;
    const struct mark *mark = &ledger->marks[MARKS - 1];
    struct other *other = &ledger->others[from];

    if (statement->beat <= heard->beat)
        return;
    heard->beat = statement->beat;
    other->said_ns = now_ns;
    if (heard->next >= statement->next)
        other->complete_ns = now_ns;
    other->acknowledged = 0;
    if (ours->epoch != ledger->table->epoch)
        return;
    other->acknowledged = ours->next < ledger->table->next ? ours->next : ledger->table->next;
    if (other->acknowledged >= mark->told && ours->beat >= mark->beat)
        other->acknowledged_ns = now_ns;
}

static bool find(const struct ledger *ledger, const char *name, unsigned *number)
{
    for (unsigned i = 0; i < ledger->setup.count; i++)
        if (i != ledger->setup.self && strcmp(ledger->setup.names[i], name) == 0) {
            *number = i;
            return true;
        }
    return false;
}

bool ledger_take(struct ledger *ledger, const char *sender, const void *data, size_t len,
                 uint64_t now_ns)
{
    unsigned from;

    if (!find(ledger, sender, &from) ||
        !statement_read(data, len, ledger->setup.key, sender, ledger->setup.count,
                        &ledger->statement) ||
        !take_epoch(&ledger->table->rows[from], ledger->statement.epoch)) {
        ledger->counts.refused++;
        return false;
    }
    take_charges(ledger, from, now_ns);
    take_word(ledger, from, now_ns);
    return true;
}

/* --- what follows from it ------------------------------------------------------------------ */

bool ledger_hears(const struct ledger *ledger, unsigned frontend, uint64_t now_ns)
{
    const struct other *other = &ledger->others[frontend];

    return frontend == ledger->setup.self ||
           (is_fresh(other->complete_ns, now_ns) && is_fresh(other->acknowledged_ns, now_ns));
}

uint32_t ledger_share(const struct ledger *ledger, uint64_t window_ns, uint64_t now_ns)
{
    uint32_t heard = 0;

    if (ledger->table->gap_ns != 0 && now_ns - ledger->table->gap_ns < window_ns)
        return 1;
    for (unsigned i = 0; i < ledger->setup.count; i++)
        heard += ledger_hears(ledger, i, now_ns);
    return heard;
}

const struct ledger_counts *ledger_counts(const struct ledger *ledger)
{
    return &ledger->counts;
}
