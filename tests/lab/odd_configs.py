# SPDX-License-Identifier: BSD-2-Clause
"""Configurations that a daemon may meet at SIGHUP, from good to impossible, and large ones.

None of them listens elsewhere or needs another user: those keys are not read again.
"""
import os
import socket

HALF_A_MEGABYTE = 500_000
MORE_THAN_ALLOWED = 3_000_000  # config.c takes 2 MB


def many_prefixes(count):
    prefixes = ", ".join(f'"10.{i >> 8 & 255}.{i & 255}.0/24"' for i in range(count))
    return f"policy {{ deny = {{{prefixes}}} }}\n"


def many_ports(count):
    return f"policy {{ ports = {{{', '.join(str(1 + i % 65535) for i in range(count))}}} }}\n"


# {name: (text, whether it is taken)}
TEXTS = {
    "empty": ("", True),
    "good": ('policy { ports = {443, 22}  deny = {"45.31.0.0/16"} }\n', True),
    "CR LF": ("policy {\r\n}\r\n", True),
    "prefixes": (many_prefixes(5), True),
    "40,000 prefixes": (many_prefixes(40_000), True),
    "100,000 ports": (many_ports(100_000), True),
    "a long comment": ("#" * HALF_A_MEGABYTE, True),
    "comments only": ("/* x " * 10_000 + "*/", True),
    "a NUL": ("policy {\0}\n", False),
    "unknown key": ("x = 1\n", False),
    "unknown keys": ("x = 1\n" * 50_000, False),
    "a section that is a value": ("policy = 1\n", False),
    "a value that is a section": ("policy { deny { } }\n", False),
    "a title": ('policy "x" { }\n', False),
    "include": ('include("/etc/passwd")\n', False),
    "another function": ("system(\"true\")\n", False),
    "home directory": ('policy { deny = {~root/x} }\n', False),
    "environment": ('policy { deny = {"${HOME}", ${NOPE:-x}} }\n', False),
    "a long text": ('policy { deny = {"' + "x" * HALF_A_MEGABYTE + '"} }\n', False),
    "a long word": ("x" * HALF_A_MEGABYTE, False),
    "a long number": ("limits { client-quota = " + "9" * 100_000 + " }\n", False),
    "no number": ("limits { client-quota = 1e999 }\n", False),
    "no truth": ("policy { any-port = maybe }\n", False),
    "no prefix": ('policy { deny = {"10.0.0.0/33"} }\n', False),
    "no port": ("policy { ports = {0} }\n", False),
    "escapes": ('policy { deny = {"\\x00\\377\\u1234\\n"} }\n', False),
    "deep": ("policy {" * 20_000, False),
    "braces": ("{" * 20_000, False),
    "other braces": ("}" * 20_000, False),
    "unended text": ('policy { deny = {"', False),
    "unended comment": ("/* x " * 10_000, False),
    "every byte": (bytes(range(1, 256)).decode("latin-1") * 20, False),
    "too large": ("\n" * MORE_THAN_ALLOWED, False),
}


def write_socket(path):
    with socket.socket(socket.AF_UNIX) as given:
        given.bind(str(path))


# {name: what is put in the file's place}; none of these is read
IN_PLACE = {
    "nothing": lambda path: None,
    "a directory": lambda path: path.mkdir(),
    "a socket": write_socket,
    "a link elsewhere": lambda path: path.symlink_to("/etc/passwd"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "what may not be read": lambda path: path.touch(mode=0),
}
NAMES = (*TEXTS, *IN_PLACE)


def remove(path):
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def put(path, name):
    """Writes the configuration of this name to the path; returns whether a daemon accepts it."""
    remove(path)
    if name in IN_PLACE:
        IN_PLACE[name](path)
        return False
    text, taken = TEXTS[name]
    path.write_bytes(text.encode("latin-1"))
    os.chmod(path, 0o644)
    return taken
