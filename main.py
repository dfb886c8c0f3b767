"""`python main.py [FILE]` opens the window; everything else is as `gmm-app`."""

import sys

from gmm_app.cli import main

if __name__ == "__main__":
    sys.exit(main())
