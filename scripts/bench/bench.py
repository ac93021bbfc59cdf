#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""make bench: compares portlight with similar programs in network namespaces.  Times differ
between machines and from day to day; compare only ratios within one run."""
import argparse
import os
import signal
import sys

from figures import table, write_json
from works import WORKS


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", metavar="FILE", help="also write the figures there")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("works", nargs="*", metavar="WORK", help=f"of {', '.join(WORKS)}")
    options = parser.parse_args()
    unknown = set(options.works) - set(WORKS)
    if unknown:
        parser.error(f"no such work: {', '.join(sorted(unknown))}")
    if os.geteuid() != 0:
        sys.exit("make bench: needs root for network namespaces")
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    figures = []
    for name in options.works or WORKS:
        print(f"bench: {WORKS[name].__doc__.splitlines()[0]}", file=sys.stderr, flush=True)
        figures += WORKS[name](options.rounds)
    print(table(figures))
    if options.json:
        write_json(figures, options.json)


if __name__ == "__main__":
    main()
