import { readFile } from 'node:fs/promises';

import { parseCsv } from '../../support/csv.js';
import { rowsOf } from '../../support/dataset.js';
import { kunden, knownRejections, knownRows, leads, orders, pathOf, type Journey } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import * as setUp from '../../support/set-up.js';
import { expect, test } from '../../support/test.js';

for (const journey of [kunden, orders, leads]) {
  test(`${journey.file} goes from the first start to its rows and its failure report`, async ({ page, weir }) => {
    await pages.createFirstAccount(page, weir);
    const isSameDocument = await pages.markDocument(page);
    await setUp.beginImport(page);
    await setUp.sayBasics(page, journey);
    await setUp.chooseUploadAsSource(page);
    await setUp.provideSample(page, journey);
    await setUp.mapColumns(page, journey);
    await setUp.leaveSample(page);
    await setUp.chooseSchedule(page);
    await setUp.checkWholeFile(page, journey);
    await setUp.uploadAndStart(page);

    await expect(pages.badge(page, 'Partially Completed')).toBeVisible();
    await expect(pages.tile(page, 'Seen')).toHaveText(String(journey.seen));
    await expect(pages.tile(page, 'Imported')).toHaveText(String(journey.imported));
    await expect(pages.tile(page, 'Rejected')).toHaveText(String(journey.rejected));
    expect(await isSameDocument(), 'no page was loaded anew').toBe(true);

    const exact = await pages.downloadReport(page, 'Rejected records');
    expect(await readFile(await exact.path())).toEqual(await readFile(pathOf(journey.exactReport)));
    const explained = await pages.downloadReport(page, 'Explanation as CSV');
    await expectExplained(await readFile(await explained.path(), 'utf8'), journey);

    const known = await knownRows(journey);
    const found = await rowsOf(weir, journey.dataset);
    const key = journey.columns.find((column) => column.rule === 'key')?.field ?? '';
    expect(sorted(found, key)).toEqual(sorted(known.map(asStored), key));
  });
}

async function expectExplained(text: string, journey: Journey): Promise<void> {
  const { header, records } = parseCsv(text);
  expect(header).toEqual(['record', 'line', 'column', 'value', 'rule', 'reason', 'what to do']);
  const places = records.map(([record, line, column, , rule]) => ({ record, line, column, rule }));
  const known = await knownRejections(journey);
  expect(places).toEqual(
    known.map(({ record, line, column, rule }) => ({ record: `${record}`, line: `${line}`, column: column ?? '', rule })),
  );
  for (const [, , , value, , reason, whatToDo] of records) {
    expect(value, 'no cell is a formula').not.toMatch(/^[=+\-@\t\r]/);
    expect(reason).toMatch(/\w+ \w+/);
    expect(whatToDo).toMatch(/\w+ \w+/);
  }
}

type Rows = Awaited<ReturnType<typeof rowsOf>>;

/** SQLite keeps an answer as 0 or 1. */
function asStored(row: Rows[number]): Rows[number] {
  const stored = Object.entries(row).map(([name, value]) => [name, typeof value === 'boolean' ? Number(value) : value]);
  return Object.fromEntries(stored) as Rows[number];
}

function sorted(rows: Rows, key: string): Rows {
  return rows.toSorted((one, other) => (String(one[key]) < String(other[key]) ? -1 : 1));
}
