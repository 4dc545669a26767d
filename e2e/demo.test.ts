/**
 * The story the program exists for, on a shop of three real services with stock SDKs (demo/): it breaks, people are told, find
 * the release and the cause, fix it, and hear of it when it comes back. Once with traces, once with none.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IssueDetail } from '#contract/issues.ts';
import { gateway503 } from '#demo/incidents/gateway-503.ts';
import { DEPLOYED, deploy, issueOf, type Play, play } from '#demo/play.ts';
import { openTandem, type Tandem } from '#demo/tandem.ts';
import { photograph } from './support/browser.ts';
import { installPython, installSentryCli } from './support/clients.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { eventually, TOKEN } from './support/program.ts';

const USERS = 50;

startForAll();

describe.each([
  { how: 'with traces', traces: true },
  { how: 'without traces', traces: false },
])('$how', ({ traces }) => {
  let tandem: Tandem;
  let played: Play;
  let id: string;
  beforeAll(async () => {
    const [python, cli] = await Promise.all([installPython(), installSentryCli('3.8.0')]);
    tandem = await openTandem(program.url, TOKEN, traces ? 'shop' : 'shop-untraced');
    played = await play({
      ...{ tandem, python, cli, traces, incident: gateway503, users: USERS },
      say: () => {},
    });
  });
  afterAll(() => played?.stop());

  const issue = () => tandem.get<IssueDetail>(`/api/v1/issues/${id}`);

  test('a new issue, of the users who could not pay, since the release', async () => {
    const found = await issueOf(tandem, gateway503, ({ users }) => users >= USERS);
    expect(found).toMatchObject({ substate: 'new', firstRelease: `shop@${DEPLOYED}`, unhandled: true });
    expect(found.title).toMatch(/^PaymentError: /);
    // Nobody is affected whom the shop has not turned away.
    await played.traffic.pause();
    id = found.id;
    await eventually(issue, ({ users }) => users === played.traffic.affected.size);
  });

  test('its page names the release, and the commit that did it', async () => {
    const page = await screens.visit(`/issues/${id}`);
    await page.getByText(`shop@${DEPLOYED}`).first().waitFor();
    await page.getByText('no charge is deferred any more').first().waitFor();
    await photograph(page, `demo-issue-${traces ? 'traces' : 'untraced'}`);
  });

  test('resolved in the next release: quiet from this one, a regression from the next', async () => {
    await tandem.send('PATCH', `/api/v1/issues/${id}`, {
      status: 'resolved',
      resolve: { in: 'nextRelease' },
    });
    const { events } = await issue();
    played.traffic.resume();
    await eventually(issue, (now) => now.events > events);
    await played.traffic.pause();
    expect(await issue()).toMatchObject({ status: 'resolved', resolution: { in: 'nextRelease' } });

    await deploy(played, '1.5.0');
    const back = await eventually(issue, ({ status }) => status === 'unresolved');
    expect(back).toMatchObject({ substate: 'regressed' });
    expect(back.activity[0]).toMatchObject({ kind: 'regressed', data: { release: 'shop@1.5.0' } });
  });
});
