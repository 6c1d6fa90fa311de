"""`python -m server VERB …`, the same as `candlewire VERB …`."""

import sys

from server.cli import main

sys.exit(main())
