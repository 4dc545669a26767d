/** For tests: a real SMTP server on a local port that keeps what it is sent, parsed as a mail program would. */
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface TestMailbox {
  /** For TANDEM_SMTP_URL. */
  url: string;
  mails: { to: string[]; parsed: ParsedMail; raw: string }[];
  /** SMTP status and words for the next mails, in order; then they are taken. */
  refusals: { status: number; text: string }[];
  close(): Promise<void>;
}

export async function startTestMailbox(): Promise<TestMailbox> {
  const mails: TestMailbox['mails'] = [];
  const refusals: TestMailbox['refusals'] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      username === 'tandem' && password === 'p@ss'
        ? done(null, { user: username })
        : done(Object.assign(new Error('Authentication failed'), { responseCode: 535 })),
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', async () => {
        const refusal = refusals.shift();
        if (refusal) return done(Object.assign(new Error(refusal.text), { responseCode: refusal.status }));
        const raw = Buffer.concat(parts).toString();
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, parsed: await simpleParser(raw), raw });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://tandem:${encodeURIComponent('p@ss')}@127.0.0.1:${port}`,
    mails,
    refusals,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
