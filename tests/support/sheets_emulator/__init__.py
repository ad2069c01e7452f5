"""A Google Sheets API v4 server for tests: read-only, over TLS, with faults on request."""
