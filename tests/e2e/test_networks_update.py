# SPDX-License-Identifier: BSD-2-Clause
"""portlight-networks-update against every vendor's form, and what a vendor, or who poses as one,
may do to it.  No packet leaves this machine: curl is led to a server on loopback."""
import gzip
import os
import pathlib
import subprocess

import pytest

from network_data import find, run
from test_networks import ALL
from vendors_server import AZURE, Vendors, cut_off, endless, redirect

UPDATE = pathlib.Path(__file__).parents[2] / "networks/update"
URLS = {
    name: url.removeprefix("page:")
    for name, _, url in (line.split("\t") for line in run("--list").stdout.splitlines())
    if url
}
LARGEST = 128 << 20


def contents():
    """By URL, what a vendor sends on a good day."""
    replies = {URLS[name]: ALL[name][0].encode() for name in URLS}
    replies[AZURE] = replies[URLS["azure"]]
    replies[URLS["azure"]] = f'<html><a href="{AZURE}" data-x="1">download</a></html>'.encode()
    replies[URLS["ip2asn"]] = gzip.compress(replies[URLS["ip2asn"]])
    return replies


class Place:
    def __init__(self, directory, vendors):
        self.directory, self.vendors = directory, vendors
        self.sources, self.table = directory / "sources", directory / "networks.dat"
        self.environment = {
            "PATH": os.environ["PATH"], "CURL_HOME": str(vendors.directory),
            "PORTLIGHT_NETWORKS_DIRECTORY": str(directory), "PORTLIGHT_NETWORKS_TOR": "/nonexistent",
        }  # fmt: skip

    def update(self, *arguments, **environment):
        done = subprocess.run([UPDATE, *arguments], env=self.environment | environment,
                              capture_output=True, text=True, timeout=300)  # fmt: skip
        left = sorted(path.name for path in self.directory.iterdir())
        assert set(left) <= {"networks.dat", "sources"}, "something is left behind"
        return done

    def files(self):
        return {path.name: path.read_bytes() for path in self.sources.iterdir()}


@pytest.fixture
def place(tmp_path):
    (tmp_path / "vendors").mkdir()
    (tmp_path / "place").mkdir()
    vendors = Vendors(tmp_path / "vendors", URLS.values())
    vendors.replies = contents()
    yield Place(tmp_path / "place", vendors)
    vendors.stop()


def test_every_vendor_is_fetched(place):
    done = place.update()
    assert done.returncode == 0 and "stays" not in done.stderr, done.stderr
    assert set(place.files()) == set(URLS)
    assert set(place.vendors.asked) == {*URLS.values(), AZURE}
    for name in URLS:
        _, address, known = ALL[name]
        found = find(place.table, address)
        assert {key: found.get(key) for key in known} == known, name


def faults(place):
    """What each vendor does wrong today; yesterday's list must stay each time."""
    old = contents()
    aws = old[URLS["aws"]]
    return {
        URLS["aws"]: aws[: len(aws) // 2],
        URLS["google-cloud"]: cut_off(old[URLS["google-cloud"]]),
        URLS["google"]: b"{}",
        URLS["oracle"]: 404,
        URLS["fastly"]: redirect(place.vendors.plain),
        URLS["cloudflare"]: b"<html>Please log in to the network</html>",
        URLS["cloudflare6"]: b"",
        URLS["digitalocean"]: endless,
        URLS["azure"]: b"<html>the page looks different today</html>",
        URLS["ip2asn"]: old[URLS["ip2asn"]][:-9],
        URLS["vultr"]: redirect(URLS["vultr"]),
        URLS["linode"]: redirect(AZURE),  # of the other form
    }


def test_a_vendor_with_a_bad_day_changes_nothing(place):
    assert place.update().returncode == 0
    before = place.files()
    place.vendors.replies |= faults(place)
    place.vendors.replies[place.vendors.plain] = contents()[URLS["fastly"]]
    place.vendors.asked.clear()
    done = place.update()
    assert done.returncode == 0, done.stderr
    for name in URLS:
        assert f"portlight-networks-update: {name}: " in done.stderr, done.stderr
    assert done.stderr.count("what there was before stays") == len(URLS)
    assert place.files() == before
    assert not [url for url in place.vendors.asked if url.startswith("http:")], "http was asked"
    assert find(place.table, "103.21.244.1")["cdn"] == "yes"
    assert find(place.table, "2001:200::1")["asn"] == "2500"
    assert place.vendors.poured < LARGEST + (64 << 20), "it read on for too long"


def test_a_redirect_within_https_is_followed(place):
    moved = "https://www.cloudflare.com/elsewhere"
    place.vendors.replies[moved] = b"198.51.100.0/24\n"
    place.vendors.replies[URLS["cloudflare"]] = redirect(moved)
    assert place.update().returncode == 0
    assert find(place.table, "198.51.100.1")["provider"] == "cloudflare (certain)"


def test_a_small_file_that_unpacks_without_end(place):
    assert place.update().returncode == 0
    before = place.files()
    line = b"1.0.0.0\t1.0.0.255\t64496\tDE\tx\n"
    place.vendors.replies[URLS["ip2asn"]] = gzip.compress(line * (LARGEST // len(line) + 100000), 1)
    done = place.update()
    assert done.returncode == 0 and "ip2asn: cannot fetch" in done.stderr, done.stderr
    assert place.files() == before


def test_somebody_in_the_middle(place, tmp_path):
    """A certificate of an authority that is not trusted: nothing is taken."""
    (tmp_path / "other").mkdir()
    curlrc = (place.vendors.directory / ".curlrc").read_text().splitlines()[0]
    (tmp_path / "other" / ".curlrc").write_text(curlrc + "\n")
    done = place.update(CURL_HOME=str(tmp_path / "other"))
    assert done.returncode == 1 and "there is no source" in done.stderr
    assert place.vendors.asked == [] and not place.table.exists()
    assert done.stderr.count("cannot fetch") == len(URLS)


def test_offline_fetches_nothing(place):
    assert place.update().returncode == 0
    place.vendors.asked.clear()
    place.table.unlink()
    assert place.update("--offline").returncode == 0
    assert place.vendors.asked == [] and find(place.table, "103.21.244.1")["cdn"] == "yes"
    wrong = place.update("--ofline")
    assert wrong.returncode == 2 and "usage" in wrong.stderr
