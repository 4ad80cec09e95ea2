import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Import } from '../../support/api.js';
import { parseCsv } from '../../support/csv.js';
import { rowsOf } from '../../support/dataset.js';
import { inNewFolder } from '../../support/folder.js';
import { expect, test } from '../../support/test.js';

const records = 10_000;
const damaged = 100;

test('a quote that never closes costs its own record and no other', async ({ api, weir }) => {
  await inNewFolder(async (folder) => {
    const lines = Array.from({ length: records }, (_, index) => `${index + 1},name ${index + 1},"a ""note"""`);
    lines[damaged - 1] = `${damaged},name ${damaged},"it opens here`;
    const ended = await run(folder, lines);

    expect(ended.row).toMatchObject({ status: 'partially_completed', seen: records, imported: records - 1, rejected: 1 });
    const { records: explained } = parseCsv(ended.explained);
    expect(explained.map(([record, line, , , rule]) => [record, line, rule])).toEqual([
      [`${damaged}`, `${damaged + 1}`, 'unclosed_quote'],
    ]);
    expect(explained[0]?.[5], 'the reason names the line where the quote opened').toContain(`line ${damaged + 1}`);
    expect(ended.exact).toBe(`id,name,note\n${lines[damaged - 1]}\n`);

    const rows = await rowsOf(weir, 'notes');
    const wanted = lines.map((_, index) => index + 1).filter((id) => id !== damaged);
    expect(rows.map((row) => row['id'])).toEqual(wanted);
  });

  async function run(folder: string, lines: string[]) {
    const file = join(folder, 'notes.csv');
    await writeFile(file, `id,name,note\n${lines.join('\n')}\n`);
    const { row } = await api.runEnds(await api.begin(notes(file)));
    return {
      row,
      exact: (await api.report(row.id, 'exact')).toString(),
      explained: (await api.report(row.id, 'explained.csv')).toString(),
    };
  }
});

test('a rejected formula stands in the report as text', async ({ api }) => {
  await inNewFolder(async (folder) => {
    const file = join(folder, 'formulas.csv');
    await writeFile(file, "id,name,note\n1,Ada,\n=1+1,Bob,\n-2x,Eve,\n");
    const { row } = await api.runEnds(await api.begin(notes(file)));
    const { records: explained } = parseCsv((await api.report(row.id, 'explained.csv')).toString());
    expect(explained.map(([record, , column, value, rule]) => [record, column, value, rule])).toEqual([
      ['2', 'id', "'=1+1", 'type'],
      ['3', 'id', "'-2x", 'type'],
    ]);
    expect((await api.report(row.id, 'exact')).toString()).toBe('id,name,note\n=1+1,Bob,\n-2x,Eve,\n');
  });
});

function notes(file: string): Import {
  return {
    name: 'Notes',
    dataset: 'notes',
    fields: [
      { name: 'id', type: { kind: 'integer' }, required: true },
      { name: 'name', type: { kind: 'text' } },
      { name: 'note', type: { kind: 'text' } },
    ],
    method: 'insert',
    dialect: { encoding: 'utf-8', delimiter: ',', quote: '"', escape: 'doubled', header: 'present', preamble_rows: 0 },
    mapping: { columns: ['id', 'name', 'note'].map((name) => ({ name, field: name, format: {} })) },
    file,
  };
}
