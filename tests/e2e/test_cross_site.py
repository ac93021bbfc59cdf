# SPDX-License-Identifier: BSD-2-Clause
"""Requests that another site's page can make its visitors' browsers send lead to no lookup.

For each way the headers that browsers add by themselves, which a page can not choose.
"""
import json
import re

import pytest

from frontend import TARGET

NAME = "cross.vectors.net"
EVIL = "http://evil.example"
FORM, TEXT, MULTI = (
    "application/x-www-form-urlencoded",
    "text/plain;charset=UTF-8",
    "multipart/form-data; boundary=x",
)
JSON_BODY = json.dumps({"host": NAME, "ports": [443]}).encode()
BODIES = {
    FORM: f"host={NAME}&ports=443".encode(),
    TEXT: JSON_BODY,
    MULTI: b'--x\r\nContent-Disposition: form-data; name="host"\r\n\r\n%s\r\n--x--\r\n'
           % NAME.encode(),
    "": JSON_BODY,
}  # fmt: skip


def fetch(site, mode, dest, **more):
    return {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest, **more}


USER = {"Sec-Fetch-User": "?1"}
ACCEPT_IMAGE = {"Accept": "image/avif,image/webp,*/*;q=0.8"}

# GETs, by what in a page makes them
SUBRESOURCES = {
    dest: fetch("cross-site", "no-cors", dest)
    for dest in ("image", "script", "style", "audio", "video", "track", "embed", "object", "font",
                 "empty", "manifest", "report", "paintworklet", "serviceworker")
}  # fmt: skip
OTHERS = {
    "fetch": fetch("cross-site", "cors", "empty", Origin=EVIL),
    "fetch, sandboxed": fetch("cross-site", "cors", "empty", Origin="null"),
    "fetch, a sibling site": fetch("same-site", "cors", "empty", Origin="http://www.example"),
    "image, a sibling site": fetch("same-site", "no-cors", "image"),
    "iframe": fetch("cross-site", "navigate", "iframe"),
    "iframe, clicked": fetch("cross-site", "navigate", "iframe", **USER),
    "frame": fetch("cross-site", "navigate", "frame", **USER),
    "fencedframe": fetch("cross-site", "navigate", "fencedframe"),
    "object, navigated": fetch("cross-site", "navigate", "object", **USER),
    "window.open without a click": fetch("cross-site", "navigate", "document"),
    "prefetch": fetch("cross-site", "navigate", "document", **{"Sec-Purpose": "prefetch"}),
    "prerender": fetch("cross-site", "navigate", "document",
                       **{"Sec-Purpose": "prefetch;prerender"}),
    "websocket": fetch("cross-site", "websocket", "websocket", Origin=EVIL),
    "event source": fetch("cross-site", "cors", "empty", Origin=EVIL, Accept="text/event-stream"),
    "site alone": {"Sec-Fetch-Site": "cross-site"},
    "site of a future kind": fetch("other-site", "no-cors", "image"),
    "iframe, a sibling site": fetch("same-site", "navigate", "iframe"),
    # plain HTTP: no Fetch Metadata
    "old: fetch": {"Origin": EVIL},
    "old: sandboxed": {"Origin": "null"},
    "old: a file": {"Origin": "file://"},
    "old: image": {"Referer": f"{EVIL}/page", **ACCEPT_IMAGE},
    "old: script": {"Referer": f"{EVIL}/page", "Accept": "*/*"},
    "old: style": {"Referer": f"{EVIL}/", "Accept": "text/css,*/*;q=0.1"},
    "old: event source": {"Referer": f"{EVIL}/", "Accept": "text/event-stream"},
    "old: origin policy": {"Referer": EVIL, "Accept": "*/*"},
    "old: origin, own referer": {"Origin": EVIL, "Referer": "http://{listen}/"},
    # looks like us
    "other port": {"Origin": "http://{address}:1"},
    "no port": {"Origin": "http://{address}"},
    "longer port": {"Origin": "http://{listen}0"},
    "subdomain": {"Origin": "http://{listen}.evil.example"},
    "our name in their host": {"Origin": "http://evil.example:80/{listen}"},
    "our name in their path": {"Referer": f"{EVIL}/http://{{listen}}/", "Accept": "*/*"},
    "our name in their query": {"Referer": f"{EVIL}/?{{listen}}", "Accept": "*/*"},
    "our name as their user": {"Referer": "http://{listen}@evil.example/", "Accept": "*/*"},
    "our name, backslash": {"Referer": "http://evil.example\\{listen}/", "Accept": "*/*"},
    "our subdomain": {"Referer": "http://{listen}.evil.example/", "Accept": "*/*"},
}  # fmt: skip
GETS = {**{f"subresource: {dest}": headers for dest, headers in SUBRESOURCES.items()}, **OTHERS}

# ways that are a visitor's own
OWN = {
    "typed": fetch("none", "navigate", "document", **USER),
    "link followed": fetch("cross-site", "navigate", "document", **USER, Referer=f"{EVIL}/"),
    "our form": fetch("same-origin", "navigate", "document", **USER, Referer="http://{listen}/"),
    "our script": fetch("same-origin", "cors", "empty", Origin="http://{listen}"),
    "old: our script": {"Origin": "http://{listen}", "Referer": "http://{listen}/"},
    "old: our page": {"Referer": "http://{listen}/?host=x", "Accept": "*/*"},
    "old: link": {"Referer": f"{EVIL}/", "Accept": "text/html,application/xhtml+xml"},
    "no browser": {},
}


@pytest.fixture
def named(frontend):
    frontend.dns.zone[NAME] = {"A": [TARGET]}
    frontend.dns.questions.clear()
    return frontend


def filled(frontend, headers):
    address = frontend.listen.split(":")[0]
    return {
        name: value.format(listen=frontend.listen, address=address)
        for name, value in headers.items()
    }


def assert_nothing_was_done(frontend, answer):
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert frontend.dns.questions == []
    assert frontend.prober.asked == []


@pytest.mark.parametrize("case", GETS)
@pytest.mark.parametrize("path", ["/api/v1/check", "/"])
def test_get_from_elsewhere(named, case, path):
    """A page load gets the question filled in, for the visitor to ask it."""
    answer = named.check(NAME, 443, path=path, headers=filled(named, GETS[case]))
    if path == "/" and GETS[case].get("Sec-Fetch-Dest") == "document":
        assert answer.status == 200 and f'value="{NAME}"' in answer.text
        assert 'value="443" checked' in answer.text and "Press Check" in answer.text
    else:
        assert answer.is_problem(403, "cross-site"), answer
    assert_nothing_was_done(named, answer)


def test_a_picture_over_plain_http_gets_no_form(named):
    """From a browser that names itself but sends no Fetch Metadata."""
    browser = {"User-Agent": "Mozilla/5.0", "Accept-Language": "de", "Referer": f"{EVIL}/page"}
    answer = named.check(NAME, 443, path="/", headers={**browser, **ACCEPT_IMAGE})
    assert answer.is_problem(403, "cross-site"), answer
    assert_nothing_was_done(named, answer)


@pytest.mark.parametrize("case", GETS)
@pytest.mark.parametrize("path", ["/", "/de", "/en", "/?fbclid=1&utm_source=x", "/?me"])
def test_the_form_is_for_everybody(named, case, path):
    answer = named.get(path, filled(named, GETS[case]))
    assert answer.status == 200 and 'id="ask"' in answer.text
    assert_nothing_was_done(named, answer)


@pytest.mark.parametrize("case", GETS)
def test_json_from_elsewhere(named, case):
    """Even if a browser skipped the preflight."""
    answer = named.post(JSON_BODY, headers=filled(named, GETS[case]))
    assert answer.is_problem(403, "cross-site"), answer
    assert_nothing_was_done(named, answer)


@pytest.mark.parametrize("headers", [
    {"Origin": EVIL}, {"Origin": "null"}, {},
    fetch("cross-site", "navigate", "document", **USER, Origin=EVIL),
    fetch("cross-site", "navigate", "iframe", Origin="null"),
    fetch("cross-site", "no-cors", "empty", Origin=EVIL),
])  # fmt: skip
@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("path", ["/api/v1/check", "/"])
def test_form_from_elsewhere(named, kind, headers, path):
    """What needs no preflight: three content types and none."""
    lines = {**headers, "Content-Type": kind} if kind else headers
    answer = named.request("POST", path, BODIES[kind], lines)
    assert answer.status in (400, 403, 405), answer
    assert answer.problem
    assert_nothing_was_done(named, answer)


@pytest.mark.parametrize("method", ["POST", "GET", "PUT"])
@pytest.mark.parametrize("more", [
    {}, {"Access-Control-Request-Headers": "content-type"},
    {"Access-Control-Request-Private-Network": "true"}, fetch("cross-site", "cors", "empty"),
])  # fmt: skip
def test_preflight(named, method, more):
    headers = {"Origin": EVIL, "Access-Control-Request-Method": method, **more}
    answer = named.request("OPTIONS", f"/api/v1/check?host={NAME}&ports=443", headers=headers)
    assert answer.status in (204, 403), answer
    assert_nothing_was_done(named, answer)


@pytest.mark.parametrize("method", ["HEAD", "TRACE", "CONNECT"])
def test_other_methods_from_elsewhere(named, method):
    answer = named.request(method, f"/api/v1/check?host={NAME}&ports=443", headers={"Origin": EVIL})
    assert answer.status >= 400
    assert_nothing_was_done(named, answer)


@pytest.mark.parametrize("case", OWN)
def test_own_ways(named, case):
    headers = filled(named, OWN[case])
    assert named.check(NAME, 443, headers=headers).status == 200
    assert named.check(NAME, 443, path="/", headers=headers).status == 200
    assert len(named.prober.asked) == 2


# --- browsers over plain HTTP, which send no Fetch Metadata; a page elsewhere can keep them from
# --- sending Referer, too

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)", "Accept-Language": "en"}
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
UNPROVEN = {
    "no-referrer: image, fetch, script": {},
    "no-referrer: frame": HTML,
    "no language": {"Accept-Language": ""},
    "link from elsewhere": {**HTML, "Referer": f"{EVIL}/"},
    "our name in their path": {**HTML, "Referer": f"{EVIL}/http://{{listen}}/"},
    "our subdomain": {**HTML, "Referer": "http://{listen}.evil.example/"},
}


@pytest.mark.parametrize("case", UNPROVEN)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/api/v1/check", "/live", "/", "/de"])
def test_browser_that_does_not_say_whose_page_it_shows(named, case, method, path):
    """Nothing is probed; a person gets the form as it was meant to be sent."""
    headers = {**BROWSER, **filled(named, UNPROVEN[case])}
    query = f"host={NAME}&ports=443&ports=22&trace=true"
    answer = named.request(method, f"{path}?{query}", headers=headers)
    if path in ("/", "/de"):
        assert answer.status == 200
        assert method == "HEAD" or f'value="{NAME}"' in answer.text
        ticked = re.findall(r'name="ports" value="(\d+)"[^>]*? checked', answer.text)
        assert method == "HEAD" or sorted(ticked) == ["22", "443"]
    else:
        assert answer.status == 403
    assert_nothing_was_done(named, answer)


@pytest.mark.parametrize("headers", [
    {**BROWSER, **HTML, "Referer": "http://{listen}/?host=x"},  # our form, a reload
    {**BROWSER, "Referer": "http://{listen}/"},  # our script
    {**BROWSER, "Origin": "http://{listen}"},
    {"User-Agent": "curl/8.14"}, {"User-Agent": "curl/8.14", "Accept-Language": "de"},
    {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) WindowsPowerShell/5.1"},
    {**BROWSER, **HTML, **fetch("none", "navigate", "document", **USER)},
])  # fmt: skip
def test_our_page_and_programs_are_served(named, headers):
    for path in ("/api/v1/check", "/live", "/"):
        assert named.check(NAME, 443, path=path, headers=filled(named, headers)).status == 200
    assert len(named.prober.asked) == 3
