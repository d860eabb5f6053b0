"""What a browser lets the pages do: their own files and calls, scanners of the clerk, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def headers(scanner_ports: Iterable[int]) -> Mapping[str, str]:
    """Return the headers of a page.

    Args:
        scanner_ports: of the loopback address, where a scanner's service may answer (MOSIP SBI).
    """
    scanners = (f"http://127.0.0.1:{port}" for port in scanner_ports)
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob: data:",
        "connect-src": " ".join(("'self'", *scanners)),
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin-allow-popups",  # the second officer signs in there
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=()",
    }
