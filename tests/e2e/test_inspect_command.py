# SPDX-License-Identifier: BSD-2-Clause
"""portlight --tls: by the inspector here, by a server's, and its metrics."""
import json
import re
import subprocess
import time

import pytest

from service import BUILD
from test_tls import NAME, codes
from test_tls import authority as authority  # a fixture
from test_tls import inspected as inspected  # another
from tls_servers import Script, TlsServer


def run(inspected, *arguments):
    return subprocess.run(
        [BUILD / "portlight", "-c", inspected.frontend.config, *map(str, arguments)],
        capture_output=True, text=True, timeout=30, check=False)  # fmt: skip


def run_bare(*arguments):
    return subprocess.run([BUILD / "portlight", *map(str, arguments)],
                          capture_output=True, text=True, timeout=40, check=False)  # fmt: skip


def test_the_command_line_and_its_exit_status(inspected, authority):
    authority.issue("good")
    authority.issue("old", start="20200101000000Z", end="20200301000000Z")
    with TlsServer(authority, "good") as good, TlsServer(authority, "old") as old:
        fine = run(inspected, "--tls", NAME, good.port)
        few = run(inspected, "--tls", "--min-days", 90, NAME, good.port)
        expired = run(inspected, "--tls", "--json", NAME, old.port)
        plain = run(inspected, "--starttls", "smtp", NAME, good.port)
    assert (fine.returncode, few.returncode, expired.returncode) == (0, 1, 1), fine
    assert fine.stdout.startswith(f"{good.port}/tcp tls trusted TLSv1.3 ")
    [address] = json.loads(expired.stdout)["addresses"]
    assert codes(address["tls"]) == ["expired"]
    assert plain.returncode == 3 and "greeting-late" in plain.stdout


WRONG = [("--tls", "--watch", "5"), ("--starttls", "gopher"), ("--tls", "--min-days", "x"),
         ("--min-days", "3"), ("--survey", "--starttls", "smtp"), ("--prometheus", "--json")]  # fmt: skip


@pytest.mark.parametrize("options", WRONG)
def test_options_that_make_no_sense(options, inspected):
    assert run(inspected, *options, NAME, 443).returncode == 2


def server_of(inspected):
    return "--server", f"http://{inspected.frontend.listen}"


def test_the_command_line_asks_a_server(inspected, authority):
    authority.issue("good")
    authority.issue("evil", names="DNS:x\x1b[31m.tls-lab.net")
    there = server_of(inspected)
    with TlsServer(authority, "good") as good, TlsServer(authority, "evil") as evil:
        fine = run_bare("--tls", "--survey", *there, NAME, good.port)
        here = run(inspected, "--tls", "--survey", NAME, good.port)
        few = run_bare("--tls", "--min-days", 90, *there, NAME, good.port)
        bad = run_bare("--tls", *there, NAME, evil.port)
        as_json = run_bare("--tls", "--json", *there, NAME, good.port)
    assert (fine.returncode, few.returncode, bad.returncode) == (0, 1, 1), (fine, few, bad)
    day = re.compile(r" \d+d ")  # may end between the two
    assert day.sub(" ", fine.stdout) == day.sub(" ", here.stdout) and "\n  survey ssl3=no " in fine.stdout
    assert "  error name-mismatch: The certificate is for x" in bad.stdout and "\x1b" not in bad.stdout
    assert json.loads(as_json.stdout)["addresses"][0]["tls"]["state"] == "trusted"


def test_a_server_without_an_inspector(frontend):
    answer = run_bare("--tls", "--server", f"http://{frontend.listen}", "93.184.215.14", 443)
    assert answer.returncode == 2 and "not found" in answer.stderr.lower()


def test_metrics_of_the_command_line(inspected, authority):
    authority.issue("good")
    authority.issue("quoted", subject='/CN=a"b', names=f"DNS:{NAME}")
    with TlsServer(authority, "good") as good, TlsServer(authority, "quoted") as quoted:
        answer = run(inspected, "--prometheus", NAME, good.port)
        odd = run(inspected, "--prometheus", NAME, quoted.port)
    assert answer.returncode == 0
    lines = answer.stdout.splitlines()
    labels = f'{{host="{NAME}",address="127.0.0.1",port="{good.port}"'
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert values[f"portlight_tls_trusted{labels}}}"] == "1"
    after = int(values[f"portlight_tls_not_after_timestamp_seconds{labels}}}"])
    assert 59 * 86400 < after - time.time() < 61 * 86400
    assert int(values[f"portlight_tls_valid_until_timestamp_seconds{labels}}}"]) == after
    assert float(values[f'portlight_tls_duration_seconds{labels},phase="tls"}}']) > 0
    [info] = [key for key in values if key.startswith("portlight_tls_info")]
    assert 'version="TLSv1.3"' in info and f'subject="CN={NAME}"' in info
    assert 'subject="CN=a\\\\\\"b"' in odd.stdout or 'a\\"b' in odd.stdout


def test_the_command_line_without_an_inspector(frontend):
    frontend_config = frontend.config
    answer = subprocess.run([BUILD / "portlight", "-c", frontend_config, "--tls", "93.184.215.14", "443"],
                            capture_output=True, text=True, timeout=30, check=False)  # fmt: skip
    assert answer.returncode == 5 and "no inspector at " in answer.stderr


def pem_of(authority, *names):
    """The certificates alone, as the openssl command writes them."""
    return [(authority.directory / f"{name}.pem").read_text() for name in names]


def certificates_in(text):
    return [part + "-----END CERTIFICATE-----\n" for part in
            re.findall(r"(-----BEGIN CERTIFICATE-----\n.*?)-----END CERTIFICATE-----\n", text, re.S)]  # fmt: skip


def test_the_chain_as_it_was_sent(inspected, authority, tmp_path):
    """In its order, whatever that is, and byte by byte."""
    authority.issue("good")
    path = tmp_path / "chain.pem"
    with TlsServer(authority, "good", ("root", "middle")) as server:
        answer = run(inspected, "--chain", path, NAME, server.port)
    assert answer.returncode == 0 and answer.stderr == "", answer
    text = path.read_text()
    assert text.startswith("# as sent by 127.0.0.1\n-----BEGIN CERTIFICATE-----\n")
    assert certificates_in(text) == pem_of(authority, "good", "root", "middle")
    parsed = subprocess.run(["openssl", "crl2pkcs7", "-nocrl", "-certfile", path], capture_output=True, check=False)
    assert parsed.returncode == 0, "read by others"


def test_the_chain_with_a_survey_and_of_a_bad_certificate(inspected, authority, tmp_path):
    authority.issue("old", start="20200101000000Z", end="20200301000000Z")
    path = tmp_path / "chain.pem"
    path.write_text("something longer than nothing\n" * 1000)
    with TlsServer(authority, "old") as server:
        answer = run(inspected, "--survey", "--chain", path, NAME, server.port)
    assert answer.returncode == 1 and "survey ssl3=" in answer.stdout
    assert certificates_in(path.read_text()) == pem_of(authority, "old", "middle")
    assert "something" not in path.read_text(), "overwritten whole"


def test_no_chain_leaves_the_file_as_it_was(inspected, authority, tmp_path):
    kept, fresh = tmp_path / "kept.pem", tmp_path / "fresh.pem"
    kept.write_text("kept\n")
    with Script(lambda server, connection: connection.sendall(b"SSH-2.0-x\r\n")) as server:
        for path in (kept, fresh):
            answer = run(inspected, "--chain", path, NAME, server.port)
            assert answer.returncode == 1 and f"--chain {path}: no certificate received" in answer.stderr
    assert kept.read_text() == "kept\n" and not fresh.exists()


def test_a_chain_that_can_not_be_written_is_known_first(inspected, tmp_path):
    asked = len(inspected.frontend.prober.asked)
    answer = run(inspected, "--chain", tmp_path / "no" / "chain.pem", NAME, 443)
    assert answer.returncode == 2 and "No such file or directory" in answer.stderr
    assert len(inspected.frontend.prober.asked) == asked
    there = run_bare("--chain", tmp_path / "x.pem", *server_of(inspected), NAME, 443)
    assert there.returncode == 2 and "--chain uses the inspector here" in there.stderr


def test_a_chain_that_is_too_big_is_said_to_be(inspected, authority, tmp_path):
    names = ",".join([f"DNS:{NAME}"] + [f"DNS:name-{number}.tls-lab.net" for number in range(9999)])
    authority.issue("names10000", names=names)
    with TlsServer(authority, "names10000") as server:
        answer = run(inspected, "--chain", tmp_path / "big.pem", NAME, server.port)
    assert answer.returncode == 3 and "more than 64 kB" in answer.stderr and "tls trusted" in answer.stdout
    assert not (tmp_path / "big.pem").exists()
