"""Answers as bytes: JSON by orjson, plain text, HTML; no header that a clock or a version would change."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from doisoat_simulator.servers.spellings import iso_default

JSON = "application/json;charset=UTF-8"


def dump(value: Any) -> bytes:
    """A value as JSON; instants as local ISO text, never orjson's own form."""
    return orjson.dumps(value, default=iso_default, option=orjson.OPT_PASSTHROUGH_DATETIME)


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer; bytes are taken as JSON already."""
    body = value if isinstance(value, bytes) else dump(value)
    return Response(body, status_code=status, headers=headers, media_type=JSON)


async def read_object(request: Request) -> dict[str, Any] | None:
    """The JSON object a client sent; None when it sent anything else."""
    try:
        value = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def text_of(value: Any) -> str:
    """A value of the world as the portal spells values: text, `""` when null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)
