# SPDX-License-Identifier: BSD-2-Clause
"""The Debian package in a throw-away root: installed, started, asked, upgraded, purged."""
import json
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILT = ROOT / "build" / "deb"
TARBALL = pathlib.Path("/tmp/portlight-root.tar")
PACKAGES = "systemd,iproute2,curl,util-linux"
NEXT = "0.1.0+next"
LINE = "# the administrator was here\n"
LAB = 'policy {\n  allow = {"127.0.0.0/8"}\n}\n' + LINE

# as the units would start them: users, capabilities, groups; no systemd runs in a chroot
START = """
set -e
ip link set lo up
mkdir -p /run/portlight && chmod 755 /run/portlight && chown portlight-prober:portlight /run/portlight
setpriv --reuid=portlight-prober --regid=portlight --clear-groups --inh-caps=+net_raw,+setpcap \\
  --ambient-caps=+net_raw,+setpcap --bounding-set=-all,+net_raw,+setpcap /usr/sbin/portlight-prober &
prober=$!
setpriv --reuid=portlight --regid=portlight --clear-groups --bounding-set=-all /usr/sbin/portlightd &
web=$!
trap 'kill $prober $web; wait' EXIT
for i in $(seq 100); do curl -sf http://127.0.0.1:8080/readyz && break; sleep 0.1; done
echo ===
curl -s 'http://127.0.0.1:8080/api/v1/check?host=127.0.0.1&ports=8080,443'
echo
setpriv --reuid=portlight --regid=portlight --clear-groups portlight 127.0.0.1 8080,443 || true
"""


def run(*argv, **options):
    done = subprocess.run(
        [*map(str, argv)], capture_output=True, text=True, timeout=300, check=False, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def package(version):
    [built] = [p for p in BUILT.glob(f"portlight_{version}_*.deb")]
    return built


@pytest.fixture(scope="module")
def version():
    text = (ROOT / "common" / "version.h").read_text()
    return re.search(r'PORTLIGHT_VERSION "(.*)"', text)[1]


@pytest.fixture(scope="module")
def root(tmp_path_factory, version):
    """A minimal bookworm with the package in it."""
    if not TARBALL.exists():
        run("mmdebstrap", "--mode=root", "--variant=minbase", f"--include={PACKAGES}", "bookworm",
            TARBALL)  # fmt: skip
    path = tmp_path_factory.mktemp("root") / "r"
    path.mkdir()
    run("tar", "xf", TARBALL, "-C", path, "--exclude=./dev/*")
    run("sh", "-c", f"mknod -m 666 {path}/dev/null c 1 3; mknod -m 444 {path}/dev/urandom c 1 9")
    shutil.copy("/etc/resolv.conf", path / "etc/resolv.conf")
    install(path, version)
    yield path
    shutil.rmtree(path)


def install(root, version):
    shutil.copy(package(version), root / "portlight.deb")
    run("chroot", root, "sh", "-c",
        "apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y"
        " --no-install-recommends -o Dpkg::Options::=--force-confold /portlight.deb")  # fmt: skip


def inside(root, script):
    """A script in the root, without any network but loopback."""
    return run("unshare", "-n", "--mount", "sh", "-c",
               f"mount -t proc proc {root}/proc && exec chroot {root} sh -c \"$1\"", "x", script)  # fmt: skip


def test_lintian_finds_nothing(version):
    run("lintian", "--allow-root", "--fail-on", "error,warning", package(version))


def test_users_files_and_modes(root):
    passwd = (root / "etc/passwd").read_text()
    group = re.search(r"(?m)^portlight:x:(\d+):", (root / "etc/group").read_text())[1]
    for user in ("portlight", "portlight-prober"):
        uid, gid = re.search(rf"(?m)^{user}:[x!*]+:(\d+):(\d+):", passwd).groups()
        assert gid == group and 0 < int(uid) < 1000
    for name, mode in {
        "usr/sbin/portlightd": 0o755, "usr/sbin/portlight-prober": 0o755, "usr/bin/portlight": 0o755,
        "etc/portlight/portlight.conf": 0o644, "lib/systemd/system/portlightd.service": 0o644,
        "lib/systemd/system/portlight-prober.socket": 0o644,
    }.items():  # fmt: skip
        assert (root / name).stat().st_mode & 0o7777 == mode, name
    for page in ("man1/portlight.1", "man5/portlight.conf.5", "man8/portlightd.8"):
        assert (root / f"usr/share/man/{page}.gz").exists()
    for unit in ("portlightd.service", "portlight-prober.service"):
        wanted = root / "etc/systemd/system/multi-user.target.wants" / unit
        assert wanted.is_symlink(), "enabled"


def test_the_configuration_is_sound(root):
    assert inside(root, "portlightd --check-config") == "configuration ok\n"


def test_it_starts_and_answers(root):
    config = root / "etc/portlight/portlight.conf"
    config.write_text(LAB)
    said = inside(root, START).split("===\n")[1]
    answer, *lines = said.splitlines()
    ports = json.loads(answer)["addresses"][0]["ports"]
    assert [(port["port"], port["state"]) for port in ports] == [(8080, "open"), (443, "closed")]
    assert [line.split()[:2] for line in lines[:2]] == [["443/tcp", "closed"], ["8080/tcp", "open"]] or [
        line.split()[:2] for line in lines[:2]
    ] == [["8080/tcp", "open"], ["443/tcp", "closed"]]


def test_an_upgrade_keeps_what_the_administrator_wrote(root):
    run(ROOT / "scripts/deb", NEXT, cwd=ROOT)
    install(root, NEXT)
    assert LINE in (root / "etc/portlight/portlight.conf").read_text()
    assert f"Version: {NEXT}\n" in run("chroot", root, "dpkg", "-s", "portlight")
    assert "open" in inside(root, START)


def test_remove_and_purge_leave_nothing(root):
    run("chroot", root, "apt-get", "-q", "remove", "-y", "portlight")
    assert not (root / "usr/sbin/portlightd").exists()
    assert (root / "etc/portlight/portlight.conf").exists(), "only purge takes it"
    run("chroot", root, "apt-get", "-q", "purge", "-y", "portlight")
    left = run("find", root, "-xdev", "-name", "*portlight*").split()
    known = {"portlight.deb"}  # ours; users stay, as Debian has it
    assert [path for path in left if pathlib.Path(path).name not in known
            and "/var/lib/systemd" not in path and "/var/cache" not in path] == []  # fmt: skip
