"""What a customer is worth: expected discounted margin on a declared basis, and how far to trust it."""
