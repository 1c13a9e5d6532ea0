"""The dialogs of the digit training page."""
