# SPDX-License-Identifier: BSD-2-Clause
"""The SSRF vectors again, against /tls, /host, and service=true."""
import csv
import json
import pathlib
import tempfile
import urllib.parse

import pytest

from service import ROOT
from test_dns import OURS, REJECTED, ROWS
from test_tls import Inspected
from test_tls import authority as authority  # a fixture
from frontend import Frontend

PATHS = {"tls": "/api/v1/tls?host={}", "host": "/api/v1/host?host={}",
         "service": "/api/v1/tls?service=true&host={}", "check": "/api/v1/check?ports=443&service=true&host={}",
         "page": "/tls/en?host={}", "host page": "/host/en?host={}"}  # fmt: skip


@pytest.fixture(scope="module")
def public(authority):
    """With the default policy."""
    with tempfile.TemporaryDirectory(prefix="portlight-ssrf-") as name:
        directory = pathlib.Path(name)
        directory.chmod(0o755)
        with Frontend(inspector={"enabled": True, "socket": str(directory / "i" / "inspector.sock"),
                                 "roots": str(authority.directory / "root.pem")},
                      limits={"client-targets": 0}) as frontend:  # fmt: skip
            inspected = Inspected(frontend, authority)
            try:
                inspected.start()
                yield inspected
            finally:
                inspected.stop()


def rejected_hosts():
    with open(ROOT / "tests" / "data" / "ssrf_vectors.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["input"].startswith("dns:") or "accept" in row["expected"]:
                continue
            try:
                host = json.loads(f'"{row["input"]}"').encode()
            except (ValueError, UnicodeEncodeError):
                continue  # no text at all, only JSON can try to say it
            if host:  # left out, it is the visitor
                yield host


def inspections(public):
    [line] = [line for line in public.frontend.get("/metrics").text.splitlines()
              if line.startswith("portlight_inspector_workers ")]  # fmt: skip
    return line


# the page of /host reads what is pasted, as / does (tests/unit/frontend/model/test_pasted.c)
@pytest.mark.parametrize("path", [path for path in PATHS if path != "host page"])
def test_every_rejected_host(path, public):
    hosts = list(rejected_hosts())
    assert len(hosts) > 150
    asked = len(public.frontend.prober.asked)
    for host in hosts:
        answer = public.frontend.get(PATHS[path].format(urllib.parse.quote(host)))
        assert answer.status in (400, 403, 422), (host, answer)
    assert len(public.frontend.prober.asked) == asked


@pytest.mark.parametrize("path", PATHS)
def test_every_name_that_leads_inside(path, public):
    """The name is refused as a whole: no address of it is shown or asked."""
    assert len(REJECTED) > 20 and OURS
    asked = len(public.frontend.prober.asked)
    for number in REJECTED:
        name = f"v{number}.{path.replace(' ', '-')}.vectors.net"
        public.frontend.dns.zone[name] = ROWS[number][0]
        answer = public.frontend.get(PATHS[path].format(name))
        assert answer.status in (403, 422), (ROWS[number], answer)
    assert len(public.frontend.prober.asked) == asked
    assert inspections(public) == "portlight_inspector_workers 0"
