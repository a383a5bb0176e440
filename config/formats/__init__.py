"""How dates and times are written, by language (`FORMAT_MODULE_PATH`)."""
