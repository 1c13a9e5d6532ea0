"""The address of the race stage: what is written is read again, and what cannot be read is said."""

from __future__ import annotations

import pytest

from engine import Position, SpecError
from engine.descent import DescentSpec
from engine.optimizers import OPTIMIZERS
from playground.race_link import RaceLink, from_query, to_query, to_url
from playground.stages.race.field import Field, Racer, is_extra, line_up, title, with_another, without
from playground.stages.race.presets import PRESETS, SEVEN, SLIDES

OWN = DescentSpec("own", "(x^2 - 4)^2/8 + y^2", reach=3.0, start=(-1.0, 0.5), noise=0.25, seed=7, steps=90)
FIELDS = {
    "valley": PRESETS["valley"].field,
    "two of a kind": line_up(
        DescentSpec("bowl", start=(1.5, -2.0)), [Racer("adam", 0.2), Racer("sgd"), Racer("adam", 0.05, racing=False)]
    ),
    "settings": line_up(
        DescentSpec("beale", loss_scale=10.0),
        [Racer("adadelta", settings=(("rho", 0.95),)), Racer("adam", 0.3, (("beta1", 0.8), ("beta2", 0.9)))],
    ),
    "own formula": line_up(OWN, SEVEN),
    "who is out keeps its rate": line_up(DescentSpec("himmelblau"), ["sgd", Racer("nadam", 0.01, racing=False)]),
    "a network": line_up(DescentSpec("network", network="xor", weights=(1, 0), trained=20, steps=60), ["sgd", "adam"]),
    "all weights of it": line_up(DescentSpec("network", network="xor", free=True), ["sgd", "adam"]),
}


@pytest.mark.parametrize("epoch", [0, 60])
@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_what_is_written_is_read_again(field: Field, epoch: int) -> None:
    link = from_query(to_url(field, Position(epoch)))
    assert link.ignored == ()
    assert (link.field, link.position) == (field, Position(epoch))


def test_an_empty_address_opens_the_saddle() -> None:
    assert from_query("") == from_query("?stage=race&theme=dark") == RaceLink()
    assert RaceLink().field.racing == ("sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam")


def test_a_preset_is_written_by_its_name_alone() -> None:
    for key, preset in PRESETS.items():
        assert to_query(preset.field, Position(5)) == {"stage": "race", "preset": key, "epoch": "5"}
        assert from_query({"preset": key}).preset == key


def test_every_slide_opens_a_preset_that_belongs_to_it() -> None:
    for slide, key in SLIDES.items():
        link = from_query({"slide": slide})
        assert (link.preset, link.slide, link.ignored) == (key, slide, ())
        assert slide in PRESETS[key].slides
    # Three pictures belong to one slide.
    assert from_query("preset=beale&slide=L3-24").preset == "beale"
    assert from_query("preset=beale&slide=L2-24").ignored == ("slide=L2-24 — it does not show Beale",)
    assert {slide for preset in PRESETS.values() for slide in preset.slides} == set(SLIDES)


def test_all_optimizers_have_a_line_and_those_that_are_named_take_part() -> None:
    field = from_query("surface=bowl&racers=adam:0.25,sgd,adam,-rmsprop:0.2,adadelta::rho:0.95").field
    assert field.spec.keys == (*OPTIMIZERS, "adam_2")
    assert field.racing == ("sgd", "adadelta", "adam", "adam_2")
    rates = dict(zip(field.spec.keys, field.spec.racers, strict=True))
    assert (rates["adam"].rate, rates["adam_2"].rate, rates["rmsprop"].rate) == (0.25, 0.3, 0.2)
    assert rates["adadelta"].settings == (("rho", 0.95),)


def test_another_surface_has_the_rates_that_suit_it() -> None:
    field = from_query("preset=valley&surface=himmelblau&epoch=400").field
    assert field.racing == PRESETS["valley"].field.racing
    assert [racer.rate for racer in field.spec.racers][:2] == [0.01, 0.005]
    assert field.spec.racers[0].steps == 500


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("preset=moon", "preset=moon — there is no such preset; there are saddle, valley"),
        ("slide=L9-99", "no race is known of this slide; there are L2-24"),
        ("surface=khan", "a race here needs a surface over two weights"),
        ("surface=moon", "unknown choice 'moon'"),
        ("surface=own&formula=x%2B", "the formula cannot be read"),
        ("racers=sgd,adm:0.3", "unknown optimizer 'adm': choose one of"),
        ("racers=-sgd", "somebody has to take part"),
        ("racers=adam:0.3:beta1", "write the optimizer, its rate, names and values"),
        ("racers=adam:soon", "'soon' is no number"),
        ("racers=adam:-1", "Learning rate is a number from"),
        ("racers=adam:0.3:beta1:2", "adam: "),
        ("racers=" + ",".join(["adam"] * 7), "a race has 1 to 16 racers, got 17"),
        ("start=9,9", "The start, x, is a number from"),
        ("noise=-1", "Noise on the gradient is a number from"),
        ("loss_scale=inf", "Factor on the loss is a number from"),
        ("steps=0", "Updates at most is a"),
        ("epoch=201", "a whole number from 0 to 200"),
        ("epoch=-1", "a whole number from 0"),
        ("colour=red", "colour=red — there is no such setting"),
        ("formula=" + "x" * 3000, "at most 2000 characters"),
    ],
)
def test_what_cannot_be_read_is_said_and_left_as_it_was(query: str, said: str) -> None:
    link = from_query(query)
    assert said in " ".join(link.ignored)
    assert link.field == RaceLink().field
    assert link.position == Position()


def test_of_much_nonsense_not_all_is_said() -> None:
    assert len(from_query("&".join(f"a{k}=1" for k in range(40))).ignored) == 9


def test_racers_come_and_go() -> None:
    field = line_up(DescentSpec("bowl"), ["adam", Racer("adam", 0.1), Racer("adam", 0.2, racing=False), "sgd"])
    assert field.racing == ("sgd", "adam", "adam_2")
    assert [title(key) for key in field.spec.keys[-3:]] == ["AMSGrad", "Adam 2", "Adam 3"]
    assert not is_extra("adam")
    more = with_another(field, "sgd")
    assert (more.spec.keys[-1], more.spec.racers[-1].rate) == ("sgd_2", 0.05)
    assert "sgd_2" in more.racing
    fewer = without(more, "adam_2")
    # The third has become the second, and does not take part still.
    assert fewer.spec.keys[-2:] == ("adam_2", "sgd_2")
    assert (fewer.spec.racers[-2].rate, fewer.racing) == (0.2, ("sgd", "adam", "sgd_2"))
    with pytest.raises(SpecError, match="Adam keeps its line: untick it"):
        without(field, "adam")
