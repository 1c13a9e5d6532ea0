"""What `panel serve playground` runs.

Globals of this script are wiped when a visitor leaves: all lives in the package.
"""

import panel as pn

from playground.app import page

pn.extension(notifications=False)
page().servable()
