// What a dataset holds, read from its file with SQLite's own program and not with Weir.

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Weir } from './weir.js';

export type Row = Record<string, string | number | boolean | null>;

const read = promisify(execFile);
const manyBytes = 64 << 20;

export async function rowsOf(weir: Weir, dataset: string): Promise<Row[]> {
  const file = await fileOf(weir);
  const { stdout } = await read('sqlite3', ['-readonly', '-cmd', '.timeout 5000', '-json', file, `SELECT * FROM "${dataset}"`], { maxBuffer: manyBytes });
  const rows = stdout === '' ? [] : (JSON.parse(stdout) as Row[]);
  // What keys are compared by is not a field.
  for (const row of rows) delete row['weir key'];
  return rows;
}

/** Changes the file behind Weir's back. */
export async function change(weir: Weir, sql: string): Promise<void> {
  await read('sqlite3', ['-cmd', '.timeout 5000', await fileOf(weir), sql]);
}

/** A digest of all rows in the order in which they were inserted. */
export async function digestOf(weir: Weir, dataset: string): Promise<string> {
  const reading = spawn('sqlite3', ['-readonly', '-cmd', '.timeout 5000', '-quote', await fileOf(weir), `SELECT * FROM "${dataset}" ORDER BY rowid`]);
  const digest = createHash('sha256');
  for await (const chunk of reading.stdout) digest.update(chunk as Buffer);
  return digest.digest('hex');
}

/** The embedded destination's file of the only namespace. */
async function fileOf(weir: Weir): Promise<string> {
  const folder = join(weir.dataFolder, 'namespaces');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sqlite'));
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) throw new Error(`not one file in ${folder}: ${files.join(', ')}`);
  return join(folder, file);
}
