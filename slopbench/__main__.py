"""`python -m slopbench` is the same program as `slopbench`."""

from slopbench.cli.app import main

if __name__ == "__main__":
    main()
