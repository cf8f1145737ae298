"""A clinical EEG of any format as one lazy recording; EDF+ out; de-identification."""
