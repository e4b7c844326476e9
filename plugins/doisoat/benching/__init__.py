"""The wing `bench`: how fast, and in how much memory, beside what others need for the same.

Measured are whole processes over made worlds whose contents are known, so that every figure comes with the proof that
the work was done. `command` is what the command line shows, `reconciling` the one bench there is, `world` and `plan`
what it measures on, `peers` and `processes` who runs, `findings` what each must find.
"""
