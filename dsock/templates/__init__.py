"""Texts from containers: what a template sees of an engine, and how it is filled.

`load` makes of a template something with `render(Data)`. Jinja2 templates read plain names
(records.py), Go templates what docker-gen gives to its own (gorecords.py). Pure but for `load`,
which reads the template's file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Data:
    """What a template is filled with: the engine's answers as they are."""

    containers: list[dict[str, Any]] = field(default_factory=list)  # GET /containers/{id}/json
    networks: list[dict[str, Any]] = field(default_factory=list)  # GET /networks
    environ: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)  # --set
