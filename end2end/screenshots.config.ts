// Pictures of the pages for people to look at; not tests. They go to docs/screenshots, or to the folder SCREENSHOTS.

import { defineConfig } from '@playwright/test';

import tests from './playwright.config.js';

export default defineConfig({
  ...tests,
  testDir: 'screenshots',
  projects: [{ name: 'screenshots' }],
});
