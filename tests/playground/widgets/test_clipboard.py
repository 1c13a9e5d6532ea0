"""The text to copy, as far as it is Python."""

from playground.widgets.clipboard import CopyBox


def test_text_and_label_reach_the_browser():
    box = CopyBox(text="one", label="Link")
    model = box.get_root()
    box.param.update(text="two", label="Code")
    assert (model.data.text, model.data.label) == ("two", "Code")
