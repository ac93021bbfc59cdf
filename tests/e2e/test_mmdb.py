# SPDX-License-Identifier: BSD-2-Clause
"""MMDB files: what MaxMind's, IPinfo's and DB-IP's say is found again; broken ones change nothing
and end nothing."""
import random
import shutil
import subprocess

import pytest

import mmdb_writer
from network_data import find, make_table, run

MAXMIND = [
    ("203.0.0.0/8", {"autonomous_system_number": 64496, "autonomous_system_organization": "Wide"}),
    ("203.0.113.0/24", {"autonomous_system_number": 64497,
                        "autonomous_system_organization": "Example, Inc."}),
    ("203.0.113.128/25", {"autonomous_system_number": 64498, "connection_type": "Cellular"}),
    ("198.51.100.0/24", {"country": {"iso_code": "FR", "names": {"en": "France"}}}),
    ("192.0.2.0/24", {"connection_type": "Cable/DSL"}),
    ("2001:db8::/32", {"autonomous_system_number": 4294967295}),
    ("2001:db8:5::/48", {"autonomous_system_number": 64499}),
]  # fmt: skip
IPINFO = [
    ("203.0.113.0/24", {"asn": "AS64496", "as_name": "Example GmbH", "country_code": "DE",
                        "as_type": "isp", "is_anonymous": False}),
    ("2001:db8::/32", {"asn": "AS64497", "as_name": "Example GmbH", "country_code": "ZZ",
                       "as_type": "hosting"}),
]  # fmt: skip


@pytest.mark.parametrize("record_bits", [24, 28, 32])
def test_each_size_of_a_record(tmp_path, record_bits):
    file = mmdb_writer.write(tmp_path / "x.mmdb", MAXMIND, record_bits=record_bits)
    table = tmp_path / "networks.dat"
    done = run("-o", table, f"geolite2-asn={file}")
    assert done.returncode == 0, done.stderr
    # a smaller network splits the larger one: what is left of it stands there in parts
    assert find(table, "203.0.112.1") == {
        "asn": "64496", "name": "Wide", "prefix": "203.0.112.0/24"
    }  # fmt: skip
    assert find(table, "203.255.255.255")["prefix"] == "203.128.0.0/9"
    assert find(table, "203.0.113.1") == {
        "asn": "64497", "name": "Example, Inc.", "prefix": "203.0.113.0/25"
    }  # fmt: skip
    assert find(table, "203.0.113.129") == {
        "asn": "64498", "name": "", "prefix": "203.0.113.128/25", "kind": "mobile"
    }  # fmt: skip
    assert find(table, "198.51.100.1") == {"country": "FR"}
    assert find(table, "192.0.2.1")["kind"] == "isp"
    assert find(table, "2001:db8::1")["asn"] == "4294967295"
    assert find(table, "2001:db8:5::1")["prefix"] == "2001:db8:5::/48"
    for nobodys in ("204.0.0.0", "2001:db9::", "::1", "2002:cb00:7101::1", "::ffff:203.0.113.1"):
        assert find(table, nobodys) == {}, nobodys


@pytest.mark.skipif(not shutil.which("mmdblookup"), reason="no mmdb-bin")
def test_another_reader_reads_the_same(tmp_path):
    file = mmdb_writer.write(tmp_path / "x.mmdb", MAXMIND)
    said = subprocess.run(["mmdblookup", "-f", file, "-i", "203.0.113.1"], capture_output=True, text=True)
    assert "64497" in said.stdout and "Example, Inc." in said.stdout


def test_a_file_of_ipv4_alone(tmp_path):
    file = mmdb_writer.write(tmp_path / "x.mmdb", MAXMIND[:5], version=4)
    table = tmp_path / "networks.dat"
    assert run("-o", table, f"mmdb={file}").returncode == 0
    assert find(table, "203.0.113.1")["name"] == "Example, Inc."
    assert find(table, "2001:db8::1") == {}


def test_ipinfo(tmp_path):
    file = mmdb_writer.write(tmp_path / "x.mmdb", IPINFO)
    table = tmp_path / "networks.dat"
    assert run("-o", table, f"ipinfo-lite={file}").returncode == 0
    assert find(table, "203.0.113.1") == {
        "asn": "64496", "name": "Example GmbH", "country": "DE", "kind": "isp",
        "prefix": "203.0.113.0/24",
    }  # fmt: skip
    found = find(table, "2001:db8::1")
    assert found["kind"] == "hosting" and "country" not in found


def test_an_mmdb_beside_other_sources(tmp_path):
    """An operator's MMDB is believed before the free lists, and after the vendors' own."""
    make_table(tmp_path)
    mmdb_writer.write(tmp_path / "sources" / "mmdb", [
        ("93.184.0.0/16", {"autonomous_system_number": 64500, "as_name": "Mine", "type": "isp"})])  # fmt: skip
    table = tmp_path / "networks.dat"
    assert run("-o", table, "-d", tmp_path / "sources").returncode == 0
    mine = find(table, "93.184.215.14")
    assert (mine["asn"], mine["name"], mine["kind"]) == ("64500", "Mine", "isp")
    assert find(table, "93.184.216.1")["provider"] == "aws (certain)"
    assert find(table, "93.184.216.1")["kind"] == "cloud"


def test_what_says_nothing_is_refused(tmp_path):
    file = mmdb_writer.write(tmp_path / "x.mmdb", [("203.0.113.0/24", {"city": "Paris"})])
    done = run("-o", tmp_path / "networks.dat", f"mmdb={file}")
    assert done.returncode == 1 and "neither AS numbers nor countries" in done.stderr


def attempt(tmp_path, file, table, before):
    """It exits by itself, with 0 or an error message, and never leaves half a table."""
    done = run("-o", table, f"mmdb={file}")
    assert done.returncode in (0, 1), (done.returncode, done.stderr)
    if done.returncode == 1:
        assert "not as mmdb has it" in done.stderr and "nothing was changed" in done.stderr
        assert table.read_bytes() == before
    else:
        assert run("-o", table, "--find", "203.0.113.1").returncode == 0
        table.write_bytes(before)
    return done.returncode


def test_truncated_files(tmp_path):
    file, table = mmdb_writer.write(tmp_path / "x.mmdb", MAXMIND), tmp_path / "networks.dat"
    whole = file.read_bytes()
    assert run("-o", table, f"mmdb={file}").returncode == 0
    before = table.read_bytes()
    for cut in sorted({0, 1, len(whole) - 1, *range(7, len(whole), len(whole) // 60)}):
        file.write_bytes(whole[:cut])
        assert attempt(tmp_path, file, table, before) == 1, cut


def test_corrupted_files(tmp_path):
    file, table = mmdb_writer.write(tmp_path / "x.mmdb", MAXMIND), tmp_path / "networks.dat"
    whole = file.read_bytes()
    assert run("-o", table, f"mmdb={file}").returncode == 0
    before = table.read_bytes()
    chance, ends = random.Random(18), set()
    for _ in range(150):
        bad = bytearray(whole)
        for _ in range(chance.choice((1, 4, 40))):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        file.write_bytes(bad)
        ends.add(attempt(tmp_path, file, table, before))
    assert ends == {0, 1}


def test_a_knot_is_cut(tmp_path):
    """Countless paths through few nodes: refused before they are walked."""
    table = make_table(tmp_path)
    knot = mmdb_writer.write_knot(tmp_path / "knot.mmdb")
    assert attempt(tmp_path, knot, table, table.read_bytes()) == 1
