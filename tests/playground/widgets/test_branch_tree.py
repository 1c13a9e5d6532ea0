"""The tree of branches, as far as it is Python."""

from playground.widgets.branch_tree import BranchTree

SEGMENT = {"id": 0, "parent": None, "start": 0, "end": 40, "leaf": 0, "label": "", "current": True}


def test_segments_and_position_reach_the_browser():
    tree = BranchTree()
    model = tree.get_root()
    tree.push(segments=[SEGMENT], position=12, length=40)
    assert model.data.segments == [SEGMENT]
    assert (model.data.position, model.data.length) == (12, 40)


def test_the_tree_moves_nothing_by_itself():
    tree = BranchTree(segments=[SEGMENT], position=12, length=40)
    tree._handle_msg({"type": "stand", "leaf": 0, "step": 3})
    assert (tree.position, tree.segments) == (12, [SEGMENT])
