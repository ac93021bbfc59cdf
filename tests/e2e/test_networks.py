# SPDX-License-Identifier: BSD-2-Clause
"""portlight-networks: from each source's form to what the table says of an address."""
import json
import os
import pathlib
import subprocess

import mmdb_writer
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
        "prefix": "93.184.215.0/24",
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


def test_a_prefix_is_the_datas_own(tmp_path):
    """The AS's prefix, or else the provider's; null where the range is not one prefix."""
    table = make_table(tmp_path)
    assert find(table, "93.184.216.1")["prefix"] == "93.184.216.0/24", "of AWS's list: no AS there"
    assert find(table, "93.184.216.200")["prefix"] == "93.184.216.128/25"
    assert find(table, EDGE)["prefix"] == "93.184.215.0/24", "the AS's, not the list's /32"
    assert find(table, "2606:4700::1")["prefix"] == "2606:4700::/32"
    odd = {"ip2asn": "198.51.100.0\t198.51.102.255\t64496\tDE\tOdd\n",
           "aws": json.dumps({"prefixes": [{"ip_prefix": "198.51.101.0/24", "service": "EC2"}]}),
           "tor-geoip": "3325256704,3325256959,DE\n"}  # fmt: skip
    (tmp_path / "odd").mkdir()
    table = make_table(tmp_path / "odd", odd)
    assert "prefix" not in find(table, "198.51.100.1")
    assert find(table, "198.51.101.1")["prefix"] == "198.51.101.0/24"
    assert find(table, "198.51.100.1")["asn"] == "64496"


# Every form that is read, all of them in one table: a source's file, an address in it, and what
# is then known.
ALL = {
    "cloudflare": ("103.21.244.0/22\n", "103.21.244.1", {"provider": "cloudflare (certain)", "cdn": "yes"}),
    "cloudflare6": ("2400:cb00::/32\n", "2400:cb00::1", {"provider": "cloudflare (certain)", "cdn": "yes"}),
    "fastly": ('{"addresses":["151.101.0.0/16"],"ipv6_addresses":["2a04:4e40::/32"]}',
               "2a04:4e40::1", {"provider": "fastly (certain)", "cdn": "yes"}),
    "aws": (FILES["aws"], "2600:1f00::1", {"provider": "aws (certain)", "region": "us-east-1", "cdn": "no"}),
    "google-cloud": ('{"syncToken":"1","creationTime":"2026-01-02T03:04:05.1","prefixes":['
                     '{"ipv4Prefix":"34.1.208.0/20","service":"Google Cloud","scope":"africa-south1"},'
                     '{"ipv6Prefix":"2600:1900:8000::/44","service":"Google Cloud","scope":"us"}]}',
                     "34.1.208.9", {"provider": "google (certain)", "region": "africa-south1", "kind": "cloud"}),
    "google": ('{"prefixes":[{"ipv4Prefix":"8.8.4.0/24"},{"ipv6Prefix":"2001:4860::/32"}]}',
               "2001:4860::8888", {"provider": "google (certain)"}),
    "azure": (json.dumps({"changeNumber": 1, "cloud": "Public", "values": [
        {"name": "AzureCloud.westeurope", "id": "AzureCloud.westeurope", "properties": {
            "region": "westeurope", "systemService": "", "addressPrefixes": ["13.69.0.0/17", "2603:1020:200::/47"]}},
        {"name": "AzureFrontDoor.Frontend", "properties": {"region": "", "addressPrefixes": ["13.107.246.0/24"]}}]}),
        "2603:1020:200::1", {"provider": "azure (certain)", "region": "westeurope", "cdn": "no"}),
    "oracle": ('{"last_updated_timestamp":"2026-01-02T03:04:05.1","regions":[{"region":"eu-frankfurt-1",'
               '"cidrs":[{"cidr":"129.159.192.0/20","tags":["OCI"]}]}]}',
               "129.159.192.1", {"provider": "oracle (certain)", "region": "eu-frankfurt-1"}),
    "digitalocean": ("5.101.96.0/21,NL,NL-NH,Amsterdam,1098\n2604:a880:800::/40,US,US-NY,New York,10011\n",
                     "5.101.96.1", {"provider": "digitalocean (certain)", "region": "Amsterdam", "country": "NL"}),
    "linode": ("# comment\n2600:3c00::/32,US,US-TX,Richardson,\n", "2600:3c00::1", {"provider": "linode (certain)"}),
    "vultr": ("45.32.0.0/21,US,US-NJ,Piscataway,\r\n", "45.32.0.1", {"provider": "vultr (certain)", "country": "US"}),
    "tor-geoip": (FILES["tor-geoip"], "93.184.215.1", {"country": "DE"}),
    "tor-geoip6": ("2001:67c::,2001:67c:ffff:ffff:ffff:ffff:ffff:ffff,NL\n", "2001:67c:2e8::1", {"country": "NL"}),
    "ip2asn": ("1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET\n1.0.1.0\t1.0.3.255\t0\tNone\tNot routed\n"
               "2001:200::\t2001:200:ffff:ffff:ffff:ffff:ffff:ffff\t2500\tJP\tWIDE-BB WIDE Project\n",
               "2001:200::1", {"asn": "2500", "country": "JP", "name": "WIDE-BB WIDE Project"}),
    "ip-location-db": ('5.9.0.0,5.9.255.255,24940,"Hetzner Online, GmbH"\n', "5.9.1.1",
                       {"name": "Hetzner Online, GmbH", "provider": "hetzner (likely)"}),
    "ip-location-db6": ('2a01:4f8::,2a01:4f8:ffff:ffff:ffff:ffff:ffff:ffff,24940,"Hetzner"\n', "2a01:4f8::1",
                        {"asn": "24940", "prefix": "2a01:4f8::/32"}),
    "mmdb": ([("203.0.113.0/24", {"autonomous_system_number": 64500})], "203.0.113.1", {"asn": "64500"}),
    "geolite2-asn": ([("198.51.100.0/24", {"autonomous_system_number": 64501,
                                           "autonomous_system_organization": "G"})], "198.51.100.1", {"name": "G"}),
    "ipinfo-lite": ([("192.0.2.0/24", {"asn": "AS64502", "as_name": "I", "country_code": "FR"})],
                    "192.0.2.1", {"asn": "64502", "country": "FR"}),
    "dbip-asn": ([("2001:db8::/32", {"autonomous_system_number": 64503})], "2001:db8::1", {"asn": "64503"}),
}  # fmt: skip


def test_all_sources_in_one_table(tmp_path):
    sources = tmp_path / "sources"
    sources.mkdir()
    for name, (content, _, _) in ALL.items():
        if isinstance(content, str):
            (sources / name).write_text(content)
        else:
            mmdb_writer.write(sources / name, content)
    listed = {line.split("\t")[0] for line in run("--list").stdout.splitlines()}
    assert set(ALL) == listed, "a source without a row here"
    table = tmp_path / "networks.dat"
    done = run("-o", table, "-d", sources)
    assert done.returncode == 0, done.stderr
    assert f"from {len(ALL)} sources" in done.stderr
    for name, (_, address, known) in ALL.items():
        found = find(table, address)
        assert {key: found.get(key) for key in known} == known, name
    assert find(table, "13.107.246.9")["provider"] == "azure-front-door (certain)"
    assert find(table, "13.107.246.9")["cdn"] == "yes"
    assert "cdn" not in find(table, "1.0.0.1"), "the AS is Cloudflare's; its list has not this one"
    assert find(table, "1.0.1.1") == {}, "AS 0 is not routed"


@pytest.mark.parametrize("source, text, key, value", FORMS)
def test_each_form_is_read(tmp_path, source, text, key, value):
    assert find(make_table(tmp_path, {source: text}), "198.51.100.7")[key] == value


FAULTS = [
    ("ip2asn", "198.51.100.9\t198.51.100.1\t1\tDE\tx\n", "line 1: the last address is before"),
    ("ip2asn", "\n# x\nrubbish\n", "line 3: must be a first and a last address"),
    ("ip2asn", "", "it has no range"),
    ("tor-geoip", "# nothing\n", "it has no range"),
    ("cloudflare", "", "it has no prefix"),
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
