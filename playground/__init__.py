"""The app: stages, views and serving, on Panel and Bokeh."""
