# SPDX-License-Identifier: BSD-2-Clause
"""Requests that two servers could read in two ways: refused, and nothing runs behind them."""
import json
import re

import pytest

from frontend import TARGET

BODY = json.dumps({"host": TARGET, "ports": [443]}).encode()
TYPE = b"Content-Type: application/json\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CLOSE = b"Connection: close\r\n"
HOST = b"Host: x\r\n"
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
SMUGGLED = b"GET /api/v1/check?host=93.184.215.99&ports=22 HTTP/1.1\r\nHost: x\r\n\r\n"


def post(headers, body=BODY, version=b"1.1"):
    return b"POST /api/v1/check HTTP/%s\r\n%s%s\r\n%s" % (version, headers, TYPE, body)


def get(target, headers=HOST, version=b"1.1"):
    return b"GET %s HTTP/%s\r\n%s\r\n" % (target, version, headers)


REFUSED = {
    "two lengths": post(HOST + LENGTH + b"Content-Length: 0\r\n"),
    "two equal lengths": post(HOST + LENGTH + LENGTH),
    "a list of lengths": post(HOST + b"Content-Length: 5, 5\r\n"),
    "a signed length": post(HOST + b"Content-Length: +%d\r\n" % len(BODY)),
    "a negative length": post(HOST + b"Content-Length: -1\r\n"),
    "a hex length": post(HOST + b"Content-Length: 0x10\r\n"),
    "an endless length": post(HOST + b"Content-Length: 99999999999999999999999\r\n"),
    "chunked": post(HOST + b"Transfer-Encoding: chunked\r\n", CHUNKED),
    "chunked and a length": post(HOST + LENGTH + b"Transfer-Encoding: chunked\r\n", CHUNKED),
    "xchunked": post(HOST + b"Transfer-Encoding: xchunked\r\n", CHUNKED),
    "identity": post(HOST + LENGTH + b"Transfer-Encoding: identity\r\n"),
    "no host": post(LENGTH),
    "two hosts": post(HOST + LENGTH + b"Host: y\r\n"),
    "blank before colon": post(HOST + b"Content-Length : %d\r\n" % len(BODY)),
    "no header name": post(HOST + LENGTH + b": x\r\n"),
    "control byte": post(HOST + LENGTH + b"X: a\x01b\r\n"),
    "a NUL": post(HOST + LENGTH + b"X: a\0b\r\n"),
    "a NUL in a length": post(HOST + b"Content-Length: %d\0 1\r\n" % len(BODY)),
    "a line that ends with LF alone": post(HOST + LENGTH + b"X: y\n"),
    "a line that ends with CR alone": post(HOST + LENGTH + b"X: y\rZ: w\r\n"),
    "a folded line": post(HOST + LENGTH + b"X: y\r\n z\r\n"),
    "HTTP/1.9": post(HOST + LENGTH, version=b"1.9"),
    "HTTP/2.0": post(HOST + LENGTH, version=b"2.0"),
    "65 headers": post(HOST + LENGTH + b"X: y\r\n" * 65),
    "absolute target": get(b"http://x/healthz"),
    "relative target": get(b"healthz"),
    "%00 in the path": get(b"/healthz%00x"),
    "%00 in the query": get(b"/api/v1/check?host=%00&ports=443"),
    "fragment": get(b"/metrics#x"),
    "fragment in the query": get(b"/api/v1/check?host=93.184.215.14#&ports=443"),
    "no request at all": b"\r\n\r\nnonsense\r\n\r\n",
}  # fmt: skip


def statuses(data):
    """The status of each response in these bytes."""
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", data)]


@pytest.mark.parametrize("case", REFUSED)
def test_refused_and_closed(frontend, case):
    answer = frontend.raw(REFUSED[case] + SMUGGLED)
    assert len(statuses(answer)) <= 1, answer
    assert all(400 <= status < 500 for status in statuses(answer)), answer
    assert frontend.prober.asked == []


@pytest.mark.parametrize("request_bytes", [
    post(HOST + LENGTH + CLOSE), post(LENGTH, version=b"1.0"), get(b"/healthz", HOST + CLOSE),
    get(b"/healthz", b"", b"1.0"),
])  # fmt: skip
def test_what_is_in_order_is_answered(frontend, request_bytes):
    assert statuses(frontend.raw(request_bytes)) == [200]


def test_one_connection_many_requests(frontend):
    answer = frontend.raw(get(b"/healthz") * 3 + post(HOST + LENGTH) + get(b"/nothing", HOST + CLOSE))
    assert statuses(answer) == [200, 200, 200, 200, 404]


def test_header_of_many_bytes(frontend):
    answer = frontend.raw(get(b"/healthz", HOST + b"X: " + b"y" * 20000 + b"\r\n"))
    assert statuses(answer) in ([400], [413], [431], [])
    assert frontend.get("/healthz").status == 200


def test_unknown_method(frontend):
    answer = frontend.raw(b"BREW /api/v1/me HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n")
    assert statuses(answer) in ([405], [501])
