"""Reviews, appeals, samples, risk cases and reports as pages."""
