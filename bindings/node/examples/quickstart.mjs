import { reconcile } from 'lockrec';

try {
  const log = (level, text) => console.error(`${level}: ${text}`);
  const result = await reconcile({ env: true, deadlineMs: 10000, log });
  console.log(`${result.reconciled} locks restored, ${result.alreadyLocked} there, ${result.skipped} rows skipped`);
} catch (error) {
  console.error(error.message); // one sentence; error.code, error.retryable and error.result say more
}
// Whatever happened, at most ten seconds later: start serving.
