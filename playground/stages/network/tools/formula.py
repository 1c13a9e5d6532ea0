"""The dialog in which a student types a formula that becomes an input of the network."""

from __future__ import annotations

from typing import Any

import panel_material_ui as pmui

from engine.checks import FORMULA_NAMES
from engine.expression import ExpressionError, parse
from engine.spec import MAX_FORMULAS, OWN_INPUTS
from playground.stages.network.tools.host import Host

_HINT = "x1 and x2 with + − * / ** and sin, cos, exp, log, sqrt, abs, max, min, tanh …"


class Formula:
    """The dialog for an own input.

    Parameters
    ----------
    host : Host
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._text = pmui.TextInput(
            label="Your own input", placeholder="x1 * x2 + sin(x1)", helper_text=_HINT, sizing_mode="stretch_width"
        )
        # Enter adds it.
        self._text.param.watch(lambda event: self._add(event.new) if event.new else None, "value")
        self._text.param.watch(self._preview, "value_input")
        add = pmui.Button(label="Add as an input", sizing_mode="stretch_width")
        add.on_click(lambda _: self._add(self._text.value_input or self._text.value or ""))
        self._dialog = pmui.Dialog(
            objects=[self._text, add], title="A formula as an input", show_close_button=True, close_on_click=True,
            width_option="xs",
        )  # fmt: skip

    def open(self) -> None:
        """Show the dialog."""
        self._host.open_dialog(self._dialog)

    def _preview(self, event: Any) -> None:
        if not event.new:
            self._text.param.update(error_state=False, helper_text=_HINT)
            return
        try:
            formula = parse(event.new, FORMULA_NAMES)
        except ExpressionError as error:
            self._text.param.update(error_state=True, helper_text=str(error))
        else:
            self._text.param.update(error_state=False, helper_text=f"= {formula.unicode()}")

    def _add(self, text: str) -> None:
        text = text.strip()
        try:
            parse(text, FORMULA_NAMES)
        except ExpressionError as error:
            self._text.param.update(error_state=True, helper_text=str(error))
            return
        host = self._host
        if len(host.session.run.first_spec.formulas) >= MAX_FORMULAS:
            self._text.param.update(
                error_state=True, helper_text=f"there are {MAX_FORMULAS} own inputs already: remove one first"
            )
            return
        host.play(False)
        host.submit(lambda: host.session.edit_many(
            {
                "formulas": lambda spec: (*spec.formulas, text),
                "inputs": lambda spec: (*spec.inputs, OWN_INPUTS[len(spec.formulas)]),
            },
            host.backend,
        ))  # fmt: skip
        self._text.param.update(value="", value_input="", error_state=False, helper_text=_HINT)
        self._dialog.open = False
