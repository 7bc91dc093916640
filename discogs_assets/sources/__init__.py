"""Where records come from: a folder for each data set of a publisher."""
