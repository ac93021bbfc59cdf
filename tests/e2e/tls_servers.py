# SPDX-License-Identifier: BSD-2-Clause
"""Certificates of every kind, made with the openssl command, and servers that show them."""
import socket
import subprocess
import threading

AIA = "authorityInfoAccess=caIssuers;URI:http://ca.example/ca.der"


def openssl(*arguments, **options):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60, **options)


class Authority:
    """A root and an intermediate, and what they sign, in files of one directory."""

    def __init__(self, directory):
        self.directory = directory
        self.serial = 4096
        self.keys = {}
        self.root = self.issue("root", subject="/CN=Test Root", issuer=None, extensions=["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"], days=3650)
        self.middle = self.issue("middle", subject="/O=Test/CN=Test Intermediate", issuer="root", extensions=["basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign"], days=1825)

    def key(self, name, kind):
        path = self.directory / f"{name}.key"
        if kind.startswith("rsa"):
            openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{kind[3:]}", "-out", path)
        elif kind.startswith("ec"):
            openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-" + kind[2:], "-out", path)
        else:
            openssl("genpkey", "-algorithm", kind, "-out", path)
        return path

    def issue(self, name, subject="/CN=www.tls-lab.net", names="DNS:www.tls-lab.net", issuer="middle", key="ec256",
              start=None, end=None, days=60, digest="sha256", extensions=()):  # fmt: skip
        """Makes NAME.pem; start and end are YYYYMMDDHHMMSSZ.  issuer None: signed by itself."""
        self.serial += 1
        path = self.directory / f"{name}.pem"
        request = self.directory / f"{name}.csr"
        config = self.directory / f"{name}.cnf"
        database = self.directory / f"{name}.db"
        key_path = self.key(name, key)
        if names and not any("CA:TRUE" in one for one in extensions):
            extensions = [f"subjectAltName={names}", *extensions]
        database.write_text("")
        (self.directory / f"{name}.serial").write_text(f"{self.serial:x}")
        config.write_text(
            f"[ca]\ndefault_ca=d\n[d]\nnew_certs_dir={self.directory}\ndatabase={database}\n"
            f"serial={self.directory / name}.serial\npolicy=p\nunique_subject=no\n"
            f"default_md={digest}\n[p]\ncommonName=optional\norganizationName=optional\n"
            "[req]\ndistinguished_name=n\n[n]\n[e]\nsubjectKeyIdentifier=hash\n" + "\n".join(extensions) + "\n")  # fmt: skip
        openssl("req", "-new", "-key", key_path, "-subj", subject, "-out", request, "-config", config)
        signer = (["-selfsign", "-keyfile", key_path] if issuer is None else
                  ["-cert", self.directory / f"{issuer}.pem", "-keyfile", self.directory / f"{issuer}.key"])  # fmt: skip
        dates = ["-startdate", start] if start else []
        dates += ["-enddate", end] if end else ["-days", str(days)]
        openssl("ca", "-batch", "-notext", "-config", config, "-extensions", "e", *dates, *signer,
                "-in", request, "-out", path)  # fmt: skip
        return path

    def chain(self, *names):
        """A file of these certificates, for -cert_chain."""
        path = self.directory / ("-".join(names) + ".chain")
        path.write_text("".join((self.directory / f"{name}.pem").read_text() for name in names))
        return path


class TlsServer:
    """`openssl s_server` on a free port of loopback, until left."""

    def __init__(self, authority, name, chain=("middle",), *options):
        self.port = None
        self.options = ["-quiet", "-cert", authority.directory / f"{name}.pem",
                        "-key", authority.directory / f"{name}.key", *options]  # fmt: skip
        if chain:
            self.options += ["-cert_chain", authority.chain(*chain)]

    def _start(self):
        """On a port that was free just now; False if somebody was quicker."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            ["openssl", "s_server", "-accept", f"127.0.0.1:{self.port}", *map(str, self.options)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        for _ in range(400):
            if self.process.poll() is not None:
                return False
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return True
            except ConnectionRefusedError:
                threading.Event().wait(0.025)
        return False

    def __enter__(self):
        for _ in range(5):
            if self._start():
                return self
            self.__exit__()
        raise AssertionError("s_server does not listen")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()


class Script:
    """A server on loopback that does to each connection what `act` says."""

    def __init__(self, act, port=0):
        self.act, self.port = act, port
        self.received = []

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection):
        with connection:
            try:
                self.act(self, connection)
            except OSError:
                pass

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)
