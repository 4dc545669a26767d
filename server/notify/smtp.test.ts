/** Mail over a real SMTP conversation, read again as a mail program reads it. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Mail, NotDelivered, type Way } from './channel.ts';
import { email } from './email.ts';
import { createSmtp } from './smtp.ts';
import { startTestMailbox, type TestMailbox } from './test-mailbox.ts';
import { AT_NIGHT, CASES, notification } from './test-notifications.ts';

let mailbox: TestMailbox;
beforeAll(async () => {
  mailbox = await startTestMailbox();
});
afterAll(() => mailbox.close());
beforeEach(() => {
  mailbox.mails.length = 0;
});

const from = 'Tandem <tandem@example.com>';
const send = (
  given: Parameters<typeof notification>[0] = {},
  mail: Mail = createSmtp({ url: mailbox.url, from }),
) =>
  email.send(
    { what: 'notification', id: 'msg_1', at: AT_NIGHT, notification: notification(given) },
    { to: ['oncall@example.com', 'ada@example.com'] },
    { mail } as Way,
  );

it('arrives at everybody with both parts, and says what it answers', async () => {
  expect(await send()).toMatchObject({ status: 250 });
  const [{ to, parsed } = mailbox.mails[0]!] = mailbox.mails;
  expect(to).toEqual(['oncall@example.com', 'ada@example.com']);
  expect(parsed.from?.text).toBe('"Tandem" <tandem@example.com>');
  expect(parsed.subject).toBe('🔴 New issue: PaymentError: gateway answered 503');
  expect(parsed.text).toContain('Likely cause (started 2 min before, in 48 of 50 traces):');
  expect(parsed.text).toContain('Release:');
  expect(parsed.html).toContain('https://tandem.example.com/issues/12');
  expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
});

it('keeps to its headers whatever a title says', async () => {
  await send(CASES['hostile text']);
  const { to, parsed, raw } = mailbox.mails[0]!;
  expect(to).toHaveLength(2);
  expect(parsed.bcc).toBeUndefined();
  expect(parsed.subject).toContain('Bcc: all@example.com');
  const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
  expect(head).not.toMatch(/^bcc:/im);
  for (const line of head.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
});

it('makes one conversation of a firing and its end', async () => {
  await send();
  await send({ id: 'n-9', state: 'resolved', endedAt: AT_NIGHT + 60_000 });
  const [first, end] = mailbox.mails.map(({ parsed }) => parsed);
  expect(end!.references).toEqual(first!.references);
  expect(end!.inReplyTo).toBe(first!.inReplyTo);
  expect(end!.subject).toMatch(/^Resolved: /);
});

it.each([
  [{ status: 451, text: 'Try again later' }, false],
  [{ status: 554, text: 'Message refused as spam' }, true],
])('says what the server refuses: %o', async (refusal, isFinal) => {
  mailbox.refusals.push(refusal);
  const error = await send().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NotDelivered);
  expect(error).toMatchObject({
    isFinal,
    reply: { status: refusal.status, text: expect.stringContaining(refusal.text) },
  });
});

it('waits for who runs the server when the password is wrong or nobody is there', async () => {
  const wrong = createSmtp({ url: mailbox.url.replace('tandem:', 'somebody:'), from });
  expect(await send({}, wrong).catch((thrown: unknown) => thrown)).toMatchObject({
    ...{ isFinal: false, reply: { status: 535 } },
  });
  const nobody = createSmtp({ url: 'smtp://127.0.0.1:1', from });
  expect(await send({}, nobody).catch((thrown: unknown) => thrown)).toMatchObject({
    ...{ isFinal: false, reply: { status: null, text: expect.stringContaining('ECONNREFUSED') } },
  });
});
