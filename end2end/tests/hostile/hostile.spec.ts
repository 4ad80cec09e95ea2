import { namespace } from '../../support/api.js';
import { asImport, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

const hostileNames = [
  '</title><b id=pwn>',
  '</title><meta http-equiv=refresh content=0;url=/pwned>',
  '</script><img id=pwn src=x onerror=alert(1)>',
  '"><svg id=pwn onload=alert(1)>',
  "'><a id=pwn href=javascript:alert(1)>",
  '<!--<script>',
  '&lt;b id=pwn&gt; &amp; {{7*7}}',
];

test('no name becomes a part of a page', async ({ api, page }) => {
  test.setTimeout(240_000);
  const run = await api.begin(asImport(leads));
  const { row } = await api.runEnds(run);
  await api.submit('create_namespace', { name: '</title><b id=pwn>', slug: 'hostile', time_zone: 'UTC' });
  const base = `/n/${namespace}`;
  for (const name of hostileNames) {
    const job = await api.call<string>('create_job', { namespace, name });
    const copy = await api.call<string>('create_job', { namespace, name });
    await api.call('save_step', { namespace, job: copy, version: 0, step: { basics: { name, dataset: null, method: 'insert' } } });
    const addresses = [
      `${base}/jobs/${job}`,
      ...['basics', 'source', 'sample', 'schedule', 'review'].map((step) => `${base}/jobs/${copy}/setup/${step}`),
    ];
    for (const address of addresses) await opensUnharmed(page, address, name);
  }
  for (const address of [pages.jobsPage, `${base}/usage`, `${base}/notifications`, '/namespaces', `${base}/jobs/${row.job}/new-file`, pages.runPage(run)]) {
    await opensUnharmed(page, address);
  }
});

/** Console errors and refusals of the policy fail every test by themselves. */
async function opensUnharmed(page: import('@playwright/test').Page, address: string, name?: string): Promise<void> {
  await pages.openPage(page, address);
  await expect(page.locator('#pwn'), `${address} of ${name}`).toHaveCount(0);
  expect(new URL(page.url()).pathname, `${address} of ${name}`).toBe(address);
  if (name !== undefined) expect(await page.title(), address).toContain(name.trim());
}
