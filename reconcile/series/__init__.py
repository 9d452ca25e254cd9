"""The indicators of every published run, kept side by side: carried over recodes, compared, explained.

``tidy`` makes the series of a run, ``note`` what it was made from, ``areas`` brings the codes of old runs to
today's villages, ``compare`` lays two runs side by side, ``explain`` says what moved, ``trend`` looks ahead.
Nothing here touches the disk: flows/series.py keeps the series.
"""
