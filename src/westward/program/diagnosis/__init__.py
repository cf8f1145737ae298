"""Video-EEG orders, studies, the engine's results, reads, criteria."""
