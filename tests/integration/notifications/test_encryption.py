"""The link to the mail server: encrypted and proven where settings say so, or not used at all."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fakes.smtp import MailServer, mail_server

from notifications.domain.outcomes import Accepted
from notifications.sending.connection import Security, Server, ServerAway
from shared.clock import now

MESSAGE = b"Subject: prueba\r\n\r\n.punto\r\n"


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() - dt.timedelta(days=1))
        .not_valid_after(now() + dt.timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def relay(server: MailServer, security: Security) -> Server:
    return Server("127.0.0.1", server.port, security, "localhost", step_seconds=1)


async def test_a_server_without_starttls_gets_no_mail_in_the_clear() -> None:
    async with mail_server() as server:
        with pytest.raises(ServerAway):
            await relay(server, "starttls").connect()
    assert server.mails_begun == 0


async def test_an_encrypted_server_must_prove_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    server = MailServer()
    await server.start(context)
    with pytest.raises(ServerAway):
        await relay(server, "tls").connect()
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    connection = await relay(server, "tls").connect()
    assert await connection.send("a@example.org", "b@example.org", MESSAGE) == Accepted()
    await connection.close()
    await server.stop()
    assert server.accepted[0].content == MESSAGE
