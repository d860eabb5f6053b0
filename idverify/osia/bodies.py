"""The bodies of requests, as OSIA ABIS 1.6 and relying party 1.2 have them."""

from __future__ import annotations

from idverify.osia.shapes import (
    Check,
    Shape,
    anything,
    boolean,
    integer,
    list_of,
    moment,
    one_of,
    packed,
    text,
)

FINGER = "FINGER"
SINGLE = (
    *("UNKNOWN", "RIGHT_THUMB", "RIGHT_INDEX", "RIGHT_MIDDLE", "RIGHT_RING", "RIGHT_LITTLE"),
    *("LEFT_THUMB", "LEFT_INDEX", "LEFT_MIDDLE", "LEFT_RING", "LEFT_LITTLE"),
)
SLAPS = ("PLAIN_RIGHT_FOUR_FINGERS", "PLAIN_LEFT_FOUR_FINGERS", "PLAIN_THUMBS")
_PALMS = tuple(
    f"{side}_{part}"
    for part in (
        "FULL_PALM",
        "WRITERS_PALM",
        "LOWER_PALM",
        "UPPER_PALM",
        "OTHER",
        "INTERDIGITAL",
        "THENAR",
        "HYPOTHENAR",
    )
    for side in ("RIGHT", "LEFT")
)
_SOME_FINGERS = (
    *("RIGHT_INDEX_AND_MIDDLE", "RIGHT_MIDDLE_AND_RING", "RIGHT_RING_AND_LITTLE"),
    *("LEFT_INDEX_AND_MIDDLE", "LEFT_MIDDLE_AND_RING", "LEFT_RING_AND_LITTLE", "RIGHT_INDEX_AND_LEFT_INDEX"),
    *("RIGHT_INDEX_AND_MIDDLE_AND_RING", "RIGHT_MIDDLE_AND_RING_AND_LITTLE"),
    *("LEFT_INDEX_AND_MIDDLE_AND_RING", "LEFT_MIDDLE_AND_RING_AND_LITTLE"),
)
_OTHERS = ("EYE_UNDEF", "EYE_RIGHT", "EYE_LEFT", "EYE_BOTH", "PORTRAIT", "LEFT_PROFILE", "RIGHT_PROFILE")
TYPE = one_of(FINGER, "FACE", "IRIS", "SIGNATURE", "UNKNOWN")
SUBTYPE = one_of(*SINGLE, *SLAPS, "UNKNOWN_PALM", *_PALMS, *_SOME_FINGERS, *_OTHERS)
_IMPRESSION = one_of(
    *("LIVE_SCAN_PLAIN", "LIVE_SCAN_ROLLED", "NONLIVE_SCAN_PLAIN", "NONLIVE_SCAN_ROLLED"),
    *("LATENT_IMPRESSION", "LATENT_TRACING", "LATENT_PHOTO", "LATENT_LIFT"),
    *("LIVE_SCAN_SWIPE", "LIVE_SCAN_VERTICAL_ROLL", "LIVE_SCAN_PALM", "NONLIVE_SCAN_PALM"),
    *("LATENT_PALM_IMPRESSION", "LATENT_PALM_TRACING", "LATENT_PALM_PHOTO", "LATENT_PALM_LIFT"),
    *("LIVE_SCAN_OPTICAL_CONTACTLESS_PLAIN", "OTHER", "UNKNOWN"),
)
_ENCRYPTION = Shape({"type": one_of("JWE", "PKCS7"), "scope": text}, ("type", "scope"))
_INTEGRITY = Shape(
    {
        "id": text,
        "type": one_of("NONE", "JWS", "PKCS7"),
        "scope": text,
        "alg": text,
        "encrypted": boolean,
        "followRef": boolean,
        "hash": text,
        "signature": text,
        "signatureRef": text,
    },
    ("scope", "alg", "hash"),
)
_MISSING = Shape({"biometricSubType": SUBTYPE, "presence": one_of("BANDAGED", "AMPUTATED", "DAMAGED")})
BIOMETRIC = Shape(
    {
        "biometricType": TYPE,
        "biometricSubType": SUBTYPE,
        "captureDate": moment,
        "impressionType": _IMPRESSION,
        "compression": one_of("NONE", "WSQ", "JPEG", "JPEG2000", "PNG"),
        "missing": list_of(_MISSING),
        "encryption": _ENCRYPTION,
        "integrity": list_of(_INTEGRITY),
        **dict.fromkeys(("width", "height", "bitdepth", "resolution", "quality"), integer),
        **dict.fromkeys(("instance", "encounterId", "image", "imageRef", "captureDevice", "mimeType"), text),
        **dict.fromkeys(("metadata", "comment", "template", "templateRef", "templateFormat"), text),
        **dict.fromkeys(("qualityFormat", "algorithm", "vendor"), text),
    },
    ("biometricType",),
)
_FINGERS = list_of(BIOMETRIC)
GALLERIES = list_of(text, 1, different=True)
_PROTECTED: dict[str, Check] = {"encryption": _ENCRYPTION, "integrity": list_of(_INTEGRITY)}

ENCOUNTER = Shape(
    {
        "encounterId": text,
        "status": one_of("ACTIVE", "INACTIVE"),
        "encounterType": text,
        "createdDate": moment,
        "updatedDate": moment,
        "galleries": GALLERIES,
        "clientData": packed,
        "contextualData": anything,
        "biographicData": anything,
        "biometricData": _FINGERS,
        **_PROTECTED,
    },
    ("status", "encounterType", "galleries", "biometricData"),
)
FILTER = Shape({"biometricType": list_of(TYPE)}, open=True)
IDENTIFY = Shape({"filter": FILTER, "biometricData": _FINGERS, **_PROTECTED}, ("filter", "biometricData"))
VERIFY = Shape({"biometricData": _FINGERS, **_PROTECTED}, ("biometricData",))
VERIFY_BOTH = Shape(
    {"biometricData1": _FINGERS, "biometricData2": _FINGERS, **_PROTECTED}, ("biometricData1", "biometricData2")
)
ATTRIBUTES = Shape(
    {
        "biographicData": Shape({}, open=True),
        "biometricData": _FINGERS,
        "credentialData": list_of(Shape({}, open=True)),
        "contactData": Shape({}, open=True),
        **_PROTECTED,
    }
)
ATTRIBUTES_OF_WHOM = Shape(
    {"attributeSet": ATTRIBUTES, "outputAttributeSetName": text}, ("attributeSet", "outputAttributeSetName")
)
