"""The generated part of ``data/README.md``: every table and column, from the descriptor."""

from __future__ import annotations

BEGIN = "<!-- generated from datapackage.json by `python -m minsk codebook`; do not edit below -->"
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


def _table(resource: dict) -> str:
    schema = resource["schema"]
    rule = resource.get("minsk:cited")
    lines = [f"### {resource['name']}", "", f"{resource['description']} {_COVER.get(rule, f'Cited through `{rule}`.')}",
             f"Primary key: {', '.join(f'`{k}`' for k in schema['primaryKey'])}.", "",
             "| column | type | required | meaning |", "|---|---|---|---|"]
    links = {k["fields"][0]: k["reference"]["resource"] or resource["name"] for k in schema.get("foreignKeys", [])
             if len(k["fields"]) == 1}
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
