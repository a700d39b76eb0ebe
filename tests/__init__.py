"""The made-up members of the tests have agreed long ago, of every bot that is started here and of those it starts.

Only tests/handlers/test_consent.py asks them.
"""

import os

os.environ.setdefault("HONGYAN_PRIVACY__CONSENT", "false")
