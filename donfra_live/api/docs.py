"""The page at /api/docs: made from the OpenAPI description; no script, nothing from other hosts."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
_STYLE = """
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;
padding:0 1rem}
h2{margin-top:2.5rem;font-size:1.05rem}code,pre{font:0.9em ui-monospace,monospace}b{padding:.1rem .5rem;
border:1px solid;border-radius:.4rem;margin-right:.5rem}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884;vertical-align:top}
"""


Json = dict[str, Any]


def _ref(schema: Json) -> str:
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1]


def _name(schema: Json, schemas: Json) -> str:
    if choices := schemas.get(_ref(schema), {}).get("enum", schema.get("enum")):
        return f"one of {', '.join(map(str, choices))}"
    if "$ref" in schema:
        return _ref(schema)
    if "anyOf" in schema:
        return " or ".join(_name(s, schemas) for s in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_name(schema.get('items', {}), schemas)}"
    return str(schema.get("type", "anything"))


def _inside(schema: Json) -> Iterator[str]:
    """Names of what it is made of."""
    if "$ref" in schema:
        yield _ref(schema)
    for part in (*schema.get("anyOf", ()), schema.get("items", {}), schema.get("additionalProperties", {})):
        if isinstance(part, dict) and part:
            yield from _inside(part)


def _schema_of(content: Json) -> Json:
    schema: Json = content.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _table(title: str, rows: Iterable[tuple[str, str, str]]) -> str:
    lines = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(kind)}</td><td>{escape(more)}</td></tr>"
        for name, kind, more in rows
    )
    return f"<p>{escape(title)}</p><table>{lines}</table>" if lines else ""


def _fields(title: str, schema: Json, schemas: Json) -> str:
    """Its fields, and below them those of what it is made of."""
    names, tables = list(_inside(schema)), ""
    for name in names:  # grows while it is read
        shape = schemas.get(name, {})
        needed, fields = shape.get("required", ()), shape.get("properties", {})
        rows = ((f, _name(about, schemas), "required" if f in needed else "") for f, about in fields.items())
        tables += _table(f"{title}: {name}" if name in _inside(schema) else name, rows)
        names += dict.fromkeys(n for about in fields.values() for n in _inside(about) if n not in names)
    return tables


def _parameters(about: Json, schemas: Json) -> str:
    rows = (
        (p["name"], _name(p["schema"], schemas), f"{p['in']}; {p.get('description', '')}".rstrip("; "))
        for p in about.get("parameters", ())
    )
    return _table("In the address", rows)


def _operation(method: str, path: str, about: Json, schemas: Json) -> str:
    body = _schema_of(about.get("requestBody", {}))
    answers = ", ".join(about.get("responses", {}))
    good: Json = next((a for s, a in about.get("responses", {}).items() if s.startswith("2")), {})
    return (
        f"<h2 id='{escape(about['operationId'])}'><b>{method.upper()}</b><code>{escape(path)}</code></h2>"
        f"<p>{escape(about.get('description', ''))}</p><p>Answers: {escape(answers)}</p>"
        f"{_parameters(about, schemas)}"
        f"{_fields('Body', body, schemas)}{_fields('Answer', _schema_of(good), schemas)}"
    )


def render(openapi: Json) -> str:
    """The whole page. openapi: as FastAPI makes it."""
    schemas = openapi.get("components", {}).get("schemas", {})
    parts = "".join(
        _operation(method, path, about, schemas)
        for path, methods in openapi["paths"].items()
        for method, about in methods.items()
    )
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' "
        f"content='width=device-width'><title>donfra live: API</title><style>{_STYLE}</style>"
        f"<h1>donfra live {escape(openapi['info']['version'])}: REST API</h1>"
        "<p>JSON in, JSON out. Errors are <code>{error, detail}</code>. "
        f"The machine's version: <a href='/api/openapi.json'>openapi.json</a></p>{parts}</html>"
    )
