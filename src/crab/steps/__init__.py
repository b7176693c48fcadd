"""The steps of a run, each an iterable in and an iterator out.

What a step drops flows on as a ``Dropped`` in its place in the stream, and later steps pass it
through, so that the order of everything written depends on the input alone.
"""
