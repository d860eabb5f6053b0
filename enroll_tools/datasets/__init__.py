"""Readers of test sets on disk: what a file is, told by its name or by a list, never by its pixels."""

from enroll_tools.datasets.detect import LAYOUTS, open_dataset
from enroll_tools.datasets.sample import DatasetError, DatasetSample

__all__ = ["LAYOUTS", "DatasetError", "DatasetSample", "open_dataset"]
