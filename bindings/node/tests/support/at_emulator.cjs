// Loaded before an example that knows only Google's address: sends its calls to the emulator instead.
const lockrec = require('lockrec');

const { reconcile } = lockrec;
const elsewhere = { sheetsEndpoint: process.env.SHEETS_ENDPOINT, caFile: process.env.SHEETS_CA_FILE };
lockrec.reconcile = (config, options) => reconcile({ ...config, ...elsewhere }, options);
