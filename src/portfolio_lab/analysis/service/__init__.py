"""Service: how long customers wait, why they come, what they think of it, and how they buy and leave afterwards."""
