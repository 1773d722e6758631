"""A passkey device made of software, and the browser between it and a page; each can be made to lie."""

import json
import os
import re
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Passkey:
    """A key and what the device says of its owner.

    Attributes:
        origin: The page that the browser believes to show.
        rp_id: The host that the device believes to serve, "" for the one that the page names.
        is_verified: Whether the owner has shown finger, face or PIN.
        is_own_key: Whether it signs with the key that it registered.
    """

    origin: str = ORIGIN
    rp_id: str = ""
    is_verified: bool = True
    is_own_key: bool = True
    id: bytes = field(default_factory=lambda: os.urandom(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user: str = ""
    count: int = 0

    def create(self, options: dict[str, Any]) -> str:
        """Answer a page that wants a new passkey, as the browser writes it into the form."""
        asked = options["publicKey"]
        self.user = asked["user"]["id"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + public
        data = self._data(asked["rp"]["id"], ATTESTED) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        response = {"attestationObject": websafe_encode(attestation)}
        return self._credential("webauthn.create", asked, response, {"credProps": {"rk": True}})

    def get(self, options: dict[str, Any]) -> str:
        """Answer a page that wants the passkey to be used."""
        asked = options["publicKey"]
        data = self._data(asked["rpId"], 0)
        said = self._said("webauthn.get", asked)
        key = self.key if self.is_own_key else ec.generate_private_key(ec.SECP256R1())
        signature = key.sign(data + sha256(said), ec.ECDSA(hashes.SHA256()))
        response = {
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": self.user,
        }
        return self._credential("webauthn.get", asked, response, {})

    def _data(self, host: str, more: int) -> bytes:
        self.count += 1
        flags = PRESENT | (VERIFIED if self.is_verified else 0) | more
        return sha256((self.rp_id or host).encode()) + bytes([flags]) + self.count.to_bytes(4)

    def _said(self, kind: str, asked: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _credential(self, kind: str, asked: dict[str, Any], response: dict[str, str], results: dict[str, Any]) -> str:
        response["clientDataJSON"] = websafe_encode(self._said(kind, asked))
        name = websafe_encode(self.id)
        parts = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps({**parts, "clientExtensionResults": results, "authenticatorAttachment": "platform"})


def options_of(page: str) -> dict[str, Any]:
    """Return what a page hands to the browser."""
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    options: dict[str, Any] = data.get("creation_options") or data["request_options"]
    return options


def add_passkey(client: Client, passkey: Passkey) -> Any:
    """Add a passkey to whoever is signed in and has just confirmed it."""
    page = client.get("/accounts/2fa/webauthn/add/").content.decode()
    data = {"name": "Laptop", "passwordless": "on", "credential": passkey.create(options_of(page))}
    return client.post("/accounts/2fa/webauthn/add/", data)


def ask_for_passkey(client: Client) -> dict[str, Any]:
    """Have the sign-in page begin with a passkey; returns what it hands to the browser."""
    answer = client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()
    options: dict[str, Any] = answer["request_options"]
    return options


def sign_in_with(client: Client, passkey: Passkey) -> Any:
    """Sign in with a passkey alone."""
    return client.post("/accounts/2fa/webauthn/login/", {"credential": passkey.get(ask_for_passkey(client))})
