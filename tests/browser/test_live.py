# SPDX-License-Identifier: BSD-2-Clause
"""The page in a browser: without JavaScript, live, narrow, dark, on paper."""
import base64
import http.client
import json
import re
import signal

import pytest
from conftest import CLOSED, OPEN, REJECTED, SHOTS, SILENT, open_browser
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from service import Service, free_listen

ANSWER_S = 60
WORDS = {OPEN: "open", CLOSED: "closed", SILENT: "filtered", REJECTED: "filtered"}


# what a screen reader is told, in this order
LISTEN_TO_STATUS = """
window.said = [];
new MutationObserver(() => {
  const text = document.getElementById("progress").textContent;
  if (text) window.said.push(text);
}).observe(document.getElementById("progress"), {childList: true, characterData: true, subtree: true});
"""


def tick(browser, *ports):
    for box in browser.find_elements(By.CSS_SELECTOR, "input[name=ports]"):
        if box.is_selected() != (int(box.get_attribute("value")) in ports):
            box.click()


def ask(browser, host, *ports):
    field = browser.find_element(By.ID, "host")
    field.clear()
    field.send_keys(host)
    tick(browser, *ports)
    field.send_keys(Keys.ENTER)


def wait_for(browser, css, count=1):
    WebDriverWait(browser, ANSWER_S).until(
        lambda b: len(b.find_elements(By.CSS_SELECTOR, css)) >= count
    )
    return browser.find_elements(By.CSS_SELECTOR, css)


def wait_done(browser):
    WebDriverWait(browser, ANSWER_S).until(
        lambda b: b.find_element(By.ID, "progress").text.startswith("Done")
    )


def words(browser):
    """{port: state} of what the page shows."""
    shown = {}
    for article in browser.find_elements(By.CSS_SELECTOR, "article.port"):
        state = article.get_attribute("class").split()[-1]
        assert f"is {state}" in article.find_element(By.CSS_SELECTOR, "h4").text, "never colour alone"
        shown[int(article.get_attribute("id").split("-")[1])] = state
    return shown


def test_first_visit(browser, shoot):
    assert browser.find_element(By.ID, "host").get_attribute("value") == ""
    assert "not a public address" in browser.find_element(By.CSS_SELECTOR, "form .hint").text
    chips = {chip.text for chip in browser.find_elements(By.CSS_SELECTOR, ".chip")}
    assert {"3389 Remote Desktop", "5900 VNC", "445 SMB", "853 DNS over TLS", "1433 SQL Server"} <= chips
    shoot(browser, "start")


def test_results_come_port_by_port(browser, network, shoot):
    browser.execute_script(LISTEN_TO_STATUS)
    ask(browser, network.address(4, "target"), OPEN, CLOSED, SILENT)
    wait_for(browser, "article.waiting, article.open")
    wait_for(browser, "article.open")
    wait_for(browser, "article.closed")
    assert browser.find_elements(By.CSS_SELECTOR, "article.waiting"), "the silent one takes longer"
    assert "SYN" in browser.find_element(By.ID, "clock").text
    wait_done(browser)
    said = browser.execute_script("return window.said")
    assert said[0] == "Asking …" and len(said) == 2, "heard once, and then the verdict"
    assert f"{SILENT} Remote Desktop is filtered" in said[1] and "✔" not in said[1]
    assert words(browser) == {port: WORDS[port] for port in (OPEN, CLOSED, SILENT)}
    assert f"ports={OPEN}" in browser.current_url, "the address is the link to share"
    shoot(browser, "live")


def test_what_was_opened_stays_open(browser, network):
    """Nothing jumps, nothing closes, when the last answer comes."""
    ask(browser, network.address(4, "target"), OPEN, SILENT)
    [card] = wait_for(browser, "article.open")
    details = card.find_element(By.CSS_SELECTOR, "details")
    details.find_element(By.CSS_SELECTOR, "summary").click()
    wait_done(browser)
    assert details.get_attribute("open"), "the element is the same"
    assert browser.find_elements(By.CSS_SELECTOR, "#take") and browser.find_elements(By.CSS_SELECTOR, ".acts a")


def test_the_path(browser, network):
    ask(browser, network.address(4, "target"), OPEN, CLOSED, SILENT)
    wait_done(browser)
    target = network.address(4, "target")
    for article in browser.find_elements(By.CSS_SELECTOR, "article.port"):
        strip = article.find_element(By.CSS_SELECTOR, "svg.path")
        assert target in strip.get_attribute("aria-label")
        ends = article.find_element(By.CSS_SELECTOR, ".ends").text
        assert target in ends
        lost = article.find_elements(By.CSS_SELECTOR, "svg.path .stop")
        assert bool(lost) == ("filtered" in article.get_attribute("class"))


def test_back_leads_back(browser, network):
    ask(browser, network.address(4, "target"), OPEN)
    wait_done(browser)
    ask(browser, network.address(4, "target"), CLOSED)
    wait_done(browser)
    browser.back()
    wait_for(browser, "article.open")
    assert words(browser) == {OPEN: "open"}


def test_a_pasted_url(browser, network):
    ask(browser, f" ssh://root@{network.address(4, 'target')}:{CLOSED}/ ")
    wait_done(browser)
    assert words(browser) == {CLOSED: "closed"}
    assert "Read as host" in browser.find_element(By.CSS_SELECTOR, ".note").text


def test_no_port_is_a_sentence_not_a_request(browser, network):
    ask(browser, network.address(4, "target"))
    assert browser.find_element(By.ID, "progress").text == "Choose at least one port."
    assert not browser.find_elements(By.CSS_SELECTOR, "article")


# instead of the clipboard, which a browser without a window may refuse
REQUESTS = "return performance.getEntriesByType('resource').map((entry) => entry.name)"

COPIED = """
window.copied = [];
const keep = async (text) => { window.copied.push(text); };
if (navigator.clipboard) navigator.clipboard.writeText = keep;
"""


def test_to_take_home(browser, network, checker):
    """Buttons beside the answer; commands that ask the same."""
    target = network.address(4, "target")
    ask(browser, target, OPEN, CLOSED)
    wait_done(browser)
    browser.execute_script(COPIED)
    buttons = browser.find_elements(By.CSS_SELECTOR, ".acts button")
    assert [b.text for b in buttons] == [
        "Copy link", "Copy as text", "Copy as Markdown", "Copy as JSON"]  # fmt: skip
    loaded = browser.execute_script(REQUESTS)
    for button in buttons:
        button.click()
    WebDriverWait(browser, ANSWER_S).until(lambda b: len(b.execute_script("return copied")) == 4)
    assert browser.execute_script(REQUESTS) == loaded, "nothing is asked anew"
    link, text, markdown, whole = browser.execute_script("return copied")
    ports = json.loads(whole)["addresses"][0]["ports"]
    assert {port["port"]: port["state"] for port in ports} == {OPEN: "open", CLOSED: "closed"}
    assert link.startswith(f"http://{checker.listen}/?host={target}&ports=") and "&at=20" in link
    assert f"{OPEN}/tcp open" in text and "<" not in text
    assert markdown.startswith(f"**{target}**") and "|---|" in markdown
    assert f"http://{checker.listen}/?host={target}" in markdown
    commands = [c.get_attribute("textContent") for c in browser.find_elements(By.CSS_SELECTOR, "#take code")]
    assert f"curl 'http://{checker.listen}/api/v1/check?host={target}&" in commands[0]
    assert commands[1].startswith(f"portlight --server http://{checker.listen}/ ")
    assert {a.text for a in browser.find_elements(By.CSS_SELECTOR, ".acts a")} == {
        "Check again", "Packets (pcap)"}  # fmt: skip
    browser.get(link)
    assert "made at" in browser.find_element(By.ID, "about").text


def open_all(browser):
    for summary in browser.find_elements(By.CSS_SELECTOR, "#answer details:not([open]) > summary"):
        if summary.is_displayed():
            summary.click()


def test_the_ladder_and_the_packets(browser, network, checker, shoot):
    ask(browser, network.address(4, "target"), OPEN, REJECTED, SILENT)
    wait_done(browser)
    open_all(browser)
    ladders = browser.find_elements(By.CSS_SELECTOR, "svg.ladder")
    assert len(ladders) == 3
    by_port = {
        article.get_attribute("id").split("-")[1]: article
        for article in browser.find_elements(By.CSS_SELECTOR, "article.port")
    }
    silent = by_port[str(SILENT)]
    assert len(silent.find_elements(By.CSS_SELECTOR, "path.cross")) == 8, "our SYNs, sent again"
    assert len(silent.find_elements(By.CSS_SELECTOR, ".where")) == 2, "our ACKs"
    assert len(silent.find_elements(By.CSS_SELECTOR, "path.lost")) == 10
    assert by_port[str(OPEN)].find_elements(By.CSS_SELECTOR, "path.back")
    link = browser.find_element(By.CSS_SELECTOR, "a[download]").get_attribute("href")
    path = link.split(checker.listen)[1]
    connection = http.client.HTTPConnection(checker.listen)
    connection.request("GET", path)
    answer = connection.getresponse()
    data = answer.read()
    assert answer.status == 200 and data[:4] in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d")
    assert answer.getheader("Content-Disposition") == 'attachment; filename="portlight.pcap"'
    connection.request("GET", path[:-1] + ("0" if path[-1] != "0" else "1"))
    assert connection.getresponse().status == 404
    shoot(browser, "ladder")


def test_in_german(browser, network, checker, shoot):
    browser.get(f"http://{checker.listen}/de")
    ask(browser, network.address(4, "target"), OPEN, CLOSED)
    WebDriverWait(browser, ANSWER_S).until(
        lambda b: b.find_element(By.ID, "progress").text.startswith("Fertig.")
    )
    said = browser.find_element(By.ID, "answer").text
    assert "Offen: Ein Programm" in said and "ist geschlossen" in said and "Was tun" in said
    assert "/de?" in browser.current_url
    shoot(browser, "german")
    browser.find_element(By.CSS_SELECTOR, "nav a[href$='docs/de/states']").click()
    assert "offen" in browser.find_element(By.CSS_SELECTOR, "main").text


def test_a_problem_is_told(browser, shoot):
    ask(browser, "127.1", OPEN)
    [problem] = wait_for(browser, ".problem")
    assert problem.text
    shoot(browser, "problem")


def test_no_more_ports_than_allowed(browser):
    tick(browser, OPEN, CLOSED, SILENT)
    boxes = browser.find_elements(By.CSS_SELECTOR, "input[name=ports]")
    assert all(box.is_enabled() == box.is_selected() for box in boxes)
    assert browser.find_element(By.ID, "count").text == "3 of 3"


def test_with_the_keyboard_alone(browser, network):
    """From the host field by Tab and Space to an answer."""
    field = browser.find_element(By.ID, "host")
    field.clear()
    field.send_keys(network.address(4, "target"))
    tick(browser)
    for _ in range(40):
        active = browser.switch_to.active_element
        if active.get_attribute("value") == str(OPEN) and active.get_attribute("name") == "ports":
            active.send_keys(Keys.SPACE, Keys.ENTER)
            break
        active.send_keys(Keys.TAB)
    wait_done(browser)
    assert words(browser) == {OPEN: "open"}


@pytest.fixture(scope="module")
def plain():
    """A browser without JavaScript, narrow and dark."""
    key = "profile.managed_default_content_settings.javascript"
    browser = open_browser("--force-dark-mode", "--blink-settings=preferredColorScheme=0", **{key: 2})
    browser.set_window_size(500, 900)
    yield browser
    browser.quit()


def test_without_javascript(plain, checker, network, shoot):
    plain.get(f"http://{checker.listen}/")
    ask(plain, network.address(4, "target"), OPEN, CLOSED)
    wait_for(plain, "article.open")
    assert words(plain) == {OPEN: "open", CLOSED: "closed"}
    assert len(plain.find_elements(By.CSS_SELECTOR, "svg.ladder")) == 2
    wide = plain.execute_script("return document.documentElement.scrollWidth > window.innerWidth")
    assert not wide, "nothing sticks out on a narrow screen"
    shoot(plain, "narrow-dark-without-javascript")


@pytest.mark.parametrize("page", ["states", "forwarding", "cgnat", "about"])
def test_explanations(browser, checker, page, shoot):
    browser.find_element(By.CSS_SELECTOR, f"nav a[href$='docs/{page}']").click()
    assert browser.find_element(By.CSS_SELECTOR, "main h1").text
    shoot(browser, page)


def test_on_paper(browser, network):
    browser.get(f"{browser.current_url}?host={network.address(4, 'target')}&ports={OPEN},{CLOSED},{SILENT}")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not browser.find_element(By.ID, "ask").is_displayed()
        assert browser.find_element(By.CSS_SELECTOR, "article.open").is_displayed()
        paper = browser.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})
        data = base64.b64decode(paper["data"])
        (SHOTS / "paper.pdf").write_bytes(data)
        assert len(re.findall(rb"/Type ?/Page\b", data)) == 1, "three ports on one page"
        (SHOTS / "paper.png").write_bytes(browser.get_screenshot_as_png())
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_the_prober_is_away(checker, browser, shoot):
    checker.prober.send_signal(signal.SIGSTOP)
    try:
        WebDriverWait(browser, ANSWER_S).until(lambda _: not checker.is_ready())
        ask(browser, "93.184.215.14", OPEN)
        [problem] = wait_for(browser, ".problem")
        assert "not running" in problem.text or "unavailable" in problem.text
        shoot(browser, "prober-away")
    finally:
        checker.prober.send_signal(signal.SIGCONT)


def test_the_page_is_small(checker):
    """All that a first visit fetches: under 60 kB, compressed or not."""
    size = 0
    for path in ("/", "/style.css", "/live.js", "/favicon.svg"):
        connection = http.client.HTTPConnection(checker.listen)
        connection.request("GET", path)
        size += len(connection.getresponse().read())
    assert 5_000 < size < 60_000


def test_nothing_is_fetched_from_elsewhere(browser, checker):
    names = browser.execute_script(
        "return performance.getEntriesByType('resource').map((entry) => entry.name)"
    )
    assert names and all(name.startswith(f"http://{checker.listen}/") for name in names)


def test_a_visitor_with_nothing_left(chromium, network, shoot):
    with Service(network, listen=free_listen(), limits={"client-quota": 1}) as strict:
        chromium.get(f"http://{strict.listen}/")
        ask(chromium, network.address(4, "target"), OPEN, CLOSED)
        [problem] = wait_for(chromium, ".problem")
        assert "Too many requests" in problem.text or "limit" in problem.text.lower()
        shoot(chromium, "limited")
        chromium.get_log("browser")
