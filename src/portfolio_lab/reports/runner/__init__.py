"""Run the reports of a review, each in a clean process, and publish all of them or nothing.

The public verb is `portfolio_lab.reports.runner.run.run_review`; docs/report_folder.md says what is left on disk.
This file imports nothing, so that asking for help or listing reports stays cheap.
"""
