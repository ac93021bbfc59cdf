# SPDX-License-Identifier: BSD-2-Clause
"""The page that concludes from the router's WAN address, in the browser alone; and /host."""
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

SEEN = "203.0.113.7"
CASES = [
    ("100.64.0.0", "cgnat"), ("100.127.255.255", "cgnat"), ("100.63.255.255", "different"),
    ("100.128.0.0", "different"), ("192.168.178.20", "second-router"), ("10.1.2.3", "private"),
    ("172.16.0.1", "private"), ("172.31.255.255", "private"), ("172.32.0.1", "different"),
    ("192.0.0.2", "ds-lite"), ("192.0.0.8", "different"), ("-", "none"), ("0.0.0.0", "none"),
    (SEEN, "equal"), (f" {SEEN} ", "equal"), ("198.51.100.1", "different"), ("2001:db8::1", "ipv6"),
    ("169.254.1.1", "no-address"), ("1.2.3", "mistake"), ("1.2.3.256", "mistake"),
    ("010.1.2.3", "mistake"),
]  # fmt: skip


def fill(browser, ident, text):
    field = browser.find_element(By.ID, ident)
    field.clear()
    field.send_keys(text)


def shown(browser):
    parts = browser.find_elements(By.CSS_SELECTOR, "[data-case]")
    return [part.get_attribute("data-case") for part in parts if part.is_displayed()]


@pytest.mark.parametrize("page", ["docs/cgnat", "docs/de/cgnat"])
def test_every_case_concludes(browser, checker, shoot, page):
    browser.get(f"http://{checker.listen}/{page}")
    WebDriverWait(browser, 10).until(lambda b: b.find_element(By.ID, "cgnat").is_displayed())
    browser.execute_script("""
        window.sent = [];
        for (const name of ["fetch", "open"]) {
          const real = window[name];
          window[name] = (...all) => { window.sent.push(all); return real(...all); };
        }""")
    fill(browser, "seen", SEEN)
    assert shown(browser) == []
    where = browser.current_url
    for wan, case in CASES:
        fill(browser, "wan", wan)
        browser.find_element(By.CSS_SELECTOR, "#cgnat button").click()
        assert shown(browser) == [case], wan
    fill(browser, "seen", "")
    fill(browser, "wan", "198.51.100.1")
    browser.find_element(By.CSS_SELECTOR, "#cgnat button").click()
    assert shown(browser) == ["unknown-outside"]
    fill(browser, "wan", "100.72.3.4")
    browser.find_element(By.CSS_SELECTOR, "#cgnat button").click()
    shoot(browser, page.replace("/", "-"))
    assert browser.current_url == where, "a conclusion is sent nowhere"
    assert browser.execute_script("return window.sent") == []


def test_the_form_of_host(browser, checker, shoot):
    browser.get(f"http://{checker.listen}/host")
    fill(browser, "host", "not a host")
    browser.find_element(By.CSS_SELECTOR, ".ask button").click()
    WebDriverWait(browser, 10).until(lambda b: b.find_elements(By.CSS_SELECTOR, ".problem"))
    assert browser.find_element(By.ID, "host").get_attribute("value") == "not a host"
    shoot(browser, "host-problem")
    browser.get_log("browser")  # the status of a refused question
