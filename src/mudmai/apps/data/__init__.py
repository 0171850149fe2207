"""Datasets in the making: submissions, review, approval, release, withdrawal."""
