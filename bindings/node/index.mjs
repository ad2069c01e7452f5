// The same functions for import: there is one copy of everything, whichever way it is asked for.
import lockrec from './index.js';

export const { LockrecError, reconcile, version } = lockrec;
