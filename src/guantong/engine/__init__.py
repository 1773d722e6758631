"""The method: values in, values out. Reads no clock, no file, no database; `as_of` is always an argument."""
