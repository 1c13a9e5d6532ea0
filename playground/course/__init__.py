"""The course as pages: a card with a lesson's step beside the stage that it is about."""
