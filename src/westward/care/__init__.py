"""The clinic's pure rules: dates in, typed answers with their sources out; no database and no clock inside."""
