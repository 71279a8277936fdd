"""The treaty core: plain values in, plain values out; no files, no clock, no dice."""
