"""The data themselves: valid by Frictionless, by our own check, and complete as to the two founding documents."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import frictionless
import minsk
import pandas as pd
import pytest
from conftest import ROOT
from minsk.tables import foreign_keys, resources
from test_bad_data import CASES, Spoiled

PAGE, RELEASE = "azerbaijan-az-osce", "osce-basel-2014"
# Frictionless looks at cells, keys and files; these are rules of form or of safety that it does not have.
OURS_ALONE = {"after-as-of", "bad-date-form", "bad-date", "byte-order-mark", "cells", "decomposed-letter", "formula",
              "line-break-in-cell", "needless-quotation-marks", "rows-out-of-order", "stray-space", "unseen-character",
              "very-long-text", "windows-line-ends"}  # fmt: skip


def faults(folder, tables):
    """Files that Frictionless finds at fault, looking at some tables and at those that they refer to."""
    descriptor = folder / "datapackage.json"
    if "datapackage" not in tables:
        package = json.loads(descriptor.read_text("utf-8"))
        targets = {t for r in package["resources"] if r["name"] in tables for _, t, _ in foreign_keys(r)}
        package["resources"] = [r for r in package["resources"] if r["name"] in tables | targets]
        for resource in package["resources"]:
            if resource["name"] not in tables:
                resource["schema"].pop("foreignKeys", None)
        descriptor = folder / "part.json"
        descriptor.write_text(json.dumps(package), "utf-8")
    try:
        report = frictionless.validate(str(descriptor))
    except frictionless.FrictionlessException:
        return {"datapackage.json"}
    if report.errors:
        return {"datapackage.json"}
    return {Path(task.place).name for task in report.tasks if not task.valid}


def spoil(folder, case):
    """Make the edits of a case; the names of the tables they touch."""
    edits = tomllib.loads(case.read_text("utf-8"))["edit"]
    tables = {edit["table"] for edit in edits}
    for edit in edits:
        Spoiled(folder).apply(edit.pop("table"), edit.pop("action"), **edit)
    return tables


def test_frictionless_finds_the_package_valid():
    report = frictionless.validate(str(ROOT / "data" / "datapackage.json"))
    assert report.valid, report.to_summary()


def test_check_finds_nothing(wb):
    assert minsk.check(wb).empty
    assert minsk.check().empty
    assert minsk.problems().empty


def test_check_sees_what_was_changed_in_memory(wb):
    events = wb.events.copy()
    events.loc[3, "start"] = "1992-13"
    found = minsk.check(minsk.Workbook({**wb.tables, "events": events}, wb.package, wb.path))
    assert found.loc[0, ["file", "line", "column", "value"]].tolist() == ["events.csv", 5, "start", "1992-13"]


def test_check_names_a_column_or_a_table_that_was_dropped_in_memory(wb):
    book = minsk.Workbook({**wb.tables, "events": wb.events.drop(columns="kind")}, wb.package, wb.path)
    assert minsk.check(book)[["file", "column", "problem"]].to_numpy().tolist() == [
        ["events.csv", "kind", "the column is missing"]]  # fmt: skip
    fewer = {name: frame for name, frame in wb.tables.items() if name != "phases"}
    found = minsk.check(minsk.Workbook(fewer, wb.package, wb.path))
    assert found[["file", "problem"]].to_numpy().tolist() == [["phases.csv", "the table is missing"]]


@pytest.mark.parametrize("case", [c for c in CASES if c.stem not in OURS_ALONE], ids=lambda c: c.stem)
def test_what_frictionless_refuses_we_refuse_too(case, data):
    """Our check must see at least what the reference implementation of Table Schema sees."""
    theirs, ours = faults(data, spoil(data, case)), set(minsk.problems(data)["file"])
    if theirs > ours and len(ours) == 1:
        # Where a file cannot be read, Frictionless blames the tables that refer to it as well; we name the file.
        theirs &= {tomllib.loads(case.read_text("utf-8"))["expect"]["file"]}
    assert theirs <= ours


@pytest.mark.parametrize("name", ["bad-id", "duplicate-id", "empty-cell", "missing-column", "not-a-number",
                                  "not-in-the-list", "number-out-of-range", "row-too-long", "unknown-actor"])
def test_frictionless_sees_these_too(name, data):
    """The agreement is not for want of anything to agree on."""
    case = next(c for c in CASES if c.stem == name)
    assert faults(data, spoil(data, case))


def test_the_codebook_is_that_of_the_descriptor_and_rewriting_it_touches_nothing_else(data):
    stale = (data / "README.md").read_text("utf-8").replace("| `event_id` |", "| `evnt` |")
    (data / "README.md").write_text(stale, "utf-8")
    subprocess.run([sys.executable, ROOT / "notebooks" / "site" / "codebook.py", data / "README.md"], check=True)
    assert (data / "README.md").read_bytes() == (ROOT / "data" / "README.md").read_bytes(), "run: make refresh"


def test_every_file_of_the_data_is_described():
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    described = {r["path"] for r in package["resources"]}
    assert {f.name for f in (ROOT / "data").glob("*.csv")} == described
    for resource in package["resources"]:
        for field in resource["schema"]["fields"]:
            assert field["title"] and field["description"], (resource["name"], field["name"])


# ---------------------------------------------------------------- the press release


@pytest.mark.parametrize(
    "section, items",
    [("our_work", 6), ("fields_of_work", 23), ("meetings_and_conferences", 16), ("participating_states", 57),
     ("field_operations", 13)],
)  # fmt: skip
def test_each_list_of_the_press_release_is_there_in_full(wb, section, items):
    rows = wb.osce_index.query("section == @section")
    assert len(rows) == items
    assert rows["order"].tolist() == list(range(1, items + 1)) or rows["order"].is_monotonic_increasing


def test_the_participating_states_are_actors_and_members(wb):
    listed = set(wb.osce_index.query("section == 'participating_states'")["actor_id"])
    states = wb.actors.query("actor_id in @listed")
    assert len(listed) == 57 and set(states["kind"]) == {"state"}
    assert (states["iso3"].str.lower() == states["actor_id"]).all() and (states["iso2"] != "").all()
    members = wb.roles.query("body_id == 'osce' and role == 'member' and start != ''")
    assert listed <= set(members["actor_id"])


def test_labels_are_printed_as_on_the_page(wb):
    labels = set(wb.osce_index["label"])
    assert {"Finland – OSCE Chairpersonship 2025", "The Netherlands", "Türkiye", "Cyber/ICT Security",
            "Project Co-ordinator in Uzbekistan", "Documentation Centre in Prague"} <= labels


def test_the_signatories_of_basel_held_their_offices(wb):
    signed = wb.statement_signatories.query("statement_id == '2014-12-04-basel'").merge(wb.roles, on="role_id")
    assert dict(zip(signed["actor_id_x"], signed["on_behalf_of_x"], strict=True)) == {
        "sergei-lavrov": "rus", "john-kerry": "usa", "harlem-desir": "fra"}  # fmt: skip


# ---------------------------------------------------------------- the government page


@pytest.mark.parametrize(
    "fact, query",
    [
        ("admission, 30 January 1992", "start == '1992-01-30' and kind == 'membership'"),
        ("first mission, February 1992", "start.str.startswith('1992-02') and kind == 'visit'"),
        ("senior officials, 27-28 February 1992", "start == '1992-02-27' and end == '1992-02-28'"),
        ("Helsinki council, 24 March 1992", "start == '1992-03-24' and place == 'Helsinki, Finland'"),
        ("Helsinki summit: July, not June", "kind == 'summit' and start == '1992-07-09' and end == '1992-07-10'"),
        ("Paris Charter, 20 December 1993", "start == '1993-12-20'"),
        ("Budapest summit, 5-6 December 1994", "kind == 'summit' and start == '1994-12-05' and end == '1994-12-06'"),
        ("Lisbon summit, 2-3 December 1996", "kind == 'summit' and start == '1996-12-02' and end == '1996-12-03'"),
        ("Istanbul summit, 18-19 November 1999", "kind == 'summit' and start == '1999-11-18' and end == '1999-11-19'"),
        ("decision 318, 16 November 1999", "start == '1999-11-16'"),
        ("Baku office opened, 18 July 2000", "start == '2000-07-18'"),
        ("media seminar, December 2001", "start == '2001-12'"),
    ],
)  # fmt: skip
def test_each_dated_statement_of_the_government_page_is_an_event_that_cites_it(wb, fact, query):
    cited = wb.citations.query("table == 'events' and source_id == @PAGE")
    cited = cited[cited["row_id"].isin(wb.events.query(query)["event_id"])]
    assert len(cited) >= 1, fact
    assert cited["locator"].str.startswith("par. ").all()


def test_the_thirteen_members_it_lists_are_members(wb):
    cited = wb.citations.query("table == 'roles' and source_id == @PAGE")
    rows = cited.merge(wb.roles, left_on="row_id", right_on="role_id")
    members = set(rows.query("body_id == 'minsk-group' and role == 'member'")["actor_id"])
    assert members == {"usa", "deu", "aze", "blr", "arm", "swe", "ita", "nld", "prt", "rus", "tur", "fin", "fra"}


@pytest.mark.parametrize("row, field", [("s000-16", "claimed_value"), ("s000-87", "claimed_value")])
def test_where_it_errs_the_claim_is_contradicted(wb, row, field):
    out = minsk.cite(wb, "claims", row).query("stance == 'contradicts'")
    assert len(out) >= 1 and set(out["field"]) == {field}


def test_its_errors_stay_as_contradictions_of_our_rows(wb):
    differ = minsk.disagreements(wb)
    assert ((differ["row_id"] == "1992-07-09-helsinki-summit") & differ["theirs"].str.contains("1992-06-08")).any()


def test_every_claim_of_fact_is_held_by_a_row(wb):
    facts = wb.claims.query("claim_type not in ['omission', 'characterisation']")
    assert set(facts["claim_id"]) <= set(wb.claim_rows["claim_id"])
    assert len(wb.claims) >= 160


# ---------------------------------------------------------------- the whole process


def test_the_record_is_as_wide_as_it_says(wb):
    dated = minsk.chronology.dated(wb)
    assert len(dated) >= 280
    years = dated["earliest"].dt.year.value_counts()
    assert set(range(1992, 2026)) <= set(years.index)
    assert (minsk.independent(wb, "events") >= 2).mean() >= 0.6
    assert len(minsk.disagreements(wb)) >= 40


@pytest.mark.parametrize("symbol", ["S/RES/822", "S/RES/853", "S/RES/874", "S/RES/884", "A/RES/62/243"])
def test_the_resolutions_are_there(wb, symbol):
    assert wb.events["symbol"].str.startswith(symbol).sum() == 1


def test_the_agreements_of_pa_x_are_matched(wb):
    known = {611, 1683, *range(1721, 1733), 310, 990, 1733, 1684, 823, 1685, 1686, 1687, 1925, 1926, 2324, 2455, 2396}
    ids = wb.events["pax_id"].dropna()
    assert known <= set(ids) and ids.is_unique


def test_an_event_is_named_by_its_date(wb):
    for row in wb.events.itertuples():
        assert row.event_id.startswith(row.start.rstrip("?~%") + "-"), row.event_id


@pytest.mark.parametrize(
    "claim, pair, since, until",
    [("ordinal-06", "Kocharyan – H. Aliyev", "2000-01-01", "2000-12-31"),
     ("ordinal-08", "Kocharyan – H. Aliyev", "1999-01-01", "2002-08-14"),
     ("ordinal-13", "Sargsyan – I. Aliyev", "2008-01-01", "2008-11-02"),
     ("ordinal-10", "Kocharyan – I. Aliyev", "2003-12-01", "2004-04-28")],
)  # fmt: skip
def test_the_counts_set_against_published_ordinals_are_those_of_the_ledger(wb, claim, pair, since, until):
    meetings = minsk.chronology.ledger(wb).query("pair == @pair")
    counted = meetings[(meetings["latest"] >= since) & (meetings["earliest"] <= until)]
    assert wb.published_ordinals.set_index("ordinal_id").loc[claim, "ledger"] == len(counted)


def test_the_published_agreements_by_year_add_up_to_the_published_total(wb):
    figures = wb.published_figures.set_index("figure_id")["value"]
    by_year = figures[figures.index.str.fullmatch(r"pax-(19|20[01])\d+")]
    numbered = wb.events[wb.events["pax_id"].notna() & (wb.events["start"] < "2020")]
    assert by_year.sum() == figures["pax-1991-2017"] == len(numbered)


def test_the_computations_that_a_row_may_name_are_those_that_are_used(wb):
    resource = dict(resources(wb.package))["published_figures"]
    form = next(f["constraints"]["pattern"] for f in resource["schema"]["fields"] if f["name"] == "computation")
    named = re.match(r"\^\((.+)\):", form)[1].split("|")
    assert set(named) == set(wb.published_figures["computation"].str.split(":").str[0])


def test_a_published_figure_needs_a_source_and_an_explanation(data):
    file = data / "published_figures.csv"
    text = file.read_text("utf-8")
    assert text.count(",First and last day included.\n") == 1
    file.write_text(text.replace(",First and last day included.\n", ",\n"), "utf-8")
    cited = data / "citations.csv"
    lines = cited.read_text("utf-8").splitlines(keepends=True)
    cited.write_text("".join(x for x in lines if not x.startswith("published_figures,days-2020,")), "utf-8")
    found = minsk.problems(data)
    assert found[["column", "problem"]].to_numpy().tolist() == [
        ["explanation", "the cell is empty"], ["figure_id", "no source supports this row"]]  # fmt: skip


def test_the_chairs_of_each_year_since_1992_are_known(wb):
    rows = minsk.network.terms(wb).query("role == 'chairperson_in_office' and actor_id != ''")
    for year in range(1992, 2026):
        middle = pd.Timestamp(f"{year}-06-15")
        assert ((rows["first"] <= middle) & (rows["last"] >= middle)).any(), year


def test_nothing_in_the_repository_names_a_machine_or_a_package_host():
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [f for f in listed.stdout.split("\0") if f and not f.endswith((".png", "test_data.py"))]
    hosts = ["/" + "root/", "/" + "work/", "pypi" + ".org", "python" + "hosted"]
    for name in files:
        text = (ROOT / name).read_text("utf-8", errors="replace") if (ROOT / name).exists() else ""
        assert not any(h in text for h in hosts), name


def test_the_library_stays_small():
    """Lines of code: neither blank, nor comment, nor docstring."""
    import ast

    total = 0
    for file in sorted((ROOT / "lib" / "minsk").glob("*.py")):
        text = file.read_text("utf-8")
        prose = set()
        for node in ast.walk(ast.parse(text)):
            body = getattr(node, "body", None)
            if isinstance(body, list) and body and isinstance(getattr(body[0], "value", None), ast.Constant):
                prose |= set(range(body[0].lineno, body[0].end_lineno + 1))
        lines = enumerate(text.splitlines(), 1)
        total += sum(n not in prose and bool(t.strip()) and not t.strip().startswith("#") for n, t in lines)
    assert total < 1460, total
