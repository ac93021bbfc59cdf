# SPDX-License-Identifier: BSD-2-Clause
"""The description of the API as a client generator reads it: what comes out compiles and works."""
import shutil
import subprocess

import pytest
from conftest import CLOSED, OPEN, REJECTED, SHOTS, TESTS

TOOLS = ("openapi-typescript@7.4.4", "openapi-fetch@0.13.4", "typescript@5.7.3")
FOLDER = SHOTS.parent / "npm"
STRICT = ("--strict", "--target", "es2022", "--module", "es2022", "--moduleResolution", "bundler",
          "--lib", "es2022,dom", "--exactOptionalPropertyTypes", "--skipLibCheck")  # fmt: skip


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def client():
    """The compiled client."""
    programs = FOLDER / "node_modules" / ".bin"
    if not (FOLDER / "node_modules" / "openapi-fetch").exists() or not (programs / "tsc").exists():
        done = subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", FOLDER, *TOOLS],
            capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            pytest.skip(f"npm can't fetch {TOOLS} here: {done.stderr.strip()[-200:]}")
    place = FOLDER / "client"  # beside node_modules, where it finds its library
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(TESTS / "browser" / "client", place)
    (place / "package.json").write_text('{"type": "module"}\n')
    run(programs / "openapi-typescript", TESTS.parent / "frontend/www/openapi.json",
        "-o", place / "schema.d.ts")  # fmt: skip
    run(programs / "tsc", *STRICT, place / "ask.ts")
    return place / "ask.js"


def test_a_generated_client_asks_the_lab(client, checker, network):
    host = network.address(4, "target")
    assert run("node", client, f"http://{checker.listen}", host).splitlines() == [
        f"POST {OPEN} open answered",
        f"POST {CLOSED} closed answered",
        f"GET {REJECTED} filtered answered",
        "refused 403 /problems/target-not-allowed address-not-public",
        "ports true",
        "limits 3",
        "me ipv4",
    ]
