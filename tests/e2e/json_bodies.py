# SPDX-License-Identifier: BSD-2-Clause
"""Bodies for POST /api/v1/check that are refused, with the code and the pointer they get.

In order of what is wrong with them: bytes, JSON, keys, types, numbers.  Codes that two
careful readers might choose between are written `one|other`.
"""
import json

HOST = "json.vectors.net"
GOOD = b'{"host":"json.vectors.net","ports":[443]}'


def body(**parts):
    return json.dumps({"host": HOST, "ports": [443], **parts}, ensure_ascii=False).encode()


def host(inside):
    """The bytes between the quotes of a host."""
    return b'{"host":"' + inside + b'","ports":[443]}'


def ports(inside):
    return b'{"host":"json.vectors.net","ports":' + inside + b"}"


def also(member):
    """A good body, and one member more."""
    return GOOD[:-1] + b"," + member + b"}"


NOT_JSON = {
    # bytes that are no text
    "UTF-8 BOM": b"\xef\xbb\xbf" + GOOD,
    "UTF-16 with BOM": GOOD.decode().encode("utf-16"),
    "UTF-16 LE": GOOD.decode().encode("utf-16-le"),
    "UTF-16 BE": GOOD.decode().encode("utf-16-be"),
    "UTF-32 LE": GOOD.decode().encode("utf-32-le"),
    "Latin-1": host("bücher.net".encode("latin-1")),
    "byte FF": host(b"a\xff.net"),
    "byte FE": host(b"a\xfe.net"),
    "lone continuation": host(b"a\x80.net"),
    "cut two-byte sequence": host(b"a\xc3.net"),
    "cut three-byte sequence": host(b"a\xe3\x80.net"),
    "cut at the closing quote": host(b"a\xe3\x80"),
    "overlong dot, 2 bytes": host(b"a\xc0\xaenet"),
    "overlong dot, 3 bytes": host(b"a\xe0\x80\xaenet"),
    "overlong dot, 4 bytes": host(b"a\xf0\x80\x80\xaenet"),
    "overlong NUL": host(b"a\xc0\x80.net"),
    "surrogate as UTF-8": host(b"a\xed\xa0\x80.net"),
    "surrogate pair as UTF-8": host(b"a\xed\xa0\xbd\xed\xb8\x80.net"),
    "beyond U+10FFFF": host(b"a\xf4\x90\x80\x80.net"),
    "byte F5": host(b"a\xf5\x80\x80\x80.net"),
    "bad UTF-8 in a key": also(b'"\xff":1'),
    "bad UTF-8 behind the end": GOOD + b"\xff",
    # control bytes
    "NUL in a string": host(b"json.vectors.net\0.evil.net"),
    "NUL between tokens": b'{\0"host":"json.vectors.net","ports":[443]}',
    "NUL in front": b"\0" + GOOD,
    "NUL behind": GOOD + b"\0",
    "NUL and another object": GOOD + b"\0" + GOOD,
    "newline in a string": host(b"json.vectors.net\n"),
    "CR LF in a string": host(b"json.vectors.net\r\nX: y"),
    "tab in a string": host(b"json\t.vectors.net"),
    "tab in a key": also(b'"\ttrace":true'),
    "escape byte in a string": host(b"json\x1b[2J.vectors.net"),
    "byte 01 in a string": host(b"json\x01.vectors.net"),
    "byte 1F in a string": host(b"json\x1f.vectors.net"),
    "byte 7F in a string": host(b"json\x7f.vectors.net"),
    "vertical tab as blank": ports(b"\x0b[443]"),
    "form feed as blank": ports(b"\x0c[443]"),
    "backspace as blank": ports(b"\x08[443]"),
    "no-break space as blank": ports(b"\xc2\xa0[443]"),
    "line separator as blank": ports(b"\xe2\x80\xa8[443]"),
    "zero width space as blank": ports(b"\xe2\x80\x8b[443]"),
    # escapes
    "escaped NUL": host(b"json.vectors.net\\u0000.evil.net"),
    "escaped NUL in front": host(b"\\u0000json.vectors.net"),
    "escaped NUL alone": host(b"\\u0000"),
    "escaped NUL in a key": b'{"host\\u0000x":"json.vectors.net","ports":[443]}',
    "escaped NUL in family": also(b'"family":"ipv4\\u0000"'),
    "lone high surrogate": host(b"a\\ud800.net"),
    "lone low surrogate": host(b"a\\udc00.net"),
    "surrogates the wrong way round": host(b"a\\udc00\\ud800.net"),
    "two high surrogates": host(b"a\\ud800\\ud800.net"),
    "high surrogate at the end": host(b"a\\ud800"),
    "high surrogate, other escape": host(b"a\\ud800\\n"),
    "lone surrogate in a key": also(b'"\\ud800":1'),
    "escape \\x41": host(b"\\x41.net"),
    "escape \\0": host(b"a\\0.net"),
    "escape \\'": host(b"a\\'.net"),
    "escape \\u of 3 digits": host(b"a\\u041"),
    "escape \\u of no digits": host(b"json.vectors.net\\uzzzz.evil.net"),
    "escape \\u, one bad digit": host(b"json.vectors.net\\u002g.evil.net"),
    "escape \\u with a sign": host(b"a\\u+041.net"),
    "escape \\U": host(b"a\\U00000041.net"),
    "backslash at the end": b'{"host":"json.vectors.net\\',
    # not one object
    "nothing": b"",
    "blanks": b" \t\r\n",
    "a string": b'"json.vectors.net"',
    "a number": b"443",
    "true": b"true",
    "null": b"null",
    "an array": b"[" + GOOD + b"]",
    "a form": b"host=json.vectors.net&ports=443",
    "XML": b"<check><host>json.vectors.net</host></check>",
    "JSONP": b"f(" + GOOD + b")",
    "two objects": GOOD + GOOD,
    "two lines": GOOD + b"\n" + GOOD,
    "trailing brace": GOOD + b"}",
    "trailing comma": GOOD + b",",
    "trailing word": GOOD + b"x",
    "in front": b"x" + GOOD,
    "XSSI prefix": b")]}'\n" + GOOD,
    # nearly JSON
    "line comment": GOOD + b"//",
    "block comment": b"/**/" + GOOD,
    "comment inside": ports(b"/*x*/[443]"),
    "hash comment": b"#x\n" + GOOD,
    "comma before brace": also(b"")[:-2] + b",}",
    "comma before bracket": ports(b"[443,]"),
    "two commas": ports(b"[443,,80]"),
    "comma first": ports(b"[,443]"),
    "no comma": ports(b"[443 80]"),
    "no colon": b'{"host" "json.vectors.net","ports":[443]}',
    "equals sign": b'{"host"="json.vectors.net","ports":[443]}',
    "single quotes": GOOD.replace(b'"', b"'"),
    "bare key": b'{host:"json.vectors.net","ports":[443]}',
    "number as key": b'{1:"json.vectors.net","ports":[443]}',
    "null as key": also(b"null:1"),
    "bare word": also(b'"trace":yes'),
    "True": also(b'"trace":True'),
    "undefined": also(b'"trace":undefined'),
    "no value": also(b'"trace":'),
    "open string": b'{"host":"json.vectors.net',
    "wrong bracket": ports(b"[443}"),
    "depth 4096": b"[" * 4096,
    "depth 2048, closed": b"[" * 2048 + b"]" * 2048,
    "depth 1001 of arrays": also(b'"x":' + b"[" * 1001 + b"]" * 1001),
    "depth 679 of objects, open": also(b'"x":' + b'{"x":' * 679 + b"1"),
    "depth 1900 in ports": ports(b"[" * 1900 + b"443" + b"]" * 1900),
    # no JSON number
    "leading zero": ports(b"[0443]"),
    "leading zeros alone": ports(b"[00]"),
    "bare point behind": ports(b"[443.]"),
    "bare point in front": ports(b"[.443]"),
    "plus": ports(b"[+443]"),
    "minus alone": ports(b"[-]"),
    "two minuses": ports(b"[--443]"),
    "hex": ports(b"[0x1bb]"),
    "octal": ports(b"[0o673]"),
    "underscore": ports(b"[4_43]"),
    "suffix": ports(b"[443L]"),
    "range": ports(b"[22-443]"),
    "NaN": ports(b"[NaN]"),
    "Infinity": ports(b"[Infinity]"),
    "-Infinity": ports(b"[-Infinity]"),
    "empty exponent": ports(b"[443e]"),
    "signed empty exponent": ports(b"[443e+]"),
    "fullwidth digits": ports("[４４３]".encode()),
}

UNKNOWN_KEYS = {
    "Host": GOOD.replace(b"host", b"Host"),
    "HOST beside host": also(b'"HOST":"evil.vectors.net"'),
    "HOST before host": b'{"HOST":"evil.vectors.net",' + GOOD[1:],
    "Ports beside ports": also(b'"Ports":[22]'),
    "TRACE": also(b'"TRACE":true'),
    "pAckets": also(b'"pAckets":true'),
    "Family": also(b'"Family":"ipv4"'),
    "blank behind": also(b'"host ":"evil.vectors.net"'),
    "blank in front": also(b'" host":"evil.vectors.net"'),
    "Cyrillic o": also('"hоst":"evil.vectors.net"'.encode()),
    "fullwidth": also('"ｈｏｓｔ":"evil.vectors.net"'.encode()),
    "zero width joiner": also('"ho\u200dst":"evil.vectors.net"'.encode()),
    "port": also(b'"port":22'),
    "address": also(b'"address":"127.0.0.1"'),
    "timeout-ms": also(b'"timeout-ms":1'),
    "__proto__": also(b'"__proto__":{"trace":true}'),
    "a pointer": also(b'"#/host":1'),
    "empty": also(b'"":1'),
    "4 kB": also(b'"' + b"x" * 4000 + b'":1'),
    "no good value behind it": also(b'"x":{"host":[1e999,{}]}'),
}

UNKNOWN_KEY_POINTERS = {
    "Host": "#/Host",
    "HOST beside host": "#/HOST",
    "HOST before host": "#/HOST",
    "Ports beside ports": "#/Ports",
    "TRACE": "#/TRACE",
    "pAckets": "#/pAckets",
    "Family": "#/Family",
    "port": "#/port",
    "address": "#/address",
    "timeout-ms": "#/timeout-ms",
    "__proto__": "#/__proto__",
    "no good value behind it": "#/x",
}

DUPLICATE_KEYS = {
    "host": also(b'"host":"evil.vectors.net"'),
    "host, the same": also(b'"host":"json.vectors.net"'),
    "host, null": also(b'"host":null'),
    "host, escaped": also(b'"h\\u006fst":"evil.vectors.net"'),
    "host, thrice": also(b'"host":"a.net","host":"b.net"'),
    "ports": also(b'"ports":[443]'),
    "family": also(b'"family":"any","family":"any"'),
    "trace": also(b'"trace":false,"trace":false'),
    "packets": also(b'"packets":false,"packets":true'),
}

WRONG_TYPES = {
    "host a number": (body(host=1), "#/host"),
    "host 2130706433": (body(host=2130706433), "#/host"),
    "host null": (body(host=None), "#/host"),
    "host true": (body(host=True), "#/host"),
    "host an array": (body(host=[HOST]), "#/host"),
    "host an object": (body(host={"host": HOST}), "#/host"),
    "ports a number": (body(ports=443), "#/ports"),
    "ports a string": (body(ports="443"), "#/ports"),
    "ports a list as string": (body(ports="443,80"), "#/ports"),
    "ports null": (body(ports=None), "#/ports"),
    "ports true": (body(ports=True), "#/ports"),
    "ports an object": (body(ports={"0": 443}), "#/ports"),
    "family a number": (body(family=4), "#/family"),
    "family null": (body(family=None), "#/family"),
    "family an array": (body(family=["ipv4"]), "#/family"),
    "trace a string": (body(trace="true"), "#/trace"),
    "trace 0": (body(trace=0), "#/trace"),
    "trace null": (body(trace=None), "#/trace"),
    "packets 1": (body(packets=1), "#/packets"),
    "packets an object": (body(packets={}), "#/packets"),
}

# the inside of the array, code, number of the port
PORTS = {
    'string "80"': (b'"80"', "not-an-integer|wrong-type", 0),
    "empty string": (b'443,""', "not-an-integer|wrong-type", 1),
    "service name": (b'"https"', "not-an-integer|wrong-type", 0),
    "null": (b"null", "not-an-integer|wrong-type", 0),
    "true": (b"443,true", "not-an-integer|wrong-type", 1),
    "array": (b"[443]", "not-an-integer|wrong-type", 0),
    "object": (b'{"port":443}', "not-an-integer|wrong-type", 0),
    "80.5": (b"80.5", "not-an-integer", 0),
    "443.0000001": (b"443,443.0000001", "not-an-integer", 1),
    "443e-1": (b"443e-1", "not-an-integer", 0),
    "tiny": (b"1e-400", "not-an-integer|out-of-range", 0),
    "0": (b"443,80,0", "out-of-range", 2),
    "-0": (b"-0", "out-of-range", 0),
    "-443": (b"-443", "out-of-range", 0),
    "65536": (b"65536", "out-of-range", 0),
    "65536+443": (b"65979", "out-of-range", 0),
    "2^31": (b"2147483648", "out-of-range", 0),
    "2^32+443": (b"4294967739", "out-of-range", 0),
    "-2^32+443": (b"-4294966853", "out-of-range", 0),
    "2^53": (b"9007199254740992", "out-of-range", 0),
    "2^53+1": (b"9007199254740993", "out-of-range", 0),
    "2^64+443": (b"18446744073709552059", "out-of-range", 0),
    "1e400": (b"1e400", "out-of-range", 0),
    "-1e400": (b"-1e400", "out-of-range", 0),
    "1e999999999999": (b"1e999999999999", "out-of-range", 0),
    "4000 digits": (b"4" * 4000, "out-of-range", 0),
    "twice": (b"443,443", "duplicate", 1),
    "twice, in another form": (b"443,443.0", "duplicate", 1),
    "twice, apart": (b"443,80,443", "duplicate", 2),
}


def refused():
    """{name: (body, status, problem, code, pointer)}."""
    def malformed(kind, bodies, code):
        return {
            f"{kind}: {name}": (sent, 400, "malformed-request", code, None)
            for name, sent in bodies.items()
        }

    cases = malformed("not JSON", NOT_JSON, "not-json")
    for name, sent in UNKNOWN_KEYS.items():
        pointer = UNKNOWN_KEY_POINTERS.get(name)  # of a key that is harmless to repeat
        cases[f"unknown key: {name}"] = (sent, 400, "malformed-request", "unknown-key", pointer)
    cases |= malformed("duplicate key", DUPLICATE_KEYS, "duplicate-key")
    for name, (sent, pointer) in WRONG_TYPES.items():
        cases[f"wrong type: {name}"] = (sent, 400, "malformed-request", "wrong-type", pointer)
    for name, (inside, code, at) in PORTS.items():
        sent, pointer = ports(b"[" + inside + b"]"), f"#/ports/{at}"
        cases[f"port {name}"] = (sent, 400, "malformed-request", code, pointer)
    many = b",".join(b"%d" % port for port in (443, 80, 22, *range(1000, 1700)))
    return cases | OTHERS | {
        "700 ports": (ports(b"[" + many + b"]"), 422, "too-many-ports", None, "#/ports/3"),
    }


OTHERS = {
    "no key at all": (b"{}", 400, "malformed-request", "required", "#/ports"),
    "no ports": (b'{"host":"json.vectors.net"}', 400, "malformed-request", "required",
                 "#/ports"),
    "empty ports": (ports(b"[]"), 400, "malformed-request", "required", "#/ports"),
    "4 ports": (ports(b"[443,80,22,25]"), 422, "too-many-ports", None, "#/ports/3"),
    "port off the list": (ports(b"[443,80,1]"), 422, "port-not-allowed", None, "#/ports/2"),
    "empty family": (body(family=""), 400, "malformed-request", "unknown-family", "#/family"),
    "family in capitals": (body(family="ANY"), 400, "malformed-request", "unknown-family",
                           "#/family"),
    "family ipv5": (body(family="ipv5"), 400, "malformed-request", "unknown-family", "#/family"),
    "4097 bytes": (GOOD.ljust(4097), 413, "body-too-large", None, None),
    "4 kB of numbers": (ports(b"[" + b"1," * 4000 + b"1]"), 413, "body-too-large", None, None),
    "depth 30000": (b"[" * 30000 + b"]" * 30000, 413, "body-too-large", None, None),
}  # fmt: skip

# every one asks for port 443 of the host alone
ACCEPTED = {
    "plain": GOOD,
    "4096 bytes": GOOD.ljust(4096),
    "blanks between all tokens": b'\t{ "host"\r\n:\t"json.vectors.net" , "ports" : [ 443 ] }\r\n',
    "another order": b'{"ports":[443],"host":"json.vectors.net"}',
    "all keys": body(family="any", trace=False, packets=False),
    "escaped value": host(b"\\u006a\\u0073on\\u002evectors.net"),
    "escaped key": b'{"h\\u006Fst":"json.vectors.net","\\u0070orts":[443]}',
    "capitals": host(b"JSON.Vectors.NET"),
    "443.0": ports(b"[443.0]"),
    "4.43e2": ports(b"[4.43e2]"),
    "44300E-2": ports(b"[44300E-2]"),
}
