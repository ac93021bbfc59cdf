# SPDX-License-Identifier: BSD-2-Clause
"""Small files as the sources of portlight-networks have them, and tables made of them."""
import json
import subprocess

from frontend import OTHER_TARGET, TARGET, TARGET_IPV6
from service import BUILD

EDGE, CLOUD = OTHER_TARGET, TARGET

FILES = {
    # country: of Tor's, numbers with a header; 93.184.215.0 to .255
    "tor-geoip": "# Generated: Thu, 25 Jun 2026 04:33:59 GMT\n1572394752,1572395007,DE\n",
    "tor-geoip6": "# Generated: Thu, 25 Jun 2026 04:33:59 GMT\n2606:4700::,2606:4700:ffff::,US\n",
    "ip2asn": "93.184.215.0\t93.184.215.255\t24940\tDE\tHetzner Online GmbH\n"
    "2606:4700::\t2606:4700:ffff:ffff:ffff:ffff:ffff:ffff\t13335\tUS\tCLOUDFLARENET\n",
    "cloudflare": f"{EDGE}/32\n",
    "aws": json.dumps(
        {
            "createDate": "2026-06-17-12-53-08",
            "prefixes": [
                {"ip_prefix": "93.184.216.0/24", "region": "eu-central-1", "service": "AMAZON"},
                {"ip_prefix": "93.184.216.0/24", "region": "eu-central-1", "service": "EC2"},
                {"ip_prefix": "93.184.216.128/25", "region": "GLOBAL", "service": "CLOUDFRONT"},
                {"ip_prefix": "93.184.216.128/25", "region": "GLOBAL", "service": "AMAZON"},
            ],
            "ipv6_prefixes": [
                {"ipv6_prefix": "2600:1f00::/24", "region": "us-east-1", "service": "EC2"}
            ],
        }
    ),
}


def write_sources(directory, files=None):
    directory.mkdir(exist_ok=True)
    for name, text in (files or FILES).items():
        (directory / name).write_text(text)
    return directory


def run(*arguments):
    return subprocess.run(
        [BUILD / "portlight-networks", *map(str, arguments)], capture_output=True, text=True
    )


def make_table(directory, files=None):
    """networks.dat in the directory."""
    sources = write_sources(directory / "sources", files)
    table = directory / "networks.dat"
    done = run("-o", table, "-d", sources)
    assert done.returncode == 0, done.stderr
    return table


def find(table, address):
    """What the table has of the address."""
    done = run("-o", table, "--find", address)
    assert done.returncode == 0, done.stderr
    return dict(line.split("\t", 1) for line in done.stdout.splitlines() if "\t" in line)


__all__ = ["CLOUD", "EDGE", "FILES", "TARGET_IPV6", "find", "make_table", "run", "write_sources"]
