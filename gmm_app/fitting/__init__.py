"""How a mixture is found: options, starts, EM, stopping, results."""
