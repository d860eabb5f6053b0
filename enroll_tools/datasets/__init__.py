"""Readers of test sets on disk: what a file is, told by its name or by a list, never by its pixels."""

from enroll_tools.datasets.detect import LAYOUTS, open_dataset, open_listing
from enroll_tools.datasets.sample import DatasetError, DatasetSample, Listing, StatedPerson

__all__ = [
    "LAYOUTS",
    "DatasetError",
    "DatasetSample",
    "Listing",
    "StatedPerson",
    "open_dataset",
    "open_listing",
]
