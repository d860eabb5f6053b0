"""NFIQ 2: the quality measures of ISO/IEC 29794-4:2024, and the unified score that NIST's forest makes of them.

Written from the standard's definitions and from what NIST's reference implementation, which is in the public domain,
does where they leave a choice; none of its code. All measures are of an image at 500 dpi, ridges dark, without its near
white frame.
"""
