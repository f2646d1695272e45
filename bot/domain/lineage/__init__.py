"""The lineage graph: what came from what, who says so, and what nobody could read."""
