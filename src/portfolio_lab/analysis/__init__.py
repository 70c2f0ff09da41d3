"""Pure analysis: frames in, frames out; no files, no clock, no plots."""
