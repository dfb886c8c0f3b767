"""What a mixture is. Pure Python and numpy; calls kernels; knows no files of data and no window."""
