"""Moving people's files between the folders and the bucket."""
