"""What the README tells a stranger to type, typed."""

import re
import subprocess
import sys
import tomllib

import minsk
import pytest
from conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^ *```(\w+)\n(.*?)```", README, re.S | re.M)
COMMANDS = set(re.findall(r"python -m minsk (\w+)", README))


def test_every_make_target_named_exists_and_says_what_it_would_do():
    named = set(re.findall(r"\bmake ([a-z]+)", README))
    assert {"test", "lab", "check", "refresh"} <= named
    for target in sorted(named | {"site"}):
        run = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True)
        assert run.returncode == 0, (target, run.stderr)


def test_make_check_checks():
    run = subprocess.run(["make", "check"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0 and "No problems in data/." in run.stdout, run.stdout + run.stderr


def test_the_python_of_the_readme_runs():
    code = "\n".join(body for language, body in BLOCKS if language == "python")
    assert "minsk.load()" in code
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("command", sorted(COMMANDS - {"add"} | {"check"}))
def test_the_commands_of_the_package_exist(command, data):
    run = subprocess.run([sys.executable, "-m", "minsk", command, data], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_rows_of_the_readme_can_be_added(data, tmp_path):
    assert "add" in COMMANDS
    rows = next(body for language, body in BLOCKS if language == "toml")
    (tmp_path / "my-event.toml").write_text(rows, "utf-8")
    before = minsk.load(data).tables
    command = [sys.executable, "-m", "minsk", "add", tmp_path / "my-event.toml", data]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    added = {t: len(frame) - len(before[t]) for t, frame in minsk.load(data).tables.items()}
    assert {t: n for t, n in added.items() if n} == {"sources": 1, "citations": 1, "events": 1, "event_participants": 1}


def test_its_links_lead_somewhere():
    for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", README):
        assert (ROOT / target).exists(), target
    anchors = {re.sub(r"[^a-z0-9 -]", "", h.lower()).replace(" ", "-")
               for h in re.findall(r"^#+ (.+)", (ROOT / "data" / "README.md").read_text("utf-8"), re.M)}
    assert set(re.findall(r"data/README\.md#([a-z-]+)", README)) <= anchors


def test_the_conda_environment_has_no_dependency_list_of_its_own():
    text = (ROOT / "environment.yml").read_text("utf-8")
    assert re.findall(r"^ +- (.+)$", text, re.M) == ["conda-forge", "python=3.12", "pip", "pip:", "-e .[test]"]
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert wanted["requires-python"] == ">=3.11,<3.14"


def test_the_version_is_one():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"version: {project}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f'"version": "{project}"' in (ROOT / "data" / "datapackage.json").read_text("utf-8")
