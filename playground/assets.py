"""Where the stylesheets and browser modules lie, and how a widget reads them."""

from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"


def stylesheets(*names: str) -> list[str]:
    """
    Read the design tokens and the named stylesheets, for a component's `_stylesheets`.

    Their text goes to the browser with the component. By path, Panel would serve them at an
    address with `..` in it, which browsers resolve to another address before they ask.

    Parameters
    ----------
    *names
        Names in `static/css`, without the suffix.
    """
    return [(STATIC / "css" / f"{name}.css").read_text(encoding="utf-8") for name in ("theme", *names)]


def module(*names: str) -> str:
    """
    Join browser modules into one, for a component's `_esm`; the last one exports `render`.

    Panel loads a component's module from a blob, from which nothing else can be imported.
    So the files of one component share a scope: an earlier one's names are visible in a later one.

    Parameters
    ----------
    *names
        Names in `static/js`, without the suffix, in the order of their dependence.
    """
    return "\n".join((STATIC / "js" / f"{name}.js").read_text(encoding="utf-8") for name in names)
