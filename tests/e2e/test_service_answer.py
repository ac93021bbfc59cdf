# SPDX-License-Identifier: BSD-2-Clause
"""Does a program answer behind an open port: service=true on a check, and what of it is shared."""
import json
import pathlib
import socket
import struct
import tempfile
import threading

import pytest

from fake_prober import CLOSED
from service import wait_until
from test_inspector import lines
from test_openapi import conforms
from test_tls import NAME, inspected_by, silent
from test_tls import authority as authority  # a fixture
from test_tls import inspected as inspected  # another
from tls_servers import Script, TlsServer

SSH = lines((b"SSH-2.0-OpenSSH_9.2\r\n", None))
KEPT = {"keep-s": 60}
LIMITS = {"client-quota": 100, "client-window-s": 3600, "target-quota": 0}


def check(inspected, *ports, headers=(), **parameters):
    return inspected.frontend.check(NAME, *ports, headers=headers, service="true", **parameters)


def ports_of(answer):
    assert answer.status == 200, answer
    [address] = answer.json["addresses"]
    return {port["port"]: port for port in address["ports"]}


@pytest.fixture
def separate(authority):
    """An inspector of one's own, by its settings."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        def open_one(limits=None, **settings):
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="portlight-service-"))
            return stack.enter_context(inspected_by(authority, pathlib.Path(directory), limits=limits, **settings))

        yield open_one


# --- with a check --------------------------------------------------------------------------------


def test_a_check_that_also_asks_whether_a_program_answers(inspected):
    with Script(SSH) as ssh, Script(silent) as mute:
        inspected.frontend.prober.verdicts["127.0.0.1", 2] = CLOSED
        answer = check(inspected, ssh.port, mute.port, 2)
        plain = inspected.frontend.check(NAME, ssh.port)
    ports = ports_of(answer)
    found = ports[ssh.port]["service_answer"]
    assert (found["answered"], found["by"], found["protocol"]) == ("yes", "greeting", "ssh")
    assert found["text"] == "SSH-2.0-OpenSSH_9.2", "the visitor's own address"
    assert found["problems"] == [] and found["delay_ms"] >= 0 and found["checked"].endswith("Z")
    undecided = ports[mute.port]["service_answer"]
    assert (undecided["answered"], undecided["by"], undecided["protocol"]) == ("unknown", None, None)
    assert [problem["code"] for problem in undecided["problems"]] == ["service-silent"]
    assert ports[2]["state"] == "closed" and ports[2]["service_answer"] is None
    assert "service_answer" not in ports_of(plain)[ssh.port]
    schemas = inspected.frontend.get("/openapi.json").json["components"]["schemas"]
    conforms(answer.json, schemas["Result"], schemas)


def test_a_check_in_a_body(inspected):
    with Script(SSH) as ssh:
        answer = inspected.frontend.post({"host": NAME, "ports": [ssh.port], "service": True})
        without = inspected.frontend.post({"host": NAME, "ports": [ssh.port], "service": False})
    assert ports_of(answer)[ssh.port]["service_answer"]["answered"] == "yes"
    assert "service_answer" not in ports_of(without)[ssh.port]
    for value in ("true", 1, None):
        wrong = inspected.frontend.post({"host": NAME, "ports": [443], "service": value})
        assert wrong.is_problem(400, "malformed-request", "wrong-type"), wrong
    assert inspected.frontend.check(NAME, 443, service="1").is_problem(400, "malformed-request", "not-a-boolean")
    unknown = inspected.frontend.check(NAME, 443, servis="true")
    assert "trace, packets, from, service." in unknown.problem["detail"]


def test_a_verdict_comes_before_what_is_behind_it(inspected):
    with Script(SSH) as ssh:
        answer = check(inspected, ssh.port, headers={"Accept": "text/event-stream"})
    names, data = zip(*answer.events)
    assert names == ("resolved", "port", "service", "done")
    assert data[1]["state"] == "open" and "service_answer" not in data[1]
    assert (data[2]["port"], data[2]["service_answer"]["protocol"]) == (ssh.port, "ssh")
    assert data[3]["addresses"][0]["ports"][0]["service_answer"] == data[2]["service_answer"]


def test_as_text(inspected):
    with Script(SSH) as ssh, Script(lambda server, connection: None) as gone:
        first = check(inspected, ssh.port, headers={"Accept": "text/plain"}).text.splitlines()
        second = check(inspected, gone.port, headers={"Accept": "text/plain"}).text.splitlines()
    assert first[0].startswith(f"{ssh.port}/tcp open accept host")
    assert first[1] == "  service answered yes ssh by greeting"
    assert second[1] == "  service answered no by reset"
    assert second[2].startswith("  error service-gone: The connection was accepted and then cut")


def test_only_an_open_port_is_looked_behind(inspected):
    with Script(silent) as server:
        server.seen = 0
        inspected.frontend.prober.verdicts["127.0.0.1", server.port] = CLOSED
        answer = check(inspected, server.port)
        assert ports_of(answer)[server.port]["service_answer"] is None
        server.listener.settimeout(0.3)
        assert server.received == []


def test_what_it_costs(separate):
    inspected = separate(limits=LIMITS)
    with Script(SSH) as ssh, Script(SSH) as other:
        inspected.frontend.check(NAME, ssh.port, other.port)
        assert left(inspected) == 98
        check(inspected, ssh.port, other.port)
    assert left(inspected) == 98 - 2 * (1 + 2)


def left(inspected):
    return inspected.frontend.get("/api/v1/limits").json["client"]["remaining"]


@pytest.mark.parametrize("path, of", [
    ("check?host={}&ports=443", ["request"]),
    ("check?host={}&ports=443,2", ["request", "port"]),
    ("check?host={}&ports=443&trace=true", ["request", "trace"]),
    ("check?host={}&ports=443&service=true", ["request", "service"]),
    ("host?host={}", ["host"]),
    ("tls?host={}&port=443", ["tls"]),
    ("tls?host={}&port=443&survey=true", ["tls", "survey"]),
    ("tls?host={}&port=8080&service=true&patient=true", ["tls", "patient"]),
])  # fmt: skip
def test_limits_says_what_each_question_costs(separate, path, of):
    inspected = separate(limits=LIMITS)
    assert inspected.frontend.get("/api/v1/" + path.format(NAME)).status == 200
    costs = inspected.frontend.get("/api/v1/limits").json["costs"]
    assert left(inspected) == 100 - sum(costs[name] for name in of)


def test_a_spent_target_keeps_its_verdict(separate):
    inspected = separate(**{"target-quota": 1})
    with Script(SSH) as ssh, Script(SSH) as other:
        ports = ports_of(check(inspected, ssh.port, other.port))
    answers = [ports[server.port]["service_answer"] for server in (ssh, other)]
    assert sorted(answer["answered"] for answer in answers) == ["unknown", "yes"]
    [spent] = [answer for answer in answers if answer["answered"] == "unknown"]
    assert [problem["code"] for problem in spent["problems"]] == ["not-asked"]
    assert {port["state"] for port in ports.values()} == {"open"}


def test_without_an_inspector_there_is_no_such_thing(frontend):
    for value in ("true", "false", "perhaps"):
        answer = frontend.check("93.184.215.14", 443, service=value)
        assert answer.is_problem(400, "malformed-request", "unknown-key"), answer
        assert "service" not in answer.problem["detail"].replace('"service"', "")
    answer = frontend.post({"host": "93.184.215.14", "ports": [443], "service": True})
    assert answer.is_problem(400, "malformed-request", "unknown-key")
    assert "service_answer" not in frontend.check("93.184.215.14", 443).text


def test_an_inspector_that_is_gone(separate):
    inspected = separate()
    inspected.process.kill()
    inspected.process.wait()
    wait_until(lambda: check(inspected, 443).status == 503, "the loss")
    assert check(inspected, 443).is_problem(503, "inspector-unavailable")
    assert inspected.frontend.check(NAME, 443).status == 200
    inspected.start()


def test_a_visitor_who_goes_away_leaves_nothing_behind(inspected):
    with Script(silent) as server:
        with inspected.frontend.begin(f"/api/v1/check?host={NAME}&ports={server.port}&service=true"):
            wait_until(lambda: "\nportlight_inspector_workers 1\n" in inspected.frontend.get("/metrics").text, "it")
    wait_until(lambda: "\nportlight_inspector_workers 0\n" in inspected.frontend.get("/metrics").text, "the end")
    assert inspected.frontend.get("/healthz").status == 200


# --- shared ---------------------------------------------------------------------------------------


def counting(server, connection):
    server.received.append(1)
    connection.sendall(b"SSH-2.0-x\r\n")
    while connection.recv(4096):
        pass


def test_equal_questions_are_asked_once(separate):
    inspected = separate(**KEPT)
    with Script(counting) as server:
        first = ports_of(check(inspected, server.port))[server.port]["service_answer"]
        again = ports_of(check(inspected, server.port))[server.port]["service_answer"]
        other = inspected.ask(server.port, service="true")
        named = ports_of(inspected.frontend.check("127.0.0.1", server.port, service="true"))
        assert len(server.received) == 2, "once by the name, once by the address"
        page = inspected.frontend.get(f"/tls/en?host={NAME}&port={server.port}&service=true").text
    assert "A program answers: ssh." in page
    assert first == again == other and named[server.port]["service_answer"]["answered"] == "yes"


def test_who_comes_meanwhile_waits_for_the_same(inspected):
    started, go = threading.Event(), threading.Event()

    def slow(server, connection):
        server.received.append(1)
        started.set()
        assert go.wait(10)
        connection.sendall(b"SSH-2.0-x\r\n")
        connection.recv(1)

    answers = []
    with Script(slow) as server:
        threads = [threading.Thread(target=lambda: answers.append(inspected.ask(server.port, service="true")))
                   for _ in range(3)]  # fmt: skip
        threads[0].start()
        assert started.wait(10)
        for thread in threads[1:]:
            thread.start()
        wait_until(lambda: len(inspected.frontend.prober.asked) >= 3, "the others")
        go.set()
        for thread in threads:
            thread.join()
        assert len(server.received) == 1
    assert answers[0] == answers[1] == answers[2] and answers[0]["answered"] == "yes"


def test_nothing_is_kept_if_that_is_configured(separate):
    inspected = separate()
    with Script(counting) as server:
        for _ in range(3):
            assert inspected.ask(server.port, service="true")["answered"] == "yes"
        assert len(server.received) == 3


def test_what_is_only_for_the_visitor_is_not_shared(separate):
    """127.0.0.1 is the visitor's own address only for visitors from there."""
    inspected = separate(**KEPT)
    with Script(counting) as server:
        path = f"/api/v1/tls?host={NAME}&port={server.port}&service=true"
        own = inspected.frontend.request("GET", path).json["addresses"][0]["service"]
        others = inspected.frontend.request("GET", path, source="127.9.0.1").json["addresses"][0]["service"]
    assert (own["text"], others["text"]) == ("SSH-2.0-x", None)
    assert own["protocol"] == others["protocol"] == "ssh"


def test_a_failure_of_ours_is_not_kept(separate):
    inspected = separate(**KEPT)
    with Script(silent) as mute:
        query = f"/api/v1/tls?host={NAME}&port={mute.port}"
        children = pathlib.Path(f"/proc/{inspected.process.pid}/task/{inspected.process.pid}/children")
        answers = []
        thread = threading.Thread(target=lambda: answers.append(inspected.frontend.get(query).json))
        thread.start()
        wait_until(lambda: children.read_text().strip(), "a worker")
        import os
        import signal

        os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
        thread.join()
    [problem] = answers[0]["addresses"][0]["tls"]["problems"]
    assert problem["code"] == "inspector-failed"
    with Script(counting, port=mute.port) as server:
        assert [one["code"] for one in inspected.ask(server.port)["problems"]] == ["not-tls-ssh"]


# --- protocols ------------------------------------------------------------------------------------


def answers_with(answer, expected=b""):
    def act(server, connection):
        got = connection.recv(4096)
        server.received.append(got)
        assert got.startswith(expected), got
        connection.sendall(answer)
        while data := connection.recv(4096):
            server.received.append(data)

    return act


TDS = bytes.fromhex("0401002b00000100" "00001a000601002000010200210001030022000004002200" "01ff" "0f00107d0000" "02" "00" "00" "00")
SMB = bytes.fromhex("00000044") + b"\xfeSMB" + bytes(64)
MYSQL = bytes.fromhex("210000000a") + b"8.0\0" + bytes(4) + b"12345678\0" + b"\x00\x02" + bytes(13)
STATUS = b'{"version":{}}'
CLIENT_FIRST = {
    5432: (b"N", bytes.fromhex("0000000804d2162f"), "postgres"),
    3389: (bytes.fromhex("0300000b06d00000123400"), bytes.fromhex("03000013"), "rdp"),
    1433: (TDS, b"\x12\x01", "tds"),
    389: (bytes.fromhex("300c02010178070a010004000400"), b"\x30\x1d", "ldap"),
    6379: (b"-NOAUTH Authentication required.\r\n", b"PING\r\n", "redis"),
    53: (b"\x00\x0c\x70\x6c\x80\x05" + bytes(8), b"\x00\x11\x70\x6c\x00\x00\x00\x01", "dns"),
    445: (SMB, bytes.fromhex("0000006a") + b"\xfeSMB", "smb"),
    25565: (bytes([len(STATUS) + 2, 0, len(STATUS)]) + STATUS, b"\x19\x00\xff\xff\xff\xff\x0f\x0f", "minecraft"),
    8080: (b"HTTP/1.1 301 Moved\r\nLocation: https://Other.Example.NET:8443/x\r\n\r\n", b"HEAD / HTTP/1.1\r\n", "http"),
}  # fmt: skip


@pytest.mark.parametrize("port", CLIENT_FIRST)
def test_a_server_that_waits_for_its_client(port, separate):
    """Bound to ports of their own: the smallest question of each protocol, and who it is."""
    answer, expected, protocol = CLIENT_FIRST[port]
    inspected = separate()
    with Script(answers_with(answer, expected), port=port) as server:
        service = inspected.ask(port, service="true")
        assert (service["answered"], service["by"], service["protocol"]) == ("yes", "request", protocol), service
        if port == 6379:
            wait_until(lambda: server.received[-1] == b"QUIT\r\n", "a polite end")
    assert service["location"] == ("other.example.net" if port == 8080 else None)
    assert service["text"] is None or service["text"].startswith(("-NOAUTH", "HTTP/1.1 301", "N"))


@pytest.mark.parametrize("greeting, protocol, text", [
    (b"RFB 003.008\n", "vnc", "RFB 003.008"),
    (MYSQL, "mysql", None),
    (b"220 mail.example ESMTP\r\n", "smtp", "220 mail.example ESMTP"),
    (b"220 ftp ready\r\n", "ftp", "220 ftp ready"),
    (b"+OK ready\r\n", "pop3", "+OK ready"),
    (b"* OK ready\r\n", "imap", "* OK ready"),
    (b"\xff\xfd\x18", "telnet", None),
    (b"\x01\x02\x03\x04", "unknown", None),
])  # fmt: skip
def test_a_server_that_speaks_first(greeting, protocol, text, inspected):
    with Script(lines((greeting, None))) as server:
        service = inspected.ask(server.port, service="true")
    assert (service["answered"], service["by"], service["protocol"]) == ("yes", "greeting", protocol)
    assert service["text"] == text


def test_a_longer_name_in_a_minecraft_question(separate):
    name = ".".join(["a" * 60] * 3) + ".tls-lab.net"
    inspected = separate()
    inspected.frontend.dns.zone[name] = {"A": ["127.0.0.1"]}
    with Script(answers_with(bytes([len(STATUS) + 2, 0, len(STATUS)]) + STATUS), port=25565) as server:
        assert inspected.ask(25565, host=name, service="true")["protocol"] == "minecraft"
    packet = server.received[0]
    length = (packet[0] & 127) | packet[1] << 7
    assert packet[2 + length :] == b"\x01\x00" and packet[2] == 0
    assert packet[3:8] == b"\xff\xff\xff\xff\x0f" and (packet[8] & 127) | packet[9] << 7 == len(name)
    assert packet[10:].startswith(name.encode() + struct.pack(">H", 25565) + b"\x01")


def test_tls_where_it_begins_at_once(separate, authority):
    authority.issue("good")
    inspected = separate()
    with TlsServer(authority, "good") as server:
        # the kernel's own hands the connection on: what counts is the port that is asked
        def act(_, connection):
            with socket.create_connection(("127.0.0.1", server.port)) as there:
                threading.Thread(target=pump, args=(connection, there), daemon=True).start()
                pump(there, connection)

        with Script(act, port=993):
            service = inspected.ask(993, service="true")
        with Script(answers_with(b"* OK plain\r\n"), port=995):
            plain = inspected.ask(995, service="true")
    assert (service["answered"], service["by"], service["protocol"], service["problems"]) == ("yes", "request", "tls", [])
    assert (plain["answered"], plain["protocol"]) == ("yes", "imap")
    assert [problem["code"] for problem in plain["problems"]] == ["not-tls-mail"]


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass


def test_hanging_up_on_a_question_is_undecided(separate):
    inspected = separate()
    with Script(lambda server, connection: server.received.append(connection.recv(4096)), port=6379):
        service = inspected.ask(6379, service="true")
    assert (service["answered"], service["by"]) == ("unknown", None)
    assert [problem["code"] for problem in service["problems"]] == ["service-hung-up"]


# --- what a CDN says of the server behind it ------------------------------------------------------

EDGES = {520: "edge-odd", 521: "edge-down", 522: "edge-silent", 523: "edge-no-route", 524: "edge-slow",
         525: "edge-tls", 526: "edge-certificate", 530: "edge-name", 527: "http-error", 503: "http-error"}  # fmt: skip


def test_each_status_has_its_own_sentence(separate):
    inspected = separate()
    for status, code in EDGES.items():
        for server_field, confidence in ((b"Server: cloudflare\r\n", "certain"), (b"", "likely")):
            head = b"HTTP/1.1 %d x\r\n%s\r\n" % (status, server_field)
            with Script(answers_with(head), port=8080):
                service = inspected.ask(8080, service="true")
            [problem] = service["problems"]
            assert (service["http_status"], problem["code"]) == (status, code)
            assert str(status) in problem["summary"] and problem["advice"]
            assert problem["confidence"] == ("certain" if code == "http-error" else confidence)


def test_patience_with_a_cdn(separate):
    """It answers only after the first 2 s; with patient=true the answer is seen."""
    inspected = separate(**{"patient-deadline-ms": 20000})

    def slow(server, connection):
        connection.recv(4096)
        threading.Event().wait(3)
        connection.sendall(b"HTTP/1.1 522 x\r\nServer: cloudflare\r\n\r\n")

    with Script(slow, port=8080):
        short = inspected.ask(8080, service="true")
        offered = inspected.frontend.get(f"/tls/en?host={NAME}&port=8080&service=true").text
        long = inspected.ask(8080, service="true", patient="true")
        done = inspected.frontend.get(f"/tls/en?host={NAME}&port=8080&service=true&patient=true").text
    assert (short["answered"], [one["code"] for one in short["problems"]]) == ("unknown", ["http-silent"])
    assert "in 2 seconds" in short["problems"][0]["summary"]
    assert (long["http_status"], [one["code"] for one in long["problems"]]) == (522, ["edge-silent"])
    assert 'name="patient" value="true"' in offered and 'name="patient"' not in done


def test_patience_is_for_the_web(inspected):
    for query in ("port=22&service=true&patient=true", "port=443&patient=true"):
        answer = inspected.frontend.get(f"/api/v1/tls?host={NAME}&{query}")
        assert answer.is_problem(400, "malformed-request", "patient-elsewhere")


def test_a_redirect_names_no_more_than_a_host(separate):
    inspected = separate()
    for value, host in ((b"/here", None), (b"https://user@evil.net/", None), (b"http://<b>/", None),
                        (b"http://UP.example", "up.example"), (b"ftp://a.example/", None)):  # fmt: skip
        head = b"HTTP/1.1 302 x\r\nX: y\r\nLOCATION:\t%s \r\n\r\n" % value
        with Script(answers_with(head), port=8080):
            assert inspected.ask(8080, service="true")["location"] == host, value


def test_json_of_a_service_never_has_control_characters(inspected):
    with Script(lines((b"SSH-2.0-\xe2\x80\xae\xc2\x9b\r\n", None))) as server:
        service = inspected.ask(server.port, service="true")
    assert service["text"] == "SSH-2.0-??"
    assert not set(json.dumps(service, ensure_ascii=False)) & {"\u202e", "\x9b"}
