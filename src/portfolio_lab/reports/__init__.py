"""The outside world again: run files, notebooks, runs, pages, the command line."""
