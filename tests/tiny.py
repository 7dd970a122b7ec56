"""A small part of the data that is valid by itself, so that it can be checked a thousand times."""

import pandas as pd
from minsk import tables
from minsk.tables import foreign_keys, resources, row_ids

WHOLE = ("phases", "elements")  # the rules need them so


def part(few: int = 3) -> tuple[dict[str, pd.DataFrame], dict]:
    """A few rows of each table with all they need, as text, and the descriptor."""
    package = tables.read_descriptor(tables.DATA)[0]
    schemas = dict(resources(package))
    frames = {name: tables.read_text(tables.DATA, schema)[0] for name, schema in schemas.items()}
    frames = {name: frame.set_axis(row_ids(frame, schemas[name])) for name, frame in frames.items()}
    rows = {name: frame.to_dict("index") for name, frame in frames.items()}
    offices, cited, cells = {}, {}, {}
    for i, row in rows["roles"].items():
        offices.setdefault(row["actor_id"], []).append(("roles", i))
    for i, row in rows["citations"].items():
        cited.setdefault((row["table"], row["row_id"]), []).append(("citations", i))
    for i, row in rows["proposal_elements"].items():
        cells.setdefault(row["proposal_id"], []).append(("proposal_elements", i))

    def needs(name, i):
        row = rows[name][i]
        for columns, target, there in foreign_keys(schemas[name]):
            if any(row[c] for c in columns):
                key = dict(zip(there, (row[c] for c in columns), strict=True))
                yield target, "/".join(key[k] for k in schemas[target]["schema"]["primaryKey"])
        if schemas[name].get("minsk:cited") in ("row", "filled"):
            mine = sorted(cited.get((name, i), []), key=lambda c: rows["citations"][c[1]]["stance"], reverse=True)
            yield from mine if name == "events" else mine[:2]
        if "row_id" in row:
            yield row["table"], row["row_id"]
        if name == "proposals":
            yield from cells[i]
        if name in ("event_participants", "statement_signatories"):
            yield from offices.get(row["actor_id"], [])

    seats = [tuple(s) for s in package["minsk:continuous"]["seats"]]
    wanted = [("roles", i) for i, r in rows["roles"].items() if (r["body_id"], r["role"], r["on_behalf_of"]) in seats]
    for name, frame in frames.items():
        if name not in ("sources", "actors", "citations"):  # these come with what needs them
            wanted += [(name, i) for i in (frame.index if name in WHOLE else frame.index[:few])]
    wanted.append(("events", next(i for i, r in rows["events"].items() if r["disputed"] == "true")))
    kept = set()
    while wanted:
        if (one := wanted.pop()) not in kept:
            kept.add(one)
            wanted += needs(*one)
    out = {}
    for name, frame in frames.items():
        mine = frame[[(name, i) in kept for i in frame.index]]
        out[name] = mine.set_axis(pd.RangeIndex(2, len(mine) + 2, name="line"))
    # An exception, since the data need none: somebody signed in the office of somebody else.
    signed, roles = out["statement_signatories"], out["roles"]
    signed.at[2, "role_id"] = roles.loc[roles["actor_id"] != signed.at[2, "actor_id"], "role_id"].iloc[0]
    row = row_ids(signed, schemas["statement_signatories"])[2]
    out["exceptions"] = pd.DataFrame({"rule": "in-office", "table": "statement_signatories", "row_id": row,
                                      "reason": "Made for the tests."}, pd.RangeIndex(2, 3, name="line"), dtype=object)
    return out, package
