# SPDX-License-Identifier: BSD-2-Clause
"""Many places in a browser: chosen, asked live, compared; with a whole fleet on loopback."""
import os

import pytest
from conftest import open_browser, wait_for_text
from fake_prober import CLOSED, DROPPED
from fleet import ENGINE, Fleet
from frontend import TARGET, Frontend
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from service import wait_until
from test_looks import BROKEN, OVERLAPS, STICKS_OUT

pytestmark = pytest.mark.skipif(not os.path.exists(ENGINE), reason="nats-server is not installed")

ANSWER_S = 60
SENTENCE = "Open from Frankfurt and Virginia, filtered from Sydney"


@pytest.fixture(scope="module")
def fleet():
    with Fleet(fleet={"max-places": 2}) as fleet:
        with Frontend(fleet=fleet.fleet_section()) as frontend:
            wait_until(lambda: all_up(frontend), "not all places are up")
            fleet.frontend = frontend
            yield fleet


def all_up(frontend):
    return {p["status"] for p in frontend.get("/api/v1/places").json["places"]} == {"up"}


@pytest.fixture(scope="module")
def five():
    """Three places, all of which may be asked."""
    with Fleet() as fleet, Frontend(fleet=fleet.fleet_section()) as frontend:
        wait_until(lambda: all_up(frontend), "not all places are up")
        fleet.frontend = frontend
        fleet.probers["syd"].verdicts[(TARGET, 443)] = DROPPED
        for prober in fleet.probers.values():
            prober.verdicts[(TARGET, 22)] = CLOSED
        yield fleet


@pytest.fixture
def page(chromium):
    yield chromium
    said = [line for line in chromium.get_log("browser") if "favicon" not in line["message"]]
    assert said == []


def go(page, fleet, path="/"):
    page.get(f"http://{fleet.frontend.listen}{path}")
    page.get_log("browser")


def boxes(page):
    return {box.get_attribute("value"): box for box in page.find_elements(By.CSS_SELECTOR, "[name=from]")}


def tick(page, name, value):
    page.find_element(By.CSS_SELECTOR, f"input[name={name}][value='{value}']").click()


def rows(page):
    return [(row.get_attribute("class").split()[1], row.find_element(By.TAG_NAME, "h4").text)
            for row in page.find_elements(By.CSS_SELECTOR, ".compared:first-of-type .place")]


def test_no_more_places_than_may_be_asked(page, fleet):
    go(page, fleet)
    assert list(boxes(page)) == ["fra", "iad", "syd"]
    assert "Frankfurt, DE" in page.find_element(By.ID, "from").text
    tick(page, "from", "fra")
    assert not any(box.get_attribute("disabled") for box in boxes(page).values())
    tick(page, "from", "syd")
    assert [name for name, box in boxes(page).items() if box.get_attribute("disabled")] == ["iad"]


def test_places_answer_one_by_one(page, five, shoot):
    go(page, five, "/en")
    five.probers["iad"].mode = "silent"
    try:
        page.find_element(By.ID, "host").send_keys(TARGET)
        for port in (443, 22):
            tick(page, "ports", port)
        for name in five.places:
            tick(page, "from", name)
        page.find_element(By.CSS_SELECTOR, "form button").click()
        WebDriverWait(page, ANSWER_S).until(
            lambda b: len(b.find_elements(By.CSS_SELECTOR, ".place.open, .place.closed")) >= 3)
        assert page.find_elements(By.CSS_SELECTOR, ".place.waiting"), "the silent one takes longer"
        shoot(page, "places-live")
        WebDriverWait(page, ANSWER_S).until(
            lambda b: b.find_element(By.ID, "progress").text.startswith("Done"))
    finally:
        five.probers["iad"].mode = "answer"
        wait_until(lambda: all_up(five.frontend), "the silent one is not back")
    assert not page.find_elements(By.CSS_SELECTOR, ".waiting")
    said = page.find_element(By.ID, "progress").text
    assert said.index("Open from Frankfurt, filtered from Sydney") < said.index("Closed from")
    assert [(state, head.split("AS", 1)[-1]) for state, head in rows(page)] == [
        ("open", "64500: open"), ("unknown", "64501 has no answer"), ("filtered", "64502: filtered")]
    assert "from=fra&from=iad&from=syd" in page.current_url


def test_differences_first_and_why(page, five, shoot):
    page.set_window_size(1100, 1200)
    go(page, five, f"/en?host={TARGET}&ports=22,443&from=all")
    heads = [h.text for h in page.find_elements(By.CSS_SELECTOR, ".compared h3")]
    assert heads == [f"{TARGET}, 443 HTTPS", f"{TARGET}, 22 SSH"]
    assert page.find_element(By.CSS_SELECTOR, ".differs").text.startswith(SENTENCE)
    assert [state for state, _ in rows(page)] == ["open", "open", "filtered"]
    assert len(page.find_elements(By.CSS_SELECTOR, ".place svg.path")) == 6
    ends = page.find_elements(By.CSS_SELECTOR, ".place .ends span:first-child")
    assert [end.text for end in ends] == 2 * ["Frankfurt", "Virginia", "Sydney"]
    assert "22 closed, 443 differs" in page.title
    assert all(box.is_selected() for box in boxes(page).values())
    take = page.find_element(By.ID, "take").get_attribute("textContent")
    assert "from=fra,iad,syd" in take and "--from fra,iad,syd" in take
    assert "| Sydney |" in take
    shoot(page, "places")


def test_german(page, five, shoot):
    go(page, five, f"/de?host={TARGET}&ports=22,443&from=all")
    text = page.find_element(By.TAG_NAME, "main").text
    for words in ("Offen von Frankfurt und Virginia, gefiltert von Sydney", "Fragen von",
                  "Jeder kostet so viel wie eine Prüfung"):
        assert words in text
    for english in ("Open from", "Ask from", "Each costs"):
        assert english not in text
    shoot(page, "places-german")


@pytest.mark.parametrize("width", [320, 390, 1100])
def test_nothing_sticks_out(page, five, width, shoot):
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                         {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})  # fmt: skip
    try:
        go(page, five, f"/de?host={TARGET}&ports=22,443&from=all")
        assert page.execute_script(STICKS_OUT) == []
        assert page.execute_script(OVERLAPS) == []
        assert page.execute_script(BROKEN) == []
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_without_javascript(five):
    browser = open_browser(**{"profile.managed_default_content_settings.javascript": 2})
    try:
        go(browser, five, "/en")
        browser.find_element(By.ID, "host").send_keys(TARGET)
        tick(browser, "ports", 443)
        for name in five.places:
            tick(browser, "from", name)
        browser.find_element(By.CSS_SELECTOR, "form button").click()
        wait_for_text(browser, ".differs", SENTENCE)
    finally:
        browser.quit()


def test_no_fleet_no_chooser(page):
    with Frontend() as frontend:
        page.get(f"http://{frontend.listen}/")
        assert not page.find_elements(By.ID, "from")
