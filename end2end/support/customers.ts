// Generated customer exports: any number of records, one in a hundred damaged, and the truth about each damaged one.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import type { Field, Import } from './api.js';

const weir = process.env['WEIR_BIN'] ?? resolve(import.meta.dirname, '../../target/release/weir');
const generator = process.env['CUSTOMERS_BIN'] ?? join(dirname(weir), 'customers');
const fixtures = resolve(import.meta.dirname, '../../fixtures/customers');

/** Which rule each kind of damage breaks. */
const rules: Record<string, string> = {
  bad_email: 'type',
  missing_required: 'required',
  bad_birthdate: 'type',
  bad_ts: 'type',
  bad_decimal: 'type',
  bad_bool: 'type',
  bad_country: 'allowed',
  too_few_fields: 'too_few_fields',
  too_many_fields: 'too_many_fields',
  invalid_utf8: 'undecodable',
  too_long: 'length',
};

export interface Customers {
  file: string;
  records: number;
  /** "record,line,column,rule" of every damaged record, in file order. */
  damaged: string[];
}

/** Writes the file into the folder; the same number of records gives the same bytes. */
export async function generateCustomers(folder: string, records: number): Promise<Customers> {
  const path = join(folder, `customers-${records}`);
  await promisify(execFile)(generator, ['--rows', String(records), '--out', path]);
  const truth = await readFile(`${path}.truth.csv`, 'utf8');
  const damaged = truth.trimEnd().split('\n').slice(1).map((line) => {
    const [record, physicalLine, kind = '', column] = line.trimEnd().split(',');
    const rule = rules[kind];
    if (rule === undefined) throw new Error(`unknown damage in ${path}.truth.csv: ${line}`);
    return [record, physicalLine, column, rule].join(',');
  });
  return { file: `${path}.csv`, records, damaged };
}

export async function customersImport(customers: Customers, dataset: string): Promise<Import> {
  const read = async (name: string) => JSON.parse(await readFile(join(fixtures, name), 'utf8')) as unknown;
  return {
    name: `Customers into ${dataset}`,
    dataset,
    fields: (await read('fields.json')) as Field[],
    method: 'insert',
    dialect: { encoding: 'utf-8', delimiter: ',', quote: '"', escape: 'doubled', header: 'present', preamble_rows: 0 },
    mapping: (await read('mapping.json')) as Import['mapping'],
    file: customers.file,
  };
}
