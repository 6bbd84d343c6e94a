"""The helpers of this folder can be imported by their names."""

import importlib.util
import sys
from pathlib import Path

for name in ("foreign_vault", "tests_folder"):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(name, module)
    spec.loader.exec_module(module)
