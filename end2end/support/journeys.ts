// The three journey files with their known answers; fixtures/journeys/README.md says what is in them.

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { namespace, type Api, type Field, type Import } from './api.js';
import type { Row } from './dataset.js';

export const journeysFolder = resolve(import.meta.dirname, '../../fixtures/journeys');

export interface Column {
  /** As the header has it. */
  column: string;
  field: string;
  /** Value of the type's option in the set-up. */
  type: 'text' | 'email' | 'integer' | 'decimal_2' | 'boolean' | 'date' | 'timestamp';
  rule?: 'key' | 'required';
  dateOrder?: 'day_month_year' | 'month_day_year';
  decimalMark?: 'comma' | 'point';
}

export interface Journey {
  name: string;
  file: string;
  exactReport: string;
  dataset: string;
  dialect: { encoding: string; delimiter: string; preambleRows: number };
  lineEnd: string;
  columns: Column[];
  seen: number;
  imported: number;
  rejected: number;
}

export interface KnownRejection {
  record: number;
  line: number;
  column: string | null;
  rule: string;
}

export const kunden: Journey = {
  name: 'Kunden aus dem ERP',
  file: 'kunden.csv',
  exactReport: 'kunden.rejected.exact.csv',
  dataset: 'customers',
  dialect: { encoding: 'windows-1252', delimiter: ';', preambleRows: 2 },
  lineEnd: 'CRLF (Windows)',
  columns: [
    { column: 'Kundennr.', field: 'customer_no', type: 'text', rule: 'key' },
    { column: 'E-Mail', field: 'email', type: 'email', rule: 'required' },
    { column: 'Vorname', field: 'first_name', type: 'text' },
    { column: 'Nachname', field: 'last_name', type: 'text' },
    { column: 'Umsatz', field: 'revenue', type: 'decimal_2', decimalMark: 'comma' },
    { column: 'Geburtsdatum', field: 'birthdate', type: 'date', dateOrder: 'day_month_year' },
    { column: 'Newsletter', field: 'newsletter', type: 'boolean' },
    { column: 'PLZ', field: 'postal_code', type: 'text' },
    { column: 'Ort', field: 'city', type: 'text' },
    { column: 'Bemerkung', field: 'note', type: 'text' },
  ],
  seen: 600,
  imported: 592,
  rejected: 8,
};

export const orders: Journey = {
  name: 'Orders of the shop',
  file: 'orders.txt',
  exactReport: 'orders.rejected.exact.txt',
  dataset: 'orders',
  dialect: { encoding: 'utf-16le', delimiter: '\t', preambleRows: 0 },
  lineEnd: 'CRLF (Windows)',
  columns: [
    { column: 'Order', field: 'order_id', type: 'text', rule: 'key' },
    { column: 'E-mail', field: 'email', type: 'email' },
    { column: 'Ordered at', field: 'ordered_at', type: 'timestamp', dateOrder: 'month_day_year' },
    { column: 'Total', field: 'total', type: 'decimal_2', decimalMark: 'point' },
    { column: 'Items', field: 'items', type: 'integer' },
    { column: 'Product', field: 'product', type: 'text' },
  ],
  seen: 250,
  imported: 246,
  rejected: 4,
};

export const leads: Journey = {
  name: 'Leads of the CRM',
  file: 'leads.csv',
  exactReport: 'leads.rejected.exact.csv',
  dataset: 'leads',
  dialect: { encoding: 'utf-8', delimiter: ',', preambleRows: 0 },
  lineEnd: 'LF (Unix)',
  columns: [
    { column: 'E-mail', field: 'email', type: 'email', rule: 'key' },
    { column: 'Name', field: 'name', type: 'text' },
    { column: 'Phone', field: 'phone', type: 'text' },
    { column: 'Phone', field: 'phone_2', type: 'text' },
    { column: 'Score', field: 'score', type: 'integer' },
    { column: 'Note', field: 'note', type: 'text' },
  ],
  seen: 400,
  imported: 396,
  rejected: 4,
};

export const pathOf = (file: string): string => join(journeysFolder, file);

/** Rows that the dataset holds afterwards. */
export const knownRows = (journey: Journey): Promise<Row[]> => lines(journey, 'rows');
export const knownRejections = (journey: Journey): Promise<KnownRejection[]> => lines(journey, 'rejections');

/** The same set-up for Weir's own endpoints. */
export function asImport(journey: Journey): Import {
  const { encoding, delimiter, preambleRows } = journey.dialect;
  return {
    name: journey.name,
    dataset: journey.dataset,
    fields: journey.columns.map(fieldOf),
    method: 'upsert',
    dialect: { encoding, delimiter, quote: '"', escape: 'doubled', header: 'present', preamble_rows: preambleRows },
    mapping: {
      columns: journey.columns.map(({ column, field, dateOrder, decimalMark }) => ({
        name: column,
        field,
        format: { ...(dateOrder && { date_order: dateOrder }), ...(decimalMark && { decimal_mark: decimalMark }) },
      })),
    },
    file: pathOf(journey.file),
  };
}

function fieldOf({ field, type, rule }: Column): Field {
  const kinds = {
    decimal_2: { kind: 'decimal', scale: 2 },
    timestamp: { kind: 'timestamp', zoned: false },
  };
  const known = type in kinds ? kinds[type as keyof typeof kinds] : { kind: type };
  return { name: field, type: known, required: rule !== undefined, key: rule === 'key' };
}

async function lines<Line>(journey: Journey, what: string): Promise<Line[]> {
  const text = await readFile(pathOf(`${journey.file.split('.')[0]}.${what}.jsonl`), 'utf8');
  return text.trimEnd().split('\n').map((line) => JSON.parse(line) as Line);
}

/** A job whose last run has failed, and may be tried again: the month has no room for its rows. Answers the job. */
export async function runPastTheLimit(api: Api): Promise<string> {
  const { row } = await api.runEnds(await api.begin(asImport(leads)));
  await api.call('change_limits', { namespace, limits: { monthly_rows: leads.imported, concurrent_runs: null } });
  const upload = await api.upload(pathOf(leads.file));
  await api.call('run_with_new_file', { namespace, job: row.job, upload });
  return row.job;
}
