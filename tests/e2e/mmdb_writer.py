# SPDX-License-Identifier: BSD-2-Clause
"""Writes small MMDB files (MaxMind DB format 2.0): networks as CIDR, each with what it says."""
import ipaddress
import struct

METADATA = b"\xab\xcd\xefMaxMind.com"
MAP, TEXT, UINT16, UINT32, UINT64, ARRAY, BOOLEAN = 7, 2, 5, 6, 9, 11, 14


def control(kind, size):
    head = bytes([(kind << 5 if kind < 8 else 0) | min(size, 29)])
    more = bytes([kind - 7]) if kind >= 8 else b""
    return head + more + (bytes([size - 29]) if size >= 29 else b"")


def encode(value, kind=UINT32):
    """A dictionary, a list, a text, a truth, or a number of this kind."""
    if isinstance(value, bool):
        return control(BOOLEAN, int(value))
    if isinstance(value, dict):
        parts = [encode(key) + encode(item) for key, item in value.items()]
        return control(MAP, len(value)) + b"".join(parts)
    if isinstance(value, list):
        return control(ARRAY, len(value)) + b"".join(map(encode, value))
    if isinstance(value, str):
        return control(TEXT, len(value.encode())) + value.encode()
    number = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return control(kind, len(number)) + number


class Tree:
    """Nodes are [left, right]: another node, (offset of data,) or None."""

    def __init__(self):
        self.nodes = [[None, None]]

    def put(self, bits, leaf):
        at = 0
        for bit in bits[:-1]:
            below = self.nodes[at][bit]
            if not isinstance(below, int):
                self.nodes.append([below, below])  # what covered it covers both halves
                self.nodes[at][bit] = below = len(self.nodes) - 1
            at = below
        self.nodes[at][bits[-1]] = leaf


def bits_of(network, version):
    network = ipaddress.ip_network(network)
    bits = [int(bit) for bit in format(int(network.network_address), f"0{network.max_prefixlen}b")]
    wide = [0] * 96 if version == 6 and network.version == 4 else []
    return wide + bits[: network.prefixlen]


def pack_node(left, right, record_bits):
    if record_bits == 28:
        middle = (left >> 24 & 15) << 4 | (right >> 24 & 15)
        return (struct.pack(">I", left)[1:] + bytes([middle]) + struct.pack(">I", right)[1:])
    size = record_bits // 8
    return left.to_bytes(size, "big") + right.to_bytes(size, "big")


def aliased(tree, version):
    """2002::/16 and ::ffff:0:0/96 lead to the IPv4 tree, as in real files."""
    at = 0
    for _ in range(96):
        at = tree.nodes[at][0] if isinstance(at, int) else None
    if version == 6 and isinstance(at, int):
        tree.put([int(bit) for bit in format(0x2002, "016b")], at)
        tree.put([0] * 80 + [1] * 16, at)


def write(path, networks, version=6, record_bits=24, built=1_780_000_000):
    """networks: (CIDR, dictionary), the larger ones first."""
    tree, data, offsets = Tree(), b"", {}
    for network, says in networks:
        text = encode(says)
        if text not in offsets:
            offsets[text] = len(data)
            data += text
        tree.put(bits_of(network, version), (offsets[text],))
    aliased(tree, version)
    count = len(tree.nodes)

    def record(item):
        return count if item is None else item if isinstance(item, int) else count + 16 + item[0]

    nodes = b"".join(pack_node(record(a), record(b), record_bits) for a, b in tree.nodes)
    about = {"node_count": count, "record_size": record_bits, "ip_version": version,
             "binary_format_major_version": 2, "binary_format_minor_version": 0,
             "build_epoch": built, "database_type": "Test", "languages": ["en"],
             "description": {"en": "Test"}}  # fmt: skip
    kinds = {"record_size": UINT16, "ip_version": UINT16, "build_epoch": UINT64,
             "binary_format_major_version": UINT16, "binary_format_minor_version": UINT16}  # fmt: skip
    metadata = control(MAP, len(about))
    for key, value in about.items():
        metadata += encode(key) + encode(value, kinds.get(key, UINT32))
    path.write_bytes(nodes + b"\0" * 16 + data + METADATA + metadata)
    return path


def write_knot(path, depth=120):
    """Both halves of each node lead to the next: there are 2 to the power of depth paths through it."""
    nodes = b"".join(pack_node(i + 1, i + 1, 24) for i in range(depth))
    write(path, [("2000::/3", {"autonomous_system_number": 1})])
    whole = path.read_bytes()
    metadata = whole[whole.index(METADATA) :].replace(
        encode("node_count") + encode(whole_count(whole)), encode("node_count") + encode(depth)
    )
    path.write_bytes(nodes + b"\0" * 16 + encode({}) + metadata)
    return path


def whole_count(whole):
    at = whole.index(encode("node_count")) + len(encode("node_count"))
    return int.from_bytes(whole[at + 1 : at + 1 + (whole[at] & 31)], "big")
