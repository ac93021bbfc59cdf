# SPDX-License-Identifier: BSD-2-Clause
"""The page at /, as a browser without JavaScript uses it."""
import json
import re
import subprocess
from html.parser import HTMLParser

import pytest

from fake_prober import DROPPED
from frontend import OTHER_TARGET, TARGET, TARGET_IPV6
from service import BUILD, ROOT

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "{{answer}}",
    "%s%n",
    "a&amp;b",
    "</title><h1>",
    "\u202eexample.net",
    "a\r\nSet-Cookie: x=y",
]
VOID = {"meta", "link", "input", "br", "img", "hr"}
TRACE = 1  # of a CHECK's flags
DRAWN = {"circle", "path", "line", "rect"}


class Page(HTMLParser):
    """The elements of a page, each with its attributes and all its text."""

    def __init__(self, answer):
        super().__init__()
        assert answer.header("Content-Type") == "text/html; charset=utf-8"
        self.elements = []
        self._open = []
        self.feed(answer.text)
        assert not self._open, "an element is never closed"

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "text": "", **dict(attrs)}
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag, attrs):
        assert tag in DRAWN, tag
        self.elements.append({"tag": tag, "text": "", **dict(attrs)})

    def handle_endtag(self, tag):
        assert self._open.pop()["tag"] == tag, tag

    def handle_data(self, data):
        for element in self._open:
            element["text"] += data

    def all(self, tag, **attributes):
        return [
            element
            for element in self.elements
            if element["tag"] == tag and attributes.items() <= element.items()
        ]

    def one(self, tag, **attributes):
        (element,) = self.all(tag, **attributes)
        return element

    @property
    def ticked(self):
        return [box["value"] for box in self.all("input", name="ports") if "checked" in box]

    @property
    def problem(self):
        return self.one("div", role="alert")["text"]


def ask(frontend, host=TARGET, *ports, **parameters):
    answer = frontend.check(host, *ports, path="/", **parameters)
    return answer.status, Page(answer)


def test_empty_form(frontend):
    page = Page(frontend.get("/"))
    assert page.one("form").items() >= {"action": "./#answer", "method": "get"}.items()
    assert page.one("input", name="host")["value"] == "", "127.0.0.1 may not be checked"
    assert "you are 127.0.0.1. That is not a public address" in page.one("main")["text"]
    listed = [str(port["port"]) for port in frontend.get("/api/v1/ports").json["ports"]]
    boxes = page.all("input", name="ports", type="checkbox")
    assert sorted(box["value"] for box in boxes) == sorted(listed)
    assert [option["value"] for option in page.all("option")] == ["any", "ipv4", "ipv6"]
    assert page.one("button", type="submit")
    assert page.ticked == []


def test_every_field_has_a_label(frontend):
    page = Page(frontend.get("/"))
    labelled = {label.get("for") for label in page.all("label")}
    assert page.one("input", name="host")["id"] in labelled
    assert page.one("select", name="family")["id"] in labelled
    assert page.one("html")["lang"] == "en"


def test_no_script_but_our_own_and_nothing_from_elsewhere(frontend):
    for page in (Page(frontend.get("/")), ask(frontend)[1]):
        assert [script["src"] for script in page.all("script")] == ["live.js"]
        assert not page.all("style")
        for element in page.elements:
            assert not [name for name in element if name.startswith("on") or name == "style"]
            for name in ("href", "src", "action"):
                assert not re.match(r"/|[a-z+.-]+:", element.get(name, "")), "relative, so ours"


def test_style_sheet(frontend):
    link = Page(frontend.get("/")).one("link", rel="stylesheet")
    answer = frontend.get("/" + link["href"])
    assert answer.status == 200 and answer.header("Content-Type").startswith("text/css")
    assert "url(http" not in answer.text and "@import" not in answer.text


def test_result(frontend):
    status, page = ask(frontend, TARGET, 443, 80, 22)
    assert status == 200
    verdicts = [article["text"] for article in page.all("article")]
    assert [word["text"].split(":")[0] for word in page.all("span", **{"class": "word"})] == [
        "is open", "is closed", "is filtered"]  # fmt: skip
    icons = [icon["text"] for icon in page.all("span", **{"class": "mark"})]
    assert len(set(icons)) == 3, "a state is told by word and icon, not by colour alone"
    strips = [strip["aria-label"] for strip in page.all("svg", **{"class": "path"})]
    assert len(strips) == 3 and all(TARGET in strip for strip in strips)
    answer = frontend.check(TARGET, 443, 80, 22).json
    for text, port in zip(verdicts, answer["addresses"][0]["ports"]):
        assert str(port["port"]) in text
        assert port["summary"] in text
        assert port["advice"] is None or port["advice"] in text


def test_form_remembers_the_question(frontend):
    _, page = ask(frontend, OTHER_TARGET, 443, 22, family="ipv4")
    assert page.one("input", name="host")["value"] == OTHER_TARGET
    assert sorted(page.ticked) == ["22", "443"]
    assert [option["value"] for option in page.all("option") if "selected" in option] == ["ipv4"]


def test_both_families_side_by_side(frontend):
    frontend.dns.zone["page.vectors.net"] = {"A": [TARGET], "AAAA": [TARGET_IPV6]}
    frontend.prober.verdicts[TARGET_IPV6, 993] = DROPPED
    _, page = ask(frontend, "page.vectors.net", 993)
    assert page.all("h2")[0]["text"] == "page.vectors.net"
    assert [head["text"] for head in page.all("h3")][:2] == [f"IPv4 {TARGET}", f"IPv6 {TARGET_IPV6}"]
    assert [word["text"].split(":")[0] for word in page.all("span", **{"class": "word"})] == [
        "is open", "is filtered"]  # fmt: skip
    notes = [note["text"] for note in page.all("p", **{"class": "note"})]
    assert [note for note in notes if "IPv4 and IPv6" in note]


@pytest.mark.parametrize("host, ports, status, words", [
    ("127.0.0.1", (443,), 403, "Only public addresses"),
    ("0177.0.0.1", (443,), 422, "looks like an IPv4 address"),
    ("nx.vectors.net", (443,), 422, "no such name"),
    (TARGET, (443, 80, 22, 25), 422, "At most 3 ports"),
    (TARGET, (444,), 422, "444"),
    (TARGET, (0,), 400, "from 1 to 65535"),
])  # fmt: skip
def test_problem(frontend, host, ports, status, words):
    got, page = ask(frontend, host, *ports)
    assert got == status
    assert words in page.problem
    assert not page.all("article")
    assert frontend.prober.asked == []


def test_problem_without_ports(frontend):
    answer = frontend.get(f"/?host={TARGET}")
    page = Page(answer)
    assert answer.status == 400 and "port" in page.problem
    assert page.one("input", name="host")["value"] == TARGET


@pytest.mark.parametrize("host", HOSTILE)
def test_hostile_host_stays_text(frontend, host):
    status, page = ask(frontend, host, 443)
    assert status in (400, 422)
    tags = {element["tag"] for element in Page(frontend.get("/")).elements}
    assert {element["tag"] for element in page.elements} <= tags | {"section", "div", "h2", "strong"}
    assert len(page.all("form")) == len(page.all("h1")) == 1
    assert page.problem
    assert frontend.prober.asked == []


def test_hostile_query_stays_text(frontend):
    for query in ("<script>=1", "%3Cscript%3E=1", "ports=%3Cscript%3E", "family=%22%3Cscript%3E",
                  "host=x&at=%3Cscript%3E", "me=%3Cscript%3E"):  # fmt: skip
        answer = frontend.get(f"/?{query}")
        assert answer.status in ((400, 422) if "ports" in query or "host" in query else (200,))
        assert answer.text.lower().count("<script") == 1, "our own"
        assert "<script>" not in answer.text.lower()


def test_page_of_a_limit_spent(make_frontend):
    frontend = make_frontend(limits={"client-quota": 8, "client-window-s": 3600})
    for _ in range(2):
        assert ask(frontend, trace="true")[0] == 200, "a check of one port with its trace: 4"
    status, page = ask(frontend)
    assert status == 429
    assert "again in" in page.problem
    assert page.one("input", name="host")["value"] == TARGET, "what was typed is still there"
    assert page.ticked != []
    assert frontend.get("/").status == 200, "the page without a question is free"


# --- languages ------------------------------------------------------------------------


@pytest.mark.parametrize("path,header,language", [
    ("/", "de;q=0, en", "en"), ("/", "en;q=0.2, de;q=0.7", "de"),
    ("/", None, "en"), ("/", "de-DE,de;q=0.9,en;q=0.8", "de"), ("/", "fr,en;q=0.5,de;q=0.1", "en"),
    ("/de", "en", "de"), ("/en", "de", "en"),
])  # fmt: skip
def test_language(frontend, path, header, language):
    headers = {"Accept-Language": header} if header else {}
    for query in ("", f"?host={TARGET}&ports=443"):
        page = Page(frontend.get(path + query, headers))
        assert page.one("html")["lang"] == language
        form = page.one("form")
        assert form["action"] == (path[1:] or "./") + "#answer"
        assert form["data-live"] == ("live" if path == "/" else f"live{path}")
    text = frontend.get(f"{path}?host={TARGET}&ports=443", headers).text
    text = text[: text.index('<pre class="json"')]  # programs read English
    assert ("Offen: Ein Programm auf" in text) == (language == "de")
    assert ("Open: a program on" in text) == (language == "en")


def test_problems_in_german(frontend):
    text = frontend.get("/de?host=10.0.0.1&ports=443").text
    assert "Ziel nicht erlaubt" in text
    assert "Nur öffentliche Adressen können geprüft werden" in text
    text = frontend.get(f"/de?host={TARGET}&ports=444").text
    assert "Port 444 lässt sich hier nicht prüfen" in text


def live(frontend, query, path="/live"):
    """[(event, HTML)] of the page's own stream."""
    answer = frontend.get(f"{path}?{query}")
    assert answer.status == 200 and answer.header("Content-Type") == "text/event-stream"
    events = []
    for block in answer.text.split("\n\n")[:-1]:
        first, *data, ident = block.split("\n")
        assert ident == "id: 1"
        assert first.startswith("event: ") and all(line.startswith("data: ") for line in data)
        events.append((first[7:], "\n".join(line[6:] for line in data)))
    return events


def test_live(frontend):
    events = live(frontend, f"host={TARGET}&ports=443,22")
    assert [name for name, _ in events] == ["resolved", "port", "port", "done"]
    resolved, *ports, done = [html for _, html in events]
    assert resolved.count('class="port waiting"') == 2
    assert ports[0].startswith('<article id="t0-443" class="port open">')
    assert all(html.strip() in done for html in ports), "what came is what stays"
    [(_, german), *_] = live(frontend, f"host={TARGET}&ports=443", "/live/de")
    assert "wird gefragt" in german


@pytest.mark.parametrize("query", ["host=127.1&ports=443", "ports=443&host=93.184.215.14&family=x", ""])
def test_live_problems_are_events(frontend, query):
    [(name, html)] = live(frontend, query)
    assert name == "problem" and 'role="alert"' in html


def test_packets_of_nobody(frontend):
    for path in ("/pcap/", "/pcap/" + "0" * 32, "/pcap/../../etc/passwd", "/pcap/" + "a" * 5000):
        assert frontend.get(path).is_problem(404, "not-found")


# --- what people bring -------------------------------------------------------------------


@pytest.mark.parametrize("typed, host, ports, left_out", [
    (f" {TARGET} ", TARGET, [443], "spaces"),
    (f"https://{TARGET}/a?b=c", TARGET, [443], "the scheme, the path"),
    (f"{TARGET}:22", TARGET, [443, 22], None),
    (f"ssh://root@{TARGET}", TARGET, [443, 22], "the scheme, the user name"),
    (f"[{TARGET_IPV6}]:853", TARGET_IPV6, [443, 853], "the brackets"),
    (f"\ufeff{TARGET}\u200b", TARGET, [443], "invisible characters"),
    ("Österreich.Vectors.net", "xn--sterreich-z7a.vectors.net", [443], "capitals and other forms"),
    ("page。vectors。net", "page.vectors.net", [443], "capitals and other forms"),
])  # fmt: skip
def test_whatever_is_pasted_is_understood(frontend, typed, host, ports, left_out):
    for name in ("page.vectors.net", "xn--sterreich-z7a.vectors.net"):
        frontend.dns.zone[name] = {"A": [TARGET]}
    status, page = ask(frontend, typed, 443)
    assert status == 200
    assert page.all("h2")[0]["text"] == host
    assert sorted(map(int, page.ticked)) == sorted(ports)
    notes = " ".join(note["text"] for note in page.all("p", **{"class": "note"}))
    assert f"Read as host {host}" in notes
    assert ("left out" not in notes) if left_out is None else (left_out in notes)


@pytest.mark.parametrize("typed, words", [
    ("a.example.net, b.example.net", "One host at a time"),
    ("two names", "There is a space in the host"), ("*.vectors.net", "A wildcard is not a host"),
    ("fe80::1%eth0", "with a zone"), ("[2001:db8::1", "not complete"),
    ("page.vectors.net:https", "follows the colon"), ("page..vectors.net", "two dots"),
    ("https://", "Nothing that names a host"), ("0x7f.1", "looks like an IPv4 address"),
    ("localhost", "local use only"), ("nas", "must be complete"),
    ("page.vectors.net:99999", "from 1 to 65535"), ("page.vectors.net:81", "Port 81"),
])  # fmt: skip
def test_each_mistake_has_its_sentence_and_keeps_what_was_typed(frontend, typed, words):
    status, page = ask(frontend, typed, 443)
    assert status in (400, 422) and words in page.problem
    assert page.one("input", name="host")["value"] == typed
    assert "443" in page.ticked
    assert frontend.prober.asked == []


@pytest.mark.parametrize("more", ["utm_source=x&utm_medium=y", "fbclid=%zz", "x", "=", "&&"])
def test_unknown_keys_of_a_link_are_ignored(frontend, more):
    answer = frontend.get(f"/?{more}&host={TARGET}&ports=443")
    assert answer.status == 200 and "is open" in answer.text
    assert answer.header("X-Robots-Tag") == "noindex"
    assert frontend.get(f"/?{more}").status == 200
    assert frontend.get(f"/api/v1/check?{more}&host={TARGET}&ports=443").status in (200, 400)


def test_a_link_without_a_question_is_free(make_frontend):
    frontend = make_frontend(limits={"client-quota": 1, "client-window-s": 3600})
    for path in ("/", "/?me", "/?fbclid=1", "/de?utm_source=x") * 3:
        answer = frontend.get(path)
        assert answer.status == 200 and not Page(answer).all("article")
    assert frontend.prober.asked == []


def test_a_trace_is_asked_unless_it_is_switched_off(frontend):
    _, page = ask(frontend, TARGET, 443)
    assert "checked" not in page.one("input", name="trace")
    _, page = ask(frontend, TARGET, 443, trace="false")
    assert "checked" in page.one("input", name="trace")
    assert [flags & TRACE for flags in frontend.prober.flags[-2:]] == [TRACE, 0]


def test_evidence_to_take_home(frontend):
    _, page = ask(frontend, TARGET, 443, 22)
    take = page.one("details", **{"class": "take"})["text"]
    listen = frontend.listen
    assert f"curl 'http://{listen}/api/v1/check?host={TARGET}&ports=443,22&trace=true'" in take
    command = f"portlight --server http://{listen}/ --explain --trace {TARGET} 443,22"
    assert command in take
    done = subprocess.run([BUILD / "portlight", *command.split()[1:]], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1) and "443/tcp open" in done.stdout, done
    assert "443/tcp open" in take and "| 443 HTTPS | is open |" in take
    links = {link["text"]: link["href"] for link in page.all("a") if "href" in link}
    shared = links["Link to this answer"]
    assert re.fullmatch(rf"\./\?host={TARGET}&ports=443,22&at=2\d{{3}}-\d\d-\d\dT\d\d:\d\d:\d\dZ", shared)
    again = Page(frontend.get("/" + shared[2:]))
    notes = [note["text"] for note in again.all("p", **{"class": "note"})]
    assert [note for note in notes if "was made at 2" in note and "asked again" in note]
    asked = len(frontend.prober.asked)
    answer = json.loads(page.one("pre", **{"class": "json"})["text"])
    ports = answer["addresses"][0]["ports"]
    assert [(port["port"], port["state"]) for port in ports] == [(443, "open"), (22, "filtered")]
    assert not [link for link in links.values() if "api/v1/check" in link], "it asks anew"
    assert len(frontend.prober.asked) == asked


# --- a person never sees raw JSON ----------------------------------------------------------

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("path, status, words", [
    ("/nothing", 404, "Not found"), ("/nothing/at/all", 404, "Not found"),
    ("/pcap/00", 404, "no longer kept"), ("/live/fr", 404, "Not found"),
    ("/api/v1/check?host=127.1&ports=443", 422, "looks like an IPv4 address"),
    ("/api/v2", 404, "Not found"), ("/problems/nothing", 404, "Not found"),
])  # fmt: skip
def test_errors_are_pages_for_people_and_json_for_programs(frontend, path, status, words):
    answer = frontend.get(path, BROWSER)
    assert answer.status == status and words in Page(answer).problem
    assert "#answer" in Page(answer).one("form")["action"]
    german = frontend.get(path, {**BROWSER, "Accept-Language": "de"})
    assert words not in german.text
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        assert frontend.get(path, headers).problem["status"] == status


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_wrong_method_is_told_to_people_too(frontend, method):
    answer = frontend.request(method, "/", b"", BROWSER)
    assert answer.status == 405 and "Allowed methods" in Page(answer).problem


def test_every_type_of_problem_has_its_page(frontend):
    for name in ("invalid-host", "rate-limited", "busy", "misdirected-request"):
        page = Page(frontend.get(f"/problems/{name}"))
        assert page.one("h1")["text"] and page.all("li")
        assert Page(frontend.get(f"/problems/{name}", {"Accept-Language": "de"})).one("html")["lang"] == "de"


# --- what libevent itself answers ------------------------------------------------------------

BROWSER_LINES = ("Host: {listen}\r\nAccept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"
           "Accept-Language: de,en;q=0.5\r\n")  # fmt: skip
TOO_LONG = "x" * 9000


def answer_to(frontend, *lines):
    """Status, content type and body of the answer to these bytes of a header."""
    text = "\r\n".join(lines).format(listen=frontend.listen)
    head, _, body = frontend.raw(text.encode()).decode().partition("\r\n\r\n")
    [kind] = re.findall(r"\r\nContent-Type: ([^\r]*)", head)
    assert "\r\nContent-Security-Policy: " in head
    return int(head.split()[1]), kind, body


@pytest.mark.parametrize("lines", [
    (f"GET /de?host={TOO_LONG}&ports=443 HTTP/1.1", BROWSER_LINES, ""),
    (f"GET /de?host={TOO_LONG}",),
    ("GET /docs/x HTTP/1.1", BROWSER_LINES + f"Cookie: {TOO_LONG}", ""),
    ("GET / HTTP/1.1", BROWSER_LINES + "no colon", "", ""),
], ids=["link", "half a link", "cookies", "no header"])  # fmt: skip
def test_a_person_gets_a_page_whatever_was_sent(frontend, lines):
    status, kind, body = answer_to(frontend, *lines)
    assert status in (400, 413) and kind == "text/html; charset=utf-8"
    assert '<html lang="de">' in body and 'role="alert"' in body and "{{" not in body
    assert '"type"' not in body
    assert ('href="../style.css"' if "/docs/" in lines[0] else 'href="style.css"') in body


@pytest.mark.parametrize("lines", [
    (f"GET /api/v1/check?host={TOO_LONG}&ports=443 HTTP/1.1", "Host: x", "", ""),
    ("GET /api/v1/check?host=x HTTP/1.1", BROWSER_LINES + f"Cookie: {TOO_LONG}", ""),
    ("GET / HTTP/1.1", f"Host: x\r\nAccept: */*\r\nX-Long: {TOO_LONG}", "", ""),
    ("POST / HTTP/1.1", BROWSER_LINES + f"Cookie: {TOO_LONG}", ""),
], ids=["long", "browser", "program", "post"])  # fmt: skip
def test_a_program_gets_json_whatever_it_sent(frontend, lines):
    status, kind, body = answer_to(frontend, *lines)
    assert status in (400, 413) and kind == "application/problem+json"
    assert json.loads(body)["status"] == status


# --- limits ----------------------------------------------------------------------------------

WINDOW = {"target-window-s": 3600, "client-window-s": 3600}


@pytest.mark.parametrize("limits", [{"target-quota": 30, "client-quota": 1000}, {"client-quota": 7}])
def test_a_trace_that_has_no_room_is_left_out(make_frontend, limits):
    """People who repair a firewall ask again within a minute."""
    frontend = make_frontend(limits={**WINDOW, **limits})
    for traced in (True, False):
        status, page = ask(frontend, TARGET, *((443, 80) if "target-quota" in limits else (443,)))
        assert status == 200
        assert bool(frontend.prober.flags[-1] & TRACE) == traced
        assert ("Not traced" in page.one("section", **{"aria-label": "Answer"})["text"]) != traced
    status, page = ask(frontend, TARGET, 443, 80, 22, trace="true")
    assert status == 429 and "Not traced" not in page.problem


def test_every_page_says_the_version(frontend):
    version = re.search(r'"(.+)"', (ROOT / "common/base/version.h").read_text())[1]
    assert f'portlight_build_info{{version="{version}"}} 1\n' in frontend.get("/metrics").text
    for path in ("/", "/de", "/host", "/docs", "/docs/about", "/docs/de/about", f"/?host={TARGET}&ports=443"):
        foot = frontend.get(path).text.partition("<footer>")[2]
        assert f'<p class="version">portlight {version}</p>' in foot, path
