"""One hand for every page, report and plot: tokens, words for numbers and dates, badges."""
