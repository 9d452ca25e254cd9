"""Who is meant by an aid programme, who is reached, who is not, and who is reached without being meant.

``settings`` declares a programme, ``criteria`` is the language of its criteria, ``columns`` what they may
speak of, ``values`` and ``people`` make those columns, ``logic`` evaluates, ``eligible`` puts one programme
together, ``coverage`` counts it per area, ``named`` keeps who is meant, ``targeting`` does all of it for a
run; ``written`` makes the rows with names while their files are written.
"""
