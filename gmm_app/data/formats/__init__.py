"""One module for each format of data files; `gmm_app.data.reading` has the list."""
