/** Every channel says every case within the rules of its other side, and hostile text stays text. */
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { Collection, Message, OutgoingMail, Way } from './channel.ts';
import { CHANNELS, channelOf } from './channels.ts';
import { fieldsOf } from './field.ts';
import { AT_NIGHT, CASES, notification } from './test-notifications.ts';
import { RULES } from './test-rules.ts';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes 123').toString('base64')}`;
const SETTINGS: Record<string, Record<string, string | string[]>> = {
  email: { to: ['oncall@example.com', 'ada@example.com'] },
  slack: { webhookUrl: 'https://hooks.slack.com/services/T/B/x' },
  teams: { webhookUrl: 'https://prod.logic.azure.com/workflows/x' },
  discord: { webhookUrl: 'https://discord.com/api/webhooks/1/x' },
  telegram: { token: '123:abc', chatId: '-100', topicId: '7', apiUrl: 'https://api.telegram.org' },
  mattermost: { webhookUrl: 'https://chat.example.com/hooks/x', channel: 'ops' },
  rocketchat: { webhookUrl: 'https://chat.example.com/hooks/x/y' },
  pagerduty: { routingKey: 'k'.repeat(32), apiUrl: 'https://events.pagerduty.com' },
  opsgenie: { apiKey: 'key', apiUrl: 'https://api.opsgenie.com/' },
  webhook: { url: 'https://example.com/hook', secret: SECRET },
  alertmanager: { url: 'https://alertmanager.example.com/', authorization: 'Bearer x' },
};

const collection: Collection = {
  ...{ total: 990, firing: 900, resolved: 90, from: AT_NIGHT, until: AT_NIGHT + 58_000 },
  rules: [
    { name: 'New issues in production', count: 700 },
    { name: 'Users <&> *many*', count: 200 },
  ],
  moreRules: 90,
  entries: Array.from({ length: 20 }, (_, at) =>
    notification({ id: `e${at}`, title: `Issue ${at} <b>@here` }),
  ),
  url: 'https://tandem.example.com/settings/notifications/3?delivery=77',
};
const MESSAGES: [string, Message][] = [
  ...Object.entries(CASES).map(([name, one]): [string, Message] => [
    name,
    { what: 'notification', id: 'msg_77', at: AT_NIGHT, notification: one },
  ]),
  ['a test', { what: 'test', id: 'msg_78', at: AT_NIGHT, notification: notification() }],
  ['a storm', { what: 'summary', id: 'msg_79', at: AT_NIGHT, collection }],
  ['a digest', { what: 'digest', id: 'msg_80', at: AT_NIGHT, collection }],
];

interface Sent {
  url: string;
  headers: Record<string, string>;
  text: string;
  mail: OutgoingMail | null;
}

async function sentBy(kind: string, message: Message, settings = SETTINGS[kind]!): Promise<Sent> {
  const sent: Sent[] = [];
  const way: Way = {
    now: () => AT_NIGHT,
    async post({ url, headers = {}, body }) {
      sent.push({ url, headers, text: body, mail: null });
      return { status: 200, headers: {}, text: 'ok' };
    },
    mail: {
      from: 'Tandem <tandem@example.com>',
      async send(mail) {
        sent.push({ url: '', headers: {}, text: '', mail });
        return { status: 250, text: '250 OK' };
      },
    },
  };
  const channel = channelOf(kind)!;
  await channel.send(message, channel.settings.parse(settings), way);
  expect(sent).toHaveLength(1);
  return sent[0]!;
}

const sayable = (kind: string) =>
  MESSAGES.filter(([, message]) => channelOf(kind)!.collapses || !('collection' in message));

describe.each(Object.keys(RULES) as (keyof typeof RULES)[])('%s', (kind) => {
  it.each(sayable(kind))('says %s within the rules', async (name, message) => {
    const { url, headers, text } = await sentBy(kind, message);
    const body = JSON.parse(text) as unknown;
    const { error } = RULES[kind].safeParse(body);
    expect(error?.issues ?? []).toEqual([]);
    if (name !== 'very long text') expect({ url, headers, body }).toMatchSnapshot();
    if (kind === 'teams') expect(text.length).toBeLessThan(14_000);
    if (kind === 'pagerduty') expect(text.length).toBeLessThan(512_000);
  });
});

describe('e-mail', () => {
  it.each(MESSAGES)('says %s as text and as HTML', async (name, message) => {
    const { mail } = await sentBy('email', message);
    expect(mail!.subject).not.toMatch(/[\r\n\0]/);
    expect(mail!.subject.length).toBeLessThanOrEqual(200);
    // What others wrote makes no element: all there are are ours.
    const tags = [...mail!.html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag);
    const ours = 'html head meta title body div h1 p table tr td strong pre ul li span a'.split(' ');
    expect(tags.filter((tag) => !ours.includes(tag!))).toEqual([]);
    expect(mail!.html).not.toMatch(/href="(?!https?:)/);
    if (name !== 'very long text') expect(mail).toMatchSnapshot();
  });

  it('makes one conversation of a firing, and another of each other', async () => {
    const thread = async (given: object) =>
      (await sentBy('email', { ...MESSAGES[0]![1], notification: notification(given) } as Message)).mail!
        .thread;
    expect(await thread({ state: 'resolved' })).toBe(await thread({}));
    expect(await thread({ firingKey: 'another' })).not.toBe(await thread({}));
  });
});

describe('a webhook', () => {
  it.each(MESSAGES)('says %s signed, as the library of the standard verifies', async (name, message) => {
    const { headers, text } = await sentBy('webhook', message);
    const now = Date.now;
    Date.now = () => AT_NIGHT;
    try {
      expect(new StandardWebhook(SECRET).verify(text, headers)).toEqual(JSON.parse(text));
      expect(() => new StandardWebhook(SECRET).verify(`${text} `, headers)).toThrow('No matching signature');
    } finally {
      Date.now = now;
    }
    if (name !== 'very long text') expect(JSON.parse(text)).toMatchSnapshot();
  });

  it('is not signed without a secret', async () => {
    const { headers } = await sentBy('webhook', MESSAGES[0]![1], { url: 'https://example.com' });
    expect(Object.keys(headers).sort()).toEqual(['webhook-id', 'webhook-timestamp']);
  });

  it('says what a template makes of it', async () => {
    const template =
      '{"text": {{ title | json }}, "users": {{ facts | where: "name", "Users" | map: "value" | first | json }}}';
    const { text } = await sentBy('webhook', MESSAGES[0]![1], { url: 'https://example.com', template });
    expect(JSON.parse(text)).toEqual({ text: 'New issue: PaymentError: gateway answered 503', users: '50' });
  });

  it('says everything when the template fails on a message', async () => {
    const template = '{% if type == "notification" %}{"a": {{ reason }} }{% else %}{}{% endif %}';
    const { text } = await sentBy('webhook', { ...MESSAGES[0]![1], what: 'test' } as Message, {
      ...{ url: 'https://example.com', template: '{"a": {{ labels.none | default: 1 }} }' },
    });
    expect(JSON.parse(text)).toEqual({ a: 1 });
    const channel = channelOf('webhook')!;
    expect(channel.settings.safeParse({ url: 'https://example.com', template }).success).toBe(false);
  });

  it.each([
    ['{{ title }}', 'does not make JSON'],
    ['{"a": {% for x in (1..100000000) %}1{% endfor %}}', 'memory alloc limit exceeded'],
    ['{% for i in (1..9000) %}{% for j in (1..9000) %}{{ i }}{% endfor %}{% endfor %}', 'limit exceeded'],
    ['{% include "/etc/passwd" %}', 'ENOENT'],
    ['{{ title.constructor.constructor }}"', 'does not make JSON'],
    ['{{ title | shout }}', 'undefined filter: shout'],
    ['{% if title %}', 'not closed'],
  ])('refuses the template %j', (template, problem) => {
    const { error } = channelOf('webhook')!.settings.safeParse({ url: 'https://example.com', template });
    expect(error?.issues.map(({ message }) => message).join()).toContain(problem);
  });
});

/** What a sender may have put where a text of theirs stands, and what must not be left of it in what people see. */
const HOSTILE: readonly (readonly [string, string, RegExp])[] = [
  ['ten thousand characters', 'x'.repeat(10_000), /x{4001}/],
  ['a call of everybody', '@everyone @here @channel @all', /(?<![\w\u200b])@(?:everyone|here|channel|all)\b/],
  ['a call in Slack’s form', '<!channel> <!here> <@U123> <#C1>', /<[!@#](?!\u200b)/],
  ['a link in markdown', '[log in](https://evil.example)', /(?<!\\)\]\(https:..evil/],
  ['a link in Slack’s form', '<https://evil.example|log in>', /<https:..evil/],
  ['a link in HTML', '<a href="https://evil.example">log in</a>', /<a href=\\?"https:..evil/],
  ['a text that turns around', 'invoice_\u202Efdp.exe \u2066x\u2069', /[\u202a-\u202e\u2066-\u2069]/],
  ['control characters', 'a\u0000b\u0007c\u001b[31md\u009b2Je', /(?![\t\n])\p{Cc}/u],
];

/** Grammars in which a form means nothing: plain text, data, runs that know no markup, a list of who may be called. */
const MEANS_NOTHING: Record<string, RegExp> = {
  email: /call|markdown|Slack/,
  slack: /call of|markdown|HTML/,
  teams: /call|link/,
  discord: /call|Slack|HTML/,
  telegram: /Slack’s form|markdown/,
  mattermost: /Slack’s form|HTML/,
  rocketchat: /Slack’s form|HTML/,
  pagerduty: /call|link/,
  opsgenie: /call|link/,
  webhook: /call|link/,
  alertmanager: /call|link/,
};

describe.each(CHANNELS.map(({ kind }) => kind))('text of others in %s', (kind) => {
  it.each(HOSTILE)('stays text: %s', async (name, text, live) => {
    const hostile = notification({
      ...{ title: text, reason: text, labels: { branch: text } },
      facts: [{ name: text, value: text }],
      cause: { text, evidence: text, url: 'https://tandem.example.com/logs' },
      rule: { id: 'r-1', name: text },
      project: { id: 1, slug: 'shop', name: text },
    });
    for (const state of ['firing', 'resolved'] as const) {
      const message: Message = {
        ...{ what: 'notification', id: 'msg_1', at: AT_NIGHT },
        notification: { ...hostile, state },
      };
      const shown = textsOf(await sentBy(kind, message), name.includes('link'));
      expect(shown.length).toBeGreaterThan(0);
      expect(Math.max(...shown.map((one) => one.length))).toBeLessThan(60_000);
      if (!MEANS_NOTHING[kind]!.test(name)) for (const one of shown) expect(one).not.toMatch(live);
    }
  });
});

/**
 * All that a reader may see; a webhook's `notification` is the data as it is, for programs. `asLinks`: where a link of others
 * would be one, so not in plain texts: Slack's headers, titles of attachments, code.
 */
function textsOf({ text, mail }: Sent, asLinks: boolean): string[] {
  if (mail) return asLinks ? [mail.html] : [mail.subject, mail.text, mail.html];
  const texts: string[] = [];
  const walk = (value: unknown, name = ''): void => {
    if (typeof value === 'string') texts.push(asLinks ? value.replaceAll(/```.*?```/gs, '') : value);
    else if (typeof value === 'object' && value !== null && name !== 'notification') {
      if ('type' in value && value.type === 'plain_text') return;
      for (const [key, one] of Object.entries(value)) {
        if (asLinks && (key === 'fallback' || ('title_link' in value && key === 'title'))) continue;
        texts.push(key);
        walk(one, key);
      }
    }
  };
  walk(JSON.parse(text));
  return texts;
}

describe('the kinds', () => {
  it('have each a form whose fields say what they are', () => {
    const forms = CHANNELS.map((kind) => [
      kind.kind,
      fieldsOf(kind).map(({ name, type, required }) => `${name} ${type}${required ? ' required' : ''}`),
    ]);
    expect(Object.fromEntries(forms)).toMatchSnapshot();
    expect(Object.keys(SETTINGS).sort()).toEqual(CHANNELS.map(({ kind }) => kind).sort());
  });

  it.each([
    ['slack', { webhookUrl: 'hooks.slack.com' }, 'write it whole'],
    ['slack', { webhookUrl: 'file:///etc/passwd' }, 'write it whole'],
    ['email', { to: [] }, 'too small'],
    ['email', { to: ['ada@example.com\r\nBcc: all@example.com'] }, 'email'],
    ['telegram', { token: 'a b', chatId: '1', apiUrl: 'https://api.telegram.org' }, 'no spaces'],
    ['alertmanager', { url: 'https://x.example', authorization: 'a\r\nx-evil: 1' }, 'ASCII'],
  ])('of %s refuses %j', (kind, settings, problem) => {
    const { error } = channelOf(kind)!.settings.safeParse(settings);
    expect(
      error?.issues
        .map(({ message }) => message)
        .join()
        .toLowerCase(),
    ).toContain(problem.toLowerCase());
  });
});
