"""What people see: real browsers on the production build."""
