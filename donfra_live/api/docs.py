"""The page at /api/docs: made from the OpenAPI description; no script, nothing from other hosts."""

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


def _name(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_name(s) for s in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_name(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))


def _schema_of(content: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = content.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _fields(title: str, schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    shape = schemas.get(_name(schema), {})
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code></td><td>{escape(_name(about))}</td>"
        f"<td>{'required' if field in shape.get('required', []) else ''}</td></tr>"
        for field, about in shape.get("properties", {}).items()
    )
    return f"<p>{title}: {escape(_name(schema))}</p><table>{rows}</table>" if rows else ""


def _operation(method: str, path: str, about: dict[str, Any], schemas: dict[str, Any]) -> str:
    body = _schema_of(about.get("requestBody", {}))
    answers = ", ".join(about.get("responses", {}))
    good: dict[str, Any] = next((a for s, a in about.get("responses", {}).items() if s.startswith("2")), {})
    return (
        f"<h2 id='{escape(about['operationId'])}'><b>{method.upper()}</b><code>{escape(path)}</code></h2>"
        f"<p>{escape(about.get('description', ''))}</p><p>Answers: {escape(answers)}</p>"
        f"{_fields('Body', body, schemas)}{_fields('Answer', _schema_of(good), schemas)}"
    )


def render(openapi: dict[str, Any]) -> str:
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
