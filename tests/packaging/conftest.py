# SPDX-License-Identifier: BSD-2-Clause
"""A minimal Debian in a directory, in a network namespace without a way out."""
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
# of debootstrap's making, with what the package depends on; made anew if it is away
RELEASE = "bookworm"
CACHE = pathlib.Path(f"/tmp/portlight-root-{RELEASE}.tar")
COMMAND_TIMEOUT_S = 120
BOOTSTRAP_TIMEOUT_S = 900
# the root's own mounts end with the command
INTO_ROOT = 'mount -t proc proc "$1/proc" && exec chroot "$@"'
CLEAN = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root",
         "DEBIAN_FRONTEND": "noninteractive"}  # fmt: skip


def run(*command, timeout_s=COMMAND_TIMEOUT_S, **how):
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=timeout_s, check=False,
        stdin=subprocess.DEVNULL, **how,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def field(deb, name):
    return run("dpkg-deb", "--field", str(deb), name).strip()


class Root:
    """The directory, and commands in it.  A context."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="portlight-root-", dir="/tmp"))
        self.namespace = self.path.name

    def __enter__(self):
        os.chmod(self.path, 0o755)
        run("ip", "netns", "add", self.namespace)
        run("ip", "-n", self.namespace, "link", "set", "lo", "up")
        return self

    def __exit__(self, *_):
        run("ip", "netns", "del", self.namespace)
        # a mount that is left would take the machine's own files along
        assert str(self.path) not in pathlib.Path("/proc/self/mounts").read_text()
        shutil.rmtree(self.path)

    def inside(self, *command):
        """The command line that becomes this command in root and namespace."""
        return ("ip", "netns", "exec", self.namespace, "sh", "-c", INTO_ROOT, "sh",
                str(self.path), *command)  # fmt: skip

    def run(self, *command, **how):
        return run(*self.inside(*command), env=CLEAN, **how)

    def status(self, *command):
        """Exit status, output and errors, whatever they are."""
        done = subprocess.run(
            self.inside(*command), capture_output=True, text=True, check=False, env=CLEAN,
            timeout=COMMAND_TIMEOUT_S,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    def fetch(self, *command):
        """Runs it in the root, but with the machine's own network: for apt."""
        shutil.copy("/etc/resolv.conf", self.path / "etc/resolv.conf")
        return run("unshare", "--mount", "sh", "-c", INTO_ROOT, "sh", str(self.path), *command,
                   env=CLEAN, timeout_s=BOOTSTRAP_TIMEOUT_S)  # fmt: skip

    def unpack(self, depends):
        """Fills the directory; it then has what a package with these Depends needs."""
        if not self._extract():
            made = self._beside_cache()
            run("mmdebstrap", "--variant=minbase", "--format=tar", RELEASE, str(made),
                timeout_s=BOOTSTRAP_TIMEOUT_S)  # fmt: skip
            made.rename(CACHE)
            assert self._extract()
        if self.status("apt-get", "-y", "satisfy", depends)[0] == 0:
            return
        self.fetch("apt-get", "-q", "update")
        self.fetch("apt-get", "-qy", "--no-install-recommends", "satisfy", depends)
        self.run("apt-get", "clean")
        made = self._beside_cache()
        run("tar", "-C", str(self.path), "--one-file-system", "--numeric-owner", "-cf",
            str(made), ".")  # fmt: skip
        made.rename(CACHE)

    @staticmethod
    def _beside_cache():
        return CACHE.with_suffix(f".{os.getpid()}")

    def _extract(self):
        """Was there a whole one to extract, that nobody else could have put there?"""
        if CACHE.is_symlink() or not CACHE.is_file() or CACHE.stat().st_uid != os.getuid():
            return False
        done = subprocess.run(
            ("tar", "-C", str(self.path), "--numeric-owner", "-xpf", str(CACHE)),
            capture_output=True, check=False, timeout=COMMAND_TIMEOUT_S,
        )  # fmt: skip
        if done.returncode != 0:
            for path in self.path.iterdir():
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        return done.returncode == 0

    def put(self, file, name):
        shutil.copy(file, self.path / name)
        return f"/{name}"

    def file(self, path):
        return self.path / str(path).lstrip("/")


@pytest.fixture(scope="session")
def deb():
    """The package that `make deb` built, or the one in PORTLIGHT_DEB."""
    if "PORTLIGHT_DEB" in os.environ:
        return pathlib.Path(os.environ["PORTLIGHT_DEB"])
    found = list((TOP / "build/deb").glob("portlight_*.deb"))
    assert len(found) == 1, "make deb"
    return found[0]


@pytest.fixture(scope="module")
def root(deb):
    if os.getuid() != 0:
        pytest.skip("needs root, for a root of its own")
    with Root() as made:
        made.unpack(field(deb, "Depends"))
        yield made
