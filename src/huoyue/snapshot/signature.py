"""A signature over a snapshot's digest: who froze the round can prove it, and nobody else can (Ed25519, RFC 8032)."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from huoyue.snapshot.digests import SIGNATURE, canonical

CONTEXT = b"huoyue snapshot "
"""Goes before the digest that is signed, so that no other text of that key's owner can be taken for one of these."""


class NoKey(ValueError):
    """The text holds no Ed25519 key."""


@dataclass(frozen=True)
class Signature:
    """A signature and the public key that it is checked with, both in base64, and who signed."""

    value: str
    public_key: str
    by: str

    def as_file(self, digest: str) -> bytes:
        """What stands in the snapshot as `signature.json`."""
        return canonical(
            {"algorithm": "Ed25519", "by": self.by, "digest": digest, "public_key": self.public_key,
             "signature": self.value}
        )  # fmt: skip


def sign(digest: str, private_key: str, by: str) -> Signature:
    """Sign a digest. `private_key` is PEM (PKCS #8). NoKey if it is none of Ed25519."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # why: slow
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # why: slow

    try:
        key = load_pem_private_key(private_key.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise NoKey(str(error)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKey("not Ed25519")
    public = key.public_key().public_bytes_raw()
    return Signature(b64encode(key.sign(CONTEXT + digest.encode())).decode(), b64encode(public).decode(), by)


def signature_in(contents: Mapping[str, bytes]) -> Signature | None:
    """The signature that a snapshot carries; None if it is not signed, or with something unreadable."""
    try:
        found = json.loads(contents[SIGNATURE])
        return Signature(str(found["signature"]), str(found["public_key"]), str(found["by"]))
    except (KeyError, ValueError, TypeError, RecursionError):
        return None


def holds(signature: Signature, digest: str) -> bool:
    """Whether the signature is that of its own key over `digest`."""
    from cryptography.exceptions import InvalidSignature  # why: slow
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # why: slow

    try:
        key = Ed25519PublicKey.from_public_bytes(b64decode(signature.public_key, validate=True))
        key.verify(b64decode(signature.value, validate=True), CONTEXT + digest.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
