# SPDX-License-Identifier: BSD-2-Clause
"""What the operator tells the inspector: its name in EHLO, intermediates that are known."""
import pathlib
import subprocess
import tempfile

import pytest

from service import BUILD, config_text
from test_inspector import lines
from test_tls import codes, inspected_by
from test_tls import authority as authority  # a fixture
from tls_servers import AIA, Script, TlsServer


@pytest.mark.parametrize("helo", ["checker.tls-lab.net", ""])
def test_the_name_of_ehlo(helo, authority):
    import socket

    smtp = lines((b"220 a\r\n", b"EHLO"), (b"250 SIZE\r\n", b"QUIT"))
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory:
        with inspected_by(authority, pathlib.Path(directory), helo=helo) as inspected, Script(smtp) as server:
            inspected.ask(server.port, starttls="smtp")
    assert server.received[0] == f"EHLO {helo or socket.gethostname()}\r\n".encode()


WRONG_SETTINGS = {
    "a line break": ({"helo": "a\\r\\nb"}, "inspector.helo"),
    "a blank": ({"helo": "a b"}, "inspector.helo: \"a b\" must be a host name"),
    "too long": ({"helo": "a" * 254}, "must be a host name"),
    "no path": ({"known-intermediates": "middle.pem"}, "inspector.known-intermediates: \"middle.pem\" must be an absolute path"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_SETTINGS)
def test_settings_that_make_no_sense(name, tmp_path):
    settings, words = WRONG_SETTINGS[name]
    config = tmp_path / "portlight.conf"
    config.write_text(config_text({"inspector": settings}))
    answer = subprocess.run([BUILD / "portlight-inspector", "--check-config", "-c", config], capture_output=True, text=True, check=False)
    assert answer.returncode != 0 and words in answer.stderr, answer


def known_by(authority, directory, known):
    return inspected_by(authority, pathlib.Path(directory), **{"known-intermediates": str(known)})


@pytest.mark.parametrize("place", ["file", "directory"])
def test_an_intermediate_that_is_known(place, authority, tmp_path):
    """Then it is certain that the chain lacks it, whatever the certificate says of itself."""
    authority.issue("plain")
    authority.issue("withurl", extensions=[AIA])
    tmp_path.chmod(0o755)
    known = tmp_path / "known"
    known.mkdir()
    (known / "README").write_text("not PEM\n")
    (known / "middle.pem").write_text((authority.directory / "middle.pem").read_text())
    path = known if place == "directory" else known / "middle.pem"
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory:
        with known_by(authority, directory, path) as inspected:
            for name in ("plain", "withurl"):
                with TlsServer(authority, name, ()) as server:
                    tls = inspected.ask(server.port)
                [problem] = tls["problems"]
                assert (tls["state"], problem["code"], problem["confidence"]) == ("untrusted", "chain-incomplete", "certain")
                assert tls["missing"] == "O=Test,CN=Test Intermediate"
                assert "O=Test,CN=Test Intermediate" in problem["summary"]
                assert tls["trust"]["anchor"] is None and len(tls["chain"]) == 1


def test_an_intermediate_that_is_known_is_not_trusted(authority, tmp_path):
    """A private CA's stays private, though the operator has it."""
    from tls_servers import Authority

    other = Authority(tmp_path)
    other.issue("leaf")
    tmp_path.chmod(0o755)
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory:
        with known_by(authority, directory, tmp_path / "middle.pem") as inspected:
            with TlsServer(other, "leaf", ()) as server:
                tls = inspected.ask(server.port)
            with TlsServer(other, "leaf", ("middle", "root")) as server:
                whole = inspected.ask(server.port)
    assert (codes(tls), tls["missing"], codes(whole)) == (["untrusted-root"], None, ["untrusted-root"])


def test_what_is_known_must_be_there(authority, tmp_path):
    config = tmp_path / "portlight.conf"
    for known, words in ((tmp_path / "none", "No such file"), (tmp_path, "has no certificate")):
        config.write_text(config_text({"inspector": {
            "socket": str(tmp_path / "s"), "roots": str(authority.directory / "root.pem"),
            "known-intermediates": str(known)}}))  # fmt: skip
        answer = subprocess.run([BUILD / "portlight-inspector", "-c", config], capture_output=True, text=True,
                                timeout=20, check=False)  # fmt: skip
        assert answer.returncode == 1 and words in answer.stderr, answer
