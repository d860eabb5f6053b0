"""Where a method is found over HTTP: what ``google.api.http`` says of it in the protos, read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from google.api.annotations_pb2 import http
from google.api.http_pb2 import HttpRule
from google.protobuf.descriptor import MethodDescriptor

_VERBS = ("get", "post", "patch", "put", "delete")
_VARIABLE = re.compile(r"\{([a-z_][a-z0-9_.]*)(?:=([^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Binding:
    """One way to call a method over HTTP.

    Attributes:
        verb: GET, POST, PATCH, PUT or DELETE.
        path: with its variables in braces, each for one segment: ``/v1/acts/{act_id}:approve``.
        has_body: the request is the body; otherwise it is made of the path and the query.
        prefixes: what stands before a variable's value in its field, by the name of the field.
        constants: fields that the path gives a value without a variable.
    """

    verb: str
    path: str
    has_body: bool
    prefixes: dict[str, str]
    constants: dict[str, str]

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the fields that the path holds, dots between those of messages within."""
        return tuple(match[1] for match in _VARIABLE.finditer(self.path))

    @property
    def pattern(self) -> re.Pattern[str]:
        """What matches the paths that are meant, a group for each variable in its order.

        A variable takes no colon: what follows one is the verb of another method.
        """
        parts = _VARIABLE.split(self.path)  # text, name, pattern, text, ...
        return re.compile("([^/:]+)".join(map(re.escape, parts[::3])))


def binding_of(method: MethodDescriptor) -> Binding | None:
    """Return how a method is called over HTTP; None: it is not."""
    options = method.GetOptions()
    return _binding(options.Extensions[http]) if options.HasExtension(http) else None


def _binding(rule: HttpRule) -> Binding:
    verb = rule.WhichOneof("pattern")
    if verb not in _VERBS or rule.body not in {"", "*"}:
        raise ValueError(f"what a path says cannot be done here: {rule}")
    prefixes: dict[str, str] = {}
    constants: dict[str, str] = {}
    template: str = getattr(rule, verb)

    def flat(match: re.Match[str]) -> str:
        """Say a variable of several segments as those that never vary, and one that does."""
        name, pattern = match[1], match[2]
        if pattern is None:
            return match[0]
        fixed = pattern.rstrip("*").rstrip("/")
        if fixed == pattern:
            constants[name] = fixed
            return fixed
        prefixes[name] = f"{fixed}/"
        return f"{fixed}/{{{name}}}"

    path = _VARIABLE.sub(flat, template)
    return Binding(verb.upper(), path, rule.body == "*", prefixes, constants)
