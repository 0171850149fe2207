"""Datasets as SDMX 2.1: structures and data in SDMX-ML, data in SDMX-CSV 1.0.

One dataset is one dataflow with a data structure of its own: FREQ, REF_AREA, INDICATOR (the series), the dimensions of
its series, TIME_PERIOD. Periods are Common Era. Written as text, piece by piece, so that a large dataset needs no more
memory than one series. Source: SDMX 2.1 technical standards, sections 3A (SDMX-ML) and 7 (REST); SDMX-CSV 1.0.
"""
