"""What `run.py` runs once the environment stands, a module a task."""
