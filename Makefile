# portlight: make, make run, make check, make lab; README.md tells the rest.
# Other build trees: make BUILD=build/asan CC=clang SANITIZE=address,undefined

BUILD   ?= build
CC       = gcc
PREFIX  ?= /usr/local
SANITIZE =

CPPFLAGS += -I. -D_GNU_SOURCE
WARNINGS  = -Wall -Wextra -Wconversion -Wshadow -Wformat=2 -Wmissing-prototypes \
            -Wstrict-prototypes -Wpointer-arith -Wcast-qual -Wundef -Werror
HARDENING = -fstack-protector-strong -fcf-protection -fPIE
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

COMMON   := $(wildcard common/*.c)
PROBER   := $(wildcard prober/*.c)
CLI      := $(wildcard frontend/cli/*.c)
# what the daemon and the command line share, and what only the daemon has
FRONTEND := $(wildcard frontend/*.c)
HTTP     := $(wildcard frontend/http/*.c)

objects = $(patsubst %.c,$(BUILD)/%.o,$(1))

PROBER_LIBS   = -lpcap -lcap-ng -lseccomp -lconfuse
FRONTEND_LIBS = -levent_core -levent_extra -lcares -lidn2 -lcjson -lconfuse
CLI_LIBS      = -lidn2 -lcjson -lconfuse

PROGRAMS = $(BUILD)/portlight-prober $(BUILD)/portlightd $(BUILD)/portlight

.PHONY: all clean
all: $(PROGRAMS)

$(BUILD)/portlight-prober: $(call objects,$(PROBER) $(COMMON))
	@echo "  LINK $@"
	$(Q)$(LINK) -o $@ $^ $(PROBER_LIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(COMPILE) -c -o $@ $<

# Unit tests: a program for each tests/unit/test_*.c, run from the top.
UNIT      := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
UNIT_WITH := $(filter-out %/main.c,$(COMMON) $(FRONTEND) $(PROBER)) \
             $(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c))
UNIT_LIBS  = -lcmocka $(FRONTEND_LIBS) $(PROBER_LIBS)

.PHONY: unit
.SECONDARY: $(UNIT:$(BUILD)/tests/%=$(BUILD)/tests/unit/%.o)
unit: $(UNIT)
	$(Q)for test in $^; do ./$$test || exit 1; done

$(BUILD)/tests/unit.a: $(call objects,$(UNIT_WITH))
	$(Q)mkdir -p $(@D); rm -f $@; ar rcs $@ $^

$(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(BUILD)/tests/unit.a
	@echo "  LINK $@"
	$(Q)$(LINK) -o $@ $^ $(UNIT_LIBS)

clean:
	rm -rf build

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
