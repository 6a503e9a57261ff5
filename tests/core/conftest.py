"""Puts this folder on the path, so that the tests of review and analysis share `panels`."""
