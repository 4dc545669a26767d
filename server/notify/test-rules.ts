/**
 * For tests: what the other sides take, by their own documentation. Each rule is strict: an unknown field or a text beyond its
 * limit is refused, as they do.
 */
import * as z from 'zod';

const webAddress = z.string().regex(/^https?:\/\//);
const text = (max: number) => z.string().min(1).max(max);

/** https://docs.slack.dev/reference/block-kit/blocks and …/composition-objects/text-object */
const SlackMarkup = (max: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: text(max).refine(isSlackSafe),
    verbatim: z.literal(true),
  });
const SlackPlain = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: text(max), emoji: z.boolean().optional() });
const Slack = z.strictObject({
  text: text(40_000).refine(isSlackSafe),
  unfurl_links: z.boolean(),
  unfurl_media: z.boolean(),
  blocks: z
    .array(
      z.union([
        z.strictObject({ type: z.literal('header'), text: SlackPlain(150) }),
        z.strictObject({ type: z.literal('section'), text: SlackMarkup(3_000) }),
        z.strictObject({ type: z.literal('section'), fields: z.array(SlackMarkup(2_000)).min(1).max(10) }),
        z.strictObject({
          type: z.literal('actions'),
          elements: z
            .array(
              z.strictObject({
                type: z.literal('button'),
                text: SlackPlain(75),
                url: webAddress.max(3_000),
                style: z.enum(['primary', 'danger']),
              }),
            )
            .max(25),
        }),
      ]),
    )
    .min(1)
    .max(50),
});

/** Only our own links stand between angle brackets: no mention, no command. */
function isSlackSafe(markup: string): boolean {
  return markup.replaceAll(/<https?:\/\/[^<>|]+\|[^<>]*>/g, '').search(/[<>]/) === -1;
}

/** https://adaptivecards.io/schemas/adaptive-card.json, the elements that are used, at version 1.4. */
const CardAction = z.strictObject({
  type: z.literal('Action.OpenUrl'),
  title: text(75).optional(),
  url: webAddress,
});
const Teams = z.strictObject({
  type: z.literal('message'),
  summary: z.string(),
  attachments: z
    .array(
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null(),
        content: z.strictObject({
          $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
          type: z.literal('AdaptiveCard'),
          version: z.literal('1.4'),
          msteams: z.strictObject({ width: z.literal('Full') }),
          body: z.array(
            z.strictObject({
              type: z.literal('RichTextBlock'),
              spacing: z.enum(['none', 'small', 'default', 'medium', 'large', 'extraLarge', 'padding']),
              inlines: z
                .array(
                  z.strictObject({
                    type: z.literal('TextRun'),
                    text: text(28_000),
                    weight: z.enum(['lighter', 'default', 'bolder']).optional(),
                    size: z.enum(['small', 'default', 'medium', 'large', 'extraLarge']).optional(),
                    color: z
                      .enum(['default', 'dark', 'light', 'accent', 'good', 'warning', 'attention'])
                      .optional(),
                    fontType: z.enum(['default', 'monospace']).optional(),
                    isSubtle: z.boolean().optional(),
                    selectAction: CardAction.optional(),
                  }),
                )
                .min(1),
            }),
          ),
          actions: z.array(CardAction).optional(),
        }),
      }),
    )
    .length(1),
});

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
const Discord = z.strictObject({
  username: text(80),
  allowed_mentions: z.strictObject({ parse: z.array(z.never()) }),
  embeds: z
    .array(
      z
        .strictObject({
          title: text(256),
          url: webAddress.optional(),
          color: z.int().min(0).max(0xffffff),
          description: z.string().max(4_096),
          fields: z
            .array(z.strictObject({ name: text(256), value: text(1_024), inline: z.boolean() }))
            .max(25),
        })
        .refine(
          ({ title, description, fields }) =>
            title.length +
              description.length +
              fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0) <=
            6_000,
        ),
    )
    .max(10),
});

/** https://core.telegram.org/bots/api#sendmessage and #html-style: the tags there are, each closed, and no other angle bracket. */
const Telegram = z.strictObject({
  chat_id: text(100),
  message_thread_id: z.int().optional(),
  text: z.string().superRefine((html, context) => {
    const open: string[] = [];
    const shown = html.replaceAll(/<(\/?)(b|pre|a)( href="[^"<>]*")?>/g, (_, slash, tag) => {
      if (slash !== '/') open.push(tag);
      else if (open.pop() !== tag) context.addIssue({ code: 'custom', message: `</${tag}> ends nothing` });
      return '';
    });
    if (open.length > 0 || /[<>]/.test(shown) || /&(?!(lt|gt|amp|quot);)/.test(shown))
      context.addIssue({ code: 'custom', message: `not HTML as Telegram takes it: ${shown.slice(0, 200)}` });
    const length = shown.replaceAll(/&(lt|gt|amp|quot);/g, '.').length;
    if (length === 0 || length > 4_096) context.addIssue({ code: 'custom', message: `${length} characters` });
  }),
  parse_mode: z.literal('HTML'),
  link_preview_options: z.strictObject({ is_disabled: z.literal(true) }),
});

/** https://developers.mattermost.com/integrate/reference/message-attachments/ */
const chatAttachments = (textMax: number) =>
  z
    .array(
      z.strictObject({
        fallback: text(1_000),
        color: z.string().regex(/^#[0-9a-f]{6}$/),
        title: text(1_000).refine(callsNobody),
        title_link: webAddress.optional(),
        text: z.string().max(textMax).refine(callsNobody),
        fields: z.array(
          z.strictObject({
            title: text(200).refine(callsNobody),
            value: text(2_000).refine(callsNobody),
            short: z.boolean(),
          }),
        ),
      }),
    )
    .length(1);
/** `@all`, `<!channel>`, `<@U1>`; `shop@2.4.0` is no name. */
function callsNobody(shown: string): boolean {
  return !/(?<!\w)@\w|<[!@#]/.test(shown);
}
const Mattermost = z.strictObject({
  username: z.string(),
  channel: z.string().optional(),
  attachments: chatAttachments(16_383),
});
/** https://docs.rocket.chat/docs/integrations ; Message_MaxAllowedSize */
const RocketChat = z.strictObject({
  alias: z.string(),
  channel: z.string().optional(),
  attachments: chatAttachments(5_000),
});

/** https://developer.pagerduty.com/docs/send-alert-event */
const PagerDuty = z.discriminatedUnion('event_action', [
  z.strictObject({
    routing_key: z.string().length(32),
    event_action: z.literal('resolve'),
    dedup_key: text(255),
  }),
  z.strictObject({
    routing_key: z.string().length(32),
    event_action: z.literal('trigger'),
    dedup_key: text(255),
    client: z.string(),
    client_url: webAddress,
    links: z.array(z.strictObject({ href: webAddress, text: z.string() })),
    payload: z.strictObject({
      summary: text(1_024),
      source: text(255),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime(),
      group: z.string(),
      class: z.string(),
      custom_details: z.record(z.string(), z.unknown()),
    }),
  }),
]);

/** https://docs.opsgenie.com/docs/alert-api */
const OpsgenieAlert = z.strictObject({
  message: text(130),
  alias: text(512),
  description: z.string().max(15_000),
  priority: z.enum(['P1', 'P2', 'P3', 'P4', 'P5']),
  source: text(100),
  entity: z.string().max(512),
  tags: z.array(text(50)).max(20),
  details: z
    .record(z.string(), z.string())
    .refine(
      (details) =>
        Object.entries(details).reduce((sum, [name, value]) => sum + name.length + value.length, 0) <= 8_000,
    ),
});
const OpsgenieClose = z.strictObject({ source: text(100), note: z.string().max(25_000) });

/** `postableAlerts` of api/v2/openapi.yaml, github.com/prometheus/alertmanager; label names as Prometheus' data model has them. */
const labelSet = z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), text(100_000));
const Alertmanager = z
  .array(
    z.strictObject({
      labels: labelSet.refine((labels) => 'alertname' in labels),
      annotations: labelSet,
      startsAt: z.iso.datetime(),
      endsAt: z.iso.datetime(),
      generatorURL: z.url().optional(),
    }),
  )
  .min(1);

/** By kind of channel. */
export const RULES = {
  slack: Slack,
  teams: Teams,
  discord: Discord,
  telegram: Telegram,
  mattermost: Mattermost,
  rocketchat: RocketChat,
  pagerduty: PagerDuty,
  opsgenie: z.union([OpsgenieAlert, OpsgenieClose]),
  alertmanager: Alertmanager,
} as const;
