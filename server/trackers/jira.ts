/**
 * Jira's cloud and Jira Data Center, by version 2 of their API, which both have and which takes descriptions as text: an
 * account with its API token there, a personal access token alone here.
 * https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/
 */
import * as z from 'zod';
import { reject } from '#server/record/rejections.ts';
import type { TrackerKind } from './tracker-kind.ts';

const Created = z.object({ key: z.string() });
const Issue = z.object({
  key: z.string(),
  fields: z.object({ summary: z.string(), status: z.object({ name: z.string() }) }),
});

export const jira: TrackerKind = {
  apiOf: (url) => `${url}/rest/api/2`,
  headers: ({ account, secret }) => ({
    authorization: account
      ? `Basic ${Buffer.from(`${account}:${secret}`).toString('base64')}`
      : `Bearer ${secret}`,
    accept: 'application/json',
  }),
  check: (ask) => ask('GET', '/myself'),
  read(path) {
    const [, base, key] = /^(.*)\/browse\/([A-Z][A-Z0-9_]{0,30}-\d{1,12})\/?$/.exec(path) ?? [];
    return key === undefined || base !== '' ? null : key;
  },
  async find(ask, which) {
    const { key, fields } = Issue.parse(await ask('GET', `/issue/${String(which)}?fields=summary,status`));
    return { url: `/browse/${key}`, name: key, title: fields.summary, state: fields.status.name };
  },
  async create(ask, { target, title, body, issueType }) {
    if (!/^[A-Z][A-Z0-9_]{0,30}$/.test(target))
      throw reject('request_invalid', 'target: write the key of a project, such as SHOP');
    const fields = {
      project: { key: target },
      issuetype: { name: issueType },
      // A line: Jira takes no other.
      summary: title.replaceAll(/\s+/g, ' '),
      description: body,
    };
    const { key } = Created.parse(await ask('POST', '/issue', { fields }));
    return this.find(ask, key);
  },
};
