"""The feature flag of offers."""

MEETINGS = "meetings"  # links of remote sessions, and sessions at the client's place
