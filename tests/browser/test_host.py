# SPDX-License-Identifier: BSD-2-Clause
"""The page that concludes from the router's WAN address, in the browser alone; and /host."""
import pytest
from conftest import PAGE_S
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


# What each conclusion must say, in English and in German.
SAYS = {
    "cgnat": (("behind CGNAT, for certain", "RFC 6598", "IPv6"), ("mit Sicherheit hinter CGNAT", "RFC 6598", "IPv6")),
    "second-router": (("Likely a second router", "bridge mode"), ("Wahrscheinlich", "zweiter Router", "Bridge-Modus")),
    "private": (("either a second router at home, or your provider", "IPv6"), ("entweder ein zweiter Router", "IPv6")),
    "ds-lite": (("DS-Lite or 464XLAT, for certain", "dual stack"), ("mit Sicherheit DS-Lite oder 464XLAT", "Dual Stack")),
    "none": (("IPv6 only", "DS-Lite", "MAP"), ("nur IPv6", "DS-Lite", "MAP")),
    "different": (("provider translates it", "VPN", "proxy"), ("übersetzt der Anbieter", "VPN", "Proxy")),
    "equal": (("no CGNAT", "MAP-E or MAP-T", "none below 1024"), ("kein CGNAT", "MAP-E oder MAP-T", "keiner unter 1024")),
    "ipv6": (("is not shared",), ("nicht geteilt",)),
    "no-address": (("link-local",), ("Link-Local",)),
    "mistake": (("four numbers from 0 to 255",), ("vier Zahlen von 0 bis 255",)),
}  # fmt: skip


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
    WebDriverWait(browser, PAGE_S).until(lambda b: b.find_element(By.ID, "cgnat").is_displayed())
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
        text = browser.find_element(By.CSS_SELECTOR, f"[data-case={case}]").text
        for words in SAYS[case]["/de/" in page]:
            assert words in text, (case, text)
    assert {case for _, case in CASES} == set(SAYS), "a conclusion is not read here"
    fill(browser, "seen", "")
    fill(browser, "wan", "198.51.100.1")
    browser.find_element(By.CSS_SELECTOR, "#cgnat button").click()
    assert shown(browser) == ["unknown-outside"]
    fill(browser, "wan", "100.72.3.4")
    browser.find_element(By.CSS_SELECTOR, "#cgnat button").click()
    shoot(browser, page.replace("/", "-"))
    assert browser.current_url == where, "a conclusion is sent nowhere"
    assert browser.execute_script("return window.sent") == []


@pytest.mark.parametrize("page, says", [("docs/cgnat", "You came by IPv6"), ("docs/de/cgnat", "Sie kommen über IPv6")])
def test_who_comes_by_ipv6_is_told(browser, checker, page, says):
    """Then the address that the server sees can't be compared."""
    me = '{"address": "2001:db8::7", "family": "ipv6"}'
    added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {
        "source": f"window.fetch = async () => ({{json: async () => ({me})}});"})  # fmt: skip
    try:
        browser.get(f"http://{checker.listen}/{page}")
        WebDriverWait(browser, PAGE_S).until(
            lambda b: b.find_element(By.CSS_SELECTOR, "[data-by-ipv6]").is_displayed())  # fmt: skip
        assert says in browser.find_element(By.CSS_SELECTOR, "[data-by-ipv6]").text
        assert browser.find_element(By.ID, "seen").get_attribute("value") == ""
    finally:
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def test_the_form_of_host(browser, checker, shoot):
    browser.get(f"http://{checker.listen}/host")
    fill(browser, "host", "not a host")
    browser.find_element(By.CSS_SELECTOR, ".ask button").click()
    WebDriverWait(browser, PAGE_S).until(lambda b: b.find_elements(By.CSS_SELECTOR, ".problem"))
    assert browser.find_element(By.ID, "host").get_attribute("value") == "not a host"
    shoot(browser, "host-problem")
    browser.get_log("browser")  # the status of a refused question
