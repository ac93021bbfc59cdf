# SPDX-License-Identifier: BSD-2-Clause
"""Versions and post-quantum groups, asked by hellos of our own; and SQL Server's TLS in packets."""
import pathlib
import ssl
import struct
import tempfile

import pytest

from service import wait_until
from test_tls import NAME, codes, inspected_by, say, silent
from test_tls import authority as authority  # a fixture
from test_tls import inspected as inspected  # another
from tls_servers import Script, TlsServer

ALERT_VERSION = bytes.fromhex("15030100020246")
RETRY_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


def versions(*taken, unknown=()):
    """ssl3 to tls1.3: yes where taken, else no."""
    return {
        name: "unknown" if name in unknown else "yes" if name in taken else "no"
        for name in ("ssl3", "tls1.0", "tls1.1", "tls1.2", "tls1.3")
    }


OLD = ("-cipher", "ALL:@SECLEVEL=0")
SERVERS = {
    "today's": ((), versions("tls1.2", "tls1.3"), []),
    "only 1.2": (("-tls1_2",), versions("tls1.2"), []),
    "only 1.3": (("-tls1_3",), versions("tls1.3"), []),
    "all": (OLD, versions("tls1.0", "tls1.1", "tls1.2", "tls1.3"), ["old-versions"]),
    "only 1.1": (("-tls1_1", *OLD), versions("tls1.1"), ["no-common-version", "old-versions"]),
    "only 1.0": (("-tls1", *OLD), versions("tls1.0"), ["no-common-version", "old-versions"]),
    "without a session": (("-no_ticket", "-no_cache"), versions("tls1.2", "tls1.3"), []),
}


@pytest.mark.parametrize("name", SERVERS)
def test_versions_of_openssl(name, inspected, authority):
    authority.issue("good")
    options, expected, problems = SERVERS[name]
    with TlsServer(authority, "good", ("middle",), *options) as server:
        tls = inspected.ask(server.port, survey="true")
    assert (tls["versions"], codes(tls)) == (expected, problems)
    takes_1_3 = expected["tls1.3"] == "yes"
    assert tls["post_quantum"] == {"supported": "no", "preferred": "no", "group": None,
                                   "preferred_group": "x25519" if takes_1_3 else None}  # fmt: skip


def test_without_a_question_there_is_no_survey(inspected, authority):
    authority.issue("good")
    with TlsServer(authority, "good") as server:
        tls = inspected.ask(server.port)
    assert (tls["versions"], tls["post_quantum"]) == (None, None)


def server_hello(version, suite):
    body = struct.pack(">H", version) + bytes(32) + b"\0" + struct.pack(">HB", suite, 0)
    message = struct.pack(">BBH", 2, 0, len(body)) + body
    return struct.pack(">BHH", 22, version, len(message)) + message


def suites_of(hello):
    at = 5 + 4 + 2 + 32
    at += 1 + hello[at]
    length = struct.unpack_from(">H", hello, at)[0]
    return struct.unpack_from(f">{length // 2}H", hello, at + 2)


def takes_only(version, suite):
    """An old server of one version and one suite, which no library here speaks any more."""

    def act(server, connection):
        hello = connection.recv(4096)
        server.received.append(hello)
        offered = struct.unpack_from(">H", hello, 9)[0]
        is_1_3 = b"\x00\x2b\x00\x03\x02\x03\x04" in hello
        fits = not is_1_3 and offered >= version and suite in suites_of(hello)
        connection.sendall(server_hello(version, suite) if fits else bytes.fromhex("15030000020228"))
        connection.recv(4096)

    return act


# what badssl.com has and today's OpenSSL has not: (version, suite), its name, the problems
OLD_SERVERS = {
    "ssl-v3": (0x0300, 0x0005, "ssl3", "TLS_RSA_WITH_RC4_128_SHA", {"no-common-cipher", "no-common-version", "old-versions"}),
    "rc4": (0x0303, 0xC011, "tls1.2", "TLS_ECDHE_RSA_WITH_RC4_128_SHA", {"no-common-cipher"}),
    "rc4-md5": (0x0303, 0x0004, "tls1.2", "TLS_RSA_WITH_RC4_128_MD5", {"no-common-cipher"}),
    "3des": (0x0303, 0x000A, "tls1.2", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", {"no-common-cipher"}),
    "export": (0x0301, 0x0003, "tls1.0", "TLS_RSA_EXPORT_WITH_RC4_40_MD5", {"no-common-cipher", "old-versions"}),
}  # fmt: skip


@pytest.mark.parametrize("name", OLD_SERVERS)
def test_servers_of_suites_that_are_broken(name, inspected):
    version, suite, key, suite_name, problems = OLD_SERVERS[name]
    with Script(takes_only(version, suite)) as server:
        tls = inspected.ask(server.port, survey="true")
        page = inspected.frontend.get(f"/tls/en?host={NAME}&port={server.port}&survey=true").text
    assert tls["state"] == "failed" and set(codes(tls)) <= problems and "trusted" not in tls["state"]
    assert tls["versions"] == versions(key)
    assert tls["suites"] == {**dict.fromkeys(tls["suites"]), key: suite_name}
    assert f"<dt>Broken suites that the server chooses</dt><dd>{suite_name}</dd>" in page


def retry(group):
    body = b"\x03\x03" + RETRY_RANDOM + b"\0\x13\x01\0" + struct.pack(
        ">HHHHHHH", 12, 43, 2, 0x0304, 51, 2, group)  # fmt: skip
    return b"\x16\x03\x03" + struct.pack(">HBBH", len(body) + 4, 2, 0, len(body)) + body


def groups_of(hello):
    """The supported_groups of a ClientHello; None without."""
    at = 5 + 4 + 2 + 32
    at += 1 + hello[at]
    at += 2 + struct.unpack_from(">H", hello, at)[0] + 2
    end = at + 2 + struct.unpack_from(">H", hello, at)[0] if at < len(hello) else at
    at += 2
    while at < end:
        kind, length = struct.unpack_from(">HH", hello, at)
        if kind == 10:
            return struct.unpack_from(f">{length // 2 - 1}H", hello, at + 6)
        at += 4 + length
    return None


def prefers(*own):
    """A server of TLS 1.3 that takes the first of its own groups that is offered."""

    def act(server, connection):
        hello = connection.recv(4096)
        server.received.append(hello)
        offered = groups_of(hello) or ()
        ours = [group for group in own if group in offered]
        is_1_3 = b"\x00\x2b\x00\x03\x02\x03\x04" in hello
        connection.sendall(retry(ours[0]) if ours and is_1_3 else ALERT_VERSION)
        connection.recv(4096)

    return act


POST_QUANTUM = {
    "prefers it": ((0x11EC, 0x1D), "yes", "yes", "X25519MLKEM768", "X25519MLKEM768"),
    "knows it": ((0x1D, 0x11EC), "yes", "no", "X25519MLKEM768", "x25519"),
    "does not": ((0x1D,), "no", "no", None, "x25519"),
    "knows another": ((0x17, 0x11EB), "yes", "no", "SecP256r1MLKEM768", "secp256r1"),
}


@pytest.mark.parametrize("name", POST_QUANTUM)
def test_post_quantum_groups(name, inspected):
    own, supported, preferred, group, preferred_group = POST_QUANTUM[name]
    with Script(prefers(*own)) as server:
        tls = inspected.ask(server.port, survey="true")
    assert tls["post_quantum"] == {"supported": supported, "preferred": preferred, "group": group,
                                   "preferred_group": preferred_group}  # fmt: skip
    assert tls["versions"] == versions("tls1.3")
    assert len(server.received) == (7 if preferred == "no" else 6), "one handshake, one hello each"


def test_what_does_not_answer_is_unknown_and_the_last_to_be_asked(inspected):
    """A time-out is no "no"."""

    def act(server, connection):
        hello = connection.recv(4096)
        server.received.append(hello)
        if b"\x00\x2b\x00\x03\x02\x03\x04" in hello:
            connection.sendall(retry(0x11EC))
        elif len(server.received) == 1:
            connection.sendall(ALERT_VERSION)
        else:
            silent(server, connection)

    with Script(act) as server:
        tls = inspected.ask(server.port, survey="true")
    assert tls["versions"] == versions("tls1.3", unknown=("tls1.2", "tls1.1", "tls1.0", "ssl3"))
    assert len(server.received) == 3


def test_http_is_no_version(inspected):
    with Script(say(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        tls = inspected.ask(server.port, survey="true")
    assert (tls["state"], tls["versions"]) == ("not-tls", None)


def test_no_survey_behind_starttls(inspected):
    for query in ("port=25&survey=true", "port=443&starttls=smtp&survey=true", "port=443&service=true&survey=true"):
        answer = inspected.frontend.get(f"/api/v1/tls?host={NAME}&{query}")
        assert answer.is_problem(400, "malformed-request", "survey-behind-starttls"), query


def test_a_survey_on_the_page_and_in_text(inspected, authority):
    authority.issue("good")
    with TlsServer(authority, "good") as server:
        query = f"host={NAME}&port={server.port}&survey=true"
        text = inspected.frontend.get(f"/api/v1/tls?{query}", {"Accept": "text/plain"}).text
        english = inspected.frontend.get(f"/tls/en?{query}").text
        german = inspected.frontend.get(f"/tls/de?{query}").text
    assert text.splitlines()[1] == "  survey ssl3=no tls1.0=no tls1.1=no tls1.2=yes tls1.3=yes post-quantum=no"
    assert "<dt>Accepted versions</dt><dd>TLS 1.2, TLS 1.3</dd>" in english
    assert "<dt>Post-quantum key exchange</dt><dd>no</dd>" in english
    assert "<dt>Post-Quanten-Schlüsselaustausch</dt><dd>nein</dd>" in german
    assert 'name="survey" value="true" checked' in english


def test_a_survey_costs_more_of_the_visitors_limit(authority):
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory:
        limits = {"client-quota": 14, "client-window-s": 3600}
        with inspected_by(authority, pathlib.Path(directory), limits=limits) as inspected:
            with Script(say(b"HTTP/1.1 400\r\n\r\n")) as server:
                assert inspected.ask(server.port, survey="true")["state"] == "not-tls"
                answer = inspected.get(server.port, survey="true")
    assert answer.is_problem(429, "rate-limited", "client")
    assert "costs 10 units" in answer.json["detail"]


# --- TLS inside packets ---------------------------------------------------------------------------


def packet(kind, data):
    return struct.pack(">BBHHBB", kind, 1, len(data) + 8, 0, 0, 0) + data


def prelogin(encryption):
    return packet(4, bytes.fromhex("00000b0006" "0100110001" "ff" "0f0000000000") + bytes([encryption]))


def sql_server(context, encryption=1):
    def act(server, connection):
        reader = connection.makefile("rb", buffering=0)

        def read_packet():
            kind, _, length = struct.unpack(">BBH", reader.read(4))
            assert kind == 0x12
            reader.read(4)
            data = b""
            while len(data) < length - 8:
                data += reader.read(length - 8 - len(data))
            return data

        request = read_packet()
        assert request[-1] == 1, "wants encryption"
        connection.sendall(prelogin(encryption))
        if encryption == 2:
            server.received.append(reader.read(100))
            return
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_side=True)
        while True:
            try:
                tls.do_handshake()
                connection.sendall(packet(0x12, outgoing.read()))
                break
            except ssl.SSLWantReadError:
                flight = outgoing.read()
                for at in range(0, len(flight), 700):  # a flight in several packets
                    connection.sendall(packet(0x12, flight[at : at + 700]))
                incoming.write(read_packet())
        record = reader.read(5)
        server.received.append(record)  # plain TLS from here on

    return act


def test_sql_server(inspected, authority):
    authority.issue("good")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(authority.chain("good", "middle"), authority.directory / "good.key")
    with Script(sql_server(context)) as server:
        tls = inspected.ask(server.port, starttls="tds")
        wait_until(lambda: server.received, "the end")
    assert (tls["state"], codes(tls), tls["starttls"]) == ("trusted", [], "tds")
    assert server.received[0][:1] == b"\x15", "close_notify, outside of packets"


def test_sql_server_without_tls(inspected):
    with Script(sql_server(None, encryption=2)) as server:
        tls = inspected.ask(server.port, starttls="tds")
    assert (tls["state"], codes(tls)) == ("no-starttls", ["no-starttls"])
