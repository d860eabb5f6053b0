"""The signature: PAdES baseline B-B (ETSI EN 319 142-1), ECDSA on P-256 with SHA-256."""

from __future__ import annotations

import io

from asn1crypto import keys, pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from idverify.trust.document_key import DocumentKey


def signed(pdf: bytes, key: DocumentKey, reason: str) -> bytes:
    """Return the document with a signature that certifies it: no change at all is allowed afterwards.

    Args:
        pdf: not signed yet.
        key: with its certificate, which goes into the signature.
        reason: why it was signed, for the reader.
    """
    certificate = x509.Certificate.load(pem.unarmor(key.certificate)[2])
    signer = signers.SimpleSigner(
        signing_cert=certificate,
        signing_key=keys.PrivateKeyInfo.load(pem.unarmor(key.private)[2]),
        cert_registry=SimpleCertificateStore.from_certs([certificate]),
    )
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
