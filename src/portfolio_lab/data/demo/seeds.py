"""Random streams: one per topic and block, so that a new topic or a later customer moves nobody else's numbers."""

import zlib

import numpy as np


def stream(seed: int, topic: str, block: int = 0) -> np.random.Generator:
    """Return the random generator of one topic in one block of customers; the same three always give the same."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(zlib.crc32(topic.encode()), block)))
