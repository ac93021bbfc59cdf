# SPDX-License-Identifier: BSD-2-Clause
"""Refuses memory to a running daemon, in the kernel's two ways."""
import pathlib
import subprocess

# prlimit(1)'s option, and what counts for it: with the second, glibc is let have the
# address space for a heap more, but not the memory
KINDS = {"as": "VmSize", "data": "VmData"}


def status_of(process, key):
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(key + ":"))


def set_limit(process, option):
    """As the daemon's own user: root may lack the capability for another's."""
    ids = ("--reuid", status_of(process, "Uid"), "--regid", status_of(process, "Gid"))
    subprocess.run(
        ["setpriv", *ids, "--clear-groups", "prlimit", "--pid", str(process.pid), option],
        check=True, timeout=10,
    )  # fmt: skip


def refuse(process, kind, spare):
    """From now on it gets so many more bytes, and then none."""
    taken = int(status_of(process, KINDS[kind])) * 1024
    set_limit(process, f"--{kind}={taken + spare}:")


def allow(process, kind):
    set_limit(process, f"--{kind}=unlimited:")
