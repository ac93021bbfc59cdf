# SPDX-License-Identifier: BSD-2-Clause
"""The files of the page: compressed, and not fetched twice; their links, each in one place."""
import gzip
import re
import urllib.parse

import pytest

from service import ROOT

WWW = ROOT / "frontend" / "www"
FILES = {
    "/style.css": "style.css", "/live.js": "live.js", "/openapi.json": "openapi.json",
    "/robots.txt": "robots.txt", "/favicon.svg": "favicon.svg",
    **{f"/docs/{page.stem}": f"docs/{page.name}" for page in (WWW / "docs").glob("*.html")},
    **{f"/docs/de/{page.stem}": f"docs/de/{page.name}" for page in (WWW / "docs/de").glob("*.html")},
}  # fmt: skip
# these tell of this server, so that they are made for each visit
MADE = {path: FILES.pop(path) for path in ("/docs/about", "/docs/de/about", "/docs/api")}


NAV = [
    re.split(r" *[|] *", row) for row in (WWW / "nav").read_text().splitlines() if row[0] != "#"
]


def links(language):
    """What {{nav}} stands for, behind the label: (where it leads, its text)."""
    rows = []
    for page, *texts in NAV[1:]:
        own = language == "de" and (WWW / "docs/de" / f"{page}.html").exists()
        home = "/de" if language == "de" else "/"
        leads = home if page == "/" else f"/docs/{'de/' if own else ''}{page}"
        if page == "/host":
            leads = "/host/de" if language == "de" else page
        rows.append((leads, texts[language == "de"]))
    return rows


def relative(text, path):
    """Links to the server's root as they are served."""
    up = "../" * (path.count("/") - 1)
    return re.sub('(href|src|action|data-me)="/', rf'\1="{up}', text)


def content(path):
    """The file as it is served."""
    text = (WWW / FILES[path]).read_text()
    language = "de" if path.startswith("/docs/de/") else "en"
    nav = [f'<nav aria-label="{NAV[0][1 + (language == "de")]}">']
    for leads, name in links(language):
        foreign = language == "de" and leads.startswith("/docs/") and "/de/" not in leads
        nav.append(f'<a href="{leads}"{" hreflang=" + chr(34) + "en" + chr(34) if foreign else ""}>{name}</a>')
    stem = path.rpartition("/")[2]
    if language == "de":
        nav.append(f'<a href="/docs/{stem}" hreflang="en" lang="en">English</a>')
    elif (WWW / "docs/de" / f"{stem}.html").exists():
        nav.append(f'<a href="/docs/de/{stem}" hreflang="de" lang="de">Deutsch</a>')
    return relative(text.replace("{{nav}}", "\n".join([*nav, "</nav>"])), path).encode()


@pytest.mark.parametrize("path", FILES)
def test_plain_and_compressed_are_the_file(frontend, path):
    whole = content(path)
    plain = frontend.get(path)
    assert plain.body == whole and plain.header("Content-Encoding") is None
    zipped = frontend.get(path, {"Accept-Encoding": "br, gzip"})
    assert zipped.header("Content-Encoding") == "gzip"
    assert gzip.decompress(zipped.body) == whole and len(zipped.body) < len(whole)
    for answer in (plain, zipped):
        assert answer.header("Vary") == "Accept-Encoding"
        assert answer.header("ETag") == plain.header("ETag")


@pytest.mark.parametrize("accepted, zipped", [
    ("gzip", True), ("gzip;q=0.5", True), ("br, GZIP ; q=0.001", True), ("*", True),
    ("gzip;q=0", False), ("gzip; q=0", False), ("gzip ;q=0.0", False), ("br, gzip;Q=0", False),
    ("*;q=0", False), ("identity, gzip;q=0.5", False), ("gzipped", False),
])  # fmt: skip
def test_compressed_only_for_who_takes_it(frontend, accepted, zipped):
    answer = frontend.get("/style.css", {"Accept-Encoding": accepted})
    assert answer.header("Content-Encoding") == ("gzip" if zipped else None)


@pytest.mark.parametrize("path", FILES)
def test_not_fetched_twice(frontend, path):
    tag = frontend.get(path).header("ETag")
    again = frontend.get(path, {"If-None-Match": f'"other", {tag}'})
    assert (again.status, again.body) == (304, b"")
    assert again.header("ETag") == tag
    assert frontend.get(path, {"If-None-Match": '"other"'}).status == 200


def test_every_file_has_its_own_tag(frontend):
    assert len({frontend.get(path).header("ETag") for path in FILES}) == len(FILES)


@pytest.mark.parametrize("path", ["/style.css", "/docs/states"])
def test_head_and_options(frontend, path):
    got, head = frontend.get(path), frontend.request("HEAD", path)
    assert head.status == 200 and head.body == b""
    assert head.header("Content-Length") == str(len(got.body))


def test_a_first_visit_is_small(frontend):
    headers = {"Accept-Encoding": "gzip"}
    assert sum(len(frontend.get(p, headers).body) for p in ("/", "/style.css", "/live.js")) < 20000


def test_every_page_is_linked_and_every_link_leads_somewhere(frontend):
    pages = {f"/docs/{page.stem}" for page in (WWW / "docs").glob("*.html")}
    german = {f"/docs/de/{page.stem}" for page in (WWW / "docs/de").glob("*.html")}
    assert {leads for leads, _ in links("en")} == {"/", "/host", *pages}
    assert german <= {leads for leads, _ in links("de")}
    for language in ("en", "de"):
        front = frontend.get(f"/{language}").text
        for leads, name in links(language):
            assert frontend.get(leads).status == 200
            assert leads == links(language)[0][0] or f'<a href="{leads[1:]}"' in front and name in front
    for path in {*pages, *german, "/en", "/de", "/docs"}:
        assert "{{" not in frontend.get(path).text


LINK = re.compile('(?:href|src|action|data-live)="([^"#?]*)')


@pytest.mark.parametrize("path", ["/", "/de", "/docs", *FILES, *MADE, "/nothing/at/all", "/problems/busy"])
def test_links_are_relative_and_right(frontend, path):
    """So that the server may stand below a prefix: none begins with a slash, each is served."""
    if not path.startswith(("/docs", "/problems", "/nothing")) and "." in path:
        return
    text = frontend.get(path, {"Accept": "text/html"}).text
    found = LINK.findall(text)
    assert found and not [link for link in found if link.startswith("/")]
    for link in {urllib.parse.urljoin(f"http://x{path}", link) for link in found}:
        assert link.startswith("http://x/"), link
        answer = frontend.get(link[len("http://x"):])
        assert answer.status in (200, 400), link


@pytest.mark.parametrize("path, leads", [
    ("/docs/", "/docs"), ("/docs/de", "/docs"), ("/docs/de/", "/docs"), ("/de/", "/de"), ("/en/", "/en"),
    ("/index.html", "/"), ("/favicon.ico", "/favicon.svg"), ("/api", "/docs/api"),
    ("/api/", "/docs/api"), ("/about", "/docs/about"),
])  # fmt: skip
def test_mistyped_addresses(frontend, path, leads):
    answer = frontend.get(path, {"Accept": "text/html"})
    assert answer.status == 308
    assert urllib.parse.urljoin(f"http://x{path}", answer.header("Location")) == f"http://x{leads}"
    assert frontend.get(leads).status == 200


@pytest.mark.parametrize("path", sorted(MADE))
def test_pages_that_tell_of_this_server(make_frontend, path):
    frontend = make_frontend(
        http={"contact": "noc@example.net", "imprint": "https://example.net/imprint",
              "about-text": "Run by <us>.", "title": "Ports & more"},
        limits={"client-quota": 7, "client-window-s": 9, "target-quota": 5, "target-window-s": 11},
    )  # fmt: skip
    page = frontend.get(path)
    if path == "/docs/api":
        assert f"http://{frontend.listen}/api/v1/check" in page.text and "localhost" not in page.text
        return
    assert 'href="mailto:noc@example.net"' in page.text
    assert "Run by &lt;us&gt;." in page.text and 'href="https://example.net/imprint"' in page.text
    for number in ("7", "9", "5", "11"):
        assert re.search(rf"\b{number}\b", page.text)
    front = frontend.get("/").text
    assert "Ports &amp; more" in front and "noc@example.net" in front
    security = frontend.get("/.well-known/security.txt").text
    assert security.startswith("Contact: mailto:noc@example.net\nExpires: 20")


def test_no_contact_no_security_txt(frontend):
    assert frontend.get("/.well-known/security.txt").status == 404
