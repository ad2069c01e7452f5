"""Checks the Sheets emulator's token endpoint, and what the API does with its tokens. Runs on the system's python3."""

import base64
import json
import pathlib
import sys
import time
import unittest

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from emulator_process import Emulator, get, post_form  # noqa: E402


def assertion(emulator, **changes):
    credentials = json.loads(pathlib.Path(emulator.credentials_file).read_text())
    now = int(time.time())
    claims = {"iss": credentials["client_email"], "aud": "https://oauth2.googleapis.com/token", "iat": now,
              "exp": now + 3600, "scope": "https://www.googleapis.com/auth/spreadsheets.readonly", **changes}
    parts = [{"alg": "RS256", "typ": "JWT", "kid": credentials["private_key_id"]}, claims]
    text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    key = serialization.load_pem_private_key(credentials["private_key"].encode(), password=None)
    signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return text + "." + base64.urlsafe_b64encode(signature).decode().rstrip("=")


def ask_token(emulator, jwt):
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": jwt}
    reply, body = post_form(emulator, "/token", form)
    return reply.status, json.loads(body)


class TokenRequests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator("--rows", "50")
        cls.addClassCleanup(cls.emulator.close)

    def test_good_assertion_gives_a_token_that_reads(self):
        code, answer = ask_token(self.emulator, assertion(self.emulator))
        self.assertEqual((code, answer["expires_in"], answer["token_type"]), (200, 3599, "Bearer"))
        path = f"{self.emulator.spreadsheet_id}/values/G1"
        self.assertEqual(get(self.emulator, path, token=answer["access_token"])[0].status, 200)

    def test_bad_assertions_are_refused_in_googles_words(self):
        now = int(time.time())
        good = assertion(self.emulator)
        for jwt, word in ((assertion(self.emulator, iss="x@example.org"), "Invalid grant: account not found"),
                          (good[:-8] + "AAAAAAAA", "Invalid JWT Signature."),
                          (assertion(self.emulator, exp=now + 3700), "Invalid JWT: Token must be a short-lived token"),
                          (assertion(self.emulator, iat=now - 3700, exp=now - 100), "reasonable timeframe"),
                          (assertion(self.emulator, iat=now + 900, exp=now + 4000), "reasonable timeframe"),
                          (assertion(self.emulator, aud="https://example.org"), "Failed audience check"),
                          ("a.b", "Bad Request")):
            with self.subTest(word):
                code, answer = ask_token(self.emulator, jwt)
                self.assertEqual((code, answer["error"]), (400, "invalid_grant"))
                self.assertIn(word, answer["error_description"])
        self.assertEqual(ask_token(self.emulator, assertion(self.emulator, scope=""))[1]["error"], "invalid_scope")

    def test_clock_that_is_off_is_seen_in_both_places(self):
        self.emulator.do("config", clock_skew_s=7200)
        self.addCleanup(self.emulator.do, "config", clock_skew_s=0)
        _, answer = ask_token(self.emulator, assertion(self.emulator))
        self.assertIn("reasonable timeframe", answer["error_description"])
        reply, _ = get(self.emulator, f"{self.emulator.spreadsheet_id}/values/G1")
        self.assertGreater(time.mktime(time.strptime(reply.getheader("Date"), "%a, %d %b %Y %H:%M:%S GMT")),
                           time.mktime(time.gmtime()) + 7000)

    def test_token_of_another_scope_expired_or_missing(self):
        scope = "https://www.googleapis.com/auth/cloud-platform"
        token = ask_token(self.emulator, assertion(self.emulator, scope=scope))[1]["access_token"]
        path = f"{self.emulator.spreadsheet_id}/values/G1"
        reply, body = get(self.emulator, path, token=token)
        self.assertEqual((reply.status, json.loads(body)["error"]["details"][0]["reason"]),
                         (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"))
        token = ask_token(self.emulator, assertion(self.emulator))[1]["access_token"]
        self.emulator.do("config", expire_tokens=True)
        for headers in ({"token": token}, {"Authorization": ""}):
            reply, body = get(self.emulator, path, **headers)
            self.assertEqual((reply.status, json.loads(body)["error"]["status"]), (401, "UNAUTHENTICATED"))
            self.assertIn("Bearer", reply.getheader("WWW-Authenticate"))


if __name__ == "__main__":
    unittest.main()
