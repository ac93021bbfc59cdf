# SPDX-License-Identifier: BSD-2-Clause
"""Every way to ask wrongly, and the problem that each is answered with."""
import csv
import json
import urllib.parse

import pytest

from frontend import TARGET
from service import ROOT

MALFORMED = (400, "malformed-request")
BODY_MAX_LEN = 4096


def body(**parts):
    return json.dumps({"host": TARGET, "ports": [443], **parts}).encode()


# body, status, problem, code, pointer (None: the problem is no field's)
BODIES = {
    "empty": (b"", *MALFORMED, "not-json", None),
    "blank": (b" \r\n", *MALFORMED, "not-json", None),
    "no object": (b'["host"]', *MALFORMED, "not-json", None),
    "null": (b"null", *MALFORMED, "not-json", None),
    "a form": (b"host=x&ports=443", *MALFORMED, "not-json", None),
    "cut": (body()[:-1], *MALFORMED, "not-json", None),
    "trailing text": (body() + b"x", *MALFORMED, "not-json", None),
    "two objects": (body() + body(), *MALFORMED, "not-json", None),
    "trailing comma": (b'{"ports":[443,]}', *MALFORMED, "not-json", None),
    "single quotes": (b"{'ports':[443]}", *MALFORMED, "not-json", None),
    "NUL at the end": (body() + b"\0", *MALFORMED, "not-json", None),
    "NUL inside": (b'{"host":"a\0b.net","ports":[443]}', *MALFORMED, "not-json", None),
    "escaped NUL": (b'{"host":"a\\u0000b.net","ports":[443]}', *MALFORMED, "not-json", None),
    "control byte": (b'{"ports":\x0b[443]}', *MALFORMED, "not-json", None),
    "bad UTF-8": (b'{"host":"\xff.net","ports":[443]}', *MALFORMED, "not-json", None),
    "overlong UTF-8": (b'{"host":"\xc0\xae.net","ports":[443]}', *MALFORMED, "not-json", None),
    "lone surrogate": (b'{"host":"\\ud800.net","ports":[443]}', *MALFORMED, "not-json", None),
    "nested": (b"[" * 2000, *MALFORMED, "not-json", None),
    "nested and closed": (b"[" * 2000 + b"]" * 2000, *MALFORMED, "not-json", None),
    "nested in ports": (b'{"ports":' + b"[" * 2000 + b"]" * 2000 + b"}", *MALFORMED, "not-json",
                        None),
    "leading zero": (b'{"ports":[080]}', *MALFORMED, "not-json", None),
    "bare point": (b'{"ports":[80.]}', *MALFORMED, "not-json", None),
    "hex": (b'{"ports":[0x50]}', *MALFORMED, "not-json", None),
    "plus": (b'{"ports":[+80]}', *MALFORMED, "not-json", None),
    "NaN": (b'{"ports":[NaN]}', *MALFORMED, "not-json", None),
    "unknown key": (body(hosts="x"), *MALFORMED, "unknown-key", "#/hosts"),
    "key in capitals": (body(HOST="x"), *MALFORMED, "unknown-key", "#/HOST"),
    "empty key": (body(**{"": 1}), *MALFORMED, "unknown-key", None),
    "duplicate host": (b'{"host":"a.net","ports":[443],"host":"b.net"}', *MALFORMED,
                       "duplicate-key", None),
    "duplicate ports": (b'{"ports":[443],"ports":[443]}', *MALFORMED, "duplicate-key", None),
    "host a number": (body(host=1), *MALFORMED, "wrong-type", "#/host"),
    "host null": (body(host=None), *MALFORMED, "wrong-type", "#/host"),
    "ports a number": (body(ports=443), *MALFORMED, "wrong-type", "#/ports"),
    "ports text": (body(ports="443"), *MALFORMED, "wrong-type", "#/ports"),
    "ports an object": (body(ports={"0": 443}), *MALFORMED, "wrong-type", "#/ports"),
    "family a number": (body(family=4), *MALFORMED, "wrong-type", "#/family"),
    "family unknown": (body(family="IPv4"), *MALFORMED, "unknown-family", "#/family"),
    "family of the other kind": (body(family="ipv6"), *MALFORMED, "family-mismatch", "#/family"),
    "trace text": (body(trace="true"), *MALFORMED, "wrong-type", "#/trace"),
    "trace a number": (body(trace=1), *MALFORMED, "wrong-type", "#/trace"),
    "packets null": (body(packets=None), *MALFORMED, "wrong-type", "#/packets"),
    "no ports": (b'{"host":"93.184.215.14"}', *MALFORMED, "required", "#/ports"),
    "ports empty": (body(ports=[]), *MALFORMED, "required", "#/ports"),
    "port 0": (body(ports=[0]), *MALFORMED, "out-of-range", "#/ports/0"),
    "port -1": (body(ports=[443, -1]), *MALFORMED, "out-of-range", "#/ports/1"),
    "port 65536": (body(ports=[443, 80, 65536]), *MALFORMED, "out-of-range", "#/ports/2"),
    "port 2^32+80": (body(ports=[2**32 + 80]), *MALFORMED, "out-of-range", "#/ports/0"),
    "port 2^53": (body(ports=[2**53]), *MALFORMED, "out-of-range", "#/ports/0"),
    "port 1e400": (b'{"ports":[1e400]}', *MALFORMED, "out-of-range", "#/ports/0"),
    "port 80.5": (body(ports=[80.5]), *MALFORMED, "not-an-integer", "#/ports/0"),
    "port twice": (body(ports=[443, 443]), *MALFORMED, "duplicate", "#/ports/1"),
    "4 ports": (body(ports=[443, 80, 22, 25]), 422, "too-many-ports", None, "#/ports/3"),
    "port off the list": (body(ports=[443, 444]), 422, "port-not-allowed", None, "#/ports/1"),
    "too long": (body() + b" " * 5000, 413, "body-too-large", None, None),
    "one byte too long": (body().ljust(BODY_MAX_LEN + 1), 413, "body-too-large", None, None),
    "an address inside": (body(host="127.0.0.1"), 403, "target-not-allowed", "address-not-public",
                          "#/host"),
    "an IPv6 address inside": (body(host="fd00::1"), 403, "target-not-allowed",
                               "address-not-public", "#/host"),
    "an embedded address": (body(host="::ffff:8.8.8.8"), 403, "target-not-allowed",
                            "address-embedded", "#/host"),
    "me, inside": (b'{"ports":[443]}', 403, "target-not-allowed", "address-not-public", "#/host"),
}  # fmt: skip

# query behind host=..., status, problem, code, pointer
QUERIES = {
    "no ports": ("", *MALFORMED, "required", "#/ports"),
    "empty ports": ("&ports=", *MALFORMED, "required", "#/ports"),
    "port a name": ("&ports=https", *MALFORMED, "not-an-integer", "#/ports/0"),
    "port 80.5": ("&ports=80.5", *MALFORMED, "not-an-integer", "#/ports/0"),
    "port signed": ("&ports=%2B80", *MALFORMED, "not-an-integer", "#/ports/0"),
    "port 080": ("&ports=080", *MALFORMED, "not-an-integer", "#/ports/0"),
    "port with a blank": ("&ports=443,%2022", *MALFORMED, "not-an-integer", "#/ports/1"),
    "empty port": ("&ports=443,,22", *MALFORMED, "not-an-integer", "#/ports/1"),
    "port 0": ("&ports=443,0", *MALFORMED, "out-of-range", "#/ports/1"),
    "port 65536": ("&ports=65536", *MALFORMED, "out-of-range", "#/ports/0"),
    "port 2^64+80": ("&ports=18446744073709551696", *MALFORMED, "out-of-range", "#/ports/0"),
    "port twice": ("&ports=443,443", *MALFORMED, "duplicate", "#/ports/1"),
    "4 ports": ("&ports=443,80,22,25", 422, "too-many-ports", None, "#/ports/3"),
    "4 boxes": ("&ports=443&ports=80&ports=22&ports=25", 422, "too-many-ports", None, "#/ports/3"),
    "port off the list": ("&ports=444", 422, "port-not-allowed", None, "#/ports/0"),
    "unknown key": ("&ports=443&port=80", *MALFORMED, "unknown-key", "#/port"),
    "duplicate host": ("&ports=443&host=b.net", *MALFORMED, "duplicate-key", None),
    "bad escape": ("&ports=443&family=%zz", *MALFORMED, "bad-encoding", None),
    "cut escape": ("&ports=443&family=any%2", *MALFORMED, "bad-encoding", None),
    "family unknown": ("&ports=443&family=6", *MALFORMED, "unknown-family", "#/family"),
    "trace a number": ("&ports=443&trace=1", *MALFORMED, "not-a-boolean", "#/trace"),
    "packets in capitals": ("&ports=443&packets=TRUE", *MALFORMED, "not-a-boolean", "#/packets"),
}

# of each code one that every page names, besides all the rows of the vectors
HOSTS = {
    "http://example.net/": "url-given",
    "[::1]": "invalid-host",
    "http://": "invalid-host",
    "fe80::1%eth0": "invalid-host",
    "example.net:443": "port-given",
    "%s.%s.net:443" % ("x" * 40, "y" * 40): "invalid-host",  # too long to be quoted
    "https://%s.%s.net/" % ("x" * 40, "y" * 40): "invalid-host",
    "a_!b.net": "invalid-host",
    "127。0。0。1": "ambiguous-ipv4",
    "xn--a.com": "invalid-idna",
    "0177.0.0.1": "ambiguous-ipv4",
    "2130706433": "ambiguous-ipv4",
    "x" * 64 + ".net": "host-too-long",
    "metadata.google.internal": "special-use-name",
    "wpad": "not-fqdn",
}
FORBIDDEN = {"address-not-public", "address-embedded"}


def assert_problem(frontend, answer, status, name, code, pointer):
    assert answer.is_problem(status, name, code), answer
    errors = answer.problem.get("errors", [])
    assert [error["pointer"] for error in errors] == ([pointer] if pointer else []), answer
    for error in errors:
        assert error["code"] == (code or name)
        assert error["detail"]
    assert answer.header("Cache-Control") == "no-store"
    assert frontend.prober.asked == []


@pytest.mark.parametrize("case", BODIES)
def test_body(frontend, case):
    sent, *expected = BODIES[case]
    assert_problem(frontend, frontend.post(sent), *expected)


@pytest.mark.parametrize("case", QUERIES)
def test_query(frontend, case):
    query, *expected = QUERIES[case]
    answer = frontend.get(f"/api/v1/check?host={TARGET}{query}")
    assert_problem(frontend, answer, *expected)


@pytest.mark.parametrize("content_type", [
    None, "", "text/plain", "text/plain;application/json", "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x", "application/jsonp", "application/json-patch+json",
])  # fmt: skip
def test_content_type(frontend, content_type):
    answer = frontend.post(body(), content_type)
    assert_problem(frontend, answer, *MALFORMED, "content-type", None)


@pytest.mark.parametrize("content_type", [
    "application/json", "application/json; charset=utf-8", "Application/JSON",
])  # fmt: skip
def test_right_content_type(frontend, content_type):
    assert frontend.post(body(), content_type).status == 200


@pytest.mark.parametrize("host, code", HOSTS.items())
def test_host(frontend, host, code):
    for answer in (frontend.check(host, 443), frontend.post({"host": host, "ports": [443]})):
        assert_problem(frontend, answer, 422, "invalid-host", code, "#/host")


def host_rows():
    with open(ROOT / "tests" / "data" / "ssrf_vectors.csv", newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if not row["input"].startswith("dns:")]


def rejected_host_rows():
    return [row for row in host_rows() if "accept" not in row["expected"]]


def test_every_rejected_host_of_the_vectors(frontend):
    """The input column is the inside of a JSON string, and is sent as such."""
    rows = rejected_host_rows()
    wrong = []
    for row in rows:
        answer = frontend.post(b'{"ports":[443],"host":"' + row["input"].encode() + b'"}')
        name = answer.problem["type"].removeprefix("/problems/")
        said = {f"reject:{name}", f"reject:{answer.problem['code']}"}
        if not said & set(row["expected"].split("|")) or answer.status not in (400, 403, 422):
            wrong.append((row["input"], row["expected"], answer))
    assert not wrong
    assert len(rows) > 200
    assert frontend.prober.asked == []


def test_every_rejected_host_of_the_vectors_in_a_query(frontend):
    for row in rejected_host_rows():
        try:
            host = json.loads(f'"{row["input"]}"').encode()
        except (ValueError, UnicodeEncodeError):
            continue  # no text at all, only JSON can try to say it
        answer = frontend.get(f"/api/v1/check?ports=443&host={urllib.parse.quote(host)}")
        if host:  # left out, it is the visitor
            assert answer.status in (400, 403, 422), (row, answer)
    assert frontend.prober.asked == []


def test_every_accepted_host_of_the_vectors(frontend):
    for row in host_rows():
        if "accept" not in row["expected"]:
            continue
        host = json.loads(f'"{row["input"]}"')
        normal = [
            choice.removeprefix("accept:")
            for choice in row["expected"].split("|")
            if choice.startswith("accept:")
        ]
        frontend.dns.zone.update({name: {"A": [TARGET]} for name in normal})
        answer = frontend.post({"host": host, "ports": [443]})
        if answer.status == 200:
            assert answer.json["host"] in normal, row
        else:
            assert f"reject:{answer.problem['code']}" in row["expected"].split("|"), (row, answer)
