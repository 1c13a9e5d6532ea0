"""A run over a graph: its gradients, its steps forward and back, hooks, changes and branches."""

from __future__ import annotations

import numpy as np
import pytest

from engine.experiment import Grain, Position
from engine.expression import parse
from engine.expression.graph import Edge
from engine.expression.passes import Contribution, Update
from engine.expression.presets import PRESETS
from engine.expression.run import MAX_STEPS, ExpressionRun
from engine.expression.spec import ExpressionSpec, SpecError
from engine.program import Phase
from tests.engine.expression.peers import EXTENDED, compute, torch_functions
from tests.engine.expression.test_gradient import WIDE, well_conditioned

LINE = PRESETS["line"].spec
SPECS = (
    LINE,
    PRESETS["xyz"].spec,
    PRESETS["fan_out"].spec.with_(parameters=("x",), learning_rate=1e-3),
    PRESETS["network"].spec,
    ExpressionSpec("x", {"x": 2}, ("x",)),
    ExpressionSpec("log(x)*y", {"x": 0, "y": 0}, ("y",)),
)


def numbers(run):
    """Everything that a frame says of now; by its repr nan is equal to itself and every bit counts."""
    frame = run.frame()
    return repr(
        (
            frame.position, frame.learning_rate, frame.values, frame.used, frame.locals, frame.gradients,
            frame.contributions, frame.updates, frame.last, frame.next,
        )
    )  # fmt: skip


def gradients(run):
    return {name: float(run[f"{name}.grad"]) for name in run.graph.leaves}


def subtrees(tree):
    yield tree
    if tree[0] not in ("number", "name"):
        for argument in tree[1:]:
            yield from subtrees(argument)


@pytest.fixture(scope="module")
def formulas():
    """Random formulas, all of whose values in between are finite: 0 times infinity is nan, in PyTorch too."""
    found = []
    with np.errstate(all="ignore"):
        for formula in well_conditioned(520):
            tree, _, values, _ = formula
            wide = {name: WIDE(value) for name, value in values.items()}
            if all(np.isfinite(compute(part, wide, EXTENDED, WIDE)) for part in subtrees(tree)):
                found.append(formula)
    assert len(found) >= 500
    return found[:500]


@pytest.fixture(scope="module")
def finished(formulas):
    runs = []
    for _, text, values, _ in formulas:
        run = ExpressionRun(ExpressionSpec(text, values))
        run.step("epoch")
        runs.append(run)
    return runs


@pytest.mark.skipif(np.finfo(WIDE).eps > 1e-18, reason="no extended precision: differences lose too many digits")
def test_gradients_are_what_differences_say(formulas, finished):
    for (_, text, _, slopes), run in zip(formulas, finished, strict=True):
        assert gradients(run) == pytest.approx(slopes, rel=1e-9, abs=1e-13), text


@pytest.mark.peer
def test_values_and_gradients_are_those_of_pytorch(formulas, finished, torch):
    functions = torch_functions(torch)
    for (tree, text, values, _), run in zip(formulas, finished, strict=True):
        leaves = {name: torch.tensor(x, dtype=torch.float64, requires_grad=True) for name, x in values.items()}
        result = compute(tree, leaves, functions, lambda number: torch.tensor(float(number), dtype=torch.float64))
        result.backward()
        assert run.frame().values[-1] == pytest.approx(result.item(), rel=1e-9, abs=1e-13), text
        expected = {name: leaf.grad.item() for name, leaf in leaves.items()}
        assert gradients(run) == pytest.approx(expected, rel=1e-9, abs=1e-13), text


def test_each_contribution_is_upstream_times_local_and_adds_up(finished):
    for run in finished:
        frame, sums = run.frame(), {}
        for c in frame.contributions:
            assert c.upstream == frame.gradients[c.node]
            assert c.local == frame.locals[run.graph.edges.index(c.edge)]
            assert c.downstream == (c.upstream * c.local if c.local else 0.0)
            assert c.before == sums.get(c.parent, 0.0)
            assert c.after == c.before + c.downstream
            sums[c.parent] = c.after
        sums.setdefault(run.graph.root, 1.0)
        assert {k: g for k, g in enumerate(frame.gradients) if g is not None} == sums


def test_where_the_slope_is_cut_off_not_even_infinity_passes():
    run = ExpressionRun(ExpressionSpec("sqrt(relu(x))", {"x": -1}))
    run.step("epoch")
    assert gradients(run) == {"x": 0.0}
    assert [c.upstream for c in run.frame().contributions] == [1.0, float("inf")]


@pytest.mark.concept("C129")
@pytest.mark.concept("C130")
def test_the_lectures_example_one_state_a_slide():
    preset = PRESETS["xyz"]
    run = ExpressionRun(preset.spec)
    # By slide: the values of q and f, and the gradients of f, z, q, y, x.
    expected = {
        "L1-20": (None, None, None, None, None, None, None),
        "L1-21": (3, -12, None, None, None, None, None),
        "L1-22": (3, -12, 1, None, None, None, None),
        "L1-23": (3, -12, 1, 3, None, None, None),
        "L1-24": (3, -12, 1, 3, -4, None, None),
        "L1-25": (3, -12, 1, 3, -4, -4, None),
        "L1-26": (3, -12, 1, 3, -4, -4, -4),
    }
    assert list(preset.slides) == list(expected)
    walked = ExpressionRun(preset.spec)
    for slide, position in preset.slides.items():
        run.seek(position)
        while walked.position < position:
            walked.step("op")
        assert numbers(run) == numbers(walked)
        frame = run.frame()
        x, y, z, q, f = range(5)
        assert (frame.values[q], frame.values[f], *(frame.gradients[k] for k in (f, z, q, y, x))) == expected[slide]
        assert (frame["x"], frame["y"], frame["z"]) == (-2, 5, -4)
    # Local gradients: + has 1 and 1, × has the other factor.
    assert run.frame().locals == (1.0, 1.0, -4.0, 3.0)


@pytest.mark.concept("C128")
def test_paths_add_and_edges_multiply():
    run = ExpressionRun(PRESETS["two_path"].spec)
    run.step("epoch")
    frame = run.frame()
    assert frame["f"] == 11
    assert gradients(run) == {"x1": 8.0, "x2": 7.0}
    x1, x2 = run.graph.leaves.values()
    at_x1 = [(c.downstream, c.before, c.after) for c in frame.contributions if c.parent == x1]
    # Through x1·x2 comes 2, through (x1 + x2)² comes 6.
    assert at_x1 == [(2.0, 0.0, 2.0), (6.0, 2.0, 8.0)]
    assert [(c.downstream, c.after) for c in frame.contributions if c.parent == x2] == [(1.0, 1.0), (6.0, 7.0)]


@pytest.mark.concept("C071")
@pytest.mark.concept("C091")
def test_one_step_of_gradient_descent_by_the_formula():
    run = ExpressionRun(LINE)
    run.step("phase")
    assert (run["f"], run.position.op) == (3.0, 4)
    run.step("phase")
    assert run["J"] == 2.0
    run.step("phase")
    assert gradients(run) == {"w1": -2.0, "x1": -2.0, "w2": -4.0, "x2": -2.0, "b": -2.0}
    run.step("phase")
    assert run.leaves == pytest.approx({"w1": 1.2, "x1": 1.0, "w2": 1.4, "x2": 2.0, "b": 0.2}, rel=1e-12)
    w1, b = run.graph.leaves["w1"], run.graph.leaves["b"]
    assert run.frame().updates[0] == Update(w1, -2.0, 0.1, 1.0, 1.2)
    assert [u.node for u in run.frame().updates] == [w1, run.graph.leaves["w2"], b]
    assert run.position == Position(1)
    assert (run["f"], run.used["w1"]) == (3.0, 1.0)  # the finished step's numbers stay until the next one begins
    run.step("op")
    assert np.isnan(run["f"])
    assert run["q"] == pytest.approx(1.2)
    run.step("phase")
    run.step("phase")
    assert run["f"] == pytest.approx(4.2, rel=1e-12)
    assert run["J"] == pytest.approx(0.32, rel=1e-12)


@pytest.mark.concept("C133")
def test_the_gradient_at_each_neuron_of_a_network_is_what_differences_say():
    spec = PRESETS["network"].spec
    run = ExpressionRun(spec)
    run.step("epoch")
    sigmoids = [node for node in run.graph.nodes if node.label == "sigmoid"]
    assert len(sigmoids) == 3
    text = f"(({spec.text}) - 1)^2/2"
    for node in sigmoids:
        before = run.graph.nodes[node.parents[0]]
        # Push the neuron's sum by d, in the formula itself.
        inner = {"b1": "b1", "b2": "b2", "c": "c"}
        name = next(n for n in ("c", "b1", "b2") if before.text.replace("₁", "1").replace("₂", "2").endswith(inner[n]))
        pushed = parse(text.replace(f"+ {name})", f"+ {name} + d)"))
        h = 1e-5
        up, down = (float(pushed.evaluate({**spec.start, "d": d})) for d in (h, -h))
        assert run.frame().gradients[before.id] == pytest.approx((up - down) / (2 * h), rel=1e-8), name


def test_a_value_is_there_after_its_instruction_and_not_before():
    run = ExpressionRun(PRESETS["network"].spec)
    frames = [run.frame()]
    while run.position.epoch == 0:
        run.step("op")
        frames.append(run.frame())
    for before, after, instruction in zip(frames, frames[1:], run.instructions, strict=False):
        assert after.last == before.next == instruction
        changed = [k for k, (a, b) in enumerate(zip(before.values, after.values, strict=True)) if a != b]
        moved = [k for k, (a, b) in enumerate(zip(before.gradients, after.gradients, strict=True)) if a != b]
        if instruction.phase in (Phase.FORWARD, Phase.LOSS):
            assert (changed, moved) == ([instruction.node], [])
            assert before.values[instruction.node] is None
        elif instruction.phase is Phase.BACKWARD:
            assert (changed, moved) == ([], [instruction.edge.parent if instruction.edge else run.graph.root])
        else:
            assert (changed, moved) == ([instruction.node], [])


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.text[:12])
def test_going_anywhere_is_having_walked_there(spec):
    walked = ExpressionRun(spec)
    states = {walked.position: numbers(walked)}
    while walked.position < Position(3):
        walked.step("op")
        states[walked.position] = numbers(walked)
    run = ExpressionRun(spec)
    places = list(states)
    rng = np.random.default_rng(1)
    for k in rng.integers(0, len(places), 60):
        run.seek(places[k])
        assert numbers(run) == states[places[k]]
    for place, before in zip(places[:0:-1], places[-2::-1], strict=True):
        run.seek(place)
        run.step_back("op")
        assert run.position == before
        assert numbers(run) == states[before]
    run.step_back("op")
    assert run.position == Position()
    for grain in ("phase", "epoch"):
        forward = []
        run.reset()
        while run.position < Position(3):
            forward.append(run.position)
            run.step(grain)
            assert numbers(run) == states[run.position]
        while forward:
            run.step_back(grain)
            assert run.position == forward.pop()
            assert numbers(run) == states[run.position]


def test_long_walks_leave_checkpoints_and_come_back_to_the_bit():
    run = ExpressionRun(SPECS[3])
    run.step("epoch", 150)
    there = numbers(run)
    run.step("epoch", 105)
    assert run.history.checkpoints == 26
    run.seek(Position(150))
    assert numbers(run) == there
    walked = ExpressionRun(SPECS[3])
    walked.step("epoch", 150)
    assert numbers(walked) == there


def test_a_leaf_changed_while_the_step_computes_counts_for_all_of_it():
    run = ExpressionRun(PRESETS["xyz"].spec)
    for position in PRESETS["xyz"].slides.values():
        run.reset()
        run.seek(position)
        run.set_value("z", 2)
        run.set_values({"x": -10, "y": 3})
        fresh = ExpressionRun(PRESETS["xyz"].spec.with_(values={"x": -10, "y": 3, "z": 2}))
        fresh.seek(position)
        assert numbers(run) == numbers(fresh)
        assert len(run.branches) == 1
        assert len(run.history.segments) <= 2
    assert gradients(run) == {"x": 2.0, "y": 2.0, "z": -7.0}


def test_a_leaf_changed_after_the_first_update_counts_from_there():
    run = ExpressionRun(LINE)
    run.seek(Position(0, 0, len(run.instructions) - 2))
    run.set_values({"w1": 7.0, "b": 3.0})
    assert (run.leaves["w1"], run.used["w1"], run["w1.grad"]) == (7.0, 1.0, -2.0)
    run.step("phase")
    assert run.leaves["b"] == pytest.approx(3.2)
    assert run.frame().updates[-1].before == 3.0
    run.set_value("w1", 0.0)
    assert (run.position, run["f"], run.leaves["w1"]) == (Position(1), 3.0, 0.0)
    run.step("phase")
    assert run["f"] == pytest.approx(1.4 * 2 + 3.2)


def test_the_learning_rate_counts_from_here_on():
    run = ExpressionRun(LINE)
    run.step("epoch")
    run.change(learning_rate=0.01)
    assert (run.learning_rate, run.frame().updates[0].learning_rate) == (0.01, 0.1)
    run.step("epoch")
    assert {u.learning_rate for u in run.frame().updates} == {0.01}
    assert run.spec == LINE.with_(learning_rate=0.01)
    run.step_back("epoch")
    run.step_back("op")
    assert run.learning_rate == 0.1


def test_a_change_in_the_past_branches_and_the_old_future_stays():
    run = ExpressionRun(LINE)
    run.step("epoch", 5)
    old = numbers(run)
    run.seek(Position(2, 0, 3))
    for x in (2.0, 2.5, 3.0):  # as a slider is dragged
        run.set_value("x1", x)
    assert len(run.branches) == 2
    run.step("epoch", 2)
    new = numbers(run)
    assert new != old
    run.stand_on(run.branches[0])
    assert numbers(run) == old
    run.stand_on(run.branches[1])
    assert numbers(run) == new
    run.seek(Position(1))
    assert run.leaves["x1"] == 1.0
    run.reset()
    assert (run.position, run.newest, len(run.branches)) == (Position(), Position(), 1)


def counts_from(run, at):
    """From when on a change counts, by what the class says."""
    updates = [k for k, i in enumerate(run.instructions) if i.phase is Phase.UPDATE]
    if not updates and at.op == 0:
        return Position(max(0, at.epoch - 1))
    return at if updates and at.op > updates[0] else Position(at.epoch)


def walked(spec, changes, target):
    """Walk one line without any history: changes are pairs of a position and a call on the bare run."""
    run = ExpressionRun(spec)
    waiting = list(changes)
    while True:
        while waiting and waiting[0][0] == run.position:
            name, value = waiting.pop(0)[1]
            if name:
                run._pass.leaves[name] = value
            else:
                run._learning_rate = value
        if run.position == target:
            return numbers(run)
        run.step("op")


@pytest.mark.parametrize("spec", SPECS[:4], ids=lambda spec: spec.text[:12])
@pytest.mark.parametrize("seed", range(8))
def test_random_walks_through_changes_and_branches(spec, seed):
    rng = np.random.default_rng(seed)
    run = ExpressionRun(spec)
    lines, on = [([], Position())], 0  # by branch: its changes in order, and how far it got
    for _ in range(60):
        action, at = rng.integers(6), run.position
        changes, end = lines[on]
        if action == 0:
            run.step(str(rng.choice(["op", "phase", "epoch"])))
        elif action == 1:
            run.step_back(str(rng.choice(["op", "phase", "epoch"])))
        elif action == 2:
            run.seek(Position(int(rng.integers(end.epoch + 2)), 0, int(rng.integers(len(run.instructions)))))
        elif action == 3 and len(lines) > 1:
            on = int(rng.integers(len(lines)))
            run.stand_on(run.branches[on])
        elif action > 3:
            start, value = counts_from(run, at), float(rng.uniform(0.01, 2))
            # Where a finished step is done again, it is with the values that are shown.
            shown = [*run.leaves.items(), ("", run.learning_rate)] if start.epoch < at.epoch else []
            if action == 4:
                name = str(rng.choice(list(run.graph.leaves)))
                run.set_value(name, value)
            else:
                name = ""
                run.change(learning_rate=value)
            kept = [change for change in changes if change[0] <= start]
            line = ([*kept, *((start, setting) for setting in (*shown, (name, value)))], at)
            if at == end:
                lines[on] = line
            else:
                lines.append(line)
                on = len(lines) - 1
        changes, end = lines[on]
        lines[on] = (changes, max(end, run.position))
        assert numbers(run) == walked(spec, changes, run.position)
    assert len(run.branches) == len(lines)


def test_hooks_hear_each_step_of_their_grain_and_phase():
    run = ExpressionRun(LINE)
    heard = []

    def hear(event):
        heard.append((event.grain, event.phase, event.position, event.instruction))

    run.on_event(hear)
    run.on_event(hear, grain="phase")
    steps = []
    handle = run.on_event(lambda event: steps.append(event.experiment["J"]), phase=Phase.UPDATE, grain=Grain.EPOCH)
    backward = []
    run.on_event(lambda event: backward.append(event.instruction.edge), phase=Phase.BACKWARD)
    run.step("epoch")
    ops = [entry for entry in heard if entry[0] is Grain.OP]
    assert [entry[3] for entry in ops] == list(run.instructions)
    assert [entry[2] for entry in ops] == [*(Position(0, 0, k) for k in range(1, len(ops))), Position(1)]
    phases = [entry[1:] for entry in heard if entry[0] is Grain.PHASE]
    assert [phase for phase, *_ in phases] == [Phase.FORWARD, Phase.LOSS, Phase.BACKWARD, Phase.UPDATE]
    assert all(instruction is None for *_, instruction in phases)
    assert backward == [None, *run.graph.backward()]
    assert steps == [2.0]
    handle.remove()
    count = len(heard)
    run.seek(Position())
    run.seek(Position(2))
    run.set_value("x1", 3.0)
    assert len(heard) == count
    run.step("epoch")
    assert steps == [2.0]
    assert len(heard) > count


def test_a_hook_sees_the_moment_it_is_called_at():
    run = ExpressionRun(PRESETS["xyz"].spec)
    seen = []
    run.on_event(lambda event: seen.append((event.experiment.position, float(event.experiment["q.grad"]))))
    run.step("epoch")
    assert [g for _, g in seen] == pytest.approx([np.nan] * 4 + [-4.0] * 3, nan_ok=True)
    assert seen[-1][0] == run.newest == Position(1)


def test_frames_and_copies_do_not_change_with_the_run():
    run = ExpressionRun(LINE)
    run.step("phase")
    frame, ahead = run.frame(), run.numbers(ahead=True)
    before = numbers(run)
    run.numbers(ahead=True).leaves["w1"] = 9.0
    run.leaves["w1"] = run.used["w1"] = 9.0
    assert numbers(run) == before
    run.step("op")
    assert ahead.shown_values() == list(run.frame().values)
    assert frame.values[frame.graph.output + 1] is None
    with pytest.raises(KeyError, match="there is no 'nothing'"):
        frame["nothing"]


def test_the_numbers_tell_the_values_of_names_now_from_those_the_step_used():
    run = ExpressionRun(LINE)
    run.step("epoch")
    done, place = run.numbers(), run.graph.leaves["w1"]
    assert done.shown_values()[place] == run.leaves["w1"] == 1.2
    assert done.shown_values(used=True)[place] == run.used["w1"] == 1.0


def test_what_overflows_shows_and_the_spec_stays_one():
    run = ExpressionRun(ExpressionSpec("exp(exp(x))", {"x": 7}, ("x",), 10.0))
    run.step("epoch", 3)
    assert not np.isfinite(run.leaves["x"])
    assert run.spec == run.first_spec
    assert run.frame().values[-1] is not None


def test_limits_and_messages():
    run = ExpressionRun(LINE)
    with pytest.raises(ValueError, match="one of op, phase, epoch, got 'layer'"):
        run.step("layer")
    with pytest.raises(ValueError, match="one of op, phase, epoch"):
        run.on_event(print, grain="batch")
    for position in (Position(0, 1), Position(-1), Position(0, 0, len(run.instructions)), Position(MAX_STEPS + 1)):
        with pytest.raises(ValueError, match="a position here has an epoch from 0 to 10,000"):
            run.seek(position)
    with pytest.raises(SpecError, match="unknown name 'v'"):
        run.set_value("v", 1.0)
    with pytest.raises(SpecError, match="The value of w1 is a number from -1,000,000 to 1,000,000"):
        run.set_value("w1", float("inf"))
    with pytest.raises(SpecError, match="Learning rate is a number"):
        run.change(learning_rate=-1)
    with pytest.raises(ValueError, match="does not belong"):
        run.stand_on(ExpressionRun(LINE).branches[0])
    assert numbers(run) == numbers(ExpressionRun(LINE))


def test_a_value_set_to_what_it_is_changes_nothing():
    run = ExpressionRun(LINE)
    run.step("epoch", 2)
    run.seek(Position(1))
    run.set_value("x1", 1.0)
    run.change(learning_rate=0.1)
    assert (len(run.branches), run.newest) == (1, Position(2))


def test_an_edge_of_a_contribution():
    assert Contribution(4, 3, 0, 1.0, 1.0, 1.0, 0.0, 1.0).edge == Edge(4, 3, 0)
