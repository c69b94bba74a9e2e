// This module is not written yet.
