# SPDX-License-Identifier: BSD-2-Clause
"""Mail, directory and database servers of Debian behind STARTTLS, each on loopback with a directory
of its own; and Node.js where it knows post-quantum groups."""
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager

import pytest

from test_real_servers import free_port, program
from test_tls import codes
from test_tls import authority as authority  # a fixture
from test_tls import inspected as inspected  # another


def needs(path):
    return pytest.mark.skipif(shutil.which(path) is None, reason=f"no {path}: scripts/deps test")


@contextmanager
def room(authority, owner=None):
    """A directory with cert.pem (the whole chain) and key.pem, all of it the owner's."""
    authority.issue("rsa", key="rsa2048")
    with tempfile.TemporaryDirectory(prefix="portlight-service-") as name:
        directory = pathlib.Path(name)
        directory.chmod(0o755)
        shutil.copy(authority.chain("rsa", "middle"), directory / "cert.pem")
        shutil.copy(authority.directory / "rsa.key", directory / "key.pem")
        (directory / "key.pem").chmod(0o600)
        if owner:
            give(directory, owner)
        yield directory


def give(directory, owner):
    account = pwd.getpwnam(owner)
    for path in (directory, *directory.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid)


def as_user(owner):
    account = pwd.getpwnam(owner)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def sound(inspected, port, protocol):
    tls = inspected.ask(port, starttls=protocol)
    assert (tls["state"], codes(tls), tls["starttls"]) == ("trusted", [], protocol), tls
    assert tls["certificate"]["key"] == "rsa"
    return tls


POSTGRES = "/usr/lib/postgresql/15/bin/"


@needs(POSTGRES + "postgres")
@pytest.mark.parametrize("ssl", ["on", "off"])
def test_postgresql(ssl, inspected, authority):
    port = free_port()
    with room(authority, "postgres") as directory:
        data = directory / "data"
        subprocess.run([POSTGRES + "initdb", "-D", data, "-A", "trust", "-N"], check=True, capture_output=True,
                       cwd=directory, timeout=120, **as_user("postgres"))  # fmt: skip
        options = {"ssl": ssl, "ssl_cert_file": directory / "cert.pem", "ssl_key_file": directory / "key.pem",
                   "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}  # fmt: skip
        command = [POSTGRES + "postgres", "-D", data, "-p", port]
        for key, value in options.items():
            command += ["-c", f"{key}={value}"]
        with program(*command, port=port, cwd=directory, **as_user("postgres")):
            if ssl == "on":
                sound(inspected, port, "postgres")
            else:
                assert codes(inspected.ask(port, starttls="postgres")) == ["no-starttls"]


@needs("/usr/sbin/mariadbd")
def test_mariadb(inspected, authority):
    port = free_port()
    with room(authority, "mysql") as directory:
        data = directory / "data"
        subprocess.run(["mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={data}", "--skip-test-db",
                        "--auth-root-authentication-method=normal"], check=True, capture_output=True, timeout=240)  # fmt: skip
        with program("/usr/sbin/mariadbd", "--no-defaults", "--user=mysql", f"--datadir={data}", f"--port={port}",
                     f"--socket={directory}/s", f"--pid-file={directory}/p", "--bind-address=127.0.0.1",
                     f"--ssl-cert={directory}/cert.pem", f"--ssl-key={directory}/key.pem", port=port):  # fmt: skip
            sound(inspected, port, "mysql")


@needs("/usr/sbin/slapd")
def test_slapd(inspected, authority):
    port = free_port()
    with room(authority) as directory:
        config = directory / "slapd.conf"
        config.write_text(
            f"include /etc/ldap/schema/core.schema\npidfile {directory}/pid\n"
            f"TLSCertificateFile {directory}/cert.pem\nTLSCertificateKeyFile {directory}/key.pem\n"
            f'database ldif\nsuffix "dc=lab"\ndirectory {directory}\n')  # fmt: skip
        with program("/usr/sbin/slapd", "-d", "0", "-f", config, "-h", f"ldap://127.0.0.1:{port}/", port=port):
            tls = sound(inspected, port, "ldap")
    assert tls["handshake"]["version"] in ("TLSv1.2", "TLSv1.3")


@needs("/usr/sbin/dovecot")
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_dovecot(protocol, inspected, authority):
    port, other = free_port(), {"imap": "imaps", "pop3": "pop3s"}[protocol]
    with room(authority) as directory:
        config = directory / "dovecot.conf"
        config.write_text(
            f"protocols = {protocol}\nlisten = 127.0.0.1\nbase_dir = {directory}/run\nlog_path = {directory}/log\n"
            f"ssl = required\nssl_cert = <{directory}/cert.pem\nssl_key = <{directory}/key.pem\n"
            "passdb {\n driver = static\n args = nopassword=y\n}\nuserdb {\n driver = static\n args = uid=1 gid=1 home=/\n}\n"
            f"service {protocol}-login {{\n inet_listener {protocol} {{\n  port = {port}\n }}\n"
            f" inet_listener {other} {{\n  port = 0\n }}\n}}\n")  # fmt: skip
        with program("/usr/sbin/dovecot", "-F", "-c", config, port=port):
            sound(inspected, port, protocol)


@needs("/usr/sbin/postfix")
@pytest.mark.parametrize("level", ["may", "none"])
def test_postfix(level, inspected, authority):
    port = free_port()
    with room(authority) as directory:
        for name in ("queue", "data"):
            (directory / name).mkdir()
        give(directory / "data", "postfix")
        (directory / "main.cf").write_text(
            "compatibility_level = 3.6\nmyhostname = mail.tls-lab.net\ninet_interfaces = 127.0.0.1\n"
            f"queue_directory = {directory}/queue\ndata_directory = {directory}/data\nmaillog_file_prefixes = {directory}\n"
            f"maillog_file = {directory}/log\nsmtpd_tls_cert_file = {directory}/cert.pem\n"
            f"smtpd_tls_key_file = {directory}/key.pem\nsmtpd_tls_security_level = {level}\nalias_maps =\n"
            "mydestination =\nsmtpd_relay_restrictions = reject\n")  # fmt: skip
        services = ["postlog unix-dgram n - n - 1 postlogd", "anvil unix - - n - 1 anvil",
                    "tlsmgr unix - - n 1000? 1 tlsmgr", "rewrite unix - - n - - trivial-rewrite",
                    "proxymap unix - - n - - proxymap",
                    "pickup unix n - n 60 1 pickup", "cleanup unix n - n - 0 cleanup", "qmgr unix n - n 300 1 qmgr",
                    f"127.0.0.1:{port} inet n - n - - smtpd"]  # fmt: skip
        (directory / "master.cf").write_text("\n".join(services) + "\n")
        with program("/usr/sbin/postfix", "-c", directory, "start-fg", port=port):
            try:
                if level == "may":
                    sound(inspected, port, "smtp")
                else:
                    assert codes(inspected.ask(port, starttls="smtp")) == ["no-starttls"]
            finally:
                subprocess.run(["/usr/sbin/postfix", "-c", directory, "stop"], check=False, capture_output=True, timeout=60)
        log = (directory / "log").read_text()
    assert log.count("lost connection") == 1, "the test's own look whether it listens"
    assert ("ehlo=1 starttls=1 quit=1" if level == "may" else "ehlo=1 quit=1") in log


def knows_post_quantum():
    if shutil.which("node") is None:
        return False
    found = subprocess.run(["node", "-p", "process.versions.openssl"], capture_output=True, text=True, check=False)
    version = found.stdout.strip().split(".")[:2]
    return len(version) == 2 and tuple(map(int, version)) >= (3, 5)


@pytest.mark.skipif(not knows_post_quantum(), reason="this Node.js has no ML-KEM")
def test_node_prefers_a_post_quantum_group(inspected, authority):
    port = free_port()
    with room(authority) as directory:
        script = (f"require('tls').createServer({{cert: require('fs').readFileSync('{directory}/cert.pem'),"
                  f"key: require('fs').readFileSync('{directory}/key.pem')}}).listen({port}, '127.0.0.1')")  # fmt: skip
        with program("node", "-e", script, port=port):
            tls = inspected.ask(port, survey="true")
    assert tls["post_quantum"] == {"supported": "yes", "preferred": "yes", "group": "X25519MLKEM768",
                                   "preferred_group": "X25519MLKEM768"}  # fmt: skip
