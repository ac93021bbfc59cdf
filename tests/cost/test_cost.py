# SPDX-License-Identifier: BSD-2-Clause
"""Instructions of a check's pure path: repeatable where seconds are not.

The bounds are half as much again as was measured when they were set; who needs more for a
good reason raises them, with the reason.
"""
import os
import pathlib
import re
import subprocess

import pytest

BUILD = pathlib.Path(os.environ.get("PORTLIGHT_BUILD", "build"))
COUNTED = ("engine_check", "engine_packet", "engine_tick", "cost_of_bytes")
FREE = ("json_write_ports", "page_render")
FEW, MANY = 20, 220
FREE_BOUND = 540000
BOUNDS = {"open": 18000, "closed": 16000, "silent": 38000}


def instructions(kind, count, directory, counted=COUNTED, printed="verdicts"):
    argv = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={directory}/out",
            *(f"--toggle-collect={function}" for function in counted),
            BUILD / "tests/cost/cost", kind, str(count)]  # fmt: skip
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout == f"{count} {printed}\n", done.stderr
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


@pytest.mark.parametrize("kind", BOUNDS)
def test_a_check_costs_no_more_than_it_did(kind, tmp_path):
    spent = instructions(kind, MANY, tmp_path) - instructions(kind, FEW, tmp_path)
    assert 1000 < spent / (MANY - FEW) < BOUNDS[kind]


def test_what_is_free_costs_us_little(tmp_path):
    """GET /api/v1/ports and / cost a visitor no units: they must not look at 65,535 ports."""
    many, few = (instructions("free", n, tmp_path, FREE, "answers") for n in (MANY, FEW))
    assert 1000 < (many - few) / (MANY - FEW) < FREE_BOUND
