import { parseCsv } from '../../support/csv.js';
import { customersImport, generateCustomers } from '../../support/customers.js';
import { inNewFolder } from '../../support/folder.js';
import { expect, test } from '../../support/test.js';

const records = Number(process.env['LARGE_RECORDS'] ?? 1_000_000);
const peakBytesAtMost = 150e6;

test('a large file is imported in bounded memory, and exactly its damaged records are rejected', async ({ api, weir }) => {
  test.setTimeout(60_000 + records / 10);
  await inNewFolder(async (folder) => {
    const customers = await generateCustomers(folder, records);
    const { row } = await api.runEnds(await api.begin(await customersImport(customers, 'customers')));
    expect(row).toMatchObject({
      status: 'partially_completed',
      seen: records,
      imported: records - customers.damaged.length,
      rejected: customers.damaged.length,
    });

    const { records: explained } = parseCsv((await api.report(row.id, 'explained.csv')).toString());
    const places = explained.map(([record, line, column, , rule]) => [record, line, column, rule].join(','));
    // Compared as text: a difference of thousands of lines is unreadable and slow to draw.
    expect(places.length).toBe(customers.damaged.length);
    expect(places.find((place, index) => place !== customers.damaged[index])).toBeUndefined();

    const peakBytes = await weir.peakMemoryBytes();
    console.log(`${records} records in ${(row.ended_at ?? 0) - row.started_at} ms, at most ${peakBytes / 1e6} MB of memory`);
    expect(peakBytes).toBeLessThan(peakBytesAtMost);
  });
});
