# SPDX-License-Identifier: BSD-2-Clause
"""One network and one pair of daemons for the whole session."""
import os

import pytest

from network import Network, exit_on_signals
from service import Service, free_listen


def pytest_configure():
    if os.geteuid() != 0:
        pytest.exit("tests/lab needs root, to build network namespaces", returncode=1)
    exit_on_signals()


@pytest.fixture(scope="session")
def network():
    with Network() as net:
        yield net


@pytest.fixture(scope="session")
def service(network):
    with Service(network, listen=free_listen()) as checker:
        yield checker
