"""Enrolments, the progress of clients on skills, and their evidence."""
