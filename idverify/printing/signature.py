"""The signature: PAdES baseline B-B (ETSI EN 319 142-1), ECDSA on P-256 with SHA-256."""

from __future__ import annotations

import io

from asn1crypto import pem, x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from idverify.trust.document_key import DocumentKey

_LONGEST = 72
"""Bytes of a signature by P-256 in DER."""


def signed(pdf: bytes, key: DocumentKey, reason: str) -> bytes:
    """Return the document with a signature that certifies it: no change at all is allowed afterwards.

    Args:
        pdf: not signed yet.
        key: with its certificate, which goes into the signature.
        reason: why it was signed, for the reader.
    """
    certificate = x509.Certificate.load(pem.unarmor(key.certificate)[2])
    signer = _Signer(key.private, certificate)
    meta = signers.PdfSignatureMetadata(
        field_name="XacNhan",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    done = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, signer=signer)
    content: bytes = done.getvalue()
    return content


class _Signer(signers.Signer):
    """Signs with a key that need not be in this process."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        registry = SimpleCertificateStore.from_certs([certificate])
        super().__init__(signing_cert=certificate, cert_registry=registry)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Return the signature, DER; of a dry run as many bytes as it has at most."""
        del digest_algorithm  # SHA-256, as asked for
        return bytes(_LONGEST) if dry_run else self._key.sign(data, ec.ECDSA(SHA256()))
