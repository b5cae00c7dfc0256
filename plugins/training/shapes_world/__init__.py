"""The little world of coloured shapes that every demo checkpoint is trained on.

``scenes`` says what is in a picture and how it is called, ``pictures`` draws it, ``splits`` keeps training and
evaluation apart. All randomness comes from a ``numpy.random.Generator`` that the caller passes in.
"""
