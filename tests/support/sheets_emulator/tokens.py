"""The service account and its tokens: an assertion is verified as Google does, and words of refusal are Google's."""

import base64
import json
import os
import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SHEETS_READONLY = "https://www.googleapis.com/auth/spreadsheets.readonly"
READ_SCOPES = {SHEETS_READONLY} | {"https://www.googleapis.com/auth/" + name for name in
                                   ("spreadsheets", "drive", "drive.readonly", "drive.file")}
AUDIENCE = "https://oauth2.googleapis.com/token"
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SKEW_ALLOWED_S = 300
_TIMEFRAME = ("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
              "Check your iat and exp values in the JWT claim.")


class GrantError(Exception):
    def __init__(self, error, description):
        super().__init__(description)
        self.error, self.description = error, description

    def body(self):
        return json.dumps({"error": self.error, "error_description": self.description}, indent=2) + "\n"


def _load_or_make_key(path):
    if path and os.path.exists(path):
        with open(path, "rb") as file:
            return serialization.load_pem_private_key(file.read(), password=None)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if path:
        part = f"{path}.{os.getpid()}"
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(_pem(key))
        os.replace(part, path)
    return key


def _pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


class Account:
    """What the key file in the Google console's download says."""

    def __init__(self, key_file=None):
        self.key = _load_or_make_key(key_file)
        self.public_key = self.key.public_key()
        digest = hashes.Hash(hashes.SHA1())
        digest.update(self.public_key.public_bytes(serialization.Encoding.DER,
                                                   serialization.PublicFormat.SubjectPublicKeyInfo))
        self.key_id = digest.finalize().hex()
        self.email = "lockrec@lockrec-test.iam.gserviceaccount.com"

    def credentials(self, token_url):
        return {"type": "service_account", "project_id": "lockrec-test", "private_key_id": self.key_id,
                "private_key": _pem(self.key).decode(), "client_email": self.email,
                "client_id": "100000000000000000001", "auth_uri": "https://accounts.google.com/o/oauth2/auth",
                "token_uri": token_url, "universe_domain": "googleapis.com"}


def _decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


class Tokens:
    def __init__(self, account, now):
        self.account, self.now = account, now
        self.audiences = {AUDIENCE}
        self._known = {}
        self.last = {"assertion": "", "token": ""}

    def mint(self, scopes, life_s=3600):
        token = "ya29.c." + secrets.token_urlsafe(96)
        self.last["token"] = token
        self._known[token] = (frozenset(scopes), self.now() + life_s)
        return token

    def expire_all(self):
        self._known = {token: (scopes, 0) for token, (scopes, _) in self._known.items()}

    def scopes_of(self, token):
        """The token's scopes, or None where it is unknown or has expired."""
        scopes, expires = self._known.get(token, (None, 0))
        return scopes if expires > self.now() else None

    def grant(self, form):
        """A new access token for a signed assertion."""
        grant_type = form.get("grant_type", [None])[0]
        if grant_type is None:
            raise GrantError("invalid_request", "Required parameter is missing: grant_type")
        if grant_type != GRANT_TYPE:
            raise GrantError("unsupported_grant_type", f"Invalid grant_type: {grant_type}")
        if "assertion" not in form:
            raise GrantError("invalid_request", "Required parameter is missing: assertion")
        claims = self._verify(form["assertion"][0])
        scopes = str(claims.get("scope", "")).split()
        if not scopes or any(not scope.startswith("https://www.googleapis.com/auth/") for scope in scopes):
            raise GrantError("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return self.mint(scopes)

    def _verify(self, assertion):
        try:
            header_part, claims_part, signature = assertion.split(".")
            header, claims = json.loads(_decode(header_part)), json.loads(_decode(claims_part))
            signature = _decode(signature)
            issuer, audience = claims["iss"], claims["aud"]
            issued, expires = float(claims["iat"]), float(claims["exp"])
        except (ValueError, KeyError, TypeError):
            raise GrantError("invalid_grant", "Bad Request") from None
        if issuer != self.account.email:
            raise GrantError("invalid_grant", "Invalid grant: account not found")
        if header.get("alg") != "RS256" or header.get("kid", self.account.key_id) != self.account.key_id:
            raise GrantError("invalid_grant", "Invalid JWT Signature.")
        try:
            self.account.public_key.verify(signature, f"{header_part}.{claims_part}".encode(), padding.PKCS1v15(),
                                           hashes.SHA256())
        except InvalidSignature:
            raise GrantError("invalid_grant", "Invalid JWT Signature.") from None
        if audience not in self.audiences:
            raise GrantError("invalid_grant", f"Invalid JWT: Failed audience check. The right audience is {AUDIENCE}")
        now = self.now()
        if expires - issued > 3600 or expires <= now or issued > now + SKEW_ALLOWED_S:
            raise GrantError("invalid_grant", _TIMEFRAME)
        return claims
