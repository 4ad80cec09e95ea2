import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { namespace, type Import } from '../../support/api.js';
import { inNewFolder } from '../../support/folder.js';
import { expect, test } from '../../support/test.js';

const rejected = Number(process.env['REJECTED_RECORDS'] ?? 200_000);
const peakBytesAtMost = 150e6;

test('reports of many rejected records are downloaded in bounded memory', async ({ api, weir }) => {
  test.setTimeout(60_000 + rejected);
  await inNewFolder(async (folder) => {
    const file = join(folder, 'ages.csv');
    await pipeline(Readable.from(lines()), createWriteStream(file));
    const { row } = await api.runEnds(await api.begin(ages(file)));
    expect(row).toMatchObject({ status: 'partially_completed', imported: 1, rejected });

    const figures = [`run ${(await weir.peakMemoryBytes()) / 1e6}`];
    for (const report of ['exact', 'explained.csv', 'explained.xlsx']) {
      const response = await api.request('GET', `/n/${namespace}/runs/${row.id}/report/${report}`);
      expect(response.ok).toBe(true);
      let [bytes, lineEnds] = [0, 0];
      for await (const chunk of response.body ?? []) {
        bytes += chunk.length;
        if (report !== 'explained.xlsx') for (const byte of chunk) lineEnds += Number(byte === 0x0a);
      }
      if (report !== 'explained.xlsx') expect(lineEnds, report).toBe(rejected + 1);
      figures.push(`${report} (${Math.round(bytes / 1e6)} MB) ${(await weir.peakMemoryBytes()) / 1e6}`);
    }
    console.log(`${rejected} rejected records, peak memory in MB: ${figures.join(', ')}`);
    expect(await weir.peakMemoryBytes()).toBeLessThan(peakBytesAtMost);
  });
});

function* lines(): Generator<string> {
  yield 'id,age\nfirst,1\n';
  const atOnce = 1000;
  for (let from = 0; from < rejected; from += atOnce) {
    const count = Math.min(atOnce, rejected - from);
    yield Array.from({ length: count }, (_, index) => `k${from + index},no number\n`).join('');
  }
}

function ages(file: string): Import {
  const fields = [
    { name: 'id', type: { kind: 'text' }, key: true },
    { name: 'age', type: { kind: 'integer' } },
  ];
  return {
    name: 'Ages',
    dataset: 'ages',
    fields,
    method: 'upsert',
    dialect: { encoding: 'utf-8', delimiter: ',', quote: '"', escape: 'doubled', header: 'present', preamble_rows: 0 },
    mapping: { columns: fields.map(({ name }) => ({ name, field: name, format: {} })) },
    file,
  };
}
