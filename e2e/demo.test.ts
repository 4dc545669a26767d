/**
 * The story the program exists for, on a shop of three real services with stock SDKs (demo/): it breaks, people are told, find
 * the release and the cause, fix it, and hear of it when it comes back. Once with traces, once with none.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AffectedUsers, IssueDetail } from '#contract/issues.ts';
import { gateway503 } from '#demo/incidents/gateway-503.ts';
import { isTrueCause, storyOf } from '#demo/judge.ts';
import { makeChannels, ON_CALL, openReceivers, type Receivers } from '#demo/notifications.ts';
import { DEPLOYED, deploy, issueOf, type Play, play } from '#demo/play.ts';
import { openTandem, type Tandem } from '#demo/tandem.ts';
import { watch } from '#demo/watch.ts';
import { openScreens, photograph, type Screens } from './support/browser.ts';
import { installPython, installSentryCli } from './support/clients.ts';
import { eventually, type Program, startProgram, TOKEN } from './support/program.ts';

const USERS = 50;
/** From the fiftieth customer who could not pay to the alert, ms. */
const TOLD_MS_MAX = 15_000;

describe.each([
  { how: 'with traces', traces: true },
  { how: 'without traces', traces: false },
])('$how', ({ traces }) => {
  let program: Program;
  let screens: Screens;
  let tandem: Tandem;
  let receivers: Receivers;
  let played: Play;
  let id: string;
  let link: string;
  beforeAll(async () => {
    const [python, cli] = await Promise.all([installPython(), installSentryCli('3.8.0')]);
    receivers = await openReceivers();
    program = await startProgram({ environment: receivers.environment });
    screens = await openScreens(program);
    tandem = await openTandem(program.url, TOKEN, 'shop');
    await watch(tandem, USERS, await makeChannels(tandem, receivers));
    played = await play({
      ...{ tandem, python, cli, traces, incident: gateway503, users: USERS },
      say: () => {},
    });
  });
  afterEach(() => screens.leave());
  afterAll(async () => {
    await played?.stop();
    await screens?.close();
    await program?.discard();
    receivers?.close();
  });

  const issue = () => tandem.get<IssueDetail>(`/api/v1/issues/${id}`);
  const picture = (name: string) => `demo-${name}-${traces ? 'traces' : 'untraced'}`;

  test('people are told of a new issue of fifty users, within seconds of the fiftieth', async () => {
    const { mailbox, webhook } = receivers;
    await eventually(
      async () => [mailbox.mails.length, webhook.calls.length],
      (arrived) => arrived.every((count) => count > 0),
    );
    const [mail, call] = [mailbox.mails[0]!, webhook.calls[0]!];
    expect(mail).toMatchObject({ to: ON_CALL, subject: expect.stringContaining('PaymentError') });
    for (const { at } of [mail, call]) expect(at - played.hitAt).toBeLessThan(TOLD_MS_MAX);
    for (const text of [mail.text, call.body]) {
      expect(text).toMatch(/\bnew\b.*PaymentError/i);
      const told = Number(/(\d+) users/.exec(text)?.[1]);
      expect(told).toBeGreaterThanOrEqual(USERS);
      expect(told).toBeLessThanOrEqual(played.traffic.affected.size);
    }
    link = new RegExp(`${program.url}/issues/\\d+(?=\\s|$)`, 'm').exec(mail.text)?.[0] ?? '';
    expect(link, mail.text).not.toBe('');
  });

  test('it is new, of the users who could not pay and nobody else, since the release', async () => {
    const found = await issueOf(tandem, gateway503, ({ users }) => users >= USERS);
    id = found.id;
    expect(found).toMatchObject({ substate: 'new', firstRelease: `shop@${DEPLOYED}`, unhandled: true });
    await played.traffic.pause();
    const { items, total } = await tandem.get<AffectedUsers>(`/api/v1/issues/${id}/users`);
    expect(total).toBeGreaterThanOrEqual(USERS);
    const turnedAway = [...played.traffic.affected.keys()];
    expect(items.map((user) => user.id).filter((user) => !turnedAway.includes(user))).toEqual([]);
  });

  test('the link in the mail opens it; its page names the release, and the commit that did it', async () => {
    const page = await screens.visit(link);
    await page.getByRole('heading', { name: 'PaymentError', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toContain(`/issues/${id}`);
    await page.getByText(`shop@${DEPLOYED}`).first().waitFor();
    await page.getByText('no charge is deferred any more').first().waitFor();
    await photograph(page, picture('issue'));
  });

  test('the story of one of them is the way through all three services, and says what began it', async () => {
    const { items, cause, event } = await eventually(
      () => storyOf(tandem, id),
      (story) => story.cause.state === 'found' && story.items.some(({ service }) => service === 'gateway'),
    );
    const own = items.filter(({ kind, why }) => kind === 'log' && !['process', 'time'].includes(why));
    expect(new Set(own.map(({ service }) => service))).toEqual(new Set(['web', 'payments', 'gateway']));
    expect(new Set(own.map(({ userId }) => userId))).toEqual(new Set([event!.userId]));
    const marked = items.find((item) => item.id === cause.itemId)!;
    expect(isTrueCause(gateway503, marked), cause.text).toBe(true);

    const page = await screens.visit(`/issues/${id}/story`);
    await page.getByRole('heading', { name: 'Likely cause' }).waitFor();
    await photograph(page, picture('story'));
  });

  test('resolved in the next release: quiet from this one, a regression from the next', async () => {
    const page = await screens.visit(`/issues/${id}`);
    await page.getByText('Suspect commit').first().waitFor();
    await page.keyboard.press('Shift+E');
    await eventually(issue, ({ status }) => status === 'resolved');
    const { events } = await issue();
    played.traffic.resume();
    await eventually(issue, (now) => now.events > events);
    await played.traffic.pause();
    expect(await issue()).toMatchObject({ status: 'resolved', resolution: { in: 'nextRelease' } });

    await deploy(played, '1.5.0');
    const back = await eventually(issue, ({ status }) => status === 'unresolved');
    expect(back).toMatchObject({ substate: 'regressed' });
    expect(back.activity[0]).toMatchObject({ kind: 'regressed', data: { release: 'shop@1.5.0' } });
    await page.goto(`/issues/${id}`);
    await page.getByText('Regressed', { exact: true }).first().waitFor();
    await page.getByText('Suspect commit').first().waitFor();
    await photograph(page, picture('regression'));
  });
});
