"""The providers that sell, a package each behind the one seam; and what they have in common."""
