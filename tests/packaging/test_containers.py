# SPDX-License-Identifier: BSD-2-Clause
"""The images of `make image`, really run; compose.yaml and kubernetes.yaml, as they are."""
import os
import re
import subprocess
import tarfile

import pytest
import yaml

from booted import wait_for
from conftest import TOP, run
from containers import IMAGES, Podman, specification, start_by_runc
from package import fetch, is_it_there, web_server

PACKAGED = TOP / "packaging/container"
VERSION = re.search(r'PORTLIGHT_VERSION "(.*)"', (TOP / "common/base/version.h").read_text())[1]
DAEMONS, CLI = f"localhost/portlight:{VERSION}", f"localhost/portlight-cli:{VERSION}"
POLICY = 'policy { allow = {"127.0.0.0/8"} }\n'
SHUT_IN = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
           "--network", "host")  # fmt: skip
ANSWERS = [(80, "open", "syn-ack", "host"), (443, "closed", "reset", "host")]
NONE = "0" * 16


@pytest.fixture(scope="module")
def podman(tmp_path_factory):
    if os.getuid() != 0:
        pytest.skip("needs root, for containers")
    top = tmp_path_factory.mktemp("containers")
    with Podman(top, f"portlight-image-{os.getpid()}") as made:
        yield made


@pytest.fixture(scope="module")
def configuration(podman):
    file = podman.top / "portlight.conf"
    file.write_text(POLICY)
    file.chmod(0o644)
    return f"{file}:/etc/portlight/portlight.conf:ro"


def ready(podman, prober, frontend):
    try:
        wait_for("the prober is not ready", lambda: "ready on" in podman.log(prober), 30)
        wait_for("portlightd is not ready", lambda: "connected" in podman.log(frontend), 30)
    except AssertionError:
        print(podman.log(prober), podman.log(frontend))
        raise


@pytest.fixture(scope="module")
def running(podman, configuration):
    """Both daemons, each in a container, as docs/containers.md has it."""
    volumes = ("--volume", "portlight-run:/run/portlight", "--volume", configuration)
    podman.run("run", "--detach", "--name", "prober", "--user", "61184:61185", *SHUT_IN,
               "--cap-add", "NET_RAW", *volumes, DAEMONS, "portlight-prober")  # fmt: skip
    podman.run("run", "--detach", "--name", "frontend", *SHUT_IN, *volumes, DAEMONS)
    ready(podman, "prober", "frontend")
    yield podman
    podman.run("rm", "--force", "--time", "10", "prober", "frontend")


def files_of(image):
    """{path: its entry} in the only layer of an archive, and the entry's archive."""
    with tarfile.open(IMAGES / f"{image}.tar") as archive:
        [layer] = [name for name in archive.getnames() if re.fullmatch(r"[0-9a-f]{64}\.tar", name)]
        with tarfile.open(fileobj=archive.extractfile(layer)) as tree:
            return {"/" + entry.name.lstrip("./"): entry for entry in tree}


@pytest.mark.parametrize("image", ["portlight", "portlight-cli"])
def test_what_is_in_it(image):
    files = files_of(image)
    programs = {name for name in files if re.match("/usr/s?bin/.", name)}
    if image == "portlight":
        assert {"/usr/sbin/portlightd", "/usr/sbin/portlight-prober",
                "/usr/sbin/portlight-inspector"} <= programs  # fmt: skip
        assert not any("libcurl" in name for name in files)
        entry = files["/run/portlight"]
        assert (entry.mode & 0o7777, entry.uid, entry.gid) == (0o1770, 61184, 61185)
    else:
        assert programs == {"/usr/bin/portlight"}
    assert all("portlight" in name for name in programs), "no shell, no package manager"
    for name, entry in files.items():
        assert not entry.mode & 0o6000, f"{name} is set-user-id"
        assert entry.issym() or not entry.mode & 0o002 or name == "/tmp", name
        raised = "SCHILY.xattr.security.capability" in entry.pax_headers
        assert raised == (name == "/usr/sbin/portlight-prober"), name
    assert (IMAGES / f"{image}.tar").stat().st_size < 32e6


def test_nobody_is_root(podman):
    for image in (DAEMONS, CLI):
        config = podman.inspect(image, "image")["Config"]
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", config["User"]), image
        assert config["Labels"]["org.opencontainers.image.version"] == VERSION


def test_they_answer(running):
    with web_server(running):
        assert is_it_there(running, "80,443") == ANSWERS


def test_they_are_shut_in(running):
    for name, uid in (("prober", "61184"), ("frontend", "61185")):
        status = running.kernel_status(name)
        assert status["Uid"].split() == [uid] * 4 and status["Gid"].split() == ["61185"] * 4
        assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
        assert {status[f"Cap{which}"] for which in ("Inh", "Prm", "Eff", "Amb")} == {NONE}
    # nothing but CAP_NET_RAW could ever have come back
    assert int(running.kernel_status("prober")["CapBnd"], 16) == 1 << 13
    assert int(running.kernel_status("frontend")["CapBnd"], 16) == 0


def test_the_limits_outlive_a_container(running):
    left = fetch(running, "/api/v1/limits")["client"]["remaining"]
    fetch(running, "/api/v1/check?host=127.9.9.9&ports=80,443,22")
    running.run("restart", "--time", "10", "prober", "frontend")
    ready(running, "prober", "frontend")
    wait_for("not ready", lambda: "go on as they were left" in running.log("frontend"), 10)
    assert "go on as they were left" in running.log("prober")
    assert fetch(running, "/api/v1/limits")["client"]["remaining"] <= left


def test_the_command_line_by_http(running):
    with web_server(running):
        status, out, errors = running.status(
            "run", "--rm", *SHUT_IN, CLI, "--server", "http://127.0.0.1:8080", "127.0.0.1", "80,443"
        )
    assert (status, errors) == (1, ""), errors
    assert out.splitlines()[0].startswith("80/tcp open accept host "), out


def test_the_command_line_by_the_socket(running, configuration):
    with web_server(running):
        out = running.run("run", "--rm", "--user", "65534:61185", *SHUT_IN, "--volume", configuration,
                          "--volume", "portlight-run:/run/portlight", CLI, "127.0.0.1", "80")  # fmt: skip
    assert out.startswith("80/tcp open accept host "), out


def test_a_prober_without_net_raw_says_so(podman):
    status, out, errors = podman.status("run", "--rm", "--user", "61184:61185", *SHUT_IN, DAEMONS,
                                        "portlight-prober")  # fmt: skip
    assert status != 0 and "CAP_NET_RAW is missing" in out + errors, out + errors


@pytest.mark.parametrize("capabilities", [["CAP_NET_RAW"], []], ids=["given", "missing"])
def test_without_ambient_capabilities(podman, configuration, tmp_path, capabilities):
    """Docker and Kubernetes give a user who is not root none."""
    shared = tmp_path / "shared"
    shared.mkdir()
    os.chown(shared, 61184, 61185)
    root = podman.run("image", "mount", DAEMONS).strip()
    mounts = {"/run/portlight": shared, "/etc/portlight/portlight.conf": configuration.split(":")[0]}
    specified = specification(root, podman.namespace, (61184, 61185), capabilities, mounts,
                              ["portlight-prober"])  # fmt: skip
    process, log = start_by_runc(tmp_path, specified)
    try:
        word = "ready on" if capabilities else "CAP_NET_RAW is missing"
        wait_for("it does not say so", lambda: word in log.read_text(), 30)
    finally:
        print(log.read_text())
        process.terminate()
        process.wait(30)
        podman.run("image", "unmount", DAEMONS)


# --- compose.yaml -----------------------------------------------------------------
def compose():
    return yaml.safe_load((PACKAGED / "compose.yaml").read_text())


def test_compose_shuts_them_in():
    services = compose()["services"]
    assert {"prober", "portlightd"} <= set(services)
    for name, service in services.items():
        assert service["image"] == DAEMONS, name
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"], name
        assert service.get("cap_add", []) == (["NET_RAW"] if name == "prober" else []), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert re.fullmatch(r"6118[4-6]:61185", service["user"]), name
        assert service["network_mode"] == "host", name
        assert "privileged" not in service and "ports" not in service, name
        for volume in service["volumes"]:
            assert volume == "run:/run/portlight" or volume.endswith(":ro"), name
    assert len({service["user"] for service in services.values()}) == len(services)


def test_compose_runs(podman, tmp_path):
    """By docker-compose, which asks podman instead of Docker."""
    (tmp_path / "compose.yaml").write_text((PACKAGED / "compose.yaml").read_text())
    (tmp_path / "portlight.conf").write_text(POLICY)
    (tmp_path / "portlight.conf").chmod(0o644)
    podman.environment["DOCKER_HOST"] = f"unix://{tmp_path}/podman.sock"
    service = subprocess.Popen(
        podman.inside("podman", "system", "service", "--time", "0", f"unix://{tmp_path}/podman.sock"),
        env=podman.environment, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    ask = {"program": "docker-compose", "cwd": tmp_path}
    try:
        wait_for("no service", (tmp_path / "podman.sock").exists, 30)
        podman.run("config", "--quiet", **ask)
        podman.run("--project-name", "composed", "up", "--detach", **ask)
        names = podman.run("ps", "--format", "{{.Names}}").split()
        [prober] = [name for name in names if "prober" in name]
        [frontend] = [name for name in names if "portlightd" in name]
        ready(podman, prober, frontend)
        with web_server(podman):
            assert is_it_there(podman, "80,443") == ANSWERS
        assert podman.kernel_status(prober)["CapEff"] == NONE
    finally:
        podman.status("--project-name", "composed", "down", "--volumes", **ask)
        podman.status("rm", "--all", "--force", "--time", "5")
        service.terminate()
        service.wait(30)


# --- kubernetes.yaml --------------------------------------------------------------
def manifests():
    """{kind: object}"""
    found = list(yaml.safe_load_all((PACKAGED / "kubernetes.yaml").read_text()))
    kinds = [item["kind"] for item in found]
    assert len(set(kinds)) == len(kinds)
    return dict(zip(kinds, found))


VERSIONS = {"Namespace": "v1", "ConfigMap": "v1", "Service": "v1", "Deployment": "apps/v1"}


def test_kubernetes_is_whole():
    """Everything that is named is there."""
    made = manifests()
    assert {kind: item["apiVersion"] for kind, item in made.items()} == VERSIONS
    namespace = made["Namespace"]["metadata"]["name"]
    for kind in VERSIONS:
        assert kind == "Namespace" or made[kind]["metadata"]["namespace"] == namespace
    deployment = made["Deployment"]["spec"]
    labels, pod = deployment["template"]["metadata"]["labels"], deployment["template"]["spec"]
    assert deployment["selector"]["matchLabels"].items() <= labels.items()
    assert made["Service"]["spec"]["selector"].items() <= labels.items()
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert set(volumes) == {"run", "configuration"} and "emptyDir" in volumes["run"]
    assert volumes["configuration"]["configMap"]["name"] == made["ConfigMap"]["metadata"]["name"]
    ports = {port["name"] for container in pod["containers"] for port in container.get("ports", [])}
    assert {port["targetPort"] for port in made["Service"]["spec"]["ports"]} <= ports
    for container in pod["containers"]:
        for mount in container["volumeMounts"]:
            assert mount["name"] in volumes
            assert mount["name"] == "run" or mount["readOnly"] is True


def test_kubernetes_shuts_them_in():
    made = manifests()
    pod = made["Deployment"]["spec"]["template"]["spec"]
    # Pod Security's baseline forbids NET_RAW and the node's network
    labels = made["Namespace"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "privileged"
    assert pod["hostNetwork"] is True and pod["automountServiceAccountToken"] is False
    assert pod["securityContext"] == {
        "runAsNonRoot": True, "runAsGroup": 61185, "fsGroup": 61185,
        "seccompProfile": {"type": "RuntimeDefault"},
    }  # fmt: skip
    names = [container["name"] for container in pod["containers"]]
    assert names == ["prober", "portlightd"]
    for container in pod["containers"]:
        prober = container["name"] == "prober"
        assert container["image"] == DAEMONS
        assert container["securityContext"] == {
            "runAsUser": 61184 if prober else 61185, "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"], **({"add": ["NET_RAW"]} if prober else {})},
        }  # fmt: skip
        assert set(container["resources"]) == {"requests", "limits"}
    for probe, path in (("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
        assert pod["containers"][1][probe]["httpGet"]["path"] == path


def test_kubernetes_configuration_is_right(podman, tmp_path):
    text = manifests()["ConfigMap"]["data"]["portlight.conf"]
    (tmp_path / "portlight.conf").write_text(text)
    (tmp_path / "portlight.conf").chmod(0o644)
    for program in ("portlightd", "portlight-prober"):
        podman.run("run", "--rm", *SHUT_IN, "--volume",
                   f"{tmp_path}/portlight.conf:/etc/portlight/portlight.conf:ro", DAEMONS, program,
                   "--check-config")  # fmt: skip


def test_kubernetes_runs(podman, tmp_path):
    """By podman, which makes the pod of a Deployment and knows nothing of namespaces, services,
    probes and ports of the node's network."""
    made = manifests()
    made["ConfigMap"]["data"]["portlight.conf"] += POLICY
    for container in made["Deployment"]["spec"]["template"]["spec"]["containers"]:
        for key in ("livenessProbe", "readinessProbe", "ports"):
            container.pop(key, None)
    file = tmp_path / "pod.yaml"
    file.write_text(yaml.safe_dump_all([made["ConfigMap"], made["Deployment"]]))
    try:
        podman.run("play", "kube", str(file))
        names = podman.run("ps", "--format", "{{.Names}}").split()
        [prober] = [name for name in names if name.endswith("-prober")]
        [frontend] = [name for name in names if name.endswith("-portlightd")]
        ready(podman, prober, frontend)
        with web_server(podman):
            assert is_it_there(podman, "80,443") == ANSWERS
        for name in (prober, frontend):
            status = podman.kernel_status(name)
            assert status["CapEff"] == NONE and status["Uid"].split()[0] != "0"
    finally:
        podman.status("play", "kube", "--down", str(file))
        podman.status("pod", "rm", "--all", "--force")
