"""What is looked at more closely: the numbers in tables and pictures, against computations of their own."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.reader import PRETRAINED, Reader, unseen_images
from playground.stages.reader.presets import LOOKS
from playground.stages.reader.questions import QUESTIONS, question_card
from playground.stages.reader.slid import paged, softmax
from playground.stages.reader.stacks import WINDOWS, steps


def look(session):
    return session.scene(False).look


def cells(shown, column: int) -> list[str]:
    return [row[column].replace("\u00a0", " ") for row in shown.table["rows"]]


def plain(text: str) -> float:
    return float(text.replace("−", "-").replace(",", "").removesuffix(" %").removeprefix("< ").removeprefix("> "))


def test_everything_there_is_to_look_at_is_made(session) -> None:
    for net in PRETRAINED:
        seen = session(f"net={net}")
        for key in LOOKS:
            seen.look_at(key)
            shown = look(seen)
            assert shown.key == key
            assert shown.table["title"] or shown.digits
        seen.look_at("")
        assert look(seen).key == ""


def test_a_number_of_a_convolution_is_its_products_its_bias_and_its_activation(session) -> None:
    seen = session("picked=3,5,4,1")
    reader, maps = seen.run.reader, seen.run.frame().maps
    W, b = reader.weights(3)
    patch = maps[2].values[5:10, 4:9]
    sums = (patch[..., None] * W)[..., 1].sum(axis=(0, 1))
    shown = look(seen)
    assert [plain(text) for text in cells(shown, 1)[:4]] == pytest.approx(sums, rel=1e-3, abs=1e-4)
    assert plain(cells(shown, 1)[4]) == pytest.approx(b[1], rel=1e-3)
    total = sums.sum() + b[1]
    assert plain(cells(shown, 1)[5]) == pytest.approx(total, rel=1e-3)
    assert maps[3].values[5, 4, 1] == pytest.approx(max(0, total), rel=1e-5)
    assert shown.table["title"].endswith(f"= {max(0, total):.4g}")
    titles = [row["title"] for row in shown.pictures["layers"]]
    assert titles == ["What it sees", "Its filter", "Products"]
    # Shades of the patch as it lies in the maps before.
    first = np.frombuffer(shown.pictures["pixels"], np.uint8)[:100].reshape(4, 5, 5) / 127.5 - 1
    limit = shown.pictures["layers"][0]["limit"]
    assert np.abs(first * limit - patch.transpose(2, 0, 1)).max() <= limit / 100


def test_a_number_of_a_dense_layer_is_its_largest_products_and_the_rest(session) -> None:
    seen = session("net=lenet&picked=8,3")
    reader, maps = seen.run.reader, seen.run.frame().maps
    W, b = reader.weights(8)
    products = maps[7].values * W[:, 3]
    shown = look(seen)
    values = [plain(text) for text in cells(shown, 1)[:9]]
    assert values[0] == pytest.approx(products[np.abs(products).argmax()], rel=1e-3)
    assert sum(values[:8]) == pytest.approx(values[8], abs=2e-3)
    assert values[8] == pytest.approx(float(products.sum() + b[3]), rel=1e-3)


def test_a_number_on_padding_says_so(session) -> None:
    shown = look(session("net=lenet&picked=1,0,0,0"))
    # 25 taps, of which 3 × 3 lie on the image.
    assert "16 of the 25 numbers" in " ".join(shown.table["words"])


def test_a_pixel_and_a_number_that_is_not_computed_yet(session) -> None:
    assert look(session("picked=0,14,14,0")).table["title"].startswith("Pixel in row 15, column 15 = ")
    assert "Pick a number" in look(session("done=1&picked=3,5,4,1")).table["words"][0]
    assert "Pick a number" in look(session("picked=none")).table["words"][0]


@pytest.mark.concept("C171")
def test_the_layers_with_606_parameters_in_c2(session) -> None:
    shown = look(session("look=layers"))
    assert cells(shown, 1)[:6] == ["24 × 24 × 4", "12 × 12 × 4", "8 × 8 × 6", "4 × 4 × 6", "96", "10"]
    assert cells(shown, 2) == ["104", "0", "606", "0", "0", "970", "1,680"]
    assert cells(shown, 3)[2] == "6·(5·5·4 + 1)"
    # 5; one further tap at a distance of 1; four at a distance of 2; one at 2.
    assert cells(shown, 4)[:4] == ["5 × 5", "6 × 6", "14 × 14", "16 × 16"]
    assert cells(look(session("look=layers&net=lenet")), 2)[-1] == "61,706"


def test_occlusion_says_what_the_network_says_to_the_covered_image(session) -> None:
    seen = session("look=occlusion&patch=9")
    shown, run = look(seen), seen.run
    digit = int(run.frame().answers.argmax())
    found = re.search(r"row (\d+), column (\d+)", cells(shown, 0)[1])
    row, column = (int(k) - 1 for k in found.groups())
    covered = run.image.copy()
    covered[row : row + 9, column : column + 9] = 0
    share = float(run.reader.predict(covered[None])[0, digit])
    assert plain(cells(shown, 1)[1]) == pytest.approx(100 * share, abs=0.06)
    others = []
    for top in range(0, 20, 5):
        for left in range(0, 20, 5):
            other = run.image.copy()
            other[top : top + 9, left : left + 9] = 0
            others.append(float(run.reader.predict(other[None])[0, digit]))
    assert share <= min(others) + 1e-6


def test_saliency_foretells_a_small_change(session) -> None:
    for net in PRETRAINED:
        shown = look(session(f"look=saliency&net={net}&digit=3"))
        foretold, true = (plain(text) for text in cells(shown, 1)[2:4])
        assert "3" in cells(shown, 0)[0]
        assert foretold == pytest.approx(true, rel=0.35)


@pytest.mark.concept("C173")
def test_dense_layers_as_convolutions_differ_by_rounding_and_give_a_map(session) -> None:
    for net in PRETRAINED:
        seen = session(f"look=dense&net={net}&page=28")
        shown = look(seen)
        said = shown.table["words"][0]
        apart = re.search(r"differ by at most ([\d.e-]+): rounding", said)
        assert float(apart[1]) < 1e-5 if apart else "are equal" in said
        assert cells(shown, 2)[-1] == "1 × 1 × 10"
        assert f"row by row: {int(seen.run.frame().answers.argmax())}." in shown.table["words"][1]
    seen.set_net("lenet")
    # 36 × 36 with the padding, as in the lecture.
    seen.set_page(32, 1)
    shown = look(seen)
    assert cells(shown, 2)[-1] == "2 × 2 × 10"
    assert "36 × 36" in shown.table["words"][2]


def test_the_middle_of_a_map_of_scores_reads_as_the_image_alone(session) -> None:
    seen = session("look=dense&page=36")
    shown = look(seen)
    # A step of 4: the patch in the middle of 3 × 3 is the image itself.
    shares = np.frombuffer(shown.pictures["pixels"], np.uint8)[36 * 36 :].reshape(10, 3, 3) / 127.5 - 1
    assert shares[:, 1, 1] * shown.pictures["layers"][1]["limit"] == pytest.approx(seen.run.frame().answers, abs=0.02)


def test_a_page_holds_the_image_in_its_middle(rng) -> None:
    image = rng.integers(0, 256, (28, 28)).astype(np.uint8)
    page = paged(image, 33)
    assert np.array_equal(page[2:30, 2:30], image)
    assert int(page.sum()) == int(image.sum())


def test_soft_max_of_a_map_adds_up_to_1(rng) -> None:
    shares = softmax(rng.normal(size=(2, 3, 10)) * 500)
    assert shares.sum(axis=-1) == pytest.approx(np.ones((2, 3)))


@pytest.mark.concept("C167")
def test_maps_move_along_with_the_image_and_scores_do_not(session) -> None:
    odd, even = look(session("look=move&dx=3")), look(session("look=move&dx=4"))
    assert (cells(odd, 1)[0], cells(odd, 2)[0]) == ("3 across", "none")
    # Behind a pooling of 2 only even shifts are exact.
    assert cells(odd, 1)[1] == "1.5 across"
    assert plain(cells(odd, 2)[1]) > 1
    assert (cells(even, 1)[1], cells(even, 2)[1]) == ("2 across", "none")
    assert odd.curve["at"] == 3
    far, here = odd.curve["y"][-1], odd.curve["y"][list(odd.curve["x"]).index(0)]
    assert here > 0.9 > 0.2 > far


def test_the_curve_goes_over_what_was_moved_last(session) -> None:
    seen = session("look=move")
    seen.move(1, factor=0.5)
    curve = look(seen).curve
    assert (curve["x_label"], curve["at"]) == ("scale", 0.5)
    place = int(np.abs(curve["x"] - 0.5).argmin())
    assert curve["x"][place] == pytest.approx(0.5)
    # The image in the run is rounded to whole grey levels.
    label = seen.run.label
    assert curve["y"][place] == pytest.approx(seen.run.frame().answers[label], abs=0.03)


def test_the_digits_of_a_group(session) -> None:
    seen = session("look=digits&image=test:70")
    shown = look(seen).digits
    images, _ = unseen_images("lecture")
    assert [int(item["key"]) for item in shown["items"]] == list(range(60, 120))
    assert shown["chosen"] == "70"
    assert shown["pixels"] == images[60:120].tobytes()
    seen.group = "4"
    assert {item["caption"] for item in look(seen).digits["items"]} == {"4"}


@pytest.mark.parametrize(
    ("stack", "sees"),
    [
        # By hand: 3; +1·1; +2·2.
        (("conv3", "pool2", "conv3"), [3, 4, 8]),
        (("conv3", "conv3", "conv3"), [3, 5, 7]),
        (("conv3",) * 5, [3, 5, 7, 9, 11]),
        (("stride2", "stride2"), [3, 7]),
        (("conv5", "pool2", "conv5", "pool2"), [5, 6, 14, 16]),
        (("pool3", "conv7"), [3, 21]),
        ((), []),
    ],
)
def test_receptive_fields_grow_with_taps_and_strides(stack, sees) -> None:
    assert [step.sees for step in steps(stack)] == sees


def test_the_largest_stack_fits() -> None:
    for key in WINDOWS:
        if key != "none":
            assert len(steps((key,) * 5)) == 5


def test_the_field_is_told_step_by_step(session) -> None:
    shown = look(session("look=field"))
    assert shown.table["title"] == "Receptive field: 8 inputs along an axis"
    assert cells(shown, 2) == ["1 + 2·1 = 3", "3 + 1·1 = 4", "4 + 2·2 = 8"]


@pytest.mark.parametrize(("key", "right"), [("c2", "606"), ("map", "2 × 2"), ("field", "8"),
                                            ("stages", "Convolution and dense")])  # fmt: skip
def test_what_is_right_is_computed_and_told_after_the_answer(key, right) -> None:
    question = QUESTIONS[key]
    assert question.choices[question.right] == right
    asked = question_card(key, None)
    assert (asked["answer"], asked["right"], asked["verdict"]) == (-1, -1, "")
    told = question_card(key, question.right)
    assert told["verdict"].startswith("Right. ")
    assert right in told["verdict"]
    assert question_card(key, (question.right + 1) % 4)["verdict"].startswith("Not this time. ")
    assert question_card("", None) == {}


def test_before_a_prediction_nothing_is_given_away(session) -> None:
    asked = session("slide=L1-36")
    assert look(asked).table["title"] == ""
    asked.answer_question(3)
    assert look(asked).table["title"] == "The layers"


@pytest.mark.concept("C172")
def test_the_head_can_be_replaced(session) -> None:
    scores = {net: session(f"net={net}").scene(False).scores for net in ("lecture", "svm")}
    assert all(row["text"].endswith("%") for row in scores["lecture"]["rows"])
    assert not any(row["text"].endswith("%") for row in scores["svm"]["rows"])
    # L3-34: both heads within 3 points of each other.
    images, labels = unseen_images("svm")
    right = {
        net: float(
            (Reader(PRETRAINED[net].network(), PRETRAINED[net].parameters).predict(images).argmax(1) == labels).mean()
        )
        for net in scores
    }
    assert abs(right["lecture"] - right["svm"]) < 0.03


def test_a_flattened_number_says_where_it_stood(session) -> None:
    visited = session("picked=5,32")
    maps = visited.run.frame().maps
    shown = look(visited).table
    # 32 = (1·4 + 1)·6 + 2: the second row, the second column, the third map.
    assert shown["rows"][0][0] == "Copied from"
    assert shown["rows"][0][1] == f"map 3, row 2, column 2: {float(f'{maps[4].values[1, 1, 2]:.4g}'):g}"
