# SPDX-License-Identifier: BSD-2-Clause
"""What proxies, and visitors through them, say about who is asking.

Each vector: the header lines, and who is asking where one proxy is trusted (127.0.0.1,
the peer) and where two are (192.0.2.1, too).  Where none is, it is the peer.  REFUSED: 400;
`one|other` where two safe readings exist.
"""

VISITOR, OTHER, NEAR, FAR = "198.51.100.7", "198.51.100.8", "127.0.0.1", "192.0.2.1"
IPV6 = "2001:db8::1"
REFUSED = "refused"
MAX_HOPS = 32
XFF, FORWARDED = "X-Forwarded-For", "Forwarded"


def xff(*values):
    return [(XFF, value) for value in values]


def forwarded(*values):
    return [(FORWARDED, value) for value in values]


LISTS = {
    "no header": ([], NEAR, NEAR),
    "visitor": (xff(VISITOR), VISITOR, VISITOR),
    "visitor, far": (xff(f"{VISITOR}, {FAR}"), FAR, VISITOR),
    "other, visitor, far": (xff(f"{OTHER}, {VISITOR}, {FAR}"), FAR, VISITOR),
    "far alone": (xff(FAR), FAR, FAR),
    "far twice": (xff(f"{FAR}, {FAR}"), FAR, FAR),
    "near alone": (xff(NEAR), NEAR, NEAR),
    "says it is the proxy": (xff(f"{NEAR}, {VISITOR}"), VISITOR, VISITOR),
    "says it came by the proxy": (xff(f"{OTHER}, {NEAR}, {VISITOR}"), VISITOR, VISITOR),
    "says it came by the far proxy": (xff(f"{OTHER}, {FAR}, {VISITOR}"), VISITOR, VISITOR),
    "near behind": (xff(f"{VISITOR}, {NEAR}"), VISITOR, VISITOR),
    "near, far, near": (xff(f"{VISITOR}, {NEAR}, {FAR}, {NEAR}"), FAR, VISITOR),
    "invented, many": (xff(f"{OTHER}, 8.8.8.8, ::1, {IPV6}, {VISITOR}"), VISITOR, VISITOR),
    "no blanks": (xff(f"{OTHER},{VISITOR},{FAR}"), FAR, VISITOR),
    "blanks and tabs": (xff(f" \t{OTHER}\t ,\t{VISITOR} \t"), VISITOR, VISITOR),
    "two lines": (xff(OTHER, VISITOR), VISITOR, VISITOR),
    "two lines, two cases": ([("x-forwarded-FOR", OTHER), (XFF, VISITOR)], VISITOR, VISITOR),
    "three lines": (xff(OTHER, VISITOR, FAR), FAR, VISITOR),
    "a line between": ([(XFF, OTHER), ("X", "y"), (XFF, VISITOR)], VISITOR, VISITOR),
    "lists in lines": (xff(f"{OTHER}, {OTHER}", f"{VISITOR}, {FAR}"), FAR, VISITOR),
    "as many as may be": (xff(", ".join([OTHER] * (MAX_HOPS - 1) + [VISITOR])), VISITOR, VISITOR),
    "one too many": (xff(", ".join([OTHER] * MAX_HOPS + [VISITOR])), VISITOR, VISITOR),
    "one too many, in lines": (xff(*[OTHER] * MAX_HOPS, VISITOR), VISITOR, VISITOR),
    "all proxies, too many": (xff(", ".join([FAR] * (MAX_HOPS + 1))), FAR, REFUSED),
    "behind too many proxies": (xff(VISITOR, *[FAR] * MAX_HOPS), FAR, REFUSED),
    "many bytes": (xff(", ".join(["2001:0db8:0000:0000:0000:0000:0000:0002"] * 13 + [VISITOR])),
                   VISITOR, VISITOR),
    "padded with blanks": (xff(f"{OTHER}," + " " * 600 + VISITOR), VISITOR, VISITOR),
    "an empty line": (xff(""), f"{NEAR}|{REFUSED}", f"{NEAR}|{REFUSED}"),
    "an empty line in front": (xff("", VISITOR), f"{VISITOR}|{REFUSED}", f"{VISITOR}|{REFUSED}"),
    "underscores": ([("X_Forwarded_For", OTHER)], NEAR, NEAR),
    "underscores in front": ([("X_Forwarded_For", OTHER), (XFF, VISITOR)], VISITOR, VISITOR),
    "other headers": ([(name, OTHER) for name in (
        "X-Real-IP", "Client-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "Via",
        "X-Cluster-Client-IP", "X-Forwarded", "Forwarded-For", "X-ProxyUser-Ip", "From")],
                      NEAR, NEAR),
}  # fmt: skip

FORMS = {
    "IPv6": (xff(IPV6), IPV6, IPV6),
    "IPv6, long and in capitals": (xff("2001:0DB8:0000:0000:0000:0000:0000:0001"), IPV6, IPV6),
    "mapped": (xff(f"::ffff:{VISITOR}"), VISITOR, VISITOR),
    "mapped, hex": (xff("::FFFF:C633:6407"), VISITOR, VISITOR),
    "mapped proxy": (xff(f"{VISITOR}, ::ffff:{FAR}"), FAR, VISITOR),
    "for": (forwarded(f"for={VISITOR}"), VISITOR, VISITOR),
    "FOR": (forwarded(f"FOR={VISITOR}"), VISITOR, VISITOR),
    "for, quoted": (forwarded(f'for="{VISITOR}"'), VISITOR, VISITOR),
    "for, escaped": (forwarded('for="198.51.100.\\7"'), f"{VISITOR}|{REFUSED}",
                     f"{VISITOR}|{REFUSED}"),
    "for, port": (forwarded(f'for="{VISITOR}:4711"'), VISITOR, VISITOR),
    "for, IPv6": (forwarded(f'for="[{IPV6}]"'), IPV6, IPV6),
    "for, IPv6, port": (forwarded(f'for="[{IPV6}]:4711"'), IPV6, IPV6),
    "for, mapped": (forwarded(f'for="[::ffff:{VISITOR}]"'), VISITOR, VISITOR),
    "for among others": (forwarded(f'proto=https;by={FAR};for={VISITOR};host="x:1"'), VISITOR,
                         VISITOR),
    "for, for": (forwarded(f"for={OTHER}, for={VISITOR}"), VISITOR, VISITOR),
    "for, far": (forwarded(f"for={VISITOR};proto=http, for={FAR}"), FAR, VISITOR),
    "for, two lines": (forwarded(f"for={VISITOR}", f"for={FAR}"), FAR, VISITOR),
    "for, quoted comma": (forwarded(f'for={OTHER};host=", for={OTHER}", for={VISITOR}'), VISITOR,
                          VISITOR),
    "for, quoted quote": (forwarded(f'for={VISITOR};host="\\", for={OTHER};x=\\""'), VISITOR,
                          VISITOR),
    "for, semicolon behind": (forwarded(f"for={VISITOR};"), f"{VISITOR}|{REFUSED}",
                              f"{VISITOR}|{REFUSED}"),
    "for, obfuscated port": (forwarded(f'for="{VISITOR}:_x"'), f"{VISITOR}|{REFUSED}",
                             f"{VISITOR}|{REFUSED}"),
    "obfuscated in front": (xff(f"_hidden, {VISITOR}"), VISITOR, VISITOR),
    "port": (xff(f"{VISITOR}:80"), VISITOR, VISITOR),
    "port of the far proxy": (xff(f"{VISITOR}, {FAR}:80"), FAR, VISITOR),
    "brackets": (xff(f"[{IPV6}]"), IPV6, IPV6),
    "brackets and port": (xff(f"[{IPV6}]:80"), IPV6, IPV6),
    "empty hop": (xff(f"{OTHER},,{VISITOR}"), VISITOR, VISITOR),
    "markup in front": (xff(f"<script>, {VISITOR}"), VISITOR, VISITOR),
    "for unknown in front": (forwarded(f"for=unknown, for={VISITOR}"), VISITOR, VISITOR),
    "Squid in front": (xff("unknown", VISITOR), VISITOR, VISITOR),
    "both agree": (xff(VISITOR) + forwarded(f"for={VISITOR}"), VISITOR, VISITOR),
    "both agree on who": (xff(f"{VISITOR}, {FAR}") + forwarded(f"for={VISITOR}, for={FAR}"), FAR,
                          VISITOR),
    "both, the visitor's own in front": (xff(OTHER, VISITOR) + forwarded(f"for={VISITOR}"),
                                         f"{VISITOR}|{REFUSED}", f"{VISITOR}|{REFUSED}"),
}  # fmt: skip

GARBAGE = {
    "name": xff("www.example.net"),
    "unknown": xff("unknown"),
    "obfuscated": xff("_hidden"),
    "obfuscated behind": xff(f"{VISITOR}, _hidden"),
    "open bracket": xff(f"[{IPV6}"),
    "quotes": xff(f'"{VISITOR}"'),
    "quoted list": xff(f'"{OTHER}, {VISITOR}"'),
    "octal": xff("0306.063.0144.07"),
    "leading zero": xff("198.51.100.07"),
    "short": xff("198.51.25607"),
    "integer": xff("3325256711"),
    "hex": xff("0xc6336407"),
    "trailing dot": xff(f"{VISITOR}."),
    "prefix": xff("198.51.100.7/32"),
    "zone": xff("fe80::1%lo"),
    "empty hop behind": xff(f"{VISITOR},"),
    "only a comma": xff(","),
    "semicolon": xff(f"{OTHER};{VISITOR}"),
    "blank between": xff(f"{OTHER} {VISITOR}"),
    "fullwidth": xff("１９８.51.100.7".encode()),
    "escape byte in UTF-8": xff(b"198.51.100.7\xc2\x9b"),
    "binary": xff(bytes(range(0x80, 0xC0))),
    "for= in it": xff(f"for={VISITOR}"),
    "no for": forwarded(f"by={VISITOR};proto=https"),
    "bare": forwarded(VISITOR),
    "for of nothing": forwarded("for="),
    "for of no text": forwarded('for=""'),
    "for unknown": forwarded("for=unknown"),
    "for unknown, port": forwarded('for="unknown:80"'),
    "for obfuscated": forwarded("for=_hidden"),
    "for obfuscated, quoted": forwarded('for="_SEVKISEK"'),
    "for twice": forwarded(f"for={OTHER};for={VISITOR}"),
    "for, open quote": forwarded(f'for="{VISITOR}'),
    "for, closing quote": forwarded(f'for={VISITOR}"'),
    "for, blanks": forwarded(f"for = {VISITOR}"),
    "for, open bracket": forwarded(f'for="[{IPV6}"'),
    "for, text behind bracket": forwarded(f'for="[{IPV6}]x"'),
    "for, IPv4 in brackets": forwarded(f'for="[{VISITOR}]"'),
    "for, IPv6 bare": forwarded(f'for="{IPV6}"'),
    "for, zone": forwarded('for="[fe80::1%25lo]"'),
    "for, no port": forwarded(f'for="{VISITOR}:"'),
    "for, bad port": forwarded(f'for="{VISITOR}:x"'),
    "for, long port": forwarded(f'for="{VISITOR}:123456"'),
    "for, text behind quotes": forwarded(f'for="{VISITOR}"x'),
    "for, empty element": forwarded(f"for={OTHER},,for={VISITOR}"),
    "for, quote left open by the visitor": forwarded(f'for={OTHER};x="', f"for={VISITOR}"),
    "for, quote left open, one line": forwarded(f'for={OTHER};x=", for={VISITOR}'),
    "for, quote closed by the proxy's": forwarded(f'for={OTHER};x=", for="{VISITOR}"'),
    "for, quote closed by an escaped one": forwarded(f'for={OTHER};x="',
                                                     f'for={VISITOR};host="a\\"b"'),
    "for, escape left open": forwarded(f'for={OTHER};x="\\', f'for="{VISITOR}"'),
    "for, separator behind the quote": forwarded(f'for={OTHER};x="',
                                                 f'for={VISITOR};host=",for={OTHER};x="'),
    "both differ": xff(VISITOR) + forwarded(f"for={OTHER}"),
    "both, one garbage": xff(VISITOR) + forwarded("for=_hidden"),
    "both, the other garbage": xff("unknown") + forwarded(f"for={VISITOR}"),
}  # fmt: skip

VECTORS = {
    **LISTS,
    **FORMS,
    **{f"garbage: {name}": (headers, REFUSED, REFUSED) for name, headers in GARBAGE.items()},
}
