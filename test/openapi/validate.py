"""Judges OpenAPI 3.1 documents.

usage: validate.py FILE...

Prints one line of JSON for each file: its path and what is wrong with it. The
first judge is openapi-spec-validator, which knows the schema of OpenAPI 3.1,
operation ids and path parameters. What the specification asks for in words
only is looked at here: security requirements name what is declared
(section 4.8.30), no two paths are one (section 4.8.8).
"""

import json
import re
import sys

from openapi_spec_validator import OpenAPIV31SpecValidator


def schema_errors(document):
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        where = "/".join(str(part) for part in error.absolute_path)
        yield f"validator: {where}: {error.message}"


def operations(document):
    for path, item in document.get("paths", {}).items():
        for method, operation in item.items():
            yield f"{method} {path}", operation


def word_errors(document):
    schemes = document.get("components", {}).get("securitySchemes", {})
    requirements = [("document", document.get("security", []))]
    requirements += [(name, o.get("security", [])) for name, o in operations(document)]
    for name, ways in requirements:
        for way in ways:
            for scheme, scopes in way.items():
                if scheme not in schemes:
                    yield f"security: {name}: there is no scheme {scheme}"
                    continue
                flows = schemes[scheme].get("flows", {}).values()
                for scope in scopes:
                    if not all(scope in flow.get("scopes", {}) for flow in flows):
                        yield f"security: {name}: {scheme} has no scope {scope}"
    shapes = {}
    for path in document.get("paths", {}):
        other = shapes.setdefault(re.sub(r"\{[^}]*\}", "{}", path), path)
        if other != path:
            yield f"paths: {other} and {path} are one"
    for name, operation in operations(document):
        wanted = re.findall(r"\{([^}]*)\}", name)
        got = [p["name"] for p in operation.get("parameters", []) if p.get("in") == "path"]
        if sorted(wanted) != sorted(got):
            yield f"parameters: {name}: got {got}"


for file in sys.argv[1:]:
    with open(file, encoding="utf-8") as opened:
        document = json.load(opened)
    errors = list(schema_errors(document)) + list(word_errors(document))
    print(json.dumps({"file": file, "errors": errors}))
