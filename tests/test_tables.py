import os

import minsk
import pandas as pd
import pytest
from minsk import tables

PACKAGE = tables.read_descriptor(tables.DATA)[0]
RESOURCES = dict(tables.resources(PACKAGE))


@pytest.mark.parametrize("name", RESOURCES)
def test_every_table_survives_a_round_trip_byte_for_byte(name, wb, tmp_path):
    tables.write(tables.as_text(wb.tables[name], RESOURCES[name]), RESOURCES[name], tmp_path)
    assert (tmp_path / f"{name}.csv").read_bytes() == (tables.DATA / f"{name}.csv").read_bytes()


def test_types_are_those_of_the_schema_and_nothing_is_guessed(small):
    wb = small(deaths=[{"year": "1992", "low": "007"}], actors=[{"actor_id": "nam", "iso2": "NA", "name": "None"}],
               events=[{"disputed": "true", "lat": "40.20"}])
    assert wb.deaths.loc[0, "low"] == 7
    assert pd.isna(wb.deaths.loc[0, "best"])
    assert list(wb.actors.loc[0, ["iso2", "name", "note"]]) == ["NA", "None", ""]
    assert wb.events.loc[0, "disputed"] == True  # noqa: E712  a pandas boolean is not the object True
    assert wb.events.loc[0, "lat"] == 40.2


def test_rows_are_sorted_by_key_numbers_as_numbers():
    resource = RESOURCES["statement_sentences"]
    names = tables.field_names(resource)
    rows = [["x", n, "1", f'say "{n}", twice', "assertive", "none", ""] for n in ("10", "9")]
    text = tables.canonical(pd.DataFrame(rows, columns=names), resource)
    assert text.splitlines()[1:] == [
        'x,9,1,"say ""9"", twice",assertive,none,',
        'x,10,1,"say ""10"", twice",assertive,none,',
    ]
    assert text.endswith("\n") and "\r" not in text


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    file = tmp_path / "deaths.csv"
    file.write_text("old\n")
    monkeypatch.setattr(os, "replace", lambda *a: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        tables.replace(file, "new\n")
    assert file.read_text() == "old\n"
    assert [f.name for f in tmp_path.iterdir()] == ["deaths.csv"]


def test_a_workbook_names_its_tables(wb):
    assert wb.events is wb.tables["events"]
    assert "events" in dir(wb)
    assert wb.as_of == "2025-12-01"
    with pytest.raises(AttributeError, match="no table 'evnts'; there are sources, citations"):
        wb.evnts  # noqa: B018


def test_the_message_of_an_error_lists_the_first_problems_and_counts_the_rest():
    rows = [tables.problem("events.csv", n, "start", "1992-13", "not a date", "Mend it.") for n in range(25)]
    error = minsk.DataError(pd.DataFrame(rows))
    assert "events.csv, line 3, column start, value '1992-13': not a date. Mend it." in str(error)
    assert "... and 5 more; `make check` lists them all." in str(error)


def test_a_value_in_a_message_is_cut_and_shows_unseen_characters():
    row = tables.problem("a.csv", 2, "b", "x" * 500)
    assert row["value"] == "x" * 77 + "..."
    assert tables.problem("a.csv", 2, "b", "a\u202eb\n")["value"] == "a\\u202eb\\n"


def test_a_last_line_that_is_broken_and_has_no_end_is_named_by_its_number(tmp_path):
    good = (tables.DATA / "deaths.csv").read_text("utf-8").splitlines()[:3]
    (tmp_path / "deaths.csv").write_text("\n".join([*good, '1994,"12']), "utf-8")
    _, found = tables.read_text(tmp_path, RESOURCES["deaths"])
    assert [p["line"] for p in found if "not readable as CSV" in p["problem"]] == [4]
