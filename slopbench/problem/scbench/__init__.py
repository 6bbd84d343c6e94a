"""Problems in the format of SlopCodeBench, read as they are published."""
