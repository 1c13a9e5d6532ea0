"""Saving and loading a whole run, its data, its pictures; and the network as code that runs without us."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import panel as pn
import panel_material_ui as pmui

from engine.capsule import MAX_BYTES, CapsuleError, save_run
from engine.datasets.csv_download import to_csv
from engine.export import TARGETS, export_code
from engine.spec import OWN
from playground.stages.network.tools.host import Host
from playground.views.export_picture import png_button
from playground.widgets.upload import hear_every_choice


class Files:
    """The dialog for files.

    Parameters
    ----------
    host : Host
    figures : list
        Bokeh panes that may be saved as pictures, with names: (file name, label, pane).
    save_diagram : callable
        Has the diagram saved as a picture.
    """

    def __init__(self, host: Host, figures: list[tuple[str, str, Any]], save_diagram: Any) -> None:
        self._host = host
        self._upload = pmui.FileInput(
            label="Load a saved run", variant="outlined",
            accept=".json", max_file_size=MAX_BYTES, sizing_mode="stretch_width"
        )
        hear_every_choice(self._upload, self._load, self._refuse)
        diagram = pmui.Button(label="The network as PNG", icon="download", variant="text", sizing_mode="stretch_width")
        diagram.on_click(lambda _: save_diagram())
        self._dialog = pmui.Dialog(
            objects=[
                _heading("The whole run", "Settings, weights, optimizer state, data, position and all branches."),
                self._download("Save this run", "neural-playground-run.json", lambda: save_run(host.session.run)),
                self._upload,
                _heading("The network as code", "A script of your own, with these weights. It needs nothing of ours."),
                *(
                    self._download(target.title, target.file_name, lambda key=key: self._code(key))
                    for key, target in TARGETS.items()
                ),
                _heading("The data", "All points with their class or target, and whether they train or test."),
                # With a mark, so that a spreadsheet reads umlauts.
                self._download("Points as CSV", "points.csv", self._csv, "utf-8-sig"),
                _heading("Pictures", "As they are on the page now."),
                *(png_button(pane, name, label) for name, label, pane in figures),
                diagram,
            ],
            title="Save, load, export", show_close_button=True, close_on_click=True, width_option="sm", scroll="paper",
        )  # fmt: skip

    def open(self) -> None:
        """Show the dialog."""
        self._host.open_dialog(self._dialog)

    def close(self) -> None:
        """Put it away."""
        self._dialog.open = False

    def _download(self, label: str, file_name: str, text: Any, encoding: str = "utf-8") -> pmui.FileDownload:
        def content() -> io.BytesIO:
            with self._host.still():
                return io.BytesIO(text().encode(encoding))

        made = pmui.FileDownload(callback=content, filename=file_name, label=label, sizing_mode="stretch_width")
        # Given at once, Panel takes it for a contradiction of its own older parameter, and warns.
        made.variant = "outlined"
        return made

    def _code(self, target: str) -> str:
        run = self._host.session.run
        # Rates that were changed while training belong into the script.
        network = run.spec.network()
        return export_code(target, network, run.parameters.copy(), run.first_spec.features, _description(run))

    def _csv(self) -> str:
        run = self._host.session.run
        if run.first_spec.data == OWN:
            return to_csv(run.first_spec.points)
        together = np.concatenate([run.train.inputs, run.test.inputs])
        targets = np.concatenate([run.train.targets, run.test.targets])
        parts = np.repeat(["train", "test"], [len(run.train), len(run.test)])
        dataset = type(run.train)(run.train.name, together, targets, run.train.task, run.train.classes)
        return to_csv(dataset, parts)

    def _refuse(self) -> None:
        self._host.say(f"Nothing was loaded: a saved run has at most {MAX_BYTES // 2**20} MB.")
        self.close()

    def _load(self, content: bytes, _: str) -> None:
        # It is large, and nobody needs it again.
        self._upload.value = None
        host = self._host
        host.play(False)
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            host.say("This is no saved run: the file is not text. Choose a file that Save has written.")
            self.close()
            return

        def load() -> None:
            try:
                host.session.load(text, host.backend)
                host.session.notice = "The saved run is here again, at the moment at which it was saved."
            except CapsuleError as error:
                host.session.notice = f"Nothing was loaded: {error}."

        host.submit(load)
        self.close()


def _heading(title: str, text: str) -> pn.Column:
    return pn.Column(
        pmui.Typography(title, variant="subtitle1", margin=(10, 0, 0, 0)),
        pmui.Typography(text, variant="body2", margin=0),
        margin=0,
    )


def _description(run: Any) -> str:
    position = run.position
    return f"{run.first_spec.kind.title}, after {position.epoch} epochs and {position.batch} batches"
