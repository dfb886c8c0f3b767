"""`python -m gmm_app` is the same as `gmm-app`."""

import sys

from gmm_app.cli import main

sys.exit(main())
