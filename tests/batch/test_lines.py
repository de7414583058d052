"""What the lines of a file ask for, however people wrote it; and every line that is wrong, by its number."""

from __future__ import annotations

import csv
import io
import itertools
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.batch.lines import Asked, Line, Lines
from activities.batch.table import Row, open_table
from activities.batch.template import Template
from workflows.batch import BatchRequest
from workflows.film import film_id
from workflows.studio import InvalidRequest

TEMPLATE = {"prompt": "A film about ${product}", "duration_s": "${seconds}"}
# What a cell may hold: everything but halves of characters, which no file has.
CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SAID = CELLS.filter(str.strip)


def rows_of(data: bytes) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(data)
        with open_table(path) as table:
            return list(table.rows)


def lines_of(folder: Path, text: str | bytes, name: str = "films.csv", **asked: Any) -> Lines:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    said = {"name": "films", "source": f"uploads/{name}", "template": TEMPLATE, **asked}
    return Lines(BatchRequest.model_validate(said), path)


def requests(lines: Lines) -> list[Any]:
    found = list(lines)
    assert not [line.problems for line in found if line.problems]
    return [line.request for line in found]


def problems(lines: Lines) -> list[str]:
    return [str(one) for line in lines for one in line.problems]


@given(
    rows=st.integers(2, 4).flatmap(lambda wide: st.lists(st.lists(CELLS, min_size=wide, max_size=wide))),
    delimiter=st.sampled_from(",;\t|"),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    says_so=st.booleans(),
    blanks=st.integers(0, 2),
)
def test_any_table_comes_back_however_it_is_written(
    rows: list[list[str]], delimiter: str, ends: str, quoting: Any, encoding: str, says_so: bool, blanks: int
) -> None:
    names = ["Product Name", "SECONDS", "notes", "x"][: len(rows[0]) if rows else 2]
    text = io.StringIO()
    text.write(f"sep={delimiter}{ends}" if says_so else "")
    if any(set(cell) & {"\r", "\n"} for row in rows for cell in row):
        # Python's own writer leaves the ends of other systems' lines bare, as no spreadsheet does.
        quoting = csv.QUOTE_ALL
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ends, quoting=quoting)
    for row in (names, *rows):
        writer.writerow(row)
        text.write((delimiter * (len(names) - 1) + ends) * blanks)
    found = rows_of(text.getvalue().encode(encoding))
    columns = ["product_name", "seconds", "notes", "x"]
    said = [[cell.strip() for cell in row] for row in rows]
    assert [row.cells for row in found] == [dict(zip(columns, row, strict=False)) for row in said if any(row)]
    assert not [row.problem for row in found if row.problem]


@given(
    st.lists(
        st.tuples(st.sampled_from(["15", "", "12", "soon"]), st.sampled_from(["mug", 'a\n"big"\n\nmug'])),
        max_size=30,
    )
)
def test_every_bad_line_is_named_by_the_line_on_which_it_begins(said: list[tuple[str, str]]) -> None:
    text, bad = io.StringIO(), []
    writer = csv.writer(text, lineterminator="\n")
    for at, (seconds, product) in enumerate((("seconds", "product"), *said)):
        if at and seconds in ("12", "soon"):
            bad.append(text.getvalue().count("\n") + 1)
        writer.writerow([seconds, product])
    with tempfile.TemporaryDirectory() as folder:
        found = [line for line in lines_of(Path(folder), text.getvalue()) if line.problems]
    assert [line.number for line in found] == bad
    assert all(str(line.problems[0]).startswith(f"line {line.number}: duration_s") for line in found)


def test_a_cell_of_several_lines_is_read_as_any_system_writes_it(tmp_path: Path) -> None:
    table = 'product,seconds\r\n"mug\r\nand cup",15\r\n'
    assert [one.prompt for one in requests(lines_of(tmp_path, table))] == ["A film about mug\nand cup"]


def test_a_line_that_is_no_record_is_named(tmp_path: Path) -> None:
    said = problems(lines_of(tmp_path, 'product,seconds\nmug,15\ncup,10,,5\n"a "b" c",5\nshoe\n"open,5\n'))
    assert [one.split(";")[0] for one in said] == [
        "line 3: has 4 cells, and the header names 2",
        "line 4: has a quote in the midst of a quoted cell",
        "line 6: opens a quote that is never closed",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "there is no header"),
        ("product,Product\nmug,cup\n", "two columns are called 'product'"),
        ("product\nmug\n", "template.duration_s: there is no column 'seconds'; the columns are product"),
        ("product;seconds\nmüg;15\n".encode("cp1252"), "line 2: is not UTF-8; save the file as CSV UTF-8"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        list(lines_of(tmp_path, text))
    assert words in str(refused.value)


@pytest.mark.parametrize("place", ["${", "${}", "${ }", "mug ${"])
def test_a_place_that_names_no_column_is_refused(tmp_path: Path, place: str) -> None:
    with pytest.raises(InvalidRequest, match=r"template\.prompt: .* names no column"):
        list(lines_of(tmp_path, "a\nb\n", template={"prompt": place}))


def test_a_cell_that_is_a_whole_value_takes_the_type_of_its_field(tmp_path: Path) -> None:
    text = (
        "Prompt;Seconds;FPS;Music;Creativity;Refs;Budget;Plan;Video\n"
        '"15";15;8;FALSE;0.25;"[{""image"": ""https://example.org/a.png""}]";7.50;'
        '"{""beats"": [{""id"": ""hero_shot"", ""seconds"": 15}]}";m-1\n'
        "a mug;;;;;;;;\n"
    )
    fields = {"duration_s": "seconds", "creativity": "creativity", "references": "refs"}
    template = {name: f"${{{column}}}" for name, column in fields.items()} | {
        "prompt": "${prompt}", "fps": "${fps}", "music": "${music}", "budget_usd": "${budget}",
        "plan": "${plan}", "models": {"video": "${video}"},
    }  # fmt: skip
    typed, bare = requests(lines_of(tmp_path, text, template=template))
    asked = typed.model_dump(mode="json", exclude_defaults=True)
    assert asked["prompt"] == "15" and asked["duration_s"] == 15 and asked["fps"] == 8
    assert asked["music"] is False and asked["creativity"] == 0.25 and asked["budget_usd"] == "7.5"
    assert asked["references"] == [{"image": "https://example.org/a.png"}]
    assert asked["models"] == {"video": "m-1"} and asked["plan"]["beats"][0]["seconds"] == 15
    assert bare.model_dump(exclude_defaults=True) == {"prompt": "a mug"}


def test_an_empty_cell_in_the_midst_of_words_is_named(tmp_path: Path) -> None:
    assert problems(lines_of(tmp_path, "product,seconds\nmug,15\n,15\n")) == [
        "line 3: prompt: the cell product is empty; fill it in"
    ]
    for said in ('{"product": null}', '{"product": " "}', "{}"):
        (problem,) = problems(lines_of(tmp_path, said, "films.jsonl"))
        assert problem.startswith("line 1: prompt: the cell product is empty"), said


@given(first=SAID, second=SAID, text=st.text(st.sampled_from("a$ {}x"), max_size=10))
def test_what_a_cell_holds_is_never_read_as_a_place(first: str, second: str, text: str) -> None:
    said = text.replace("$", "$$")
    template = Template({"prompt": f"{said}${{A}}-$$${{b}}{said}"}, {})
    assert template.filled({"a": first, "b": second}) == {"prompt": f"{text}{first}-${second}{text}"}
    for odd in ("${b}", "$$", "=1+1", "{b}", "%(b)s"):
        assert template.filled({"a": odd, "b": odd})["prompt"] == f"{text}{odd}-${odd}{text}"


def test_lines_of_json_are_requests_or_fill_a_template(tmp_path: Path) -> None:
    bare = '\ufeff{"prompt": "a mug"}\n\n{"prompt": "a $cup ${x}", "duration_s": 10}\n'
    first, second = requests(lines_of(tmp_path, bare, "a.jsonl", template=None))
    assert (first.prompt, second.prompt, second.duration_s) == ("a mug", "a $cup ${x}", 10)
    filled = '{"product": "mug", "Seconds": 10}\n{"product": 7, "seconds": null}\n'
    # By its first character, where the name tells nothing.
    first, second = requests(lines_of(tmp_path, filled, "films"))
    assert (first.prompt, first.duration_s) == ("A film about mug", 10)
    assert (second.prompt, second.duration_s) == ("A film about 7", None)
    wrong = '["mug"]\n{"product": "mug", "seconds": 12}\n{"prompt": 1\n'
    assert [one.split(";")[0] for one in problems(lines_of(tmp_path, wrong, "b.jsonl"))] == [
        "line 1: is no JSON object on one line",
        "line 2: duration_s: 12 is not 5 to 120 in steps of 5",
        "line 3: is no JSON object on one line",
    ]
    twice = '{"prompt": "a", "prompt": "b"}\n'
    assert "given more than once" in problems(lines_of(tmp_path, twice, "c.jsonl", template=None))[0]


def test_requests_given_with_the_batch_are_named_by_their_place(tmp_path: Path) -> None:
    asked = BatchRequest(name="two", items=({"prompt": "a mug"}, {"promt": "a cup"}))
    first, second = Lines(asked)
    assert first.request.prompt == "a mug" and str(second.problems[0]).startswith("items[1].prompt: ")


def test_whose_it_is_goes_into_each_item_that_names_nobody(tmp_path: Path) -> None:
    text = '{"prompt": "a"}\n{"prompt": "b", "user": "bea", "labels": ["spring"]}\n'
    found = requests(lines_of(tmp_path, text, "a.jsonl", template=None, user="anna", labels=("autumn",)))
    assert [(one.user, one.labels) for one in found] == [("anna", ("autumn",)), ("bea", ("spring",))]


def test_a_review_goes_into_each_item_that_names_none(tmp_path: Path) -> None:
    text = '{"prompt": "a"}\n{"prompt": "b", "review": "plan"}\n{"prompt": "c", "review": "off"}\n'
    found = requests(lines_of(tmp_path, text, "a.jsonl", template=None, review="cut"))
    assert [one.review for one in found] == ["cut", "plan", "off"]


def test_the_same_line_twice_is_one_item_and_a_shared_id_is_not(tmp_path: Path) -> None:
    """Takes 3,711 and 3,993 of this film begin with the same 24 bits."""
    prompt = "A 15 second film about a ceramic coffee mug"
    text = "take,budget\n3711,1\n3993,1\n3711,2\n3993,1\n"
    template = {"prompt": prompt, "take": "${take}", "budget_usd": "${budget}"}
    lines = lines_of(tmp_path, text, template=template)
    for _ in range(2):
        first, second = [one for one in lines.items() if isinstance(one, Asked)]
        assert first.item == film_id(first.request) == film_id(second.request)
        assert second.item.startswith(f"{first.item}-") and len(second.item) == len(first.item) + 9
        assert (first.line, second.line, lines.further, lines.count) == (2, 3, {1: [4], 2: [5]}, 4)


@pytest.mark.slow
def test_more_lines_take_no_more_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "films.csv"
    few_lines, many_lines = 4_000, 10_000
    monkeypatch.setattr("activities.batch.lines.MAX_LINES", many_lines)

    def most(count: int) -> int:
        with path.open("w") as file:
            file.write("product,seconds\n")
            file.writelines(f"ceramic mug {number},15\n" for number in range(count))
        asked = BatchRequest(name="films", source="uploads/films.csv", template=dict(TEMPLATE))
        # What remembers words, up to a bound, knows those of the same lines afterwards.
        assert any(line.problems for line in Lines(asked, path)) == (count > many_lines)
        tracemalloc.start()
        last = 0
        for last, line in enumerate(Lines(asked, path), 1):
            assert isinstance(line, Line) and bool(line.problems) == (last > many_lines)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert last == min(count, many_lines + 1)
        return peak

    few, many = most(few_lines), most(many_lines + 10)
    # The shortest text that were kept of a line takes more, in bytes.
    assert (many - few) / (many_lines - few_lines) < 40


def test_a_name_counts_however_it_is_written(tmp_path: Path) -> None:
    for name, place in itertools.product(
        ["Product Name", "PRODUCT-NAME "], ["product_name", " Product Name"]
    ):
        (found,) = requests(
            lines_of(tmp_path, f"{name},n\nmug,1\n", template={"prompt": f"about ${{{place}}}"})
        )
        assert found.prompt == "about mug"
