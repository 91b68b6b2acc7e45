"""Everything that can happen, worked out once for everybody who asks.

``profiles`` are the pairings there are; ``cases`` is the engine asked about many of them at once; ``reachable`` is
every place that they can come to; ``table``, ``minimal`` and ``arrays`` are the same as tables of integers; ``two`` is
what two people can do.
"""
