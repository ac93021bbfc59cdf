# SPDX-License-Identifier: BSD-2-Clause
"""WCAG 2.2 AA by axe-core (npm), on every page, light and dark."""
import pathlib
import subprocess

import pytest
from conftest import CLOSED, OPEN, SHOTS, SILENT

AXE = "axe-core@4.10.3"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {runOnly: {type: "tag", values: %s}}).then(
  (result) => done(result.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html).join(" | "))),
  (error) => done([String(error)]));
""" % RULES
WWW = pathlib.Path(__file__).resolve().parents[2] / "frontend" / "www"
DOCS = [f"/{page.relative_to(WWW).with_suffix('')}" for page in sorted(WWW.glob("docs/**/*.html"))]


@pytest.fixture(scope="session")
def axe():
    folder = SHOTS.parent / "npm"
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        done = subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, AXE],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            pytest.skip(f"npm can't fetch {AXE} here: {done.stderr.strip()[-200:]}")
    return pathlib.Path(script).read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [
    "/", "/?host={target}&ports=%d,%d,%d" % (OPEN, CLOSED, SILENT), "/?host=127.1&ports=1",
    "/nothing/here", "/docs", "/problems/rate-limited",
    "/de?host={target}&ports=%d&trace=true" % SILENT, *DOCS,
], ids=["start", "answer", "problem", "missing", "docs", "problem type", "German", *DOCS])  # fmt: skip
def test_axe_finds_nothing(axe, browser, checker, network, path, scheme):
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    browser.get(f"http://{checker.listen}" + path.format(target=network.address(4, "target")))
    for summary in browser.find_elements("css selector", "details:not([open]) > summary"):
        summary.click()
    browser.get_log("browser")  # a 422 says so there
    browser.execute_script(axe)
    assert browser.execute_async_script(RUN) == []
