"""Validated settings: from keyword arguments, the environment, a TOML file and defaults, in this order."""

from idverify.settings.checks import is_local
from idverify.settings.fields import ENVIRONMENT_PREFIX, Settings
from idverify.settings.loading import load_settings

__all__ = ["ENVIRONMENT_PREFIX", "Settings", "is_local", "load_settings"]
