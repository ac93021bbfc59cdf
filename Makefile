# portlight: make, make run, make lab, make fleet, make test, make check; README.md and CONTRIBUTING.md say more.
# Other build trees: make BUILD=build/asan CC=clang SANITIZE=address,undefined

BUILD   ?= build
CC       = gcc
PREFIX  ?= /usr/local
SANITIZE =
# what runs a program of another processor (scripts/cross), before its name
RUN      =

CPPFLAGS += -I. -I$(BUILD) -D_GNU_SOURCE
WARNINGS  = -Wall -Wextra -Wconversion -Wshadow -Wformat=2 -Wmissing-prototypes \
            -Wstrict-prototypes -Wpointer-arith -Wcast-qual -Wundef -Werror
# where the processor can tell a branch's target from other code
CPU      := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine 2>/dev/null)))
BRANCHES_x86_64  = -fcf-protection
BRANCHES_i686    = -fcf-protection
BRANCHES_aarch64 = -mbranch-protection=standard
HARDENING = -fstack-protector-strong $(BRANCHES_$(CPU)) -fPIE
CFLAGS   ?= -O2 -g
LDFLAGS  += -pie -Wl,-z,relro,-z,now,--as-needed
ifeq ($(SANITIZE),)
HARDENING += -D_FORTIFY_SOURCE=2
else
HARDENING += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS   += -fsanitize=$(SANITIZE)
endif
COMPILE = $(CC) -std=gnu17 $(CPPFLAGS) $(WARNINGS) $(HARDENING) $(CFLAGS) -MMD -MP
LINK    = $(CC) $(CFLAGS) $(LDFLAGS)
Q       = $(if $(V),,@)
# a tree by all processors, unless the caller says how many
ALL_CPUS = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

COMMON   := $(wildcard common/*/*.c)
PROBER   := $(wildcard prober/*.c prober/*/*.c)
INSPECTOR := $(wildcard inspector/*.c inspector/*/*.c)
NETWORKS := $(wildcard networks/*.c)
# what the daemon and the command line share, and what only one of them has
SHARED   := $(wildcard $(addprefix frontend/,i18n/*.c model/*.c packets/*.c render/*.c inspection/*.c)) \
            $(addprefix frontend/dns/,ares.c inquiry.c reply.c select.c system.c) \
            $(wildcard frontend/networks/*.c frontend/host/*.c) frontend/prometheus/exposition.c
PAGE     := $(wildcard frontend/page/*.c)
DAEMON   := $(wildcard $(addprefix frontend/,event/*.c link/*.c limits/*.c share/*.c http/*.c inspector/*.c check/*.c handlers/*.c daemon/*.c)) \
            $(addprefix frontend/,dns/event.c prometheus/probe_question.c prometheus/probe_metrics.c)
CLI      := $(wildcard frontend/cli/*.c frontend/remote/*.c) frontend/dns/poll.c
# own sources, and what it takes of the frontend
FLEET    := $(wildcard fleet/*.c fleet/*/*.c) frontend/event/loop.c frontend/link/prober_link.c frontend/link/redial.c
CLI_SHARED := $(filter-out frontend/inspection/page_tls.c frontend/inspection/chain.c frontend/render/assets.c,$(SHARED))

objects = $(patsubst %.c,$(BUILD)/%.o,$(1))

PROBER_LIBS   = -lpcap -lcap-ng -lseccomp -lconfuse
INSPECTOR_LIBS = -lssl -lcrypto -lseccomp -lconfuse
FRONTEND_LIBS = -lseccomp -levent_core -levent_extra -lcares -lidn2 -lcjson -lconfuse -lm
FLEET_LIBS    = -lseccomp -levent_core -levent_openssl -lssl -lcrypto -lconfuse
CLI_LIBS      = -lcares -lidn2 -lcjson -lconfuse -lcurl -lm

NETWORKS_LIBS = -lmaxminddb -lcjson

PROGRAMS = $(BUILD)/portlight-prober $(BUILD)/portlight-inspector $(BUILD)/portlightd $(BUILD)/portlight \
           $(BUILD)/portlight-networks $(BUILD)/portlight-fleet

.PHONY: all run lab fleet test check soak bench unit replay sanitize fuzz both-compilers trixie layers lint \
        format generate hooks install deb check-deb image check-image clean
all: $(PROGRAMS)

$(BUILD)/portlight-prober: $(call objects,$(PROBER) $(COMMON))
	@echo "  LINK $@"
	$(Q)$(LINK) -o $@ $^ $(PROBER_LIBS)

$(BUILD)/portlight-inspector: $(call objects,$(INSPECTOR) $(COMMON))
	@echo "  LINK $@"
	$(Q)$(LINK) -o $@ $^ $(INSPECTOR_LIBS)

$(BUILD)/portlight-networks: $(call objects,$(NETWORKS) $(wildcard common/base/*.c common/net/*.c) common/contract/network_table.c common/config/option_table.c)
	@echo "  LINK $@"
	$(Q)$(LINK) -o $@ $^ $(NETWORKS_LIBS)

$(BUILD)/portlight: $(call objects,$(CLI) $(CLI_SHARED) $(filter-out common/daemon/seccomp.c,$(COMMON)))
	@echo "  LINK $@"
	$(Q)$(LINK) -o $@ $^ $(CLI_LIBS)

$(BUILD)/portlight-fleet: $(call objects,$(FLEET) $(COMMON))
	@echo "  LINK $@"
	$(Q)$(LINK) -o $@ $^ $(FLEET_LIBS)

$(BUILD)/portlightd: $(call objects,$(DAEMON) $(PAGE) $(SHARED) $(COMMON)) $(BUILD)/frontend/render/assets_data.o
	@echo "  LINK $@"
	$(Q)$(LINK) -o $@ $^ $(FRONTEND_LIBS)

# the page is part of the program: its files get their links and are compressed, then named
WWW   := $(wildcard frontend/www/*.* frontend/www/*/*.* frontend/www/*/*/*.*)
PAGES := $(WWW:frontend/www/%=$(BUILD)/www/%) $(BUILD)/www/nav.en.html $(BUILD)/www/nav.de.html
ASSETS = $(BUILD)/frontend/render/assets.inc

.DELETE_ON_ERROR:
$(BUILD)/www/docs/%.html: frontend/www/docs/%.html frontend/www/nav scripts/generate-page
	@mkdir -p $(@D)
	$(Q)scripts/generate-page $< >$@

$(BUILD)/www/nav.%.html: frontend/www/nav scripts/generate-page
	@mkdir -p $(@D)
	$(Q)scripts/generate-page --front $* >$@

$(BUILD)/www/%: frontend/www/%
	@mkdir -p $(@D)
	$(Q)cp $< $@

$(BUILD)/www/%.gz: $(BUILD)/www/%
	$(Q)gzip -9nc $< >$@

# always looked at, since a file may be gone; written when it is another
$(ASSETS): FORCE
	@mkdir -p $(@D)
	@scripts/generate-assets $(PAGES:$(BUILD)/www/%=%) >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
FORCE:

$(BUILD)/frontend/render/assets.o: $(ASSETS)

# the translations, to be searched: their rows in the order of the English texts
PHRASE_ORDER = $(BUILD)/frontend/i18n/phrase_order.inc

$(BUILD)/scripts/phrase_order: $(call objects,scripts/phrase_order.c $(wildcard frontend/i18n/i18n_*.c))
	$(Q)$(LINK) -o $@ $^

$(PHRASE_ORDER): $(BUILD)/scripts/phrase_order
	$(Q)$(RUN) $< >$@

$(BUILD)/frontend/i18n/i18n.o: $(PHRASE_ORDER)

$(BUILD)/frontend/render/assets_data.o: frontend/render/assets_data.S $(ASSETS) $(PAGES) $(PAGES:=.gz)
	@mkdir -p $(@D)
	@echo "  AS   $<"
	$(Q)$(CC) $(CFLAGS) -I$(BUILD) -Wa,-I$(BUILD) -c -o $@ $<

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(COMPILE) -c -o $@ $<

# --- to use it ----------------------------------------------------------------
run:
	@scripts/deps build
	@$(MAKE) -s all
	@scripts/run $(if $(CONFIG),-c $(CONFIG))

lab:
	@scripts/deps test
	@$(MAKE) -s all
	@scripts/lab

fleet:
	@scripts/deps fleet
	@$(MAKE) -s all
	@scripts/fleet

# --- to trust it --------------------------------------------------------------
# the quick loop: no root, no network but loopback
test:
	@scripts/deps unit
	@$(MAKE) -s $(ALL_CPUS) all test-programs
	@$(MAKE) -s unit replay layers

check:
	@scripts/deps test
	@scripts/check

MINUTES ?= 10
soak:
	@scripts/deps test
	@$(MAKE) -s all
	@scripts/soak $(MINUTES)

# Beside its peers, in ratios (docs/performance.md); WORK=open for one of its works.
BENCH := $(patsubst scripts/bench/%.c,$(BUILD)/bench/%,$(wildcard scripts/bench/*.c))

$(BENCH): $(BUILD)/bench/%: $(BUILD)/scripts/bench/%.o $(call objects,$(COMMON) $(filter-out prober/main.c,$(PROBER)))
	@mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(PROBER_LIBS)

bench:
	@scripts/deps bench
	@$(MAKE) -s all $(BENCH)
	@/usr/bin/python3 scripts/bench/bench.py $(if $(JSON),--json "$(JSON)") \
	    $(if $(ROUNDS),--rounds $(ROUNDS)) $(WORK)

# Each tests/unit/**/test_*.c is a program of its own, with all that is not a main.
TESTS       := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*/test_*.c tests/unit/*/*/test_*.c))
TESTED      := $(COMMON) $(filter-out prober/main.c,$(PROBER)) $(SHARED) $(PAGE) \
               $(wildcard inspector/dialogue/*.c inspector/io/*.c) \
               $(filter-out networks/main.c,$(NETWORKS)) \
               $(wildcard frontend/limits/*.c) $(addprefix frontend/share/,ledger.c piece.c statement.c) \
               $(wildcard frontend/remote/json_reader*.c) \
               $(addprefix frontend/cli/,port_list.c seen.c) \
               $(addprefix frontend/,http/accept.c http/connection_end.c http/forwarded.c http/header_check.c http/raw_check.c http/raw_preference.c handlers/metrics.c prometheus/probe_question.c)
TESTED      += fleet/bus/nats_parser.c $(wildcard fleet/message/*.c) fleet/ask/answer.c \
               fleet/ask/beacons.c \
               fleet/ask/questions.c fleet/daemon/engine_config.c
TESTED_OBJS  = $(call objects,$(TESTED)) $(BUILD)/frontend/render/assets_data.o
TEST_LIBS    = -lcmocka $(PROBER_LIBS) -lcares -lidn2 -lcjson -lmaxminddb -lresolv -lm
TEST_HELPERS := $(wildcard tests/unit/support/*.c)

# An archive: a test gets what it needs, and may bring its own of what that needs, such as
# a prober that is not there.
TESTED_DAEMON = $(BUILD)/tests/unit/daemon.a

$(TESTED_DAEMON): $(call objects,$(filter-out frontend/daemon/main.c,$(DAEMON)))
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(TESTS): $(BUILD)/%: $(BUILD)/%.o $(call objects,$(TEST_HELPERS)) $(TESTED_OBJS) $(TESTED_DAEMON)
	$(Q)$(LINK) -o $@ $^ $(TEST_LIBS) -levent_core -levent_extra

# its instructions are counted (tests/cost)
COST := $(BUILD)/tests/cost/cost

$(COST): $(BUILD)/tests/cost/cost.o $(BUILD)/tests/cost/answers.o $(call objects,$(TEST_HELPERS)) $(TESTED_OBJS)
	$(Q)$(LINK) -o $@ $^ $(TEST_LIBS)

COST_INSPECTIONS := $(BUILD)/tests/cost/inspections

$(COST_INSPECTIONS): $(BUILD)/tests/cost/inspections.o $(call objects,$(filter-out inspector/main.c inspector/daemon/%,$(INSPECTOR)) $(COMMON))
	$(Q)$(LINK) -o $@ $^ $(INSPECTOR_LIBS)

.PHONY: cost
cost: $(COST) $(COST_INSPECTIONS)
	@PORTLIGHT_BUILD=$(BUILD) /usr/bin/python3 -m pytest -q -p no:cacheprovider tests/cost

unit: $(TESTS)
	@RUN='$(RUN)' scripts/unit $(TESTS)

# more of the worlds of tests/unit/support/worlds.h than the unit tests draw, two parts at once
WORLDS ?= 100000

.PHONY: worlds
worlds: $(BUILD)/tests/unit/prober/engine/test_engine_worlds
	@half=$$(($(WORLDS) / 2)); \
	WORLDS=$$half WORLD_FIRST=$$((half + 1)) $< >$<.log 2>&1 & second=$$!; \
	WORLDS=$$half $<; first=$$?; \
	wait $$second || { cat $<.log; exit 1; }; exit $$first

# Each tests/fuzz/fuzz_NAME.c has its seeds in tests/fuzz/corpus/NAME.
FUZZ_NAMES   := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SECONDS ?= 60
REPLAYS      := $(addprefix $(BUILD)/tests/fuzz/replay_,$(FUZZ_NAMES))
FUZZERS      := $(addprefix $(BUILD)/tests/fuzz/fuzzer_,$(FUZZ_NAMES))
FUZZ_OBJS     = $(call objects,$(addprefix tests/unit/support/,frames.c frame_parts.c judge.c name_server.c)) $(TESTED_OBJS)

$(BUILD)/tests/fuzz/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o $(FUZZ_OBJS)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(FUZZ_DAEMON) $(TEST_LIBS)

$(BUILD)/tests/fuzz/fuzzer_%: $(BUILD)/tests/fuzz/fuzz_%.o $(FUZZ_OBJS)
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $(filter %.o,$^) $(FUZZ_DAEMON) $(TEST_LIBS)

# the server whole, with a prober and a resolver of its own
$(BUILD)/tests/fuzz/replay_http $(BUILD)/tests/fuzz/fuzzer_http: FUZZ_DAEMON = $(TESTED_DAEMON) -levent_core -levent_extra
$(BUILD)/tests/fuzz/replay_http $(BUILD)/tests/fuzz/fuzzer_http: $(TESTED_DAEMON)

$(BUILD)/tests/fuzz/seeds: $(BUILD)/tests/fuzz/seeds.o $(FUZZ_OBJS)
	$(Q)$(LINK) -o $@ $^ $(TEST_LIBS)

.PHONY: fuzzers seeds coverage differential
# kept, or each run would compile them again
.SECONDARY: $(FUZZ_NAMES:%=$(BUILD)/tests/fuzz/fuzz_%.o) $(BUILD)/tests/fuzz/replay.o
# REPLAY_STEP=13 leaves most truncations and flipped bits out, for a slow processor
REPLAY_STEP ?= 1
replay: $(REPLAYS)
	@printf '%s\n' $(FUZZ_NAMES) | xargs -P$$(nproc) -I{} \
	    sh -c '$(RUN) $(BUILD)/tests/fuzz/replay_{} tests/fuzz/corpus/{} $(REPLAY_STEP)'

.PHONY: test-programs
test-programs: $(TESTS) $(REPLAYS)

fuzzers: $(FUZZERS)

fuzz:
	@$(MAKE) -s $(ALL_CPUS) BUILD=build/fuzz CC=clang SANITIZE=fuzzer-no-link,address,undefined fuzzers
	@printf '%s\n' $(FUZZ_NAMES) | xargs -P$$(nproc) -n1 scripts/fuzz $(FUZZ_SECONDS)

seeds: $(BUILD)/tests/fuzz/seeds
	@$< tests/fuzz/corpus

# unit tests and fuzz corpus; what they did not run of the parsers
coverage:
	@scripts/deps test
	@find build/coverage -name '*.gcda' -delete 2>/dev/null || true
	@$(MAKE) -s BUILD=build/coverage CC=gcc SANITIZE= \
	    CFLAGS='-O0 -g --coverage -U_FORTIFY_SOURCE' unit replay
	@scripts/coverage build/coverage

# Do other parsers take an accepted host for another address?  N=1000000 takes longer.
DIFFERENTIAL = $(BUILD)/tests/fuzz/differential
N           ?= 200000
SEED        ?= 1

$(DIFFERENTIAL): $(call objects,tests/fuzz/differential.c tests/fuzz/hosts.c tests/unit/support/vectors.c) $(TESTED_OBJS)
	$(Q)$(LINK) -o $@ $^ $(TEST_LIBS) -levent_core

differential: $(DIFFERENTIAL)
	@$< $(N) $(SEED) $<.hosts
	@if command -v node >/dev/null; then node tests/fuzz/differential.js $<.hosts; \
	    else echo "differential: there is no node, so its URL parser was not asked"; fi

# what the tables and constants say, for scripts/generate-config and check-limits
$(BUILD)/scripts/facts: $(call objects,scripts/facts.c $(filter-out common/daemon/seccomp.c,$(COMMON)) frontend/model/service.c)
	@mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ -lconfuse

both-compilers:
	@$(MAKE) -s $(ALL_CPUS) BUILD=build/gcc CC=gcc all
	@$(MAKE) -s $(ALL_CPUS) BUILD=build/clang CC=clang all

# the same tree on Debian 13, in a root of its own (status 77: without a mirror)
trixie:
	@scripts/deps trixie
	@scripts/trixie

# for other processors: with branch protection of another kind, and big-endian
CROSS = arm64 s390x

.PHONY: cross $(CROSS:%=cross-%)
cross: $(CROSS:%=cross-%)

$(CROSS:%=cross-%): cross-%:
	@scripts/deps cross
	@scripts/cross $*

sanitize:
	@$(MAKE) -s $(ALL_CPUS) BUILD=build/sanitize CC=clang SANITIZE=address,undefined unit replay

# each a program of scripts/, as many at once as there are processors
LAYERS = check-layers check-names check-imports check-docs check-version check-commits check-hardening check-limits \
         'generate-config --check' 'generate-docs --check'
layers: all $(BUILD)/scripts/facts
	@printf '%s\n' $(LAYERS) | xargs -P$$(nproc) -I{} sh -c 'scripts/{}'

# what follows from config_keys.def, options.def and verdict.def
generate:
	@scripts/generate-config
	@scripts/generate-docs

# git then checks the form of commit messages
hooks:
	git config core.hooksPath scripts

SOURCES = $(shell git ls-files "*.c" "*.h")

format:
	clang-format -i $(SOURCES)

lint: $(ASSETS) $(PHRASE_ORDER)
	@scripts/deps lint
	clang-format --dry-run -Werror $(SOURCES)
	cppcheck --quiet -j$$(nproc) --error-exitcode=1 --inline-suppr --std=c11 -I. -I$(BUILD) -D_GNU_SOURCE \
	    --enable=warning,performance,portability common prober inspector frontend networks fleet
	printf '%s\n' $(COMMON) $(PROBER) $(NETWORKS) $(INSPECTOR) $(SHARED) $(PAGE) $(DAEMON) $(CLI) $(FLEET) | \
	    xargs -P$$(nproc) -n8 sh -c 'clang-tidy --quiet "$$@" -- -std=gnu17 $(CPPFLAGS)' clang-tidy

# --- to keep it -----------------------------------------------------------------
# A configuration that is there already stays.  Debian 12's package has its units under /lib.
UNITDIR ?= $(PREFIX)/lib/systemd/system
# where Debian's zsh looks
ZSHDIR  ?= $(PREFIX)/share/zsh/$(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)
SHARE    = $(DESTDIR)$(PREFIX)/share

install: all
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin sbin lib/sysusers.d lib/tmpfiles.d lib/nagios/plugins) \
	    $(addprefix $(SHARE)/,man/man1 man/man5 man/man8 fish/vendor_completions.d \
	    bash-completion/completions) $(addprefix $(DESTDIR),$(UNITDIR) $(ZSHDIR) /etc/portlight)
	install $(BUILD)/portlight-prober $(BUILD)/portlight-inspector $(BUILD)/portlightd \
	    $(BUILD)/portlight-networks $(BUILD)/portlight-fleet $(DESTDIR)$(PREFIX)/sbin
	install networks/update $(DESTDIR)$(PREFIX)/sbin/portlight-networks-update
	install $(BUILD)/portlight $(DESTDIR)$(PREFIX)/bin
	install packaging/monitoring/check_portlight $(DESTDIR)$(PREFIX)/lib/nagios/plugins
	for section in 1 5 8; do \
	    install -m 644 docs/man/*.$$section $(SHARE)/man/man$$section || exit 1; done
	ln -sf portlight-networks.8 $(SHARE)/man/man8/portlight-networks-update.8
	for unit in portlight-prober.service portlight-inspector.service portlightd.service \
	    portlight-prober.socket portlight-inspector.socket portlight-fleet.service \
	    portlight-networks.service portlight-networks.timer; do \
	    sed 's,/usr/sbin,$(PREFIX)/sbin,' packaging/systemd/$$unit >$(BUILD)/$$unit && \
	    install -m 644 $(BUILD)/$$unit $(DESTDIR)$(UNITDIR) || exit 1; done
	for kind in sysusers tmpfiles; do install -m 644 packaging/systemd/portlight.$$kind \
	    $(DESTDIR)$(PREFIX)/lib/$$kind.d/portlight.conf || exit 1; done
	install -m 644 packaging/completions/portlight.bash $(SHARE)/bash-completion/completions/portlight
	install -m 644 packaging/completions/portlight.fish $(SHARE)/fish/vendor_completions.d
	install -m 644 packaging/completions/_portlight $(DESTDIR)$(ZSHDIR)
	[ -e $(DESTDIR)/etc/portlight/portlight.conf ] || \
	    install -m 644 packaging/portlight.conf $(DESTDIR)/etc/portlight

deb:
	@scripts/deps deb
	@scripts/deb

# the package in a throw-away root, and under a systemd of its own
check-deb: deb
	@/usr/bin/python3 -m pytest -q -p no:cacheprovider tests/packaging/test_[!c]*.py

# images of the package's programs for containers, and what they do in some
image: deb
	@scripts/deps image
	@scripts/image

check-image: image
	@scripts/deps check-image
	@/usr/bin/python3 -m pytest -q -p no:cacheprovider tests/packaging/test_containers.py

clean:
	rm -rf build

-include $(shell find $(BUILD) -type f -name '*.d' 2>/dev/null)
