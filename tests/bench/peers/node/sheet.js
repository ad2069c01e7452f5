import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { auth, sheets } from '@googleapis/sheets';
import fetch from 'node-fetch';

const HEADERS = ['TAG_SPOOL', 'Ocupado_Por', 'Fecha_Ocupacion'];
const TOKEN_HOST = 'oauth2.googleapis.com'; // the client knows no other

void Headers; // Node loads this global when it is first asked for: that is part of loading, not of the work

function newClient(job) {
  process.env.SSL_CERT_FILE = job.ca_file; // with --use-openssl-ca: read in half the time that the agent's `ca` takes
  const key = JSON.parse(readFileSync(job.credentials_file, 'utf8'));
  // One agent for the token and the sheet, so that one connection serves both where they are of one server.
  const agent = new Agent({ keepAlive: true });
  const account = new auth.JWT({
    email: key.client_email,
    key: key.private_key,
    scopes: ['https://www.googleapis.com/auth/spreadsheets.readonly'],
    transporterOptions: { agent, fetchImplementation: fetch },
  });
  account.transporter.interceptors.request.add({
    resolved: async (request) => {
      if (request.url.hostname === TOKEN_HOST) request.url = new URL(key.token_uri);
      request.headers.set('Accept-Encoding', 'identity'); // so near to the server, gzip takes longer than it saves
      return request;
    },
  });
  return sheets({ version: 'v4', auth: account, rootUrl: job.sheets_endpoint });
}

/** 0 is A, 26 is AA. */
function columnLetters(index) {
  let letters = '';
  for (; index >= 0; index = Math.floor(index / 26) - 1) letters = String.fromCharCode(65 + (index % 26)) + letters;
  return letters;
}

export async function readSheet(job) {
  const { values } = newClient(job).spreadsheets;
  const spreadsheetId = job.spreadsheet_id;
  const first = await values.get({
    spreadsheetId,
    range: `${job.worksheet}!1:1`,
    fields: 'values',
    prettyPrint: false,
  });
  const ranges = HEADERS.map((header) => {
    const index = first.data.values?.[0].indexOf(header) ?? -1;
    if (index < 0) throw new Error(`no column ${header}`);
    return `${job.worksheet}!${columnLetters(index)}2:${columnLetters(index)}`;
  });
  // By columns: one list of cells each instead of a list for every cell.
  const { data } = await values.batchGet({
    spreadsheetId,
    ranges,
    majorDimension: 'COLUMNS',
    fields: 'valueRanges/values',
    prettyPrint: false,
  });
  const [tags = [], owners = [], dates = []] = data.valueRanges.map((range) => range.values?.[0]);
  return tags.map((tag, i) => [tag, owners[i], dates[i]]);
}
