"""Measurements (`make bench`): ratios within one run, interleaved. No test: nothing here passes
or fails.
"""
