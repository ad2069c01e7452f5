"""A certificate authority made at start, and server certificates by it: good ones and three kinds of bad ones."""

import datetime
import ipaddress
import os
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CERTIFICATES = ("good", "other_name", "unknown_ca", "expired")


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


def _builder(subject, issuer, key, first_day, last_day):
    today = datetime.datetime.utcnow()
    return (x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(_name(issuer))
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(today + datetime.timedelta(days=first_day))
            .not_valid_after(today + datetime.timedelta(days=last_day)))


def _usage(**on):
    names = ("digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign "
             "crl_sign encipher_only decipher_only").split()
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})


def _make_authority(name):
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (_builder(name, name, key, -2, 3650)
               .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
               .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
               .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False))
    return key, builder.sign(key, hashes.SHA256())


class Authority:
    """ca_folder keeps the CA, so that clients may go on trusting it; folder is this server's own."""

    def __init__(self, folder, ca_folder=None):
        self.ca_file = os.path.join(ca_folder or folder, "ca.pem")
        key_file = os.path.join(ca_folder or folder, "ca-key.pem")
        if os.path.exists(self.ca_file) and os.path.exists(key_file):
            with open(key_file, "rb") as file:
                self._key = serialization.load_pem_private_key(file.read(), password=None)
            with open(self.ca_file, "rb") as file:
                self._certificate = x509.load_pem_x509_certificate(file.read())
        else:
            self._key, self._certificate = _make_authority("lockrec test CA")
            with open(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(_pem(self._key))
            with open(self.ca_file, "wb") as file:
                file.write(self._certificate.public_bytes(serialization.Encoding.PEM))
        self._folder = folder

    def server_context(self, kind="good"):
        if kind not in CERTIFICATES:
            raise ValueError(f"no certificate {kind!r}; there are: {', '.join(CERTIFICATES)}")
        signer, issuer = (self._key, self._certificate) if kind != "unknown_ca" else _make_authority("lockrec test CA")
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
                 x509.IPAddress(ipaddress.ip_address("::1"))]
        if kind == "other_name":
            names = [x509.DNSName("sheets.example.org")]
        days = (-2, -1) if kind == "expired" else (-1, 365)
        subject = "sheets.example.org" if kind == "other_name" else "localhost"
        builder = (_builder(subject, "lockrec test CA", key, *days)
                   .add_extension(x509.SubjectAlternativeName(names), critical=False)
                   .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
                   .add_extension(_usage(digital_signature=True), critical=True)
                   .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()),
                                  critical=False))
        certificate = builder.sign(signer, hashes.SHA256())
        path = os.path.join(self._folder, f"server-{kind}.pem")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(_pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        context.set_alpn_protocols(["http/1.1"])
        return context
