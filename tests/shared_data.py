"""Where the real data lies that is no part of the repository; tests over it are skipped visibly without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("PORTAL_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
FEDERAL_CRIMINAL = SHARED / "dockets" / "federal_criminal"
COURTS = SHARED / "agencies" / "courts_db" / "courts.json"
ORI_CSV = SHARED / "agencies" / "fbi_ori" / "agencies.csv.gz"
AGREEMENTS = SHARED / "agreements"
ORI_BY_STATE = SHARED / "agencies" / "fbi_ori" / "agencies-by-state.json.gz"

needs_shared_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the real data is not here (PORTAL_SHARED_DATA)")
