"""Run Guantong: `python -m guantong`."""

import sys

from guantong.cli.main import main

sys.exit(main())
