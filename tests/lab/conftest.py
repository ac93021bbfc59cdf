# SPDX-License-Identifier: BSD-2-Clause
"""One network and one pair of daemons for the whole session."""
import os

import pytest

from network import Network, exit_on_signals
from service import Service, free_listen


def pytest_configure():
    exit_on_signals()


def pytest_collection_modifyitems(items):
    if os.geteuid() != 0:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="needs root, to build network namespaces"))


@pytest.fixture(scope="session")
def network():
    with Network() as net:
        yield net


@pytest.fixture(scope="session")
def service(network):
    with Service(network, listen=free_listen()) as checker:
        yield checker
