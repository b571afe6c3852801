"""`prune.py` for Spark, which tells of its progress."""

from prune import main

main()
