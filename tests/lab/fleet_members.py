# SPDX-License-Identifier: BSD-2-Clause
"""What every fleet of the tests has: an authority, its members' certificates, daemons."""
import signal
import subprocess

from service import BUILD, wait_until

FLEET = BUILD / "portlight-fleet"
PLACES = {
    "fra": "fra; Frankfurt; DE; AS64500; 50.11; 8.68",
    "iad": "iad; Virginia; US; AS64501; 39.04; -77.49",
    "syd": "syd; Sydney; AU; AS64502; -33.87; 151.21",
}
ENGINE = "/usr/sbin/nats-server"
STOP_TIMEOUT_S = 30


def openssl(*arguments, cwd):
    subprocess.run(["openssl", *arguments], cwd=cwd, check=True, capture_output=True)


class Authority:
    """A certificate authority in a directory, and everybody it signs, as docs/fleet.md does it."""

    def __init__(self, directory):
        self.directory = directory
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", "fleet-ca.key", "-out", "fleet-ca.crt", "-days", "3650",
                "-subj", "/CN=fleet", "-addext", "keyUsage=critical,keyCertSign,cRLSign", cwd=directory)  # fmt: skip

    @property
    def certificate(self):
        return self.directory / "fleet-ca.crt"

    def enrol(self, name, kind, days=90, usage=None):
        """Key and certificate of a new member, by the commands that it is told."""
        full = f"{name}.{kind}"
        said = subprocess.run([FLEET, f"--new-{kind}", name], cwd=self.directory, check=True,
                              capture_output=True, text=True).stdout  # fmt: skip
        lines = [line.strip() for line in said.splitlines()]
        commands = [line for line in lines if line.startswith(("printf ", "openssl x509 "))]
        assert len(commands) == 2, said
        for command in commands:
            if usage:
                command = command.replace("clientAuth", usage)
            command = command.replace("-days 90", f"-days {days}")
            subprocess.run(["bash", "-c", command], cwd=self.directory, check=True,
                           capture_output=True)  # fmt: skip
        for suffix in ("key", "crt"):
            path = self.directory / f"{full}.{suffix}"
            path.chmod(0o644)  # a test's daemons are who they are
        return self.files(name, kind)

    def revoke(self, *names):
        """The list of revoked certificates, with these, as docs/fleet.md makes it."""
        config = self.directory / "crl.cnf"
        config.write_text("[ca]\ndefault_ca=fleet\n[fleet]\ndatabase=revoked.txt\n"
                          "default_md=sha256\ndefault_crl_days=30\n")  # fmt: skip
        (self.directory / "revoked.txt").touch()
        ca = ("ca", "-config", "crl.cnf", "-keyfile", "fleet-ca.key", "-cert", "fleet-ca.crt")
        for name in names:
            openssl(*ca, "-revoke", f"{name}.crt", cwd=self.directory)
        openssl(*ca, "-gencrl", "-out", "fleet-ca.crl", cwd=self.directory)
        return self.directory / "fleet-ca.crl"

    def files(self, name, kind):
        full = self.directory / f"{name}.{kind}"
        return {"certificate": f"{full}.crt", "key": f"{full}.key",
                "authority": str(self.certificate)}  # fmt: skip


class Daemon:
    """A program with a log of its own."""

    def __init__(self, log, *command):
        self.command, self.path = command, log
        self.process = None

    def start(self):
        with open(self.path, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(how)
        try:
            status = self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        assert status != -signal.SIGSYS, f"killed by its sandbox: {self.log}"
        self.process = None
        return status

    @property
    def log(self):
        return self.path.read_text(errors="replace")

    def wait_for(self, words):
        def said():
            assert self.process.poll() is None, self.log
            return words in self.log

        wait_until(said, f"{self.path.name} does not say {words!r}")
