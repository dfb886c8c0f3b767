"""What is no condition is refused in one sentence, and nothing else happens."""

from __future__ import annotations

import json
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmm_app.data.condition.evaluation import rows_where
from gmm_app.data.condition.tokens import KEYWORDS, names_in, quoted_name
from gmm_app.errors import ConditionError, DataError
from tests.data.condition.tables import small_table

ROOT = Path(__file__).resolve().parents[3]

TRIES = (
    # nothing, or no condition
    "",
    "   ",
    "1",
    "a",
    "'setosa'",
    "species",
    "a + 1",
    "-a",
    "sqrt(a)",
    "(a)",
    "a and b",
    "not a",
    "a > 1 and 2",
    "()",
    # statements and queries
    "SELECT * FROM rows",
    "DROP TABLE rows",
    "a > 1; DROP TABLE rows",
    "a > 1; --",
    "a > (SELECT max(a) FROM rows)",
    "a in (SELECT a FROM rows)",
    "exists (select 1)",
    "a > 1 union select b from rows",
    "a > 1 limit 1",
    "a > 1 order by b",
    "where a > 1",
    "a > 1 /* and b > 1 */",
    "a > 1 -- and b > 1",
    "a > 1 # and b > 1",
    "copy rows to '/tmp/rows'",
    "attach '/etc/passwd'",
    "PRAGMA database_list",
    "case when a > 1 then 1 else 0 end = 1",
    "cast(a as text) = '1'",
    "a::text = '1'",
    "a like 1",
    "species like 'set%'",
    # functions and files
    "read_csv('/etc/passwd')",
    "read_csv('/etc/passwd') > 1",
    "glob('*') = 'x'",
    "getenv('HOME') = '/root'",
    "open('/etc/passwd').read() = ''",
    "eval('1') = 1",
    "exec('1') = 1",
    "__import__('os').system('true') = 0",
    "__class__ > 1",
    "a.__class__ > 1",
    "a.values > 1",
    "().__class__.__bases__ = 1",
    "a[0] > 1",
    "lambda: a > 1",
    "[x for x in a] = 1",
    "{a: 1} = 1",
    "f'{a}' = 1",
    "f'{a}' = 'setosa'",
    "a if a > 1 else b > 1",
    "print(a)",
    "abs(a > 1) > 1",
    "max(a) > 1",
    "max(a, b, 1) > 1",
    "abs() > 1",
    '"abs"(a) > 1',
    # assignments and other languages' signs
    "a := 1",
    "a += 1",
    "a => 1",
    "a ! = 1",
    "a === 1",
    "a & b > 1",
    "a > 1 && b > 1",
    "a > 1 || b > 1",
    "!(a > 1)",
    "~(a > 1)",
    "a ** 2 > 1",
    "a // 2 > 1",
    "a % 2 = 1",
    "a ^ 2 > 1",
    "a ? 1 : 2",
    "$a > 1",
    "@a > 1",
    "%s > 1",
    "a > ${b}",
    "\\a > 1",
    # letters and numbers that only look right
    "\uff41 > 1",
    "\u0430 > 1",
    "a \uff1e 1",
    "a \u2265 1",
    "a > \uff11",
    "a > \u0661",
    "a > 1 \uff41\uff4e\uff44 b > 1",
    "a i\u017f missing",
    "a > \u22121",
    "a\u200b > 1",
    "a > 1\x00",
    "\x00",
    "a\x00 > 1",
    "\ufeff a > 1",
    "a > \ud800",
    "a > 1 \u202e and b > 1",
    # broken
    "a >",
    "> 1",
    "a > 1 and",
    "and a > 1",
    "a > 1 or or b > 1",
    "a > 1 b > 1",
    "a > 1)",
    "(a > 1",
    "a > 1 = (b > 1)",
    "(a > 1) + 1 > 1",
    "a between 1",
    "a between 1 or 2",
    "a in ()",
    "a in (1, )",
    "a in 1",
    "a in (b)",
    "a is 1",
    "a is not",
    "(a > 1) is missing",
    "a > 1,000",
    "a > 0,5",
    "a > 1_000",
    "a > 0x10",
    "a > 1e",
    "a > 1.2.3",
    "a > 1e400",
    "a > 'one'",
    "a = species",
    "species > 'a'",
    "species = 1",
    "species = setosa",
    'species = "setosa"',
    "species = species",
    "'a' = 'a'",
    "species between 'a' and 'b'",
    "species in (1)",
    "species + 1 = 2",
    "note = 'x'",
    "nothing > 1",
    "A > 1",
    "FSC-A > 1",
    "a > 'open",
    '"a > 1',
    "[a > 1",
    "{}",
    '"{}" > 1',
    # bombs
    "(" * 1_000 + "a > 1" + ")" * 1_000,
    "not " * 900 + "a > 1",
    "-" * 3_000 + "a > 1",
    "abs(" * 900 + "a" + ")" * 900 + " > 1",
    "a > 1 and " * 400 + "a",
    "a > " + "1 + " * 990,
    "a > 1 or " * 1_000_000,
    "1" * 3_999,
    "a" * 3_999,
    '"' * 3_999,
    "'" * 3_998 + " > 1",
    " " * 5_000 + "a > 1",
)


def is_one_sentence(text: str) -> bool:
    """A line of which only the end ends a sentence."""
    return is_a_line(text) and len(re.findall(r"[.?](?=\s|$)", text)) == 1


def is_a_line(text: str) -> bool:
    """One line that can be read and has its end."""
    return text.isprintable() and text[-1] in ".?" and len(text) < 300


def test_there_are_enough_of_them() -> None:
    assert len(set(TRIES)) == len(TRIES) >= 100


@pytest.mark.parametrize("text", TRIES, ids=lambda text: ascii(text[:30]))
def test_what_is_no_condition_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ConditionError) as caught:
        rows_where(text, small_table())
    assert is_one_sentence(str(caught.value)), str(caught.value)
    assert 0 <= caught.value.place <= len(text)


def test_nothing_is_opened_loaded_or_run_by_them() -> None:
    program = f"""
import json, sys
sys.path.insert(0, {str(ROOT)!r})
from tests.data.condition.test_refusals import TRIES, small_table
from gmm_app.data.condition.evaluation import rows_where
from gmm_app.errors import ConditionError
table, seen = small_table(), []
sys.addaudithook(lambda event, arguments: seen.append(event))
refused = 0
for text in TRIES:
    try:
        rows_where(text, table)
    except ConditionError:
        refused += 1
done = list(seen)
print(json.dumps([refused, sorted(set(done))]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    refused, events = json.loads(done.stdout)
    assert refused == len(TRIES)
    assert set(events) <= {"builtins.id", "object.__getattr__"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A > 1", "There is no column 'A', at character 1: did you mean a?"),
        ("a > nothing", "There is no column 'nothing', at character 5: choose among a, b, FSC-A, "
         "log, odd \"name\", species."),
        ("FSC-A > 1", "There is no column 'FSC', at character 1: the name FSC-A must stand in "
         'quotes, as "FSC-A".'),
        ('species = "setosa"', "There is no column 'setosa', at character 11: a word stands in "
         "single quotes, as 'setosa'."),
        ("a > ", "After '>' at character 3 there must be a number or a column, and the condition "
         "ends."),
        ("a > 1,000", "',' at character 6 cannot stand there: write numbers as in 1000 and 0.5."),
        ("a", "The column at character 1 is no condition: compare it, as in a > 0."),
        ("a > 1 & b > 1", "'&' at character 7 means nothing in a condition: write and."),
        ("note = 'x'", "Column 'note' at character 1 holds neither numbers nor few different "
         "words: conditions are on columns of these."),
    ],
)  # fmt: skip
def test_what_the_sentence_says(text: str, sentence: str) -> None:
    with pytest.raises(ConditionError) as caught:
        rows_where(text, small_table())
    assert str(caught.value) == sentence


def test_the_error_is_one_of_data_and_travels_between_processes() -> None:
    error = pickle.loads(pickle.dumps(ConditionError("Not that.", 7)))
    assert issubclass(ConditionError, DataError)
    assert (str(error), error.place) == ("Not that.", 7)


PIECES = st.sampled_from(
    [*sorted(KEYWORDS), "a", "b", '"FSC-A"', "species", "'setosa'", "1", "2.5", "abs", "max", "x"]
    + list("+-*/()<>=,;&.[]'\"` \x00")
    + ["<=", "!=", "=="]
)


@settings(max_examples=300, deadline=None)
@given(text=st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=30))
def test_any_text_is_a_condition_or_is_refused_in_one_line(text: str) -> None:
    table = small_table()
    try:
        chosen = rows_where(text, table)
    except ConditionError as error:
        # What was typed is repeated, and may itself look like the end of a sentence.
        assert is_a_line(str(error)), str(error)
    else:
        assert chosen.shape == (table.n_rows,)


@given(name=st.text(st.characters(exclude_characters=" \t\r\n"), min_size=1, max_size=12))
def test_a_quoted_name_means_its_column(name: str) -> None:
    assert names_in(f"{quoted_name(name)} > 1 and log(2) > 0") == [name]


def test_names_that_mean_columns() -> None:
    assert names_in("log(a) > log or species = 'b' and [FSC-A] is null") == [
        *("a", "log", "species", "FSC-A")
    ]
