"""What is measured: a module per section of the results, each with one `measure`."""
