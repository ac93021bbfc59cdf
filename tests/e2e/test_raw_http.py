# SPDX-License-Identifier: BSD-2-Clause
"""Requests that two servers might parse differently get one answer, or none.

Every one comes with two more requests behind it on the same connection, of which no byte
may be answered.  docs/security.md, "HTTP", says why; test_http.py has more.
"""
import json
import re
import time

import pytest

from frontend import TARGET, Frontend

BODY = json.dumps({"host": TARGET, "ports": [443]}).encode()
SMUGGLED = (
    b"GET /api/v1/check?host=93.184.215.99&ports=22 HTTP/1.1\r\nHost: x\r\n\r\n"
    b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
)
HOST, TYPE = b"Host: x\r\n", b"Content-Type: application/json\r\n"
SOON_S = 4  # of the five that a first request has


def post(lines, body=BODY, version=b"HTTP/1.1"):
    return b"POST /api/v1/check " + version + b"\r\n" + HOST + TYPE + lines + b"\r\n" + body


def length(text):
    return post(b"Content-Length:" + text + b"\r\n")


def coded(text, body=b"0\r\n\r\n"):
    return post(b"Transfer-Encoding:" + text + b"\r\n", body)


def chunked(size):
    return coded(b" chunked", size + b"\r\n" + BODY + b"\r\n0\r\n\r\n")


def get(first=b"GET /healthz HTTP/1.1", lines=HOST):
    return first + b"\r\n" + lines + b"\r\n"


def header(line):
    return get(lines=HOST + line + b"\r\n")


LEN = b"%d" % len(BODY)

LENGTHS = {
    "empty": length(b""),
    "blank": length(b"  "),
    "plus": length(b" +" + LEN),
    "minus": length(b" -" + LEN),
    "minus zero": length(b" -0"),
    "hex": length(b" 0x26"),
    "letter behind": length(b" " + LEN + b"x"),
    "semicolon": length(b" " + LEN + b";"),
    "point": length(b" " + LEN + b".0"),
    "exponent": length(b" 4e1"),
    "comma": length(b" " + LEN + b","),
    "list of equals": length(b" " + LEN + b", " + LEN),
    "list of others": length(b" 0, " + LEN),
    "two numbers": length(b" 0 " + LEN),
    "quotes": length(b' "' + LEN + b'"'),
    "Arabic digits": length(" ٤٠".encode()),
    "vertical tab": length(b" \x0b" + LEN),
    "NUL behind": length(b" " + LEN + b"\0"),
    "2^31": length(b" -2147483648"),
    "2^64 and ours": length(b" %d" % (2**64 + len(BODY))),
    "twice, equal": length(b" " + LEN + b"\r\nContent-Length: " + LEN),
    "twice, 0 first": length(b" 0\r\nContent-Length: " + LEN),
    "twice, 0 last": length(b" " + LEN + b"\r\nContent-Length: 0"),
    "twice, two cases": length(b" " + LEN + b"\r\ncontent-length: 0"),
    "thrice": length(b" 0\r\nContent-Length: 0\r\nContent-Length: " + LEN),
    "blank before colon": post(b"Content-Length : " + LEN + b"\r\n"),
    "tab before colon": post(b"Content-Length\t: " + LEN + b"\r\n"),
    "behind a blank": post(b" Content-Length: " + LEN + b"\r\n"),
    "folded": length(b"\r\n " + LEN),
    "second, behind LF": post(b"X: y\nContent-Length: " + LEN + b"\r\n"),
    "second, behind CR": post(b"X: y\rContent-Length: " + LEN + b"\r\n"),
    "GET with two": get(lines=HOST + b"Content-Length: 0\r\nContent-Length: 5\r\n") + b"12345",
}

CODINGS = {
    "chunked": chunked(b"%x" % len(BODY)),
    "Chunked": coded(b" Chunked"),
    "xchunked": coded(b" xchunked"),
    "identity": coded(b" identity"),
    "gzip, chunked": coded(b" gzip, chunked"),
    "chunked, identity": coded(b" chunked, identity"),
    "quoted": coded(b' "chunked"'),
    "parameter": coded(b" chunked;q=1"),
    "tab": coded(b"\tchunked"),
    "vertical tab": coded(b" \x0bchunked"),
    "empty": coded(b""),
    "twice": coded(b" chunked\r\nTransfer-Encoding: identity"),
    "folded": coded(b"\r\n chunked"),
    "blank before colon": post(b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n"),
    "with a length": post(b"Content-Length: " + LEN + b"\r\nTransfer-Encoding: chunked\r\n"),
    "with length 0": post(b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"),
    "before a length": post(b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", b"0\r\n\r\n"),
    "lower case": post(b"transfer-encoding: chunked\r\n", b"0\r\n\r\n"),
    "behind LF": post(b"X: y\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"),
    "in HTTP/1.0": post(b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n", b"HTTP/1.0"),
    "GET": get(lines=HOST + b"Transfer-Encoding: chunked\r\n") + b"0\r\n\r\n",
    "chunk 0x26": chunked(b"0x%x" % len(BODY)),
    "chunk +26": chunked(b"+%x" % len(BODY)),
    "chunk with blank": chunked(b" %x" % len(BODY)),
    "chunk -1": chunked(b"-1"),
    "chunk 2^64": chunked(b"10000000000000000"),
    "chunk extension": chunked(b"%x;x=\ny" % len(BODY)),
    "trailers": coded(b" chunked", b"0\r\nContent-Length: 5\r\nHost: y\r\n\r\n"),
}

HEADS = {
    "no Host": get(lines=b""),
    "two Hosts": get(lines=HOST * 2),
    "two Hosts, two cases": get(lines=HOST + b"hOST: y\r\n"),
    "Host behind a blank": get(lines=b" Host: x\r\n"),
    "Host, blank before colon": get(lines=b"Host : x\r\n"),
    "no colon": header(b"X"),
    "no name": header(b": x"),
    "blank in a name": header(b"X Y: z"),
    "parenthesis in a name": header(b"X(: z"),
    "NUL in a name": header(b"X\0Y: z"),
    "byte FF in a name": header(b"X\xff: z"),
    "CR in a name": header(b"X\rY: z"),
    "NUL in a value": header(b"X: y\0z"),
    "byte 01 in a value": header(b"X: y\x01z"),
    "byte 7F in a value": header(b"X: y\x7fz"),
    "escape byte in a value": header(b"X: \x1b[2J"),
    "CR in a value": header(b"X: y\rz"),
    "CR CR LF": header(b"X: y\r"),
    "folded by a blank": header(b"X: y\r\n z"),
    "folded by a tab": header(b"X: y\r\n\tz"),
    "folded first line": b"GET /healthz HTTP/1.1\r\n X: y\r\nHost: x\r\n\r\n",
    "LF all over": get(lines=HOST + b"X: y\r\n").replace(b"\r\n", b"\n"),
    "LF at the end": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\n",
    "LF behind the first line": b"GET /healthz HTTP/1.1\nHost: x\r\n\r\n",
    "CR all over": get(lines=HOST + b"X: y\r\n").replace(b"\r\n", b"\r") + b"\r\n\r\n",
    "65 lines": get(lines=HOST + b"X: y\r\n" * 64),
    "2000 lines": get(lines=HOST + b"a:\r\n" * 2000),
}

FIRST_LINES = {
    "absolute": get(b"GET http://x/healthz HTTP/1.1"),
    "absolute, another host": get(b"GET http://y/healthz HTTP/1.1"),
    "absolute, https": get(b"GET https://x/healthz HTTP/1.1"),
    "relative": get(b"GET healthz HTTP/1.1"),
    "authority": get(b"GET x:80 HTTP/1.1"),
    "asterisk": get(b"GET * HTTP/1.1"),
    "CONNECT": get(b"CONNECT 127.0.0.1:22 HTTP/1.1"),
    "%00": get(b"GET /healthz%00 HTTP/1.1"),
    "NUL": get(b"GET /healthz\0 HTTP/1.1"),
    "NUL in the query": get(b"GET /healthz?x=\0 HTTP/1.1"),
    "blank in the path": get(b"GET /health z HTTP/1.1"),
    "byte 01 in the path": get(b"GET /healthz\x01 HTTP/1.1"),
    "CR in the line": get(b"GET /healthz\r HTTP/1.1"),
    "blank in front": get(b" GET /healthz HTTP/1.1"),
    "two blanks": get(b"GET  /healthz HTTP/1.1"),
    "tabs": get(b"GET\t/healthz\tHTTP/1.1"),
    "no version": get(b"GET /healthz"),
    "blank for a version": get(b"GET /healthz "),
    "HTTP/0.9": get(b"GET /healthz HTTP/0.9"),
    "HTTP/1.2": get(b"GET /healthz HTTP/1.2"),
    "HTTP/1.9": get(b"GET /healthz HTTP/1.9"),
    "HTTP/2.0": get(b"GET /healthz HTTP/2.0"),
    "HTTP/1.1x": get(b"GET /healthz HTTP/1.1x"),
    "HTTP/1.10": get(b"GET /healthz HTTP/1.10"),
    "HTTP/01.1": get(b"GET /healthz HTTP/01.1"),
    "HTTP/+1.1": get(b"GET /healthz HTTP/+1.1"),
    "HTTP/1": get(b"GET /healthz HTTP/1"),
    "http/1.1": get(b"GET /healthz http/1.1"),
    "HTTX/1.1": get(b"GET /healthz HTTX/1.1"),
    "blank behind the version": get(b"GET /healthz HTTP/1.1 "),
    "no method": get(b"/healthz HTTP/1.1"),
    "nothing but blanks": get(b"   "),
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00\r\n\r\n",
    "SSH": b"SSH-2.0-x\r\n\r\n",
}

SIZES = {
    "path of 9 kB": get(b"GET /" + b"x" * 9000 + b" HTTP/1.1"),
    "line of 9 kB": header(b"X: " + b"y" * 9000),
    "line of 100 kB": header(b"X: " + b"y" * 100_000),
    "name of 9 kB": header(b"x" * 9000 + b": y"),
    "endless first line": b"x" * 100_000,
    "body of 5 kB": post(b"Content-Length: 5000\r\nConnection: close\r\n", b"x" * 5000),
    "body of 70 kB": post(b"Content-Length: 70000\r\n", b"x" * 70000),
    "body of 70 kB, expected": post(b"Content-Length: 70000\r\nExpect: 100-continue\r\n"),
    "body of 10 GB": post(b"Content-Length: 10000000000\r\n"),
    "expects something else": post(b"Content-Length: 5\r\nExpect: tea\r\n"),
}

CASES = {
    f"{kind}: {name}": data
    for kind, forms in (("length", LENGTHS), ("coding", CODINGS), ("head", HEADS),
                        ("line", FIRST_LINES), ("size", SIZES))
    for name, data in forms.items()
}  # fmt: skip
# a number that is too large; a method or a version that is none of ours
ALSO = {"length": {413}, "coding": {411, 413}, "head": set(), "line": {405, 501, 505},
        "size": {413, 414, 417, 431, 404}}  # fmt: skip


def statuses(data):
    return [int(status) for status in re.findall(rb"HTTP/\d+\.\d+ (\d{3}) ", data)]


def ask(frontend, data):
    started = time.monotonic()
    answer = frontend.raw(data)
    assert time.monotonic() - started < SOON_S, "closed only when its time was over"
    return answer


@pytest.mark.parametrize("case", CASES)
def test_one_answer_and_closed(frontend, case):
    answer = ask(frontend, CASES[case] + SMUGGLED)
    allowed = {400} | ALSO[case.split(":")[0]]
    assert statuses(answer) == [] or statuses(answer)[0] in allowed, answer
    assert len(statuses(answer)) <= 1, answer
    assert frontend.prober.asked == []


@pytest.mark.parametrize("case", CASES)
def test_no_page_of_libevent(frontend, case):
    answer = ask(frontend, CASES[case] + SMUGGLED)
    if answer:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b"\r\nContent-Type: application/problem+json" in head, answer
        if "absolute" not in case:  # libevent closes, but does not say so
            assert b"\r\nConnection: close" in head, answer
        assert json.loads(body)["status"] == statuses(answer)[0]


def test_a_body_of_20_mb(frontend):
    """All of it is sent before the answer is read; 1 GB is only announced."""
    whole = post(b"Content-Length: 20000000\r\n", b"x" * 20_000_000)
    announced = post(b"Content-Length: 1000000000\r\n")
    for data in (whole, announced):
        answer = frontend.raw(data)
        if data is announced or answer:  # whoever goes on sending may miss it
            assert statuses(answer) == [413]
            assert json.loads(answer.partition(b"\r\n\r\n")[2])["type"] == "/problems/body-too-large"
    assert frontend.prober.asked == []


@pytest.fixture(scope="module")
def spent():
    """A frontend whose only visitor so far has nothing left."""
    with Frontend(limits={"client-quota": 1, "client-window-s": 86400}) as frontend:
        assert frontend.get("/api/v1/nothing").status == 404
        yield frontend


@pytest.mark.parametrize("case", [case for case in CASES if case.split(":")[0] != "size"])
def test_who_has_nothing_left(spent, case):
    """A 429 does not keep the connection open."""
    data = CASES[case].replace(b"/healthz", b"/api/v1/nothing")
    answer = ask(spent, data + SMUGGLED)
    assert len(statuses(answer)) <= 1, answer
    assert statuses(answer) == [] or statuses(answer)[0] >= 400, answer


def test_there_are_enough():
    assert len(CASES) >= 65


@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"OPTIONS", b"DELETE", b"PUT", b"PATCH",
                                    b"TRACE", b"CONNECT"])  # fmt: skip
def test_a_body_is_no_request(frontend, method):
    """Not even where nobody expects one."""
    lines = HOST + b"Content-Length: %d\r\n" % len(SMUGGLED)
    answer = frontend.raw(
        get(method + b" /nothing HTTP/1.1", lines) + SMUGGLED
        + get(b"POST /healthz HTTP/1.1", HOST + b"Content-Length: 0\r\nConnection: close\r\n")
    )  # fmt: skip
    assert statuses(answer)[1:] in ([405], []), answer
    assert frontend.prober.asked == []


def test_a_body_needs_a_length(frontend):
    answer = ask(frontend, post(b"Connection: close\r\n"))
    assert statuses(answer) in ([400], [411]), answer
    assert frontend.prober.asked == []


@pytest.mark.parametrize("pieces", [1, 2, 3, 7])
def test_in_pieces(frontend, pieces):
    """How the bytes are cut into segments changes nothing."""
    for case in ("length: twice, 0 first", "head: folded by a blank", "head: NUL in a value",
                 "coding: chunked", "head: LF at the end", "head: CR CR LF"):  # fmt: skip
        data = CASES[case] + SMUGGLED
        answer = frontend.raw_pieces(
            [data[at : at + pieces] for at in range(0, len(data), pieces)]
        )
        wanted = [411] if case == "coding: chunked" else [400]
        assert statuses(answer) in (wanted, []), (case, answer)
    assert frontend.prober.asked == []


SENTENCES = {
    "coding: chunked": (411, "Send Content-Length: chunked bodies (Transfer-Encoding) are not taken."),
    "head: no Host": (400, "A request has exactly one Host header."),
    "head: two Hosts": (400, "A request has exactly one Host header."),
    "head: 65 lines": (400, "A request has at most 64 header lines."),
    "head: LF at the end": (400, "This is not a valid HTTP/1.1 request."),
    "length: twice, equal": (400, "Content-Length must be there once, in digits, and be the body's "
                                  "length, in a request that may have one."),
    "line: relative": (400, "The request line must have a path, such as /api/v1/check."),
}  # fmt: skip


@pytest.mark.parametrize("case", SENTENCES)
def test_what_was_wrong_is_said(frontend, case):
    status, sentence = SENTENCES[case]
    answer = ask(frontend, CASES[case])
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["detail"] == sentence


def test_what_the_proxy_sent_is_said(make_frontend):
    frontend = make_frontend(http={"trusted-proxies": ["127.0.0.1"]})
    answer = frontend.get("/api/v1/me", {"X-Forwarded-For": "unknown"})
    assert answer.is_problem(400, "malformed-request", "bad-header")
    assert answer.problem["detail"].startswith("X-Forwarded-For or Forwarded, as the proxy sent")


def test_reason_phrases(frontend):
    for path, line in (
        ("/healthz", b"200 OK"), ("/nothing", b"404 Not Found"),
        ("/api/v1/check?ports=x", b"400 Bad Request"),
        ("/api/v1/check?host=a&ports=443", b"422 Unprocessable Content"),
        ("/api/v1/check?host=10.0.0.1&ports=443", b"403 Forbidden"),
    ):  # fmt: skip
        answer = frontend.raw(get(b"GET " + path.encode() + b" HTTP/1.1", HOST + b"Connection: close\r\n"))
        assert answer.startswith(b"HTTP/1.1 " + line + b"\r\n"), answer


def test_garbage_behind_a_good_request(frontend):
    answer = frontend.raw(get() + CASES["length: twice, 0 first"] + SMUGGLED)
    assert statuses(answer) == [200, 400], answer
    assert frontend.prober.asked == []


def test_what_is_in_order(frontend):
    """The reverse: strictness must not refuse sound requests."""
    close = b"Connection: close\r\n"
    for data, status in (
        (post(b"Content-Length: " + LEN + b"\r\n" + close), 200),
        (post(b"content-length:" + LEN + b" \t\r\n" + close), 200),
        (post(b"Content-Length: 00" + LEN + b"\r\n" + close), 200),
        (get(lines=HOST + b"X:\r\nY:  \r\n!#$%&'*+-.^_`|~9: z\r\n" + close), 200),
        (get(lines=HOST + b"X: \xc3\xa4\xff\r\n" + close), 200),
        (get(lines=HOST + b"TE: trailers\r\nUpgrade: h2c\r\n" + close), 200),
        (get(lines=HOST + b"X: y\r\n" * 62 + close), 200),
        (get(b"GET //x/healthz HTTP/1.1", HOST + close), 404),
        (get(b"GET /healthz?http://x/ HTTP/1.1", HOST + close), 200),
        (get(b"GET /healthz HTTP/1.0", b""), 200),
    ):
        assert statuses(ask(frontend, data)) == [status], data
