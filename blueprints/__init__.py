"""What people see and do: one module for each."""
