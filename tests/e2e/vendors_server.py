# SPDX-License-Identifier: BSD-2-Clause
"""All hosts that portlight-networks-update fetches from, as one https server on loopback; curl is
led there, whatever the name, and trusts its authority."""
import http.server
import ssl
import subprocess
import threading
import urllib.parse

AZURE = "https://download.microsoft.com/download/7/1/d/ServiceTags_Public_20260720.json"


def make_certificate(directory, hosts):
    """ca.pem, and server.pem for these hosts."""
    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], cwd=directory, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test CA",
            "-addext", "basicConstraints=critical,CA:true", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=vendors", "-keyout", "server.key",
            "-out", "server.csr")
    names = ",".join(f"DNS:{host}" for host in sorted(hosts))
    (directory / "names").write_text(f"subjectAltName={names}\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2",
            "-CAcreateserial", "-extfile", "names", "-out", "server.pem")
    return directory / "ca.pem"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        scheme = "https" if isinstance(self.connection, ssl.SSLSocket) else "http"
        url = f"{scheme}://{self.headers['Host'].split(':')[0]}{self.path}"
        self.server.owner.asked.append(url)
        self.close_connection = True
        reply = self.server.owner.replies.get(url, 404)
        try:
            self.reply_with(reply)
        except OSError:
            pass  # it had enough

    def reply_with(self, reply):
        if isinstance(reply, int):
            self.send_response(reply)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif callable(reply):
            reply(self)
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

    def log_message(self, *_):
        pass


def redirect(to):
    def reply(handler):
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
    return reply


def cut_off(content):
    """Announces more than it sends."""
    def reply(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content) + 1000))
        handler.end_headers()
        handler.wfile.write(content)
    return reply


def endless(handler):
    """Announces no length, and goes on until nobody reads."""
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    block = b"192.0.2.0/24,DE,,,\n" * 50000
    for _ in range(4000):
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(block), block))
        handler.server.owner.poured += len(block)


class Vendors:
    """`replies`: by URL, bytes, a status, or what writes the answer; `asked`: URLs that came."""

    def __init__(self, directory, urls):
        self.directory, self.replies, self.asked, self.poured = directory, {}, [], 0
        hosts = {urllib.parse.urlsplit(url).hostname for url in [*urls, AZURE]}
        make_certificate(directory, hosts)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(directory / "server.pem", directory / "server.key")
        self.servers = [self.serve(context), self.serve(None)]
        (directory / ".curlrc").write_text(
            f'connect-to = "::127.0.0.1:{self.servers[0].server_port}"\n'
            f'cacert = "{directory}/ca.pem"\n'
        )

    def serve(self, context):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.owner, server.daemon_threads = self, True
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    @property
    def plain(self):
        """Where a redirect to http leads."""
        return f"http://127.0.0.1:{self.servers[1].server_port}/list"

    def stop(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()
