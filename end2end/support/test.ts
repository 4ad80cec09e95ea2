// What every end-to-end test starts with: `import { expect, test } from '../../support/test.js'`.

import { test as base, expect } from '@playwright/test';

import { Weir } from './weir.js';

interface Fixtures {
  /** A Weir of this test's own. `page.goto('/')` goes to it. */
  weir: Weir;
  /** Console errors that a test provokes on purpose; any other fails it. */
  expectedConsoleErrors: RegExp[];
  noPageErrors: void;
}

export const test = base.extend<Fixtures>({
  weir: async ({}, use, testInfo) => {
    const weir = await Weir.onNewFolder();
    await use(weir);
    await weir.remove();
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('weir-output', { body: weir.output, contentType: 'text/plain' });
    }
  },

  baseURL: async ({ weir }, use) => {
    await use(weir.address);
  },

  expectedConsoleErrors: [[], { option: true }],

  // A panic in wasm, a refused script or a broken hydration shows in the console only.
  noPageErrors: [
    async ({ context, expectedConsoleErrors }, use) => {
      const problems: string[] = [];
      context.on('weberror', (webError) => problems.push(String(webError.error())));
      context.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
      await use();
      const unexpected = problems.filter((problem) => !expectedConsoleErrors.some((known) => known.test(problem)));
      expect(unexpected, 'errors in the pages').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
