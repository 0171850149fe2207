"""One module for each page; a view asks the workspace, shapes the answer for reading, and renders."""
