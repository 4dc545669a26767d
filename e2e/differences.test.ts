/** What was different about an error of a real SDK whose logs come along: the answer, and the page. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { IssueDifferences } from '#contract/differences.ts';
import type { IssueDetail } from '#contract/issues.ts';
import { run } from './support/clients.ts';
import { linesStored } from './support/logs.ts';
import { issueTitled } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { eventually } from './support/program.ts';

startForAll();

test('the lines that only failing requests have stand on the page of the issue, with their counts', async () => {
  await run(process.execPath, [join(import.meta.dirname, 'programs', 'failing-shop.mjs')], {
    environment: { SENTRY_DSN: program.dsn },
  });
  await linesStored(program, 240);
  const { id } = await issueTitled(program, 'the provider is away');
  await eventually(
    () => program.get<IssueDetail>(`/api/v1/issues/${id}`),
    ({ events }) => events === 24,
  );
  const found = await program.get<IssueDifferences>(`/api/v1/issues/${id}/differences`);
  expect(found.traffic).toMatchObject({ unit: 'trace', linked: 24, occurrences: 24, healthy: 96 });
  const [line] = found.differences;
  expect(line).toMatchObject({
    key: 'pattern',
    template: 'upstream answered <num> after <time>',
    test: 'fisher',
  });
  expect(line).toMatchObject({ occurrences: 24, occurrencesOf: 24, healthy: 0, healthyOf: 96 });
  expect(line!.q).toBeLessThan(1e-9);
  // In the very same traces, so no rows of their own.
  expect(line!.same.map(({ key, value }) => `${key}:${value}`)).toEqual(
    expect.arrayContaining(['level:warn', 'provider:acme-pay']),
  );
  expect(found.differences.slice(1)).toEqual([]);

  const page = await screens.visit(`/issues/${id}`);
  await page.getByRole('link', { name: 'Tags', exact: true }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'upstream answered <num> after <time>' });
  await row.getByText('100 % against 0 %').waitFor();
  await row.getByText('only here').click();
  await row.getByText('of 96 healthy traces').waitFor();
  await row.getByText('never in the others').waitFor();
  await page.getByText('What was compared').click();
  await page.getByText('All 24 events of this time were looked at.').waitFor();

  await page.getByRole('radio', { name: 'Same transaction' }).check();
  await page.getByText('no occurrence names its transaction').waitFor();
  expect(new URL(page.url()).searchParams.get('against')).toBe('transaction');
  await page.getByRole('radio', { name: 'Everything' }).check();
  await row.getByText('only here').click();
  await row.getByRole('link', { name: 'Lines' }).click();
  await page.getByText('upstream answered 503 after 115 ms').first().waitFor();
});
