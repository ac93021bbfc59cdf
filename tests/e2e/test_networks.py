# SPDX-License-Identifier: BSD-2-Clause
"""portlight-networks: from each source's form to what the table says of an address."""
import json
import os
import pathlib
import subprocess

import pytest

from network_data import CLOUD, EDGE, FILES, find, make_table, run, write_sources


def test_sources_add_up(tmp_path):
    table = make_table(tmp_path)
    assert find(table, CLOUD) == {
        "asn": "24940",
        "name": "Hetzner Online GmbH",
        "country": "DE",
        "provider": "hetzner (likely)",
        "kind": "hosting",
    }
    edge = find(table, EDGE)
    assert (edge["provider"], edge["kind"], edge["cdn"]) == ("cloudflare (certain)", "cdn", "yes")
    assert edge["asn"] == "24940", "the AS is the AS's, whatever the list says"
    assert run("-o", table, "--find", "192.0.2.1").stdout == "unknown\n"


def test_an_as_number_alone_is_no_cdn(tmp_path):
    found = find(make_table(tmp_path), "2606:4700:4700::1111")
    assert found["provider"] == "cloudflare (likely)"
    assert "cdn" not in found and "kind" not in found


def test_the_more_specific_and_the_more_telling_wins(tmp_path):
    table = make_table(tmp_path)
    ec2, front = find(table, "93.184.216.1"), find(table, "93.184.216.200")
    assert (ec2["provider"], ec2["region"], ec2["cdn"]) == ("aws (certain)", "eu-central-1", "no")
    assert (front["provider"], front["cdn"]) == ("cloudfront (certain)", "yes")
    assert "region" not in front, "GLOBAL is no region"


FORMS = [
    ("ip-location-db", '198.51.100.0,198.51.100.255,64496,"Example, Inc."\n', "name", "Example, Inc."),
    ("ip-location-db", "198.51.100.0,198.51.100.255,FR\n", "country", "FR"),
    ("google-cloud", '{"creationTime":"2026-01-02T03:04:05","prefixes":[{"ipv4Prefix":"198.51.100.0/24","scope":"us-east1"}]}', "region", "us-east1"),
    ("oracle", '{"regions":[{"region":"eu-frankfurt-1","cidrs":[{"cidr":"198.51.100.0/24"}]}]}', "region", "eu-frankfurt-1"),
    ("fastly", '{"addresses":["198.51.100.0/24"],"ipv6_addresses":["2001:db8::/32"]}', "cdn", "yes"),
    ("digitalocean", "198.51.100.0/24,DE,DE-HE,Frankfurt,60341\n", "region", "Frankfurt"),
    ("azure", json.dumps({"values": [
        {"name": "AzureCloud.westeurope", "properties": {"region": "westeurope", "addressPrefixes": ["198.51.100.0/24"]}},
        {"name": "AzureCloud", "properties": {"region": "", "addressPrefixes": ["198.51.100.0/24"]}},
        {"name": "Storage", "properties": {"region": "", "addressPrefixes": ["198.51.100.0/28"]}}]}),
     "region", "westeurope"),
]  # fmt: skip


@pytest.mark.parametrize("source, text, key, value", FORMS)
def test_each_form_is_read(tmp_path, source, text, key, value):
    assert find(make_table(tmp_path, {source: text}), "198.51.100.7")[key] == value


FAULTS = [
    ("ip2asn", "198.51.100.9\t198.51.100.1\t1\tDE\tx\n", "line 1: the last address is before"),
    ("ip2asn", "\n# x\nrubbish\n", "line 3: must be a first and a last address"),
    ("cloudflare", "198.51.100.1/24\n", "line 1: \"198.51.100.1/24\": bits are set behind"),
    ("cloudflare", "<html>\n", "not an IPv4 or IPv6 address"),
    ("aws", "<html>", "it is not JSON"),
    ("aws", "{}", "no prefix where its vendor"),
    ("mmdb", "no such thing", "not as mmdb has it"),
]


@pytest.mark.parametrize("source, text, complaint", FAULTS)
def test_a_faulty_source_changes_nothing(tmp_path, source, text, complaint):
    table = make_table(tmp_path)
    before = table.read_bytes()
    write_sources(tmp_path / "sources", {source: text})
    done = run("-o", table, "-d", tmp_path / "sources")
    assert done.returncode == 1 and complaint in done.stderr, done.stderr
    assert f"sources/{source}" in done.stderr and "nothing was changed" in done.stderr
    assert table.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["networks.dat", "sources"]


def test_wrong_usage(tmp_path):
    assert run().returncode == 2
    done = run("nothing=/dev/null")
    assert done.returncode == 2 and "--list" in done.stderr
    done = run("-o", tmp_path / "absent" / "x", f"ip2asn={write_sources(tmp_path / 's')}/ip2asn")
    assert done.returncode == 1 and "No such file" in done.stderr
    assert run("-o", make_table(tmp_path), "--find", "1.2.3").returncode == 2
    listed = dict(line.split("\t", 1) for line in run("--list").stdout.splitlines())
    assert set(FILES) < set(listed)


@pytest.mark.skipif(not os.path.exists("/usr/share/tor/geoip"), reason="no tor-geoipdb")
def test_real_countries(tmp_path):
    table = tmp_path / "networks.dat"
    done = run("-o", table, "tor-geoip=/usr/share/tor/geoip", "tor-geoip6=/usr/share/tor/geoip6")
    assert done.returncode == 0, done.stderr
    assert find(table, "193.0.6.139")["country"] == "NL"
    assert find(table, "2001:67c:2e8::1")["country"] == "NL"


def test_an_update_without_a_network(tmp_path):
    """Countries alone, by the script that the timer runs; what it leaves is the table."""
    tor, place = tmp_path / "tor", tmp_path / "place"
    tor.mkdir(), place.mkdir()
    environment = {"PORTLIGHT_NETWORKS_DIRECTORY": place, "PORTLIGHT_NETWORKS_TOR": tor,
                   "PATH": os.environ["PATH"]}  # fmt: skip
    update = [pathlib.Path(__file__).parents[2] / "networks/update", "--offline"]
    done = subprocess.run(update, env=environment, capture_output=True, text=True)
    assert done.returncode == 1 and "there is no source" in done.stderr
    (tor / "geoip").write_text(FILES["tor-geoip"])
    (tor / "geoip6").write_text(FILES["tor-geoip6"])
    done = subprocess.run(update, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in place.iterdir()) == ["networks.dat", "sources"]
    assert find(place / "networks.dat", CLOUD) == {"country": "DE"}
