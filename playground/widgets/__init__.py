"""Controls that Panel does not have."""
