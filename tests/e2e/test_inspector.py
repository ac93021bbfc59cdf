# SPDX-License-Identifier: BSD-2-Clause
"""The inspector's own guardrails, its switch, and protocols before or instead of TLS."""
import csv
import json
import pathlib
import re
import ssl
import struct
import subprocess
import tempfile

import inspect_wire as wire
import pytest

from service import BUILD, ROOT, config_text, wait_until
from test_tls import NAME, Inspected, codes, inspected_by, silent
from test_tls import authority as authority  # a fixture
from test_tls import inspected as inspected  # another
from tls_servers import Script, TlsServer


@pytest.fixture
def strict(authority):
    """An inspector with the default policy, alone; (socket, process)."""
    with tempfile.TemporaryDirectory(prefix="portlight-inspector-") as name:
        directory = pathlib.Path(name)
        directory.chmod(0o755)
        path = directory / "i" / "inspector.sock"
        config = directory / "portlight.conf"
        config.write_text(config_text({"inspector": {
            "socket": str(path), "roots": str(authority.directory / "root.pem")}}))  # fmt: skip
        log = directory / "log"
        with open(log, "wb") as out:
            process = subprocess.Popen([BUILD / "portlight-inspector", "-c", config], stderr=out)
        try:
            wait_until(lambda: "ready on" in log.read_text(), "the inspector")
            yield path, process
        finally:
            process.terminate()
            assert process.wait(30) == 0, log.read_text()


def test_every_address_that_must_be_denied_is(strict):
    with open(ROOT / "tests/data/ip_boundary_vectors.csv", newline="") as file:
        rows = [row for row in csv.reader(line for line in file if not line.startswith("#"))]
    denied = [row[0] for row in rows[1:] if row[1] == "deny"]
    assert len(denied) > 200
    with wire.Client(strict[0]) as client:
        for job, address in enumerate(denied):
            assert client.refusal(wire.ask(job, address, 443)) == wire.POLICY, address


@pytest.mark.parametrize("port", [1, 24, 111, 2049, 6443, 65535])
def test_ports_beyond_the_list_are_denied(port, strict):
    with wire.Client(strict[0]) as client:
        assert client.refusal(wire.ask(1, "93.184.215.14", port)) == wire.POLICY


GOOD = wire.ask(1, "93.184.215.14", 443)
MALFORMED = {
    "empty name and more": GOOD + b"x",
    "cut": GOOD[:-1],
    "unknown type": bytes([9]) + GOOD[1:],
    "an answer": bytes([wire.ANSWER]) + GOOD[1:],
    "unknown kind": wire.ask(1, "93.184.215.14", 443, kind=9),
    "unknown protocol": wire.ask(1, "93.184.215.14", 443, starttls=99),
    "port 0": wire.ask(1, "93.184.215.14", 0),
    "name with a line break": wire.ask(1, "93.184.215.14", 443, name=b"a.net\r\nQUIT"),
    "name with a NUL": wire.ask(1, "93.184.215.14", 443, name=b"a.net\0"),
    "name with a slash": wire.ask(1, "93.184.215.14", 443, name=b"a.net/x"),
    "name in capitals": wire.ask(1, "93.184.215.14", 443, name=b"A.net"),
    "name too long": wire.ask(1, "93.184.215.14", 443, name=b"a" * 254),
    "address with a tail": GOOD[:15] + b"\1" + GOOD[16:],
    "family 5": GOOD[:7] + b"\5" + GOOD[8:],
    "hello again": wire.HELLO_BYTES,
    "too long": GOOD + bytes(66000),
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_messages_end_the_session(name, strict):
    with wire.Client(strict[0]) as client:
        assert client.is_dropped_for(MALFORMED[name])
    with wire.Client(strict[0]) as client:
        client.socket.send(struct.pack(">BQ", wire.PING, 7))
        assert client.receive()[:9] == struct.pack(">BQ", wire.PONG, 7)


def test_nothing_is_taken_before_hello(strict):
    with wire.Client(strict[0], greet=False) as client:
        assert client.is_dropped_for(GOOD)
    with wire.Client(strict[0], greet=False) as client:
        assert client.is_dropped_for(struct.pack(">BIH", wire.HELLO, wire.MAGIC, 3))


def test_the_parent_has_nothing_left(strict):
    status = pathlib.Path(f"/proc/{strict[1].pid}/status").read_text()
    for line in ("Uid:\t61186\t61186\t61186\t61186", "Groups:\t \n", "NoNewPrivs:\t1", "Seccomp:\t2",
                 "CapEff:\t0000000000000000", "CapPrm:\t0000000000000000", "CapBnd:\t0000000000000000"):  # fmt: skip
        assert line in status, status


def test_the_targets_quota_and_one_at_a_time(authority):
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory:
        with inspected_by(authority, pathlib.Path(directory), **{"target-quota": 2}) as inspected:
            with Script(silent) as server:
                with wire.Client(pathlib.Path(directory) / "i" / "inspector.sock") as client:
                    client.socket.send(wire.ask(1, "127.0.0.1", server.port))
                    assert client.refusal(wire.ask(1, "127.0.0.1", server.port)) == wire.JOB
                    assert client.refusal(wire.ask(2, "127.0.0.1", server.port)) == wire.RATE
                    assert client.receive()[0] == wire.ANSWER
                inspected.ask(server.port)
                answer = inspected.get(server.port)
            assert answer.is_problem(429, "rate-limited", "target")
            assert int(answer.header("Retry-After")) > 0


def test_as_many_as_there_are_workers(authority):
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory:
        with inspected_by(authority, pathlib.Path(directory), **{"max-workers": 1}) as inspected:
            with Script(silent) as first, Script(silent) as second:
                with wire.Client(pathlib.Path(directory) / "i" / "inspector.sock") as client:
                    client.socket.send(wire.ask(1, "127.0.0.1", first.port))
                    assert client.refusal(wire.ask(2, "127.0.0.1", second.port)) == wire.BUSY
                    assert inspected.get(second.port).is_problem(503, "busy")
                    assert client.receive()[0] == wire.ANSWER


def test_a_worker_can_do_nothing_else(inspected):
    """As the kernel sees a child that waits for its target."""
    with Script(silent) as server:
        with wire.Client(inspected.socket) as client:
            client.socket.send(wire.ask(1, "127.0.0.1", server.port))
            children = pathlib.Path(f"/proc/{inspected.process.pid}/task/{inspected.process.pid}/children")
            wait_until(lambda: children.read_text().strip(), "a worker")
            process = pathlib.Path("/proc") / children.read_text().split()[0]
            wait_until(lambda: "Seccomp_filters:\t2" in (process / "status").read_text(), "its filter")
            status, limits = (process / "status").read_text(), (process / "limits").read_text()
            descriptors = sorted(path.name for path in (process / "fd").iterdir())
            memory = dict(re.findall(r"(?m)^(\w+): +(\d+) kB$", (process / "smaps_rollup").read_text()))
            client.receive()
    assert 0 < int(memory["Private_Dirty"]) < 1024, "kB that a child adds to those of its parent"
    assert descriptors == ["3", "4"]
    assert "NoNewPrivs:\t1" in status and "CapEff:\t0000000000000000" in status
    for words in ("Max processes 0 0", "Max file size 0 0", "Max core file size 0 0",
                  f"Max address space {256 << 20} {256 << 20}", "Max cpu time 2 2"):  # fmt: skip
        assert words in " ".join(limits.split()), limits


def test_without_it_nothing_of_it_shows(frontend):
    for path in ("/tls", "/tls/de", "/api/v1/tls?host=93.184.215.14"):
        assert frontend.get(path).is_problem(404, "not-found"), path
    assert 'href="tls' not in frontend.get("/en?host=93.184.215.14&ports=443").text
    assert "portlight_inspector" not in frontend.get("/metrics").text
    assert "portlight_tls" not in frontend.get("/metrics").text


PROMISES = {"/en": "that completes a connection to an open port", "/docs/about": "that completes a connection",
            "/docs/de/about": "Sie baut auf Wunsch eine Verbindung zu einem offenen Port auf"}  # fmt: skip


@pytest.mark.parametrize("path", PROMISES)
def test_a_promise_is_made_only_where_it_holds(path, inspected, frontend):
    with_inspector, without = inspected.frontend.get(path).text, frontend.get(path).text
    assert PROMISES[path] in with_inspector and PROMISES[path] not in without
    for page in (with_inspector, without):
        assert "{{" not in page
    if path != "/en":
        none = "Es kam keine Verbindung zustande." if "/de/" in path else "No connection was completed."
        assert none in without and none not in with_inspector


def test_an_inspector_that_is_gone_and_comes_back(authority):
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory:
        with inspected_by(authority, pathlib.Path(directory)) as inspected:
            with Script(silent) as server:
                inspected.process.kill()
                inspected.process.wait()
                wait_until(lambda: inspected.get(server.port).status == 503, "the loss")
                answer = inspected.get(server.port)
                assert answer.is_problem(503, "inspector-unavailable")
                inspected.start()
                assert inspected.ask(server.port)["state"] == "unknown"


def test_a_port_that_is_not_open_is_not_connected_to(inspected):
    from fake_prober import CLOSED

    with Script(silent) as server:
        inspected.frontend.prober.verdicts["127.0.0.1", server.port] = CLOSED
        answer = inspected.get(server.port)
        [address] = answer.json["addresses"]
    assert (address["port_state"], address["tls"]["state"]) == ("closed", "unreachable")
    assert server.received == [] and address["tls"]["problems"] == []
    assert address["tls"]["checked"] is None, "nobody looked"


def test_the_systems_own_roots(authority):
    """As many roots as the system has, named after its package."""
    authority.issue("good")
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory:
        roots = "/etc/ssl/certs/ca-certificates.crt"
        with inspected_by(authority, pathlib.Path(directory), roots=roots) as inspected:
            with TlsServer(authority, "good", ("middle", "root")) as server:
                tls = inspected.ask(server.port)
            assert (tls["state"], codes(tls)) == ("untrusted", ["untrusted-root"])
            assert tls["trust"]["store"].startswith("ca-certificates 20") and tls["trust"]["date"]
            assert "ended by signal" not in inspected.log


QUESTIONS = {
    "host=me&ports=443": "unknown-key",
    "host=93.184.215.14&port=443,25": "one-port",
    "host=93.184.215.14&port=443&port=25": "duplicate-key",
    "host=93.184.215.14&port=0": "out-of-range",
    "host=93.184.215.14&starttls=gopher": "unknown-starttls",
    "host=93.184.215.14&service=perhaps": "not-a-boolean",
    "host=93.184.215.14&trace=true": "unknown-key",
}


@pytest.mark.parametrize("query", QUESTIONS)
def test_questions_that_make_no_sense(query, inspected):
    answer = inspected.frontend.get(f"/api/v1/tls?{query}")
    assert answer.is_problem(400, "malformed-request", QUESTIONS[query])


NAMED = {  # as this path calls it
    "host=93.184.215.14&ports=443": ("#/ports", '"ports" is unknown; did you mean "port"?'),
    "host=93.184.215.14&trace=true": (
        "#/trace",
        '"trace" is unknown. The known keys are host, port, family, starttls, survey, service, patient.',
    ),
    "host=93.184.215.14&port=99999": ("#/port", "A port is a number from 1 to 65535."),
    "host=93.184.215.14&port=": ("#/port", "Enter at least one port."),
}


@pytest.mark.parametrize("query", NAMED)
def test_a_problem_points_at_its_parameter(query, inspected):
    [error] = inspected.frontend.get(f"/api/v1/tls?{query}").problem["errors"]
    assert (error["pointer"], error["detail"]) == NAMED[query]


@pytest.mark.parametrize("host", ["10.0.0.1", "[::1]", "169.254.169.254", "::ffff:7f00:1", "0x7f.1"])
def test_hosts_that_must_not_be_asked(host, inspected):
    assert inspected.get(443, host).status in (403, 422)


# --- text, page, command line -------------------------------------------------------------------


def test_the_text_and_the_page(inspected, authority):
    authority.issue("other", names="DNS:<b>.tls-lab.net,DNS:other.tls-lab.net")
    with TlsServer(authority, "other") as server:
        path = f"host={NAME}&port={server.port}"
        text = inspected.frontend.get(f"/api/v1/tls?{path}", {"Accept": "text/plain"}).text
        english = inspected.frontend.get(f"/tls/en?{path}").text
        german = inspected.frontend.get(f"/tls/de?{path}").text
        assert f"<title>TLS: {NAME}, Port {server.port} – portlight</title>" in english
    first, second = text.splitlines()
    assert first.startswith(f"{server.port}/tcp tls untrusted TLSv1.3 ") and first.endswith(f"{NAME} 127.0.0.1")
    assert second.startswith("  error name-mismatch: The certificate is for ")
    assert "The certificate is for &lt;b&gt;.tls-lab.net, other.tls-lab.net, not for" in english
    assert "Das Zertifikat ist für &lt;b&gt;.tls-lab.net, other.tls-lab.net, nicht für" in german
    assert "<b>" not in english + german and "{" not in english + german


def test_the_window_is_named_after_tls(inspected):
    """Not after the port check, whose frame it shares."""
    for path, title in (("/tls/en", "Does TLS work there?"), ("/tls/de", "Funktioniert TLS dort?"),
                        ("/tls/en?host=10.0.0.1&port=443", "Target not allowed")):  # fmt: skip
        assert f"<title>{title} – portlight</title>" in inspected.frontend.get(path).text, path


def test_events_as_they_come(inspected, authority):
    authority.issue("good")
    with TlsServer(authority, "good") as server:
        answer = inspected.frontend.get(f"/api/v1/tls?host={NAME}&port={server.port}", {"Accept": "text/event-stream"})
        plain = inspected.get(server.port)
    assert answer.header("Content-Type") == "text/event-stream"
    events = [dict(line.split(": ", 1) for line in block.splitlines())
              for block in answer.text.strip().split("\n\n")]  # fmt: skip
    assert [event["event"] for event in events] == ["resolved", "port", "tls", "done"]
    tls, done = json.loads(events[2]["data"]), json.loads(events[3]["data"])
    assert tls == done["addresses"][0] and tls["tls"]["state"] == "trusted"
    assert done.keys() == plain.json.keys()
    again = inspected.frontend.get("/api/v1/tls?host=1.1.1.1", {"Accept": "text/event-stream", "Last-Event-ID": "1"})
    assert again.status == 204


def test_an_event_when_the_inspector_refuses(authority):
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory:
        with inspected_by(authority, pathlib.Path(directory), **{"target-quota": 1}) as inspected:
            with Script(silent) as server:
                inspected.ask(server.port)
                with Script(silent) as other:
                    answer = inspected.frontend.get(
                        f"/api/v1/tls?host={NAME}&port={other.port}", {"Accept": "text/event-stream"})  # fmt: skip
    assert answer.status == 200 and "event: error\ndata: {" in answer.text and '"rate-limited"' not in answer.text
    assert "/problems/rate-limited" in answer.text


def test_the_port_check_leads_to_it(inspected):
    page = inspected.frontend.get("/en?host=127.0.0.1&ports=443,587,5900")
    assert page.text.count('<form class="service"') == 3
    assert '<button type="submit">443: check its certificate</button>' in page.text
    assert '<button type="submit">587: check its certificate</button>' in page.text
    assert ('name="service" value="true"><button type="submit">5900: does a program answer?</button>') in page.text
    assert '<a href="tls/en">Check a certificate</a>' in page.text
    closed = inspected.frontend.get("/en?host=127.0.0.1&ports=22").text
    assert "the host is off" in closed and "does a program answer?" not in closed
    german = inspected.frontend.get("/de").text
    assert '<a href="tls/de">Ein Zertifikat prüfen</a>' in german


# --- before TLS ---------------------------------------------------------------------------------


def lines(*turns):
    """Says and expects in turn, then hands over to TLS or ends."""

    def act(server, connection):
        reader = connection.makefile("rb")
        for say, expect in turns:
            connection.sendall(say)
            if expect is not None:
                line = reader.readline()
                server.received.append(line)
                if not line.upper().startswith(expect):
                    return
        while connection.recv(4096):
            pass

    return act


DIALOGUES = {
    "smtp without": ("smtp", lines((b"220 a\r\n", b"EHLO"), (b"250-a\r\n250 SIZE\r\n", b"QUIT")), "no-starttls", "no-starttls"),
    "smtp refuses": ("smtp", lines((b"220 a\r\n", b"EHLO"), (b"250-a\r\n250 STARTTLS\r\n", b"STARTTLS"), (b"454 no\r\n", b"QUIT")), "no-starttls", "no-starttls"),
    "smtp injected": ("smtp", lines((b"220 a\r\n", b"EHLO"), (b"250 STARTTLS\r\n", b"STARTTLS"), (b"220 go\r\n250 more\r\n", None)), "failed", "starttls-injected"),
    "smtp is http": ("smtp", lines((b"HTTP/1.1 400 Bad\r\n", None)), "failed", "starttls-strange"),
    "smtp endless": ("smtp", lines((b"220-x\r\n" * 100, None)), "failed", "starttls-strange"),
    "smtp silent": ("smtp", lines(), "unknown", "greeting-late"),
    "imap refuses": ("imap", lines((b"* OK hi\r\n", b"A1 STARTTLS"), (b"a1 NO\r\n", b"A2 LOGOUT")), "no-starttls", "no-starttls"),
    "pop3 refuses": ("pop3", lines((b"+OK hi\r\n", b"STLS"), (b"-ERR\r\n", b"QUIT")), "no-starttls", "no-starttls"),
    "ftp refuses": ("ftp", lines((b"220-hi\r\n220 hi\r\n", b"AUTH TLS"), (b"500 no\r\n", b"QUIT")), "no-starttls", "no-starttls"),
}  # fmt: skip


@pytest.mark.parametrize("name", DIALOGUES)
def test_dialogues_that_do_not_come_to_tls(name, inspected):
    protocol, act, state, code = DIALOGUES[name]
    with Script(act) as server:
        tls = inspected.ask(server.port, starttls=protocol)
    assert (tls["state"], codes(tls), tls["starttls"]) == (state, [code], protocol)


BYTES = {
    "postgres no": ("postgres", b"N", "no-starttls", "no-starttls"),
    "postgres error": ("postgres", b"E....", "failed", "starttls-strange"),
    "postgres injected": ("postgres", b"SX", "failed", "starttls-injected"),
    "ldap refuses": ("ldap", bytes.fromhex("300c02010178070a013504000400"), "no-starttls", "no-starttls"),
    "ldap long refuses": ("ldap", bytes.fromhex("308400000010020101788400000007" "0a013504000400"), "no-starttls", "no-starttls"),
    "ldap is none": ("ldap", b"HTTP/1.1 400\r\n", "failed", "starttls-strange"),
    "rdp refuses": ("rdp", bytes.fromhex("030000130ed000001234000300080005000000"), "no-starttls", "no-starttls"),
    "rdp is none": ("rdp", b"SSH-2.0-x\r\n", "failed", "starttls-strange"),
    "mysql without": ("mysql", bytes.fromhex("21000000" "0a") + b"5.0\0" + bytes(4) + b"12345678\0" + b"\x00\x02" + bytes(13), "no-starttls", "no-starttls"),
    "mysql denies": ("mysql", b"\x05\0\0\0\xff\x6a\x04no", "unknown", "host-refused"),
}  # fmt: skip


@pytest.mark.parametrize("name", BYTES)
def test_other_dialogues_that_do_not_come_to_tls(name, inspected):
    protocol, answer, state, code = BYTES[name]

    def act(server, connection):
        if protocol != "mysql":
            server.received.append(connection.recv(4096))
        connection.sendall(answer)
        while connection.recv(4096):
            pass

    with Script(act) as server:
        tls = inspected.ask(server.port, starttls=protocol)
    assert (tls["state"], codes(tls)) == (state, [code])


# --- instead of TLS --------------------------------------------------------------------------------


def service_of(act, inspected):
    with Script(act) as server:
        return inspected.ask(server.port, service="true")


def test_a_greeting_is_a_program(inspected):
    service = service_of(lines((b"SSH-2.0-OpenSSH_9.2\r\n", None)), inspected)
    assert (service["answered"], service["protocol"], service["problems"]) == ("yes", "ssh", [])
    assert service["text"] == "SSH-2.0-OpenSSH_9.2", "shown to its own address"


def test_silence_is_not_a_program(inspected):
    service = service_of(silent, inspected)
    assert (service["answered"], codes(service)) == ("unknown", ["service-silent"])


def test_what_hangs_up_at_once_stands_in_for_a_program(inspected):
    service = service_of(lambda server, connection: None, inspected)
    assert (service["answered"], codes(service)) == ("no", ["service-gone"])


# --- through STARTTLS to a certificate -----------------------------------------------------------


def started(first, *turns):
    """The server's side up to TLS: what it says first, then answers to what it gets."""

    def dialogue(reader, connection):
        connection.sendall(first)
        for length, start, answer in turns:
            got = reader.read(length) if length else reader.readline()
            assert got.startswith(start), got
            connection.sendall(answer)

    return dialogue


SERVERS = {
    "smtp": (started(b"220 a\r\n", (0, b"EHLO ", b"250-a\r\n250-STARTTLS\r\n250 HELP\r\n"), (0, b"STARTTLS", b"220 go\r\n")), b"QUIT\r\n"),
    "imap": (started(b"* OK hi\r\n", (0, b"a1 STARTTLS", b"* CAPABILITY X\r\na1 OK go\r\n")), b"a2 LOGOUT\r\n"),
    "pop3": (started(b"+OK hi\r\n", (0, b"STLS", b"+OK go\r\n")), b"QUIT\r\n"),
    "ftp": (started(b"220-hi\r\n220 hi\r\n", (0, b"AUTH TLS", b"234 go\r\n")), b"QUIT\r\n"),
    "postgres": (started(b"", (8, bytes.fromhex("0000000804d2162f"), b"S")), b""),
    "ldap": (started(b"", (31, bytes.fromhex("301d02010177188016"), bytes.fromhex("300c02010178070a010004000400"))), b""),
    "rdp": (started(b"", (19, bytes.fromhex("030000130ee0"), bytes.fromhex("030000130ed00000123400" "0200080001000000"))), b""),
    "mysql": (started(bytes.fromhex("21000000" "0a") + b"5.0\0" + bytes(4) + b"12345678\0" + b"\x00\x0a" + bytes(13),
                      (36, bytes.fromhex("20000001008a"), b"")), b""),
}  # fmt: skip


@pytest.mark.parametrize("protocol", SERVERS)
def test_starttls_and_a_polite_end(protocol, inspected, authority):
    authority.issue("good")
    dialogue, farewell = SERVERS[protocol]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.chain("good", "middle"), authority.directory / "good.key")

    def act(server, connection):
        dialogue(connection.makefile("rb", buffering=0), connection)
        with context.wrap_socket(connection, server_side=True, suppress_ragged_eofs=False) as tls:
            server.received.append(tls.recv(100))
            server.received.append(tls.recv(100) if farewell else b"")

    with Script(act) as server:
        tls = inspected.ask(server.port, starttls=protocol)
        wait_until(lambda: len(server.received) == 2, "close_notify, and not a ragged end")
    assert (tls["state"], codes(tls), tls["starttls"]) == ("trusted", [], protocol)
    assert server.received[0] == farewell


def test_a_web_servers_status_inside_tls_and_not(inspected, authority):
    answer = b"HTTP/1.1 522 x\r\nContent-Length: 0\r\n\r\n"

    def act(server, connection):
        server.received.append(connection.recv(4096))
        connection.sendall(answer)

    with Script(act, port=8080) as server:
        service = inspected.ask(8080, service="true")
    assert server.received[0].startswith(b"HEAD / HTTP/1.1\r\nHost: " + NAME.encode() + b"\r\n")
    assert (service["http_status"], service["protocol"]) == (522, "http")
    assert codes(service) == ["edge-silent"]
