"""Formulas: a closed, typed expression language for indicators.

``parse`` reads text into :mod:`nodes`, ``check`` types it against a catalogue, ``reference`` evaluates it readably with
a trace, ``words`` says it in Thai and English. The fast evaluator lives in :mod:`mudmai.engine`.
"""
