# SPDX-License-Identifier: BSD-2-Clause
"""The certificates and servers that are harder to make than those of test_tls.py, and badssl.com's
sites by the case that stands for each."""
import base64
import pathlib
import subprocess
import tempfile
import threading

import pytest

from test_tls import CERTIFICATES, NAME, codes, inspected_by, seen
from test_tls import authority as authority  # a fixture
from test_tls import inspected as inspected  # another
from tls_servers import Authority, Script, TlsServer, openssl

CA = "basicConstraints=critical,CA:TRUE"
SIGNS = "keyUsage=critical,keyCertSign"
ANY = ("-cipher", "ALL:@SECLEVEL=0")
LOCK = threading.Lock()


def middle(authority, name, issuer="root", subject=None, extensions=(CA, SIGNS), **options):
    """Another intermediate, and a leaf of it: NAME-leaf."""
    authority.issue(name, subject=subject or f"/CN=Test {name}", names=None, issuer=issuer,
                    extensions=list(extensions), **options)  # fmt: skip
    authority.issue(f"{name}-leaf", issuer=name)
    return f"{name}-leaf"


def expired_middle(authority):
    return middle(authority, "oldmiddle", start="20200101000000Z", end="20210101000000Z"), ("oldmiddle",)


def expired_cross_sign(authority):
    """The root once more, signed by an older one that has expired: what clients do not need."""
    authority.issue("older", subject="/CN=Older Root", names=None, issuer=None, extensions=[CA, SIGNS],
                    start="20100101000000Z", end="20200101000000Z")  # fmt: skip
    (authority.directory / "cross.key").write_bytes((authority.directory / "root.key").read_bytes())
    fresh = authority.key
    authority.key = lambda name, kind: authority.directory / "cross.key" if name == "cross" else fresh(name, kind)
    authority.issue("cross", subject="/CN=Test Root", names=None, issuer="older", extensions=[CA, SIGNS],
                    start="20100101000000Z", end="20200101000000Z")  # fmt: skip
    authority.key = fresh
    return "good", ("middle", "cross")


def same_name_other_key(authority):
    """The intermediate was renewed, and the old one is still served."""
    leaf = middle(authority, "renewed")
    authority.issue("stale", subject="/CN=Test renewed", names=None, issuer="root", extensions=[CA, SIGNS])
    return leaf, ("stale",)


def md5(authority):
    middle(authority, "rsamiddle", key="rsa2048")  # no curve signs MD5
    authority.issue("md5", issuer="rsamiddle", digest="md5")
    return "md5", ("rsamiddle",)


def signed_by_a_leaf(authority):
    authority.issue("nocasigner", names="DNS:x.tls-lab.net")
    authority.issue("ofleaf", issuer="nocasigner")
    return "ofleaf", ("nocasigner", "middle")


def too_deep_for_its_ca(authority):
    leaf = middle(authority, "below", issuer="middle")
    return leaf, ("below", "middle")


def twelve_deep(authority):
    names, issuer = [], "root"
    for number in range(12):
        authority.issue(f"deep{number}", subject=f"/CN=Deep {number}", names=None, issuer=issuer, extensions=[CA, SIGNS])
        issuer = f"deep{number}"
        names.insert(0, issuer)
    authority.issue("deepleaf", issuer=issuer)
    return "deepleaf", tuple(names)


def many_names(count):
    def make(authority):
        names = ",".join([f"DNS:{NAME}"] + [f"DNS:name-{number}.tls-lab.net" for number in range(count - 1)])
        authority.issue(f"names{count}", names=names)
        return f"names{count}", ("middle",)

    return make


def version_1(authority):
    directory = authority.directory
    key = authority.key("version1", "ec256")
    openssl("req", "-new", "-key", key, "-subj", f"/CN={NAME}", "-out", directory / "version1.csr")
    openssl("x509", "-req", "-in", directory / "version1.csr", "-CA", directory / "middle.pem", "-CAkey",
            directory / "middle.key", "-set_serial", "77", "-days", "60", "-out", directory / "version1.pem")  # fmt: skip
    return "version1", ("middle",)


def nul_in_name(authority):
    name = NAME.encode() + b"\0.evil.net"
    value = bytes([0x82, len(name)]) + name
    der = ":".join(f"{byte:02x}" for byte in bytes([0x30, len(value)]) + value)
    authority.issue("nul", names=None, extensions=[f"subjectAltName=DER:{der}"])
    return "nul", ("middle",)


def negative_serial(authority):
    directory = authority.directory
    key = authority.key("negative", "ec256")
    (directory / "negative.ext").write_text(f"subjectAltName=DNS:{NAME}\n")
    openssl("req", "-new", "-key", key, "-subj", f"/CN={NAME}", "-out", directory / "negative.csr")
    openssl("x509", "-req", "-in", directory / "negative.csr", "-CA", directory / "middle.pem", "-CAkey",
            directory / "middle.key", "-set_serial", "-5", "-days", "60", "-extfile", directory / "negative.ext",
            "-out", directory / "negative.pem")  # fmt: skip
    return "negative", ("middle",)


def altered(authority):
    """A bit of the signature, the last bytes of the file, is another."""
    authority.issue("altered")
    path = authority.directory / "altered.pem"
    der = bytearray(base64.b64decode("".join(path.read_text().splitlines()[1:-1])))
    der[-3] ^= 1
    text = base64.b64encode(bytes(der)).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    path.write_text("\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""]))
    return "altered", ("middle",)


def plain(name, chain=("middle",), **arguments):
    def make(authority):
        authority.issue(name, **arguments)
        return name, chain

    return make


KINDS = {
    "rsa3072": (plain("rsa3072", key="rsa3072"), "trusted", []),
    "rsa4096": (plain("rsa4096", key="rsa4096"), "trusted", []),
    "rsa8192": (plain("rsa8192", key="rsa8192"), "trusted", []),
    "a leaf that is a CA": (plain("leafisca", names=None, extensions=[f"subjectAltName=DNS:{NAME}", CA]), "trusted", []),
    "a CA without other use": (plain("casigns", names=None, extensions=[f"subjectAltName=DNS:{NAME}", CA, SIGNS]), "untrusted", ["wrong-usage"]),
    "altered": (altered, "untrusted", ["bad-signature"]),
    "p521": (plain("p521", key="ec521"), "trusted", []),
    "six days": (plain("sixdays", days=6), "trusted", []),
    "398 days": (plain("days398", days=398), "trusted", ["lifetime-too-long"]),
    "ten years": (plain("days3650", days=3650), "trusted", ["lifetime-too-long"]),
    "after 2050": (plain("after2050", end="20600101000000Z"), "trusted", ["lifetime-too-long"]),
    "no subject": (plain("nosubject", subject="/", names=f"DNS:{NAME}"), "trusted", []),
    "many extensions": (plain("manyextensions", extensions=["certificatePolicies=1.2.3.4", "keyUsage=digitalSignature",
                              "extendedKeyUsage=serverAuth,clientAuth"]), "trusted", []),
    "expired intermediate": (expired_middle, "untrusted", ["expired-issuer"]),
    "expired cross-sign": (expired_cross_sign, "trusted", ["chain-extra"]),
    "reversed": (lambda authority: ("good", ("root", "middle")), "trusted", ["root-sent", "chain-order"]),
    "an unrelated one": (lambda authority: (middle(authority, "unrelated") and "good", ("middle", "unrelated")), "trusted", ["chain-extra"]),
    "md5": (md5, "untrusted", ["weak-signature"]),
    "sha1 intermediate": (lambda authority: (middle(authority, "sha1middle", digest="sha1"), ("sha1middle",)), "untrusted", ["weak-signature"]),
    "rsa1024 intermediate": (lambda authority: (middle(authority, "weakmiddle", key="rsa1024"), ("weakmiddle",)), "untrusted", ["weak-key"]),
    "rsa512": (plain("rsa512", key="rsa512"), "failed", ["no-common-cipher"]),  # too short to sign with
    "a CA's key usage": (plain("certsign", extensions=[SIGNS]), "untrusted", ["wrong-usage"]),
    "for mail": (plain("formail", extensions=["extendedKeyUsage=emailProtection"]), "untrusted", ["wrong-usage"]),
    "signed by a leaf": (signed_by_a_leaf, "untrusted", ["not-a-ca", "path-length"]),
    "path length": (too_deep_for_its_ca, "untrusted", ["path-length"]),
    "name constraint": (lambda authority: (middle(authority, "constrained", extensions=(CA, SIGNS, "nameConstraints=critical,permitted;DNS:other.net")), ("constrained",)), "untrusted", ["name-constraint"]),
    "excluded": (lambda authority: (middle(authority, "excluded", extensions=(CA, SIGNS, "nameConstraints=critical,excluded;DNS:tls-lab.net")), ("excluded",)), "untrusted", ["name-constraint"]),
    "bad signature": (same_name_other_key, "untrusted", ["bad-signature"]),
    "twelve deep": (twelve_deep, "untrusted", ["chain-too-long", "untrusted-root"]),
    "1000 names": (many_names(1000), "trusted", []),
    "10000 names": (many_names(10000), "trusted", []),
    "version 1": (version_1, "untrusted", ["no-san"]),
    "NUL in a name": (nul_in_name, "untrusted", ["name-mismatch"]),
    "negative serial": (negative_serial, "trusted", []),
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def good(authority):
    authority.issue("good")


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(kind, inspected, authority):
    make, state, problems = KINDS[kind]
    with LOCK:
        name, chain = make(authority)
    tls = seen(inspected, name, chain, *ANY)
    assert (tls["state"], codes(tls)) == (state, problems)
    for problem in tls["problems"]:
        assert problem["summary"] and problem["advice"] and "{" not in problem["summary"]
    assert "\0" not in str(tls)


@pytest.mark.parametrize("curve", ["prime192v1", "secp256k1"])
def test_curves_that_no_client_has(curve, inspected, authority):
    path = authority.directory / f"{curve}.key"
    fresh = authority.key
    openssl("ecparam", "-name", curve, "-genkey", "-noout", "-out", path)
    authority.key = lambda name, kind: path
    try:
        authority.issue(curve)
    finally:
        authority.key = fresh
    tls = seen(inspected, curve, ("middle",), *ANY)
    assert tls["state"] == "failed" and tls["handshake"] is None, "and not an anonymous handshake"


def test_counts_and_the_first_of_many_names(inspected, authority):
    many_names(1000)(authority)
    tls = seen(inspected, "names1000")
    assert tls["certificate"]["names_count"] == 1000 and tls["certificate"]["names"][0] == NAME
    assert len(tls["certificate"]["names"]) == 32


NAMES = {
    "A-label": ("DNS:xn--bcher-kva.tls-lab.net", "xn--bcher-kva.tls-lab.net", []),
    "U-label asked": ("DNS:xn--bcher-kva.tls-lab.net", "b%C3%BCcher.tls-lab.net", []),
    "wildcard over it": ("DNS:*.tls-lab.net", "xn--bcher-kva.tls-lab.net", []),
    "trailing dot asked": (f"DNS:{NAME}", f"{NAME}.", []),
    "the apex": ("DNS:*.tls-lab.net", "tls-lab.net", ["name-mismatch"]),
    "a public suffix": ("DNS:*.net", "tls-lab.net", ["name-mismatch"]),
}


@pytest.mark.parametrize("kind", NAMES)
def test_names(kind, inspected, authority):
    names, host, problems = NAMES[kind]
    zone = inspected.frontend.dns.zone
    zone["xn--bcher-kva.tls-lab.net"] = zone["tls-lab.net"] = {"A": ["127.0.0.1"]}
    authority.issue("named", names=names)
    tls = seen(inspected, "named", host=host)
    assert codes(tls) == problems


@pytest.mark.parametrize("status", ["good", "revoked"])
def test_a_stapled_answer(status, inspected, authority):
    directory = authority.directory
    authority.issue("stapled", extensions=["tlsfeature=status_request"])
    serial = subprocess.run(["openssl", "x509", "-in", directory / "stapled.pem", "-noout", "-serial"],
                            capture_output=True, text=True, check=True).stdout.strip().partition("=")[2]  # fmt: skip
    entry = ("V\t490101000000Z\t" if status == "good" else "R\t490101000000Z\t260101000000Z")
    (directory / "index.txt").write_text(f"{entry}\t{serial}\tunknown\t/CN={NAME}\n")
    openssl("ocsp", "-index", directory / "index.txt", "-rsigner", directory / "middle.pem", "-rkey",
            directory / "middle.key", "-CA", directory / "middle.pem", "-issuer", directory / "middle.pem", "-cert",
            directory / "stapled.pem", "-respout", directory / "staple.der", "-ndays", "7")  # fmt: skip
    tls = seen(inspected, "stapled", ("middle",), "-status_file", directory / "staple.der")
    assert tls["handshake"]["ocsp"] == status
    assert codes(tls) == ([] if status == "good" else ["revoked"])


SUITES = {
    "null": (("-tls1_2", "-cipher", "eNULL:@SECLEVEL=0"), "failed", ["no-common-cipher"]),
    "anonymous": (("-tls1_2", "-cipher", "aNULL:@SECLEVEL=0"), "failed", ["no-common-cipher"]),
    "cbc": (("-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA"), "trusted", []),
    "static-rsa": (("-tls1_2", "-cipher", "AES128-SHA"), "trusted", []),
    "dh2048": (("-tls1_2", "-cipher", "DHE-RSA-AES128-SHA"), "trusted", []),
}


@pytest.mark.parametrize("name", SUITES)
def test_suites(name, inspected, authority):
    authority.issue("suites", key="rsa2048")
    options, state, problems = SUITES[name]
    tls = seen(inspected, "suites", ("middle",), *options)
    assert (tls["state"], codes(tls)) == (state, problems)


def test_an_address_among_the_names_is_no_entry_for_it(inspected, authority):
    authority.issue("ipinname", names="DNS:127.0.0.1")
    tls = seen(inspected, "ipinname", host="127.0.0.1")
    assert codes(tls) == ["ip-mismatch"]


def test_a_problem_names_the_certificate_that_has_it(inspected, authority):
    """Also where the chain is sent out of order."""
    with LOCK:
        name, _ = expired_middle(authority)
    with_root_first = seen(inspected, name, ("root", "oldmiddle"), *ANY)
    problem = with_root_first["problems"][0]
    assert (problem["code"], problem["depth"]) == ("expired-issuer", 2)
    assert problem["summary"].endswith("CN=Test oldmiddle.")


def test_a_root_that_has_expired_and_is_not_sent(authority, tmp_path):
    """The root that expired is a trusted one, so no certificate of the server is blamed."""
    tmp_path.chmod(0o755)
    old = Authority(tmp_path)
    old.issue("root2", subject="/CN=Old Root", names=None, issuer=None, extensions=[CA, SIGNS],
              start="20100101000000Z", end="20200101000000Z")  # fmt: skip
    old.issue("middle2", subject="/CN=Test Middle", names=None, issuer="root2", extensions=[CA, SIGNS])
    old.issue("leaf2", issuer="middle2")
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory:
        with inspected_by(old, pathlib.Path(directory), roots=str(tmp_path / "root2.pem")) as inspected:
            with TlsServer(old, "leaf2", ("middle2",)) as server:
                tls = inspected.ask(server.port)
    [problem] = tls["problems"]
    assert (problem["code"], problem["depth"]) == ("expired-issuer", None)
    assert problem["summary"].endswith("CN=Old Root.")


@pytest.mark.parametrize("bits, state, problems", [(480, "failed", None), (512, "failed", None), (1024, "trusted", ["weak-key-exchange"])])
def test_groups_of_badssl(bits, state, problems, inspected, authority):
    """Primes that a server would not take itself: the hello and the key exchange by hand."""
    authority.issue("suites", key="rsa2048")
    if bits == 1024:
        group = authority.directory / "dh1024.pem"
        group.write_bytes(oakley_group_2())
        tls = seen(inspected, "suites", ("middle",), "-tls1_2", "-cipher", "DHE-RSA-AES128-SHA:@SECLEVEL=0", "-dhparam", group)
    else:
        with Script(short_exchange(authority, bits)) as server:
            tls = inspected.ask(server.port)
    assert tls["state"] == state
    assert (codes(tls) if problems is not None else problems) == problems, tls


def oakley_group_2():
    """RFC 2409 section 6.2, in PEM."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import dh

    prime = int("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
                "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
                "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF", 16)  # fmt: skip
    return dh.DHParameterNumbers(prime, 2).parameters().parameter_bytes(
        serialization.Encoding.PEM, serialization.ParameterFormat.PKCS3)  # fmt: skip


def short_exchange(authority, bits):
    """TLS 1.2 up to ServerKeyExchange with a group of so many bits, rightly signed."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding

    directory = authority.directory
    key = serialization.load_pem_private_key((directory / "suites.key").read_bytes(), None)
    chain = [base64.b64decode("".join((directory / f"{name}.pem").read_text().splitlines()[1:-1])) for name in ("suites", "middle")]
    prime = int.from_bytes(b"\xff" * (bits // 8), "big")  # whether it is one is not looked at

    def message(kind, body):
        return bytes([kind]) + len(body).to_bytes(3, "big") + body

    def act(server, connection):
        hello = connection.recv(4096)
        random = hello[11:43]
        own = bytes(32)
        body = b"\x03\x03" + own + b"\0" + b"\x00\x33" + b"\0"  # DHE-RSA-AES128-SHA
        certificates = b"".join(len(der).to_bytes(3, "big") + der for der in chain)
        numbers = b"".join(len(n).to_bytes(2, "big") + n for n in
                           (prime.to_bytes(bits // 8, "big"), b"\x02", (prime - 5).to_bytes(bits // 8, "big")))  # fmt: skip
        signature = key.sign(random + own + numbers, padding.PKCS1v15(), hashes.SHA256())
        flight = (message(2, body) + message(11, len(certificates).to_bytes(3, "big") + certificates)
                  + message(12, numbers + b"\x04\x01" + len(signature).to_bytes(2, "big") + signature) + message(14, b""))  # fmt: skip
        connection.sendall(b"\x16\x03\x03" + len(flight).to_bytes(2, "big") + flight)
        while connection.recv(4096):
            pass

    return act


def test_a_short_diffie_hellman_group(inspected, authority):
    authority.issue("suites", key="rsa2048")
    group = authority.directory / "dh1536.pem"
    openssl("genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:modp_1536", "-out", group)
    tls = seen(inspected, "suites", ("middle",), "-tls1_2", "-cipher", "DHE-RSA-AES128-SHA:@SECLEVEL=0", "-dhparam", group)
    assert (tls["state"], codes(tls)) == ("trusted", ["weak-key-exchange"])


# badssl.com's sites about TLS but ssl-v2, which is not asked for, and dh-small-subgroup and
# dh-composite, of which nothing is claimed: the case here or in test_tls.py.  What is about pages, pins, CT or revocation
# without a staple is not judged and therefore as its certificate.
BADSSL = {
    "expired": "expired", "wrong.host": "wrongname", "self-signed": "selfsigned", "untrusted-root": "foreign root",
    "incomplete-chain": "incomplete", "reversed-chain": "reversed", "no-common-name": "no subject", "no-subject": "no subject",
    "no-san": "nosan", "sha1": "sha1", "sha1-2016": "sha1", "sha1-2017": "sha1", "sha1-intermediate": "sha1 intermediate",
    "md5": "md5", "rsa512": "rsa512", "rsa1024": "weakkey", "sha256": "rsa", "sha384": "p384", "sha512": "p521",
    "rsa2048": "rsa", "rsa3072": "rsa3072", "rsa4096": "rsa4096", "ecc256": "good", "ecc384": "p384",
    "extended-validation": "many extensions", "xn--n1aae7f7o": "A-label", "1000-sans": "1000 names", "10000-sans": "10000 names",
    "revoked": "good", "pinning-test": "good", "no-sct": "good", "invalid-expected-sct": "good", "preloaded-expect-ct": "good",
    "captive-portal": "foreign root", "blocked-interception": "foreign root", "known-interception": "foreign root",
    "spoof": "foreign root", "superfish": "foreign root", "edellroot": "foreign root", "dsdtestprovider": "foreign root",
    "mitm-software": "foreign root", "preact-cli": "selfsigned", "webpack-dev-server": "selfsigned",
    "ssl-v3": "ssl-v3", "tls-v1-0": "only 1.0", "tls-v1-1": "only 1.1", "rc4": "rc4", "rc4-md5": "rc4-md5", "3des": "3des",
    "dh480": "groups of badssl", "dh512": "groups of badssl", "rsa8192": "rsa8192", "tls-v1-2": "only 1.2", "null": "null", "cbc": "cbc",
    "static-rsa": "static-rsa", "dh2048": "dh2048", "dh1024": "groups of badssl", "client": "client certificate",
    "client-cert-missing": "client certificate", "mozilla-modern": "only 1.3", "mozilla-intermediate": "today's", "mozilla-old": "all",
}  # fmt: skip


def test_badssl_has_a_case_for_each_of_its_sites():
    from test_survey import OLD_SERVERS, SERVERS

    elsewhere = {"good", "foreign root", "groups of badssl", "client certificate"}  # tests of their own
    cases = elsewhere | KINDS.keys() | CERTIFICATES.keys() | NAMES.keys() | SUITES.keys() | SERVERS.keys() | OLD_SERVERS.keys()
    assert set(BADSSL.values()) - cases == set()
    assert len(BADSSL) == 66 - 3, "badssl.com's 66 sites about TLS, but the three above"
