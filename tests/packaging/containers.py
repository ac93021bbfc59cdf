# SPDX-License-Identifier: BSD-2-Clause
"""Debian's podman with a storage of its own, in a network namespace without a way out."""
import json
import os
import pathlib
import subprocess

from conftest import CLEAN, COMMAND_TIMEOUT_S, TOP, run

IMAGES = TOP / "build/image"
CONFIGURATION = """\
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[engine.runtimes]
runc = ["{top}/runc"]
"""
# Root may raise no limit where somebody took CAP_SYS_RESOURCE from it: leave them as they are.
RUNC = """\
#!/usr/bin/python3
import json, os, sys
if "create" in sys.argv:
    path = sys.argv[sys.argv.index("--bundle") + 1] + "/config.json"
    with open(path) as file:
        config = json.load(file)
    config["process"].pop("rlimits", None)
    with open(path, "w") as file:
        json.dump(config, file)
os.execv("/usr/sbin/runc", ["runc", *sys.argv[1:]])
"""
STORAGE = '[storage]\ndriver = "{driver}"\ngraphroot = "{top}/storage"\nrunroot = "{top}/run"\n'


class Podman:
    """A context; ends all of its containers and removes their storage."""

    def __init__(self, top, namespace):
        self.top, self.namespace = pathlib.Path(top), namespace
        (self.top / "containers.conf").write_text(CONFIGURATION.format(top=top))
        (self.top / "runc").write_text(RUNC)
        (self.top / "runc").chmod(0o755)
        (self.top / "storage.conf").write_text(STORAGE.format(driver="overlay", top=top))
        self.environment = {
            **CLEAN, "CONTAINERS_CONF": str(self.top / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(self.top / "storage.conf"),
        }  # fmt: skip

    def __enter__(self):
        run("ip", "netns", "add", self.namespace)
        run("ip", "-n", self.namespace, "link", "set", "lo", "up")
        for name in ("portlight", "portlight-cli"):
            self.run("load", "--quiet", "--input", str(IMAGES / f"{name}.tar"))
        return self

    def __exit__(self, *_):
        self.status("pod", "rm", "--all", "--force")
        self.status("rm", "--all", "--force", "--time", "5")
        self.status("system", "reset", "--force")
        run("ip", "netns", "del", self.namespace)

    def inside(self, *command):
        """This command in the namespace, whose network is the host's to podman.  Only the
        network is another: podman wants the machine's cgroups."""
        return ("nsenter", f"--net=/run/netns/{self.namespace}", *command)

    def status(self, *arguments, program="podman", **how):
        done = subprocess.run(
            self.inside(program, *arguments), capture_output=True, text=True, check=False,
            env=self.environment, timeout=COMMAND_TIMEOUT_S, stdin=subprocess.DEVNULL, **how,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    def run(self, *arguments, **how):
        status, out, errors = self.status(*arguments, **how)
        assert status == 0, f"{arguments}: {out}{errors}"
        return out

    def inspect(self, name, kind="container"):
        return json.loads(self.run("inspect", "--type", kind, name))[0]

    def kernel_status(self, name):
        """/proc/PID/status of a container's first process, as {key: value}."""
        text = pathlib.Path(f"/proc/{self.inspect(name)['State']['Pid']}/status").read_text()
        return {key: value.strip() for key, _, value in
                (line.partition(":") for line in text.splitlines())}  # fmt: skip

    def log(self, name):
        return "".join(self.status("logs", name)[1:])


def specification(root, namespace, user, capabilities, mounts, command):
    """What Docker and Kubernetes tell runc: another user than root has the capabilities of
    its container permitted until its program starts, none ambient."""
    sets = {name: capabilities for name in ("bounding", "effective", "permitted")}
    bind = [{"destination": to, "type": "bind", "source": str(source), "options": ["rbind"]}
            for to, source in mounts.items()]  # fmt: skip
    return {
        "ociVersion": "1.0.2",
        "root": {"path": str(root), "readonly": True},
        "process": {
            "user": {"uid": user[0], "gid": user[1]}, "cwd": "/", "args": list(command),
            "env": ["PATH=/usr/sbin:/usr/bin"], "noNewPrivileges": True, "capabilities": sets,
        },
        "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
                   {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
                    "options": ["nosuid", "mode=755"]}, *bind],  # fmt: skip
        "linux": {"namespaces": [
            {"type": "pid"}, {"type": "mount"}, {"type": "ipc"}, {"type": "uts"},
            {"type": "network", "path": f"/run/netns/{namespace}"},
        ]},
    }  # fmt: skip


def start_by_runc(top, specified):
    """The process of runc, and what the container says.  Ends with the container."""
    bundle = top / "bundle"
    bundle.mkdir(exist_ok=True)
    (bundle / "config.json").write_text(json.dumps(specified))
    log = open(top / "runc.log", "w+", encoding="utf-8")
    process = subprocess.Popen(
        ("runc", "--root", str(top / "runc"), "run", "--bundle", str(bundle), f"bare-{os.getpid()}"),
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=CLEAN,
    )  # fmt: skip
    return process, pathlib.Path(log.name)
