// What every end-to-end test starts with: `import { expect, test } from '../../support/test.js'`.

import { test as base, expect } from '@playwright/test';

import { Api } from './api.js';
import { Weir, type WeirOptions } from './weir.js';

interface Fixtures {
  /** How this test's Weir is started. */
  weirOptions: WeirOptions;
  /** A Weir of this test's own. `page.goto('/')` goes to it. */
  weir: Weir;
  /** Console errors that a test provokes on purpose; any other fails it. */
  expectedConsoleErrors: RegExp[];
  /** The instance's first person, whose account this makes; the browser is signed in as them. */
  api: Api;
  noPageErrors: void;
}

export const test = base.extend<Fixtures>({
  weirOptions: [{}, { option: true }],

  weir: async ({ weirOptions }, use, testInfo) => {
    const weir = await Weir.onNewFolder(weirOptions);
    await use(weir);
    // A test that has failed may have left a run at a barrier, where Weir would wait for it.
    const isGood = testInfo.status === testInfo.expectedStatus;
    await weir.remove(isGood ? 'SIGTERM' : 'SIGKILL');
    if (!isGood) {
      await testInfo.attach('weir-output', { body: weir.output, contentType: 'text/plain' });
    }
  },

  baseURL: async ({ weir }, use) => {
    await use(weir.address);
  },

  api: async ({ weir, context }, use) => {
    const api = await Api.ofFirstPerson(weir);
    await context.addCookies([api.cookie]);
    await use(api);
  },

  expectedConsoleErrors: [[], { option: true }],

  // A panic in wasm, a refused script or a broken hydration shows in the console only. What the policy stops is not always an
  // error there, such as an inline style.
  noPageErrors: [
    async ({ context, expectedConsoleErrors }, use) => {
      const problems: string[] = [];
      await context.exposeBinding('noteViolation', (_source, violation: string) => problems.push(violation));
      await context.addInitScript(() => {
        const note = (window as unknown as { noteViolation: (violation: string) => void }).noteViolation;
        document.addEventListener('securitypolicyviolation', (event) => {
          note(`refused by the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
        });
      });
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
