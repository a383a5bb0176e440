"""The time zone that a person reads times in, and the question about it when their device is in another one."""
