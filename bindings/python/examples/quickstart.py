"""Restores the missing locks, or says why it could not."""

import logging

import lockrec

logging.basicConfig(level=logging.INFO)
try:
    # env: GOOGLE_SHEET_ID, GOOGLE_APPLICATION_CREDENTIALS, REDIS_URL and TIMEZONE; every field can be given here instead.
    result = lockrec.reconcile(env=True, timeout=10.0)
    print(f"{result.reconciled} locks restored, {result.already_locked} were there, {result.skipped} rows skipped")
except lockrec.LockrecError as error:
    print(f"locks not restored: {error} ({error.status_name}; retry helps: {error.retryable})")
