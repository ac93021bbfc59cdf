# SPDX-License-Identifier: BSD-2-Clause
"""The description of the API, by an npm linter."""
import subprocess

import pytest
from conftest import SHOTS, TESTS

LINTER = "@redocly/cli@1.34.5"
SKIPPED = "operation-4xx-response"  # some operations have none


def test_redocly_finds_nothing():
    folder = SHOTS.parent / "npm"
    program = folder / "node_modules" / ".bin" / "redocly"
    if not program.exists():
        done = subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, LINTER],
            capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            pytest.skip(f"npm can't fetch {LINTER} here: {done.stderr.strip()[-200:]}")
    done = subprocess.run(
        [program, "lint", "--skip-rule", SKIPPED, TESTS.parent / "frontend/www/openapi.json"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
