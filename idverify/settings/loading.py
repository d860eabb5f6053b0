"""Reading settings, and saying what is wrong with them without repeating a value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableError

from idverify.domain.errors import SettingsError
from idverify.settings.fields import ENVIRONMENT_PREFIX, Settings


def load_settings(config_file: Path | None = None, **overrides: Any) -> Settings:
    """Return the settings.

    Args:
        config_file: TOML file with the names of the fields; None: no file.
        overrides: fields given on the command line; those that are None count as not given.

    Raises:
        SettingsError: says every field that is wrong, without its value.
    """
    if config_file is not None and not config_file.is_file():
        raise SettingsError(f"there is no configuration file {config_file}")

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=config_file)

    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        # model_validate into the plain class would read the environment again; the subclass adds nothing but the file.
        return FromFile(**given)
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(item) for item in error.errors(include_input=False))) from None
    except UnreadableError as error:  # its text holds the name of the field, no content
        raise SettingsError(f'{error}: expected JSON there, a list as ["one", "two"]') from None
    except ValueError as error:  # tomllib.TOMLDecodeError: its text holds a position, no content
        raise SettingsError(f"{config_file} is not TOML: {error}") from None


def _explain(item: Any) -> str:
    field = ".".join(str(part) for part in item["loc"])
    message = str(item["msg"]).removeprefix("Value error, ")
    return f"{field} ({ENVIRONMENT_PREFIX}{field.upper()}): {message}" if field else message
