"""What `waymark upgrade` and `waymark rollback` ask a version of Waymark: facts, requests on trial, undoing migrations."""
