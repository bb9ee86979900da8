"""Twenty-five access tokens that are not ours, not for us or not any more (RFC 7519, RFC 8725)."""

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

EVIL = "https://evil.example.org"


def part(value: dict[str, Any]) -> str:
    """A header or the claims as a token carries them."""
    return encoded(json.dumps(value).encode())


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def signed(private: Ed25519PrivateKey, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Signed by this key, whatever header and claims say; what is None is left out."""
    message = f"{part(_without_none(header))}.{part(_without_none(claims))}"
    return f"{message}.{encoded(private.sign(message.encode()))}"


def opened(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A token's header and claims, unverified."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return dict(jwt.get_unverified_header(token)), claims


def corpus(private: Ed25519PrivateKey, token: str, now: float) -> dict[str, str]:
    """Forgeries of a token that `private`, identity's own key, has signed: by number and name.

    `now` is a Unix time, that of who is to judge them.
    """
    header, claims = opened(token)
    public = _public(private)
    stranger = Ed25519PrivateKey.generate()
    theirs = {"kty": "OKP", "crv": "Ed25519", "x": encoded(_public(stranger))}
    body, plain = part(claims), {"typ": header["typ"], "kid": header["kid"]}
    soon = now + 3600

    def headed(**changed: Any) -> str:
        return signed(private, header | changed, claims)

    def claiming(**changed: Any) -> str:
        return signed(private, header, claims | changed)

    confused = f"{part(plain | {'alg': 'HS256'})}.{body}"
    mac = hmac.digest(public, confused.encode(), hashlib.sha256)
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    ec_key = ec.generate_private_key(ec.SECP256R1())
    head, payload, _ = token.split(".")
    forged = {
        "alg none, no signature": f"{part(plain | {'alg': 'none'})}.{body}.",
        "alg none, our signature": headed(alg="none"),
        "alg nOnE": f"{part(plain | {'alg': 'nOnE'})}.{body}.",
        "HS256 with our public key as the secret": f"{confused}.{encoded(mac)}",
        "RS256 of a stranger": jwt.encode(claims, rsa_key, "RS256", plain),
        "ES256 of a stranger": jwt.encode(claims, ec_key, "ES256", plain),
        "EdDSA of a stranger under our kid": signed(stranger, header, claims),
        "jwk: the stranger's key inside": signed(stranger, header | {"jwk": theirs}, claims),
        "jku": signed(stranger, header | {"jku": f"{EVIL}/jwks.json"}, claims),
        "x5u": signed(stranger, header | {"x5u": f"{EVIL}/chain.pem"}, claims),
        "x5c": signed(stranger, header | {"x5c": [encoded(b"a certificate")]}, claims),
        "kid is a path": headed(kid="../../../../dev/null"),
        "kid is SQL": headed(kid="' UNION SELECT 'secret' --"),
        "kid unknown": headed(kid="20200101-00000000"),
        "kid missing": headed(kid=None),
        "typ JWT": headed(typ="JWT"),
        "typ of a service's token": headed(typ="service+jwt"),
        "aud of another": claiming(aud="identity"),
        "iss of another": claiming(iss="another-identity"),
        "exp missing": claiming(exp=None),
        "exp past": claiming(exp=int(now) - 3600, iat=now - 7200),
        "nbf to come": claiming(nbf=soon, exp=int(soon) + 3600),
        "crit": headed(crit=["exp"]),
        "truncated": token[:-10],
        "signature stripped": f"{head}.{payload}.",
    }
    assert len(set(forged.values()) - {token}) == len(forged)
    return {f"{place:02} {name}": made for place, (name, made) in enumerate(forged.items(), 1)}


def _public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def _without_none(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}
