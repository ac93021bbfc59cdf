# SPDX-License-Identifier: BSD-2-Clause
"""Debian's chromium before the real daemons, with a small lab behind them."""
import pathlib
import sys

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service as Driver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "lab"), str(TESTS / "e2e")]

from network import exit_on_signals  # noqa: E402
from service import Service, free_listen  # noqa: E402
from small_network import SmallNetwork  # noqa: E402

OPEN, CLOSED, SILENT, REJECTED = 443, 80, 3389, 25
FILTER = """
table inet filter {
  chain input { type filter hook input priority 0;
    tcp dport 3389 drop
    tcp dport 25 reject with icmpx admin-prohibited
  }
}
"""
PAGE_S = 60
SHOTS = TESTS.parent / "build" / "screenshots"


def pytest_configure():
    exit_on_signals()
    SHOTS.mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def network():
    with SmallNetwork(listen=(OPEN,)) as net:
        net.run("target", "nft", "-f", "-", text=FILTER)
        yield net


@pytest.fixture(scope="session")
def checker(network):
    with Service(network, listen=free_listen()) as service:
        yield service


def open_browser(*arguments, **preferences):
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--no-first-run", "--disable-background-networking", "--hide-scrollbars",
                     *arguments):  # fmt: skip
        options.add_argument(argument)
    if preferences:
        options.add_experimental_option("prefs", preferences)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Driver("/usr/bin/chromedriver"))


def wait_for_text(browser, selector, text):
    """Waits until an element has this text.  After a click, elements of the old page may still be there, or vanish."""

    def said(_):
        return any(text in element.text for element in browser.find_elements(By.CSS_SELECTOR, selector))

    patient = WebDriverWait(browser, PAGE_S, ignored_exceptions=[StaleElementReferenceException])
    patient.until(said, f"no {selector} says {text!r}")


@pytest.fixture(scope="session")
def chromium():
    browser = open_browser()
    browser.set_window_size(1100, 1200)
    yield browser
    browser.quit()


@pytest.fixture
def browser(chromium, checker):
    """At the start page; afterwards the console is empty."""
    chromium.get(f"http://{checker.listen}/")
    chromium.get_log("browser")
    yield chromium
    said = [line for line in chromium.get_log("browser") if "favicon" not in line["message"]]
    assert said == []


@pytest.fixture
def shoot():
    """shoot(browser, name): into build/screenshots, of the whole page."""

    def take(browser, name):
        height = browser.execute_script("return document.documentElement.scrollHeight")
        width = browser.get_window_size()["width"]
        browser.set_window_size(width, max(600, height + 40))
        browser.save_screenshot(str(SHOTS / f"{name}.png"))

    return take
