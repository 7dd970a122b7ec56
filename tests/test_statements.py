import hashlib

import pytest
from minsk import statements

BASEL = "2014-12-04-basel"


@pytest.mark.parametrize(
    "text, tokens",
    [("We regret.", ["we", "regret"]), ("Nagorno-Karabakh’s 12 sides", ["nagorno-karabakh's", "sides"]),
     ("ﬁve–six ’tis", ["five", "six", "tis"]), ("", []), ("Désir", ["désir"])],
)  # fmt: skip
def test_tokens_are_runs_of_letters(text, tokens):
    assert statements.tokens(text) == tokens


@pytest.mark.parametrize(
    "text, sentences",
    [("One. Two! Three?", ["One.", "Two!", "Three?"]), ("On 4 Dec. we met.", ["On 4 Dec. we met."]),
     ("No end\nNew line.", ["No end", "New line."]), ('He said “no.” We left.', ['He said “no.”', "We left."]),
     ("In 2014. 12 men.", ["In 2014.", "12 men."])],
)  # fmt: skip
def test_a_sentence_ends_at_a_mark_before_a_capital_or_digit_and_at_a_line_break(text, sentences):
    assert statements.sentences(text) == sentences


def test_the_basel_statement_is_whole(wb):
    """378 words, 197 different, in 14 sentences and 5 paragraphs; the hash is of the press release's text."""
    rows = statements.reading(wb, BASEL)
    paragraphs = ["" .join(f"{t} " for t in g["text"]).strip() for _, g in rows.groupby("paragraph")]
    words = [w for p in paragraphs for w in statements.tokens(p)]
    assert (len(words), len(set(words)), len(rows), len(paragraphs)) == (378, 197, 14, 5)
    assert statements.sentences("\n".join(paragraphs)) == rows["text"].tolist()
    digest = hashlib.sha1("\n".join(paragraphs).encode()).hexdigest()
    assert digest == "ce555fe5658b4e44d01c1f3cf7df3b43e9c72d7a"


def test_only_a_statement_that_is_reproduced_can_be_read(wb):
    with pytest.raises(KeyError, match="only the Basel statement is reproduced"):
        statements.reading(wb, "1999-01-01-other")
