"""Words of a specification of somebody's own change nothing of a picture but its words."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ET

import pytest

from fsm.draw import lifecycle, render
from fsm.draw.formats.dot import anchor
from tests.hostile import WORDS, specification


@pytest.mark.parametrize("word", WORDS, ids=lambda word: ascii(word)[:40])
def test_a_drawing_has_the_same_elements(word: str) -> None:
    hostile, plain = (lifecycle(specification((each,)).lifecycles["second"]) for each in (word, "word"))
    drawn, expected = (ET.fromstring(render(each, "svg")) for each in (hostile, plain))
    kinds = {element.tag.rpartition("}")[2] for element in drawn.iter()}
    assert kinds == {element.tag.rpartition("}")[2] for element in expected.iter()}
    assert not [key for element in drawn.iter() for key in element.attrib if key.startswith("on")]
    links = [value for element in drawn.iter() for key, value in element.attrib.items() if key.endswith("href")]
    assert [each for each in links if not each.startswith("#")] == []


@pytest.mark.external
@pytest.mark.parametrize("word", WORDS, ids=lambda word: ascii(word)[:40])
def test_dot_of_the_system_reads_it(word: str) -> None:
    if not shutil.which("dot"):
        pytest.skip("no dot: apt-get install --no-install-recommends graphviz")
    source = render(lifecycle(specification((word,)).lifecycles["first"]), "dot")
    done = subprocess.run(["dot", "-Tsvg"], input=source, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    ET.fromstring(done.stdout)


def test_a_link_is_an_address() -> None:
    picture = lifecycle(specification(("word",)).lifecycles["first"])
    assert anchor(('A"&#0;<', "B"), picture) == "#a%22%26%230%3B%3C"
    assert anchor((), picture) == ""
