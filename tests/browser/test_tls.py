# SPDX-License-Identifier: BSD-2-Clause
"""/tls, and the way to it from an open port: with the script and without, wide, narrow, dark."""
import base64
import pathlib
import subprocess
import tempfile

import pytest
from conftest import PAGE_S, SHOTS, open_browser, wait_for_text
from inspecting_service import InspectingService
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from service import free_listen, wait_until
from small_network import SmallNetwork
from test_looks import BROKEN, STICKS_OUT, WIDTHS
from tls_servers import AIA, Authority

HTTPS, MUTE, SSH, INCOMPLETE, EXPIRED = 443, 8080, 22, 8443, 465
SERVE = """
import socket, sys, threading
def serve(port, say):
    listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=one, args=(connection, say), daemon=True).start()
def one(connection, say):
    try:
        if say:
            connection.sendall(say)
        while connection.recv(4096):
            pass
    except OSError:
        pass
threads = [threading.Thread(target=serve, args=item) for item in ((8080, b""), (22, b"SSH-2.0-OpenSSH_9.2\\r\\n"))]
for thread in threads:
    thread.start()
print("ready", flush=True)
"""


@pytest.fixture(scope="module")
def servers():
    with SmallNetwork() as net, tempfile.TemporaryDirectory(prefix="portlight-tls-") as name:
        directory = pathlib.Path(name)
        directory.chmod(0o755)
        authority = Authority(directory)
        authority.issue("leaf", names=f"IP:{net.address(4, 'target')},DNS:a-rather-long-name-for-a-narrow-window.of.tls-lab.net")
        (directory / "serve.py").write_text(SERVE)
        net.python("target", directory / "serve.py")
        authority.issue("lone", names=f"IP:{net.address(4, 'target')}", extensions=[AIA])
        authority.issue("old", names=f"IP:{net.address(4, 'target')}", start="20240101000000Z", end="20250101000000Z")
        for port, leaf, chain in ((HTTPS, "leaf", ("middle", "root")), (INCOMPLETE, "lone", ()), (EXPIRED, "old", ("middle",))):
            more = ("-cert_chain", authority.chain(*chain)) if chain else ()
            net.popen("target", "openssl", "s_server", "-quiet", "-accept", f"*:{port}", "-cert", directory / f"{leaf}.pem",
                      "-key", directory / f"{leaf}.key", *more,
                      stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
            wait_until(lambda port=port: f":{port} " in net.run("target", "ss", "-Hltn"), "the server")
        net.roots = directory / "root.pem"
        yield net


@pytest.fixture(scope="module")
def site(servers):
    with InspectingService(servers, servers.roots, listen=free_listen(), inspector={"target-quota": 0}) as service:
        yield f"http://{service.listen}"


@pytest.fixture
def browser(chromium, site):
    chromium.get(f"{site}/en")
    chromium.get_log("browser")
    yield chromium
    assert [line for line in chromium.get_log("browser") if "favicon" not in line["message"]] == []


def wait(browser, selector):
    WebDriverWait(browser, PAGE_S).until(lambda b: b.find_elements(By.CSS_SELECTOR, selector))
    return browser.find_elements(By.CSS_SELECTOR, selector)


def tick(browser, *ports):
    for box in browser.find_elements(By.CSS_SELECTOR, "#ask input[name=ports]"):
        if box.is_selected() != (int(box.get_attribute("value")) in ports):
            browser.execute_script("arguments[0].click()", box)


def check(browser, host, *ports):
    field = browser.find_element(By.ID, "host")
    field.clear()
    field.send_keys(host)
    tick(browser, *ports)
    browser.find_element(By.CSS_SELECTOR, "#ask button[type=submit]").click()
    wait(browser, "#take")


def test_from_an_open_port_to_its_certificate(browser, site, servers, shoot):
    """With the script: cards come one by one, and each open one has its button."""
    target = servers.address(4, "target")
    browser.get(f"{site}/en")
    check(browser, target, HTTPS, SSH, 25)
    buttons = [button.text for button in browser.find_elements(By.CSS_SELECTOR, "article form.service button")]
    assert sorted(buttons) == ["22: does a program answer?", "443: check its certificate"]
    closed = browser.find_element(By.CSS_SELECTOR, "article.closed")
    assert closed.find_elements(By.CSS_SELECTOR, "form.service") == []
    shoot(browser, "tls-button")
    browser.find_element(By.CSS_SELECTOR, "article form.service button").click()
    [verdict] = wait(browser, "#answer article")
    assert "TLSv1.3 works, and the certificate is right for" in verdict.text
    assert verdict.find_element(By.CSS_SELECTOR, ".word").text == "trusted"
    assert browser.find_element(By.ID, "host").get_attribute("value") == target
    assert browser.find_element(By.ID, "port").get_attribute("value") == "443"
    shoot(browser, "tls-trusted")


CHAINS = {
    HTTPS: [("sound", "CN=www.tls-lab.net", "the server's own · valid until 20"), ("sound", "O=Test,CN=Test Intermediate", "intermediate · "),
            ("sound", "CN=Test Root", "root · ")],
    INCOMPLETE: [("sound", "CN=www.tls-lab.net", "the server's own · "), ("absent", "O=Test,CN=Test Intermediate", "not sent · the problem is here")],
    EXPIRED: [("bad", "CN=www.tls-lab.net", "the server's own · valid until 2025-01-01 · the problem is here"),
              ("sound", "O=Test,CN=Test Intermediate", "intermediate · ")],
}  # fmt: skip


@pytest.mark.parametrize("port", CHAINS)
def test_the_chain_is_drawn(browser, site, servers, shoot, port):
    browser.get(f"{site}/tls/en?host={servers.address(4, 'target')}&port={port}")
    items = wait(browser, "#answer .chain li")
    seen = [(item.get_attribute("class"), *item.text.split("\n")) for item in items]
    assert [one[:2] for one in seen] == [one[:2] for one in CHAINS[port]]
    for (*_, said), (*_, expected) in zip(seen, CHAINS[port]):
        assert said.startswith(expected) and ("problem" in said) == ("problem" in expected)
    shoot(browser, f"tls-chain-{port}")


def test_does_a_program_answer(browser, site, servers, shoot):
    target = servers.address(4, "target")
    browser.get(f"{site}/en?host={target}&ports={SSH}")
    [button] = wait(browser, "article form.service button")
    button.click()
    [verdict] = wait(browser, "#answer article")
    assert "A program answers: ssh." in verdict.text
    assert browser.find_element(By.CSS_SELECTOR, "input[name=service]").is_selected(), "asked once more it is the same"
    shoot(browser, "tls-program")


def test_patience_is_offered_once(browser, site, servers, shoot):
    target = servers.address(4, "target")
    browser.get(f"{site}/en?host={target}&ports={MUTE}")
    wait(browser, "article form.service button")[0].click()
    [verdict] = wait(browser, "#answer article")
    assert "no HTTP answer came in 2 seconds" in verdict.text
    [again] = verdict.find_elements(By.CSS_SELECTOR, "form.service button")
    assert again.text == "Ask again, and wait up to 20 seconds"
    shoot(browser, "tls-patience")


def test_the_form_and_a_mistake_in_it(browser, site, shoot):
    browser.get(f"{site}/tls")
    field = browser.find_element(By.ID, "host")
    field.clear()
    field.send_keys("nas.lan")
    browser.find_element(By.CSS_SELECTOR, ".ask button").click()
    [problem] = wait(browser, ".problem")
    assert problem.text and browser.find_element(By.ID, "host").get_attribute("value") == "nas.lan"
    shoot(browser, "tls-problem")
    browser.get_log("browser")  # the status of a refused question


def test_without_the_script(servers, site):
    quiet = open_browser(**{"profile.managed_default_content_settings.javascript": 2})
    try:
        quiet.get(f"{site}/de?host={servers.address(4, 'target')}&ports={HTTPS}")
        [button] = quiet.find_elements(By.CSS_SELECTOR, "article form.service button")
        assert button.text == "443: das Zertifikat prüfen"
        button.click()
        wait_for_text(quiet, "#answer article", "funktioniert, und das Zertifikat passt zu")
    finally:
        quiet.quit()


PAGES = {
    "form": "/tls/{language}",
    "trusted": "/tls/{language}?host={target}&port=443&survey=true",
    "wrong": "/tls/{language}?host={target6}&port=443",
    "program": "/tls/{language}?host={target}&port=22&service=true",
    "button": "/{language}?host={target}&ports=443,22,25",
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_sticks_out(browser, site, servers, width, scheme, name, language):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})  # fmt: skip
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    try:
        browser.get(site + PAGES[name].format(language=language, target=servers.address(4, "target"),
                                              target6=servers.address(6, "target")))  # fmt: skip
        for summary in browser.find_elements(By.CSS_SELECTOR, "details:not([open]) > summary"):
            browser.execute_script("arguments[0].parentElement.open = true", summary)
        picture = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        (SHOTS / f"tls-{name}-{language}-{width}-{scheme}.png").write_bytes(base64.b64decode(picture["data"]))
        assert browser.execute_script(STICKS_OUT) == []
        assert browser.execute_script(BROKEN) == []
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
