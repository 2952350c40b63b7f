"""What neighbours who help do: requests, appointments, the record, and what nobody understood."""
