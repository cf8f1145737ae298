"""Local values: what a site enters where the evidence is empty, with its source and two people who stand for it."""
