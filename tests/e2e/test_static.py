# SPDX-License-Identifier: BSD-2-Clause
"""The files of the page: compressed, and not fetched twice."""
import gzip

import pytest

from service import ROOT

WWW = ROOT / "frontend" / "www"
FILES = {
    "/style.css": "style.css", "/live.js": "live.js", "/openapi.json": "openapi.json",
    **{f"/docs/{page.stem}": f"docs/{page.name}" for page in (WWW / "docs").glob("*.html")},
    **{f"/docs/de/{page.stem}": f"docs/de/{page.name}" for page in (WWW / "docs/de").glob("*.html")},
}  # fmt: skip


@pytest.mark.parametrize("path", FILES)
def test_plain_and_compressed_are_the_file(frontend, path):
    whole = (WWW / FILES[path]).read_bytes()
    plain = frontend.get(path)
    assert plain.body == whole and plain.header("Content-Encoding") is None
    zipped = frontend.get(path, {"Accept-Encoding": "br, gzip"})
    assert zipped.header("Content-Encoding") == "gzip"
    assert gzip.decompress(zipped.body) == whole and len(zipped.body) < len(whole)
    for answer in (plain, zipped):
        assert answer.header("Vary") == "Accept-Encoding"
        assert answer.header("ETag") == plain.header("ETag")
    assert frontend.get(path, {"Accept-Encoding": "gzip;q=0"}).body == whole


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
