"""The main job beside its peers, as ratios measured in one run (``make bench``)."""
