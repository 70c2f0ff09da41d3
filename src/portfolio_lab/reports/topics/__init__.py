"""What the notebook of one topic needs beyond analysis and plots: inputs from the review, steps of its page."""
