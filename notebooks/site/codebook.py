"""The generated part of ``data/README.md``, every table and column, from the descriptor: python codebook.py README"""

from __future__ import annotations

import sys
from pathlib import Path

from minsk.tables import foreign_keys, read_descriptor, replace

BEGIN = "<!-- generated from datapackage.json by `make refresh`; do not edit below -->"
END = "<!-- end of the generated part -->"
_COVER = {
    "row": "Every row is cited.",
    "filled": "Every cell other than `not_known` is cited.",
    None: "Not a table of facts; not cited.",
}


def render(text: str, package: dict) -> str:
    """Put the tables of the descriptor between the two markers of a README.

    Raises
    ------
    ValueError
        When the markers are missing.
    """
    if BEGIN not in text or END not in text:
        raise ValueError(f"data/README.md has no lines '{BEGIN}' and '{END}'")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    return f"{before}{BEGIN}\n\n" + "\n".join(map(_table, package["resources"])) + f"\n{END}{after}"


def cover(resource: dict) -> str:
    """How the rows of a table are cited, as a sentence."""
    rule = resource.get("minsk:cited")
    return _COVER.get(rule, f"Cited through `{rule}`.")


def targets(resource: dict) -> dict[str, str]:
    """The table that a column names rows of, for each such column."""
    return {fields[0]: table for fields, table, _ in foreign_keys(resource) if len(fields) == 1}


def _table(resource: dict) -> str:
    schema = resource["schema"]
    lines = [f"### {resource['name']}", "", f"{resource['description']} {cover(resource)}",
             f"Primary key: {', '.join(f'`{k}`' for k in schema['primaryKey'])}.", "",
             "| column | type | required | meaning |", "|---|---|---|---|"]
    links = targets(resource)
    for field in schema["fields"]:
        limits = field.get("constraints", {})
        meaning = field["description"]
        if "enum" in limits:
            meaning += " One of: " + ", ".join(f"`{v}`" for v in limits["enum"]) + "."
        if field["name"] in links:
            meaning += f" → `{links[field['name']]}`"
        required = "yes" if limits.get("required") else ""
        lines.append(f"| `{field['name']}` | {field['type']} | {required} | {meaning} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    readme = Path(sys.argv[1])
    replace(readme, render(readme.read_text("utf-8"), read_descriptor(readme.parent)[0]))
