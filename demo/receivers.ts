/** Where alerts arrive in the demo: a mailbox that speaks SMTP, and a webhook. Both keep what came, and when. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface Mail {
  /** Milliseconds since 1970. */
  at: number;
  to: string;
  subject: string;
  /** The whole message with its transfer encodings undone, so that one can look for words in it. */
  text: string;
}

export interface Mailbox {
  /** As TANDEM_SMTP_URL has it. */
  url: string;
  readonly mails: readonly Mail[];
  close(): void;
}

/** Takes every message, the way RFC 5321 has it, with no extension but 8BITMIME. */
export async function openMailbox(): Promise<Mailbox> {
  const mails: Mail[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy());
    converse(socket, (mail) => mails.push(mail));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function converse(socket: Socket, keep: (mail: Mail) => void): void {
  let received = '';
  let to = '';
  let isMessage = false;
  const say = (line: string) => socket.write(`${line}\r\n`);
  say('220 demo ESMTP');
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
    for (;;) {
      const end = received.indexOf(isMessage ? '\r\n.\r\n' : '\r\n');
      if (end < 0) return;
      const text = received.slice(0, end);
      received = received.slice(end + (isMessage ? 5 : 2));
      if (isMessage) {
        isMessage = false;
        keep(readMail(text.replaceAll('\r\n..', '\r\n.'), to));
        say('250 kept');
      } else command(text);
    }
  });

  function command(line: string) {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'RCPT') to = /<([^>]*)>/.exec(line)?.[1] ?? '';
    if (verb === 'EHLO') say('250-demo\r\n250 8BITMIME');
    else if (verb === 'DATA') {
      isMessage = true;
      say('354 go on');
    } else if (verb === 'QUIT') {
      say('221 bye');
      socket.end();
    } else say('250 ok');
  }
}

function readMail(message: string, to: string): Mail {
  const [head = ''] = message.split('\r\n\r\n', 1);
  const subject = /^subject:(.*(?:\r\n[ \t].*)*)/im.exec(head)?.[1] ?? '';
  return { at: Date.now(), to, subject: decodeWords(subject).trim(), text: decodeParts(message) };
}

/** RFC 2047's words in a header. */
function decodeWords(text: string): string {
  return text
    .replace(/\r\n[ \t]/g, ' ')
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how: string, coded: string) =>
      how.toLowerCase() === 'b'
        ? Buffer.from(coded, 'base64').toString()
        : quotedPrintable(coded.replaceAll('_', ' ')),
    );
}

/** Each part of the message as text, whatever its transfer encoding. */
function decodeParts(message: string): string {
  const boundary = /boundary="?([^";\r\n]+)"?/i.exec(message)?.[1];
  const parts = boundary ? message.split(`--${boundary}`) : [message];
  return parts
    .map((part) => {
      const at = part.indexOf('\r\n\r\n');
      const [head, body] = [part.slice(0, Math.max(0, at)), part.slice(at + 4)];
      const encoding = /^content-transfer-encoding:\s*(\S+)/im.exec(head)?.[1]?.toLowerCase();
      if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
      if (encoding === 'quoted-printable') return quotedPrintable(body);
      return Buffer.from(body, 'latin1').toString();
    })
    .join('\n');
}

function quotedPrintable(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

export interface Webhook {
  url: string;
  readonly calls: readonly { at: number; body: string }[];
  close(): void;
}

export async function openWebhook(): Promise<Webhook> {
  const calls: { at: number; body: string }[] = [];
  const server = createHttpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    calls.push({ at: Date.now(), body: Buffer.concat(chunks).toString() });
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    calls,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
