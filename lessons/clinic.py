"""The failure clinic: networks that go wrong on purpose, each with what to look at, why, and what helps."""

from __future__ import annotations

from dataclasses import dataclass

from engine.spec import TrainingSpec

__all__ = ["CASES", "VIEWS", "Case"]

# The views of the inside that a case may open; "" opens none.
VIEWS = ("", "histograms", "gradients", "landscape", "confusion", "surface")


@dataclass(frozen=True, slots=True)
class Case:
    """A network that goes wrong.

    Attributes
    ----------
    key : str
        Its name in `CASES` and in links: ``dead-relus``.
    title : str
        Its name on the page.
    spec : TrainingSpec
        Everything that the run is made from, seeds included.
    symptom : str
        What is seen when Play is pressed, at the latest after 300 epochs.
    look : tuple of str
        Where to look, and what is there.
    cause : str
        Why it goes wrong.
    remedy : str
        Which setting to change.
    cure : dict of str to object
        The same as settings: the network of ``spec.with_(**cure)`` learns within 100 epochs.
    view : str
        One of `VIEWS`: the view of the inside that shows the symptom best.
    """

    key: str
    title: str
    spec: TrainingSpec
    symptom: str
    look: tuple[str, ...]
    cause: str
    remedy: str
    cure: dict[str, object]
    view: str


# Disc and ring without noise, half of 500 points for training: what a small healthy network learns in 50 epochs.
_CIRCLE = TrainingSpec(data="circle", hidden=(8,), optimizer="sgd", learning_rate=0.1, batch_size=10)
# A single linear neuron. With this data seed both inputs have a mean square near 12, as the plane on average has.
_PLANE = TrainingSpec(data="plane", data_seed=6, hidden=(), optimizer="sgd", learning_rate=0.01, batch_size=25)

_ALL = (
    Case(
        key="zero-start",
        title="All weights start at zero",
        spec=_CIRCLE.with_(hidden=(6,), initializer="zeros"),
        symptom="Nothing happens: the loss stays at ln 2 = 0.693, and one answer in two is right.",
        look=(
            "The network: no line between two neurons ever becomes thicker, because every weight stays exactly 0.",
            "Gradients: both lines lie at the bottom of the picture, because the gradients of all weights are 0.",
            "The plane: it has one colour. Only the bias of the output changes a little.",
        ),
        cause=(
            "Each hidden neuron gives tanh(0) = 0, so the output's weights get no gradient. The output's weights are "
            "0 too, so no gradient comes back through them to the hidden neurons."
        ),
        remedy="Set the initializer to Glorot uniform: small random weights.",
        cure={"initializer": "glorot_uniform"},
        view="gradients",
    ),
    Case(
        key="same-start",
        title="All weights start alike",
        # Four, because products of matrices with four columns round all columns alike; with six some libraries do not,
        # and the last digit is enough to break the symmetry.
        spec=_CIRCLE.with_(hidden=(4,), initializer="constant"),
        symptom="The network learns a little, and then no more than one neuron could: a straight border.",
        look=(
            "The network: all four hidden neurons show the same picture, now and at any later epoch.",
            "The plane: the border is a straight line, as that of a single neuron is.",
            "Gradients: below the lines a warning says that all units of dense1 have the same weights and biases.",
        ),
        cause=(
            "Neurons with the same weights give the same output and get the same gradient, so every update keeps them "
            "alike. This is the symmetry trap: four neurons count as one."
        ),
        remedy="Set the initializer to Glorot uniform: random weights make the neurons differ from the start.",
        cure={"initializer": "glorot_uniform"},
        view="gradients",
    ),
    Case(
        key="dead-relus",
        title="Dead ReLUs",
        spec=_CIRCLE.with_(hidden=(8, 8), activation="relu", learning_rate=3.0),
        symptom="Within 20 epochs most neurons die, and the network gives the same answer everywhere.",
        look=(
            "The network: in the second hidden layer every picture is blank, and stays so.",
            "Histograms: of what the neurons give, dense2 has nothing but zeros.",
            "The plane: one colour. The loss only jumps around ln 2 = 0.693, because the output's bias still moves.",
        ),
        cause=(
            "A ReLU gives 0 for every sum below zero, and there its slope is 0 too. A learning rate of 3 throws "
            "weights and biases so far that the sum is below zero at every training point: no gradient passes, and "
            "the neuron cannot come back."
        ),
        remedy="Set the learning rate to 0.03.",
        cure={"learning_rate": 0.03},
        view="histograms",
    ),
    Case(
        key="learning-rate",
        title="Learning rate too large",
        spec=_PLANE.with_(learning_rate=0.3),
        symptom="The loss multiplies with every update until it is infinite, and training stops within 50 epochs.",
        look=(
            "The numbers: the loss gains about eight digits in each epoch, and becomes ∞ in the end.",
            "Gradients: the line rises evenly on its scale of powers of ten, so the gradient grows exponentially.",
            "The message that appears then names the operation that overflowed first.",
        ),
        cause=(
            "Along each weight the squared error is a parabola with a curvature of about 12 here. A step with a "
            "learning rate of 0.3 multiplies the distance from the minimum by about 1 − 0.3 · 12 = −2.6: it lands on "
            "the other side, further away than before."
        ),
        remedy="Set the learning rate to 0.01. Here it has to stay below about 2 / 12 = 0.17.",
        cure={"learning_rate": 0.01},
        view="gradients",
    ),
    Case(
        key="vanishing-gradient",
        title="Vanishing gradient",
        spec=_CIRCLE.with_(hidden=(6,) * 8, activation="sigmoid", learning_rate=0.03),
        symptom="Eight layers of sigmoids learn nothing in 300 epochs: the loss stays at ln 2 = 0.693.",
        look=(
            "Gradients: the lines lie apart by powers of ten; that of dense1 is more than 1,000 times below the last.",
            "The network: the weights of the first layers look the same after 300 epochs as at the start.",
            "The plane: it has one colour, since hardly anything of the inputs reaches the output.",
        ),
        cause=(
            "On its way back the gradient is multiplied in each layer by the weights and by the slope of the "
            "sigmoid, which is at most 1/4. After eight such layers almost nothing is left."
        ),
        remedy="Set the activation to tanh: its slope is 1 at zero.",
        cure={"activation": "tanh"},
        view="gradients",
    ),
    Case(
        key="exploding-start",
        title="Exploding start",
        spec=_PLANE.with_(hidden=(8,) * 8, activation="identity", initializer="he_normal", batch_size=10),
        symptom="The loss begins in the thousands, and within the first epoch it is no number any more.",
        look=(
            "The numbers before you press Play: the loss is above 1,000 where the targets lie between −1.2 and 1.2.",
            "Gradients before you press Play: in every layer the gradient is longer than 1,000.",
            "The message that appears after Play names the operation that overflowed first.",
        ),
        cause=(
            "He's initializer doubles the mean square from layer to layer, because a ReLU halves it again. These "
            "neurons are linear and halve nothing, so signals and gradients grow with each of the eight layers."
        ),
        remedy="Set the initializer to Glorot uniform, which keeps the mean square about the same.",
        cure={"initializer": "glorot_uniform"},
        view="gradients",
    ),
    Case(
        key="overfitting",
        title="Overfitting",
        spec=TrainingSpec(
            data="circle", noise=0.15, samples=200, train_share=0.1, data_seed=103, hidden=(16, 16),
            optimizer="adam", learning_rate=0.01, batch_size=10,
        ),
        symptom="The training loss falls to zero, while the test loss falls at first and then rises again.",
        look=(
            "The loss curve: the two lines part after about 30 epochs.",
            "The numbers: all 20 training points are answered rightly, but only 7 in 10 of the test points.",
            "The plane: switch the test points on. The border fits the few training points and cuts through the rest.",
        ),
        cause=(
            "Two layers of 16 neurons have 337 weights and biases for 20 training points: enough to learn each point "
            "by heart, its noise included. What was learned by heart does not hold for other points."
        ),
        remedy="Set the points to 5,000, so that the network trains on 500.",
        cure={"samples": 5000},
        view="confusion",
    ),
    Case(
        key="underfitting",
        title="Underfitting",
        spec=_CIRCLE.with_(hidden=()),
        symptom="The loss of a single neuron stays high on both sets, and its answers are no better than chance.",
        look=(
            "The loss curve: training and test stay together near ln 2 = 0.693. More epochs do not help.",
            "The plane: the border is a straight line that wanders about and never closes around the disc.",
            "3-D surface: the answer is one smooth slope.",
        ),
        cause=(
            "One neuron can only draw a straight border, and no straight line parts a disc from the ring around it. "
            "The network is too small for the task, so it is as wrong in training as in the test."
        ),
        remedy="Set the hidden layers to 4: one layer of four neurons.",
        cure={"hidden": (4,)},
        view="surface",
    ),
    Case(
        key="step-activation",
        title="A step cannot learn",
        spec=_CIRCLE.with_(activation="step"),
        symptom="The loss hardly falls: the hidden neurons keep their random borders forever.",
        look=(
            "Gradients: the line of dense1 lies at the bottom, at zero; only that of dense2 moves.",
            "The network: the pictures of the hidden neurons do not change. Only the weights to the output do.",
            "The plane: the border runs along the neurons' first borders and can take no other course.",
        ),
        cause=(
            "The step function is flat on both sides, so its slope is 0 and no gradient passes it. Gradient descent "
            "cannot tell in which direction a hidden weight should go."
        ),
        remedy="Set the activation to tanh: a smooth step.",
        cure={"activation": "tanh"},
        view="gradients",
    ),
    Case(
        key="strong-penalty",
        title="Penalty too strong",
        spec=_CIRCLE.with_(regularization="l2", regularization_rate=1.0),
        symptom="All weights shrink to almost nothing, and the loss stays at ln 2 = 0.693.",
        look=(
            "The network: within a few epochs all lines fade, and the pictures of the neurons become pale.",
            "Histograms: choose the weights. In both layers they close in on zero.",
            "The plane: it has one colour.",
        ),
        cause=(
            "The L2 penalty takes learning rate · regularization rate = 0.1 · 1 of every weight off it in every "
            "update. That is more than the gradient of the loss gives back."
        ),
        remedy="Set the regularization rate to 0.001.",
        cure={"regularization_rate": 0.001},
        view="histograms",
    ),
)  # fmt: skip

CASES: dict[str, Case] = {case.key: case for case in _ALL}
