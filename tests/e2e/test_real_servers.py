# SPDX-License-Identifier: BSD-2-Clause
"""Servers of Debian, as they are: nginx and stunnel."""
import random
import socket
import subprocess
import tempfile
from contextlib import contextmanager

import pytest

from service import wait_until
from test_tls import NAME, codes, say
from test_tls import authority as authority  # a fixture
from test_tls import inspected as inspected  # another
from tls_servers import Script


def free_port():
    """Below the kernel's ephemeral ports, which other tests use."""
    while True:
        port = random.randrange(10000, 20000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
            return port
        except OSError:
            continue


@contextmanager
def program(*command, port, **options):
    process = subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
    try:
        def listens():
            assert process.poll() is None, process.stderr.read()
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        wait_until(listens, command[0])
        yield process
    finally:
        process.terminate()
        process.wait(60)
        process.stderr.close()


@contextmanager
def nginx(authority, server):
    """One nginx with this server block; {port} is filled in."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="portlight-nginx-") as directory:
        config = f"{directory}/nginx.conf"
        chain, key = authority.chain("good", "middle"), authority.directory / "good.key"
        with open(config, "w") as file:
            file.write(
                f"daemon off; master_process off; pid {directory}/pid; error_log stderr;\n"
                f"events {{}}\nhttp {{ access_log off; client_body_temp_path {directory}/b;\n"
                f"proxy_temp_path {directory}/p; fastcgi_temp_path {directory}/f;\n"
                f"uwsgi_temp_path {directory}/u; scgi_temp_path {directory}/s;\n"
                f"ssl_certificate {chain}; ssl_certificate_key {key};\n"
                + server.format(port=f"127.0.0.1:{port}") + "}\n")  # fmt: skip
        with program("/usr/sbin/nginx", "-c", config, port=port):
            yield port


NGINX = {
    "right": (f"server {{{{ listen {{port}} ssl; server_name {NAME}; }}}}", "trusted", []),
    "rejects": (f"server {{{{ listen {{port}} ssl default_server; ssl_reject_handshake on; }}}}", "failed", ["unrecognized-name"]),
    "plain": ("server {{ listen {port}; }}", "not-tls", ["not-tls-http"]),
    "only 1.3": ("server {{ listen {port} ssl; ssl_protocols TLSv1.3; }}", "trusted", []),
    "only 1.0": ("server {{ listen {port} ssl; ssl_protocols TLSv1; ssl_ciphers ALL:@SECLEVEL=0; }}", "failed", ["no-common-version"]),
}  # fmt: skip


@pytest.mark.parametrize("name", NGINX)
def test_nginx(name, inspected, authority):
    authority.issue("good")
    server, state, problems = NGINX[name]
    with nginx(authority, server) as port:
        tls = inspected.ask(port)
    assert (tls["state"], codes(tls)) == (state, problems)


STUNNEL = {
    "smtp": say(b"220 backend ESMTP\r\n"),
    "imap": say(b"* OK backend\r\n"),
    "pop3": say(b"+OK backend\r\n"),
    "pgsql": say(b""),
}


@pytest.mark.parametrize("protocol", STUNNEL)
def test_stunnel(protocol, inspected, authority):
    authority.issue("good")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="portlight-stunnel-") as directory, Script(STUNNEL[protocol]) as backend:
        config = f"{directory}/stunnel.conf"
        with open(config, "w") as file:
            file.write(
                f"foreground = yes\npid =\n[it]\naccept = 127.0.0.1:{port}\n"
                f"connect = 127.0.0.1:{backend.port}\nprotocol = {protocol}\n"
                f"cert = {authority.chain('good', 'middle')}\nkey = {authority.directory}/good.key\n")  # fmt: skip
        with program("/usr/bin/stunnel4", config, port=port):
            tls = inspected.ask(port, starttls={"pgsql": "postgres"}.get(protocol, protocol))
    assert (tls["state"], codes(tls)) == ("trusted", [])
