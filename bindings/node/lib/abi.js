'use strict';
// Made from include/lockrec/lockrec.h by generate.js. Do not edit.

exports.HEADER_VERSION = '0.2.0';
exports.ABI_VERSION = 2;

// camelCase name: C name
exports.TEXTS = {
  spreadsheetId: 'spreadsheet_id',
  sourceFile: 'source_file',
  worksheet: 'worksheet',
  tagColumn: 'tag_column',
  occupiedByColumn: 'occupied_by_column',
  occupiedAtColumn: 'occupied_at_column',
  freeValue: 'free_value',
  timeZone: 'time_zone',
  credentialsJson: 'credentials_json',
  credentialsFile: 'credentials_file',
  accessToken: 'access_token',
  sheetsEndpoint: 'sheets_endpoint',
  tokenEndpoint: 'token_endpoint',
  caFile: 'ca_file',
  redisUrl: 'redis_url',
  redisUsername: 'redis_username',
  redisPassword: 'redis_password',
  redisCaFile: 'redis_ca_file',
  redisCertFile: 'redis_cert_file',
  redisKeyFile: 'redis_key_file',
  keyPrefix: 'key_prefix',
  sentinelUsername: 'sentinel_username',
  sentinelPassword: 'sentinel_password',
};
exports.NUMBERS = {
  deadlineMs: 'deadline_ms',
  maxAgeMs: 'max_age_ms',
  safetyTtlMs: 'safety_ttl_ms',
  fleetTtlMs: 'fleet_ttl_ms',
  nowUnixMs: 'now_unix_ms',
  rowsMax: 'rows_max',
  bodyBytesMax: 'body_bytes_max',
  waitReplicas: 'wait_replicas',
};
exports.FLAGS = {
  dryRun: 1,
  noConfirm: 2,
  env: 8,
};
exports.ROWS_FLAG = 4;
exports.STATUSES = {
  '0': 'LOCKREC_OK',
  '1': 'LOCKREC_PARTIAL',
  '2': 'LOCKREC_SKIPPED',
  '-1': 'LOCKREC_E_ARGUMENT',
  '-2': 'LOCKREC_E_CONFIG',
  '-3': 'LOCKREC_E_CONFIG_TOO_NEW',
  '-4': 'LOCKREC_E_DEADLINE',
  '-5': 'LOCKREC_E_CANCELLED',
  '-6': 'LOCKREC_E_SHEET_AUTH',
  '-7': 'LOCKREC_E_SHEET_PERMISSION',
  '-8': 'LOCKREC_E_SHEET_NOT_FOUND',
  '-9': 'LOCKREC_E_SHEET_QUOTA',
  '-10': 'LOCKREC_E_SHEET_UNAVAILABLE',
  '-11': 'LOCKREC_E_SHEET_FORMAT',
  '-12': 'LOCKREC_E_REDIS_CONNECT',
  '-13': 'LOCKREC_E_REDIS_AUTH',
  '-14': 'LOCKREC_E_REDIS_REFUSED',
  '-15': 'LOCKREC_E_REDIS_PROTOCOL',
  '-16': 'LOCKREC_E_NO_MEMORY',
  '-17': 'LOCKREC_E_INTERNAL',
};
exports.PHASES = {
  '0': 'config',
  '1': 'token',
  '2': 'sheet',
  '3': 'connect',
  '4': 'look',
  '5': 'claim',
  '6': 'confirm',
  '7': 'commit',
};
exports.CAUSES = {
  '0': 'none',
  '1': 'curl',
  '2': 'http',
  '3': 'errno',
  '4': 'redis',
};
exports.LOG_LEVELS = {
  '0': 'default',
  '1': 'error',
  '2': 'warning',
  '3': 'info',
  '4': 'debug',
};
exports.OUTCOMES = {
  '0': 'rowsFree',
  '1': 'skippedInvalid',
  '2': 'skippedStale',
  '3': 'alreadyLocked',
  '4': 'conflicting',
  '5': 'adopted',
  '6': 'reconciled',
  '7': 'withdrawn',
  '8': 'failed',
  '9': 'unprocessed',
};
exports.REASONS = {
  '0': 'none',
  '1': 'tagEmpty',
  '2': 'tagInvalid',
  '3': 'tagTooLong',
  '4': 'ownerInvalid',
  '5': 'dateInvalid',
  '6': 'dateMissing',
  '7': 'dateInFuture',
  '8': 'tooOld',
  '9': 'duplicate',
  '10': 'duplicateOwner',
  '11': 'otherOwner',
  '12': 'unknownValue',
  '13': 'otherType',
  '14': 'lockExpires',
  '15': 'notConfirmed',
  '16': 'noLongerOccupied',
  '17': 'redisRefused',
  '18': 'interrupted',
  '19': 'notReplicated',
};
