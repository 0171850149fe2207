"""The standard doors: datasets of the class ``open`` as other programs expect them (CKAN, DCAT, SDMX, OGC, files)."""
