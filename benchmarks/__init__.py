"""Speed beside peers on the same data, as ratios measured in one run (``make bench``)."""
