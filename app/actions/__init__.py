"""What people do: plain functions that give a value, or a refusal."""
