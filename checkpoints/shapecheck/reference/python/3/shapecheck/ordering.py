"""Which items may stay when a list gets another order."""


def unmoved(positions: list[int]) -> list[int]:
    """The first of the longest lists of indexes at which the positions rise."""
    lengths = _lengths(positions)
    needed = max(lengths, default=0)
    chosen: list[int] = []
    for index, position in enumerate(positions):
        rises = not chosen or positions[chosen[-1]] < position
        if rises and lengths[index] == needed:
            chosen.append(index)
            needed -= 1
    return chosen


def _lengths(positions: list[int]) -> list[int]:
    """For each index the length of the longest rising list that begins there."""
    lengths = [1] * len(positions)
    for index in reversed(range(len(positions))):
        own = positions[index]
        further = zip(positions[index + 1 :], lengths[index + 1 :], strict=True)
        lengths[index] += max((length for other, length in further if other > own), default=0)
    return lengths
