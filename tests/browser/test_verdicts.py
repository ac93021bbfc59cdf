# SPDX-License-Identifier: BSD-2-Clause
"""Every scenario of the lab, as the page shows it."""
import pytest
from conftest import SHOTS
from network import Network
from scenarios import CASES, case_id
from selenium.webdriver.common.by import By
from service import Service, ask_all, free_listen

ICONS = {"open": "✔", "closed": "✘", "filtered": "⊘", "unknown": "?"}


@pytest.fixture(scope="module")
def lab():
    with Network() as network:
        with Service(network, listen=free_listen()) as service:
            yield network, service


@pytest.fixture(scope="module")
def pages(lab):
    """{case: the page's HTML}, asked for in parallel, so that silence takes its time only once."""
    network, service = lab

    def ask(case):
        row, family = case
        query = f"host={network.address(family, row.place)}&ports={row.port}"
        return service.request("GET", f"/?{query}")[1]

    return ask_all(ask, CASES)


@pytest.fixture(scope="module")
def shown(chromium, lab, pages):
    """{case: class, text and number of ladders of its article}."""
    _, service = lab
    chromium.get(f"http://{service.listen}/")
    texts = {}
    for case, page in pages.items():
        chromium.execute_script("document.documentElement.innerHTML = arguments[0]", page)
        [article] = chromium.find_elements(By.CSS_SELECTOR, "article.port")
        ladders = article.find_elements(By.CSS_SELECTOR, "svg.ladder")
        strip = article.find_element(By.CSS_SELECTOR, "svg.path").get_attribute("aria-label")
        texts[case] = (article.get_attribute("class"), article.text, len(ladders), strip)
        if case in CASES[::8]:
            chromium.save_screenshot(str(SHOTS / f"verdict-{case_id(case)}.png"))
    return texts


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_each_verdict_is_shown(case, shown):
    row, _ = case
    classes, text, ladders, strip = shown[case]
    state = row.outcome.state
    assert classes.split() == ["port", state]
    head = text.split("\n")[0]
    assert head.startswith(ICONS[state]) and f"is {state}" in head
    assert strip.endswith(".") and "%" not in strip
    assert "." in text.split("\n")[1], "a sentence"
    if state != "open":
        assert "What to do" in text
    assert ladders <= 1
