"""Certificates for a test: an authority, and what it signs."""

import datetime
import ipaddress
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Signed:
    """A certificate and its key, as PEM files."""

    def __init__(self, folder, name, certificate, key):
        self.certificate, self.key = folder / f"{name}.pem", folder / f"{name}-key.pem"
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        no_password = serialization.NoEncryption()
        self.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no_password))


class Authority(Signed):
    """Signs certificates, its own too."""

    def __init__(self, folder, name="ca"):
        self.folder, self.private = folder, ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        own = self.begin(self.subject, self.private).add_extension(constraints, critical=True).sign(self.private, hashes.SHA256())
        super().__init__(folder, name, own, self.private)

    def begin(self, subject, key):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self.subject).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        return builder.not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=1))

    def sign(self, name, address=None):
        """A certificate of this name, for a server at an address if there is one."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self.begin(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        if address:
            names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
            builder = builder.add_extension(names, critical=False)
        return Signed(self.folder, name, builder.sign(self.private, hashes.SHA256()), key)


def server_context(signed, clients=None):
    """TLS of a server, which asks for a client's certificate of this authority if there is one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed.certificate, signed.key)
    if clients:
        context.load_verify_locations(clients.certificate)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
