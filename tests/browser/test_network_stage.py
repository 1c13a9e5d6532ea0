"""A student at the network stage, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import student
from tests.browser.student import Opener, enter, message, number, numbers, picture, press, stand_at, wait_until


def more_settings(page: Page) -> None:
    page.get_by_text("More settings", exact=True).click()
    expect(page.get_by_label("Hidden layers", exact=True)).to_be_visible()


def test_play_learns_and_pause_keeps_the_moment(open_page: Opener) -> None:
    page = open_page()
    start = number(page, "Loss")
    press(page, "Play")
    expect(page.get_by_label("Epoch", exact=True)).to_have_text(re.compile(r"^([3-9]\d|\d{3,})$"), timeout=30_000)
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.wait_for_timeout(300)
    still = numbers(page)
    page.wait_for_timeout(300)
    assert numbers(page) == still
    assert number(page, "Loss") < start


def test_step_back_shows_the_numbers_of_before(open_page: Opener) -> None:
    page = open_page()
    seen = [numbers(page)]
    for batch in (2, 3, 4):
        press(page, "Step forward")
        stand_at(page, rf"^Epoch 0 · batch {batch} of 13$")
        seen.append(numbers(page))
    assert len({tuple(values) for values in seen}) == 4
    for batch in (3, 2, 1):
        press(page, "Step back")
        stand_at(page, rf"^Epoch 0 · batch {batch} of 13$")
        assert numbers(page) == seen[batch - 1]


def test_every_grain_stops_where_it_says(open_page: Opener) -> None:
    page = open_page()
    grain = page.get_by_label("Grain", exact=True)
    for key, text in (
        ("op", "forward, next dense1.z$"),
        ("layer", "forward, next dense2.z$"),
        ("phase", "loss, next loss.loss$"),
        ("phase", "backward, next loss.dz3$"),
        ("op", "backward, next dense3.dW$"),
        ("layer", "backward, next dense2.delta$"),
        ("phase", "update, next optimizer.t$"),
        ("batch", r"^Epoch 0 · batch 2 of 13$"),
        ("epoch", r"^Epoch 1 · batch 1 of 13$"),
    ):
        # A layer's operations forward are its product and its activation: dense1.z began the layer already.
        grain.select_option(key)
        press(page, "Step forward")
        if key == "layer" and "forward" in text:
            stand_at(page, text)
        stand_at(page, text)
    for key, text in (
        ("epoch", r"^Epoch 0 · batch 1 of 13$"),
        ("op", r"^Epoch 0 · batch 1 of 13$"),
    ):
        grain.select_option(key)
        press(page, "Step back") if key == "epoch" else None
        stand_at(page, text)


def test_the_listing_follows_and_a_click_runs_there(open_page: Opener) -> None:
    page = open_page()
    page.get_by_label("Grain", exact=True).select_option("op")
    press(page, "Step forward")
    current = page.locator("[aria-current='step']")
    expect(current).to_contain_text("dense1.z")
    page.get_by_text("dense2.dW", exact=True).click()
    stand_at(page, "backward, next dense2.dW$")
    expect(current).to_contain_text("dense2.dW")
    press(page, "Step back")
    stand_at(page, "backward, next dense2.delta$")


def test_the_scrubber_returns_to_an_earlier_moment_and_play_goes_on_from_there(open_page: Opener) -> None:
    page = open_page()
    page.get_by_label("Grain", exact=True).select_option("epoch")
    seen = [numbers(page)]
    for epoch in range(1, 6):
        press(page, "Step forward")
        stand_at(page, rf"^Epoch {epoch} · batch 1")
        seen.append(numbers(page))
    scrubber = page.get_by_label("Position in history", exact=True)
    scrubber.fill(str(2 * 13))
    stand_at(page, "^Epoch 2 · batch 1")
    assert numbers(page) == seen[2]
    press(page, "Step forward")
    stand_at(page, "^Epoch 3 · batch 1")
    assert numbers(page) == seen[3]
    press(page, "To the newest moment")
    stand_at(page, "^Epoch 5 · batch 1")
    assert numbers(page) == seen[5]


def test_another_learning_rate_in_the_past_starts_a_branch(open_page: Opener) -> None:
    page = open_page()
    page.get_by_label("Grain", exact=True).select_option("epoch")
    for epoch in (1, 2, 3):
        press(page, "Step forward")
        stand_at(page, rf"^Epoch {epoch} · batch 1")
    first = numbers(page)
    press(page, "Step back")
    stand_at(page, "^Epoch 2 · batch 1")
    rate = page.get_by_label("Learning rate", exact=True)
    rate.fill("0.2")
    rate.press("Enter")
    expect(page.get_by_label("Branch", exact=True)).to_be_visible()
    press(page, "Step forward")
    stand_at(page, "^Epoch 3 · batch 1")
    assert numbers(page) != first
    page.get_by_label("Branch", exact=True).select_option("0")
    expect(page.get_by_label("Loss", exact=True)).to_have_text(first[1])
    assert numbers(page) == first
    expect(rate).to_have_value("0.02")


def test_hovering_a_neuron_shows_what_it_computes(open_page: Opener) -> None:
    page = open_page()
    answer = picture(page)
    assert len(answer) == 100 * 100
    assert len(set(answer)) > 10
    page.get_by_label(re.compile("^neuron 3 of dense1")).hover()
    wait_until(page, lambda: picture(page) != answer)
    page.mouse.move(5, 5)
    wait_until(page, lambda: picture(page) == answer)


def test_structure_and_data_change(open_page: Opener) -> None:
    page = open_page()
    more_settings(page)
    layers = page.get_by_label("Hidden layers", exact=True)
    layers.fill("4")
    layers.press("Enter")
    expect(page.get_by_label(re.compile("^neuron 4 of dense1"))).to_be_visible()
    expect(page.get_by_label(re.compile("^neuron 5 of dense1"))).to_have_count(0)
    page.get_by_label("Add a hidden layer", exact=True).click()
    expect(layers).to_have_value("4, 4")
    student.choose_data(page, "XOR")
    press(page, "Step forward")
    stand_at(page, "^Epoch 0 · batch 2")


def test_bad_input_is_answered_in_the_page_and_nothing_is_lost(open_page: Opener) -> None:
    page = open_page()
    more_settings(page)
    press(page, "Step forward")
    stand_at(page, "^Epoch 0 · batch 2")
    kept = numbers(page)
    for label, text, answer in (
        ("Learning rate", "abc", "Learning rate is a number from 0.000001 to 10, got 'abc'"),
        ("Hidden layers", "10000", "up to 8 layers of 1 to 16 neurons"),
        ("Batch size", "0", "Batch size is a whole number from 1 to 5,000, got 0"),
        ("Seed", "x", "Seed is a whole number"),
    ):
        field = page.get_by_label(label, exact=True)
        field.fill(text)
        field.press("Enter")
        expect(page.get_by_text(answer).first).to_be_visible()
        assert numbers(page) == kept
    stand_at(page, "^Epoch 0 · batch 2")


def test_a_link_opens_its_experiment_and_says_what_it_ignored(open_page: Opener) -> None:
    page = open_page("?data=xor&hidden=3&learning_rate=0.5&colour=red&noise=9")
    expect(page.get_by_label("Learning rate", exact=True)).to_have_value("0.5")
    expect(page.get_by_role("button", name=re.compile("^neuron . of dense1"))).to_have_count(3)
    expect(page.get_by_text("colour=red")).to_be_visible()
    expect(page.get_by_text("noise=9")).to_be_visible()


def test_a_hostile_link_stays_text(open_page: Opener) -> None:
    page = open_page("?data=%3Cimg%20src%3Dx%20onerror%3D%22document.title%3D'owned'%22%3E")
    expect(page.get_by_text("<img src=x", exact=False).first).to_be_visible()
    assert page.title() == "Neural Playground"


def test_the_keyboard_drives(open_page: Opener) -> None:
    page = open_page()
    page.keyboard.press("ArrowRight")
    stand_at(page, "^Epoch 0 · batch 2")
    page.keyboard.press("Shift+ArrowRight")
    stand_at(page, "^Epoch 1 · batch 1")
    page.keyboard.press("ArrowLeft")
    stand_at(page, "^Epoch 0 · batch 13")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_dark_mode(open_page: Opener) -> None:
    page = open_page("?stage=network&theme=dark")
    background = "() => getComputedStyle(document.querySelector('.mui-dark, body')).backgroundColor"
    dark = [int(part) for part in re.findall(r"\d+", page.evaluate(background))[:3]]
    assert max(dark) < 80
    expect(page.locator(".np-transport")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_overflows(open_page: Opener, width: int) -> None:
    page = open_page(width=width, height=844)
    press(page, "Step forward")
    stand_at(page, "batch 2")
    assert page.evaluate("() => document.scrollingElement.scrollWidth") <= width
    for name in ("Play", "Step forward", "Step back", "Reset"):
        box = page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert min(box["width"], box["height"]) >= 40


def test_reset_returns_to_the_same_start(open_page: Opener) -> None:
    page = open_page()
    start = numbers(page)
    press(page, "Step forward")
    stand_at(page, "batch 2")
    press(page, "Reset")
    stand_at(page, "^Epoch 0 · batch 1")
    assert numbers(page) == start


def test_slow_motion_walks_by_the_grain(open_page: Opener) -> None:
    page = open_page()
    page.get_by_label("Grain", exact=True).select_option("op")
    page.get_by_label("Speed", exact=True).select_option("slow")
    press(page, "Play")
    stand_at(page, "forward, next dense2")
    press(page, "Pause")


def test_the_theme_changes_while_it_trains(open_page: Opener) -> None:
    page = open_page()
    press(page, "Play")
    for k in range(6):
        page.get_by_role("button", name="Toggle theme").click()
        expect(page.locator(".np-transport")).to_have_attribute("data-theme", "light" if k % 2 else "dark")
    press(page, "Pause")


def test_quick_edits_are_all_kept(open_page: Opener) -> None:
    page = open_page()
    more_settings(page)
    for _ in range(3):
        page.get_by_label("Add a neuron to dense1", exact=True).click(no_wait_after=True)
    expect(page.get_by_label("Hidden layers", exact=True)).to_have_value("11, 8")


def test_the_bar_stays_in_sight(open_page: Opener) -> None:
    page = open_page(width=390, height=844)
    press(page, "Step forward")
    page.get_by_text("optimizer.w", exact=True).scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Step forward", exact=True)).to_be_in_viewport()


def test_a_refused_loss_is_not_shown_as_used(open_page: Opener) -> None:
    page = open_page("?data=blobs3")
    more_settings(page)
    page.get_by_label("Loss function", exact=True).click()
    page.get_by_role("listbox").get_by_text("Hinge", exact=True).click()
    expect(page.get_by_text("Hinge works here with one output", exact=False)).to_be_visible()
    expect(page.get_by_role("combobox", name="Loss function")).to_have_text("Fitting the data")


def test_it_stops_at_an_epoch_and_goes_on(open_page: Opener) -> None:
    page = open_page()
    more_settings(page)
    enter(page, "Stop at epoch", "5")
    press(page, "Play")
    expect(message(page)).to_contain_text("5")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    stand_at(page, "^Epoch 5 · batch 1 ")
    press(page, "Play")
    expect(page.get_by_label("Epoch", exact=True)).to_have_text(re.compile(r"^([6-9]|\d{2,})$"))
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    enter(page, "Stop at epoch", "soon")
    expect(page.get_by_text("a whole number, or nothing", exact=True)).to_be_visible()


def test_a_layer_gets_its_own_activation(open_page: Opener) -> None:
    page = open_page()
    page.get_by_label("Activation of dense2", exact=True).select_option(label="ReLU")
    line = page.get_by_role("button", name=re.compile(r"^dense2\.a"))
    expect(line.locator("math")).to_contain_text("max")
    expect(page.get_by_role("button", name=re.compile(r"^dense1\.a")).locator("math")).to_contain_text("tanh")
    press(page, "Step forward")
    stand_at(page, "batch 2 ")


def test_a_formula_becomes_an_input_and_goes_again(open_page: Opener) -> None:
    page = open_page("?hidden=2")
    page.get_by_label("Add your own formula as an input", exact=True).click()
    window = student.dialog(page, "A formula as an input")
    enter(page, "Your own input", "x1 * * x2")
    expect(window).to_be_visible()
    expect(page.get_by_label("Your own input", exact=True)).to_have_attribute("aria-invalid", "true")
    enter(page, "Your own input", "abs(x1) - 2")
    expect(window).to_be_hidden()
    own = page.get_by_role("button", name=re.compile(r"^input .*x₁.* − 2$"))
    expect(own).to_have_attribute("aria-pressed", "true")
    press(page, "Step forward")
    stand_at(page, "batch 2 ")
    own.click()
    expect(own).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name=re.compile(r"^Remove .*− 2")).click()
    expect(own).to_have_count(0)
    press(page, "Step forward")
    stand_at(page, "batch 2 ")


def test_switches_under_the_plane(open_page: Opener) -> None:
    page = open_page()
    palette = """() => {
      const models = [...Bokeh.documents].flatMap((document) => [...document._all_models.values()])
      const glyphs = models.filter((model) => model.type === 'GlyphRenderer')
      const image = glyphs.find((one) => one.glyph.type === 'Image')
      const diamonds = glyphs.find((one) => one.glyph.marker?.value === 'diamond')
      return [new Set(image.glyph.color_mapper.palette).size, diamonds.visible] }"""
    assert page.evaluate(palette)[0] > 100
    page.get_by_label("Discrete", exact=True).check()
    wait_until(page, lambda: page.evaluate(palette) == [2, False])
    page.get_by_label("Test points", exact=True).check()
    wait_until(page, lambda: page.evaluate(palette) == [2, True])


def test_a_penalty_that_is_chosen_while_training_keeps_the_epoch(open_page: Opener) -> None:
    page = open_page()
    student.to_epoch(page, 2)
    kept = numbers(page)
    student.choose(page, "Regularization", "L2")
    expect(page.get_by_label("Regularization rate", exact=True)).to_be_visible()
    stand_at(page, "^Epoch 2 · batch 1 ")
    assert numbers(page) == kept
    student.to_epoch(page, 3)


def test_a_card_tells_what_a_neuron_is(open_page: Opener) -> None:
    page = open_page()
    page.get_by_label(re.compile("^neuron 3 of dense1")).hover()
    expect(page.get_by_text("It adds up what comes in, each times its weight", exact=False)).to_be_visible()
