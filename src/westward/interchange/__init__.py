"""One module per standard: plain dataclasses in, the standard's document out; never a row of the program."""
