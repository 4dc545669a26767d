/** GitHub and GitHub Enterprise Server. https://docs.github.com/rest/issues/issues */
import * as z from 'zod';
import { reject } from '#server/record/rejections.ts';
import type { TrackerKind } from './tracker-kind.ts';

const Issue = z.object({
  html_url: z.string(),
  number: z.number(),
  title: z.string(),
  state: z.string(),
});

const shown = (repository: string, answer: unknown) => {
  const { html_url, number, title, state } = Issue.parse(answer);
  return { url: html_url, name: `${repository}#${number}`, title, state };
};

export const github: TrackerKind = {
  apiOf: (url) => (/^https:\/\/(www\.)?github\.com$/.test(url) ? 'https://api.github.com' : `${url}/api/v3`),
  headers: ({ secret }) => ({
    authorization: `Bearer ${secret}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  }),
  check: (ask) => ask('GET', '/user'),
  read(path) {
    const [, repository, number] = /^\/([\w.-]+\/[\w.-]+)\/(?:issues|pull)\/(\d{1,12})\/?$/.exec(path) ?? [];
    return repository === undefined ? null : { repository, number };
  },
  async find(ask, which) {
    const { repository, number } = which as { repository: string; number: string };
    return shown(repository, await ask('GET', `/repos/${repository}/issues/${number}`));
  },
  async create(ask, { target, title, body }) {
    if (!/^[\w.-]+\/[\w.-]+$/.test(target)) throw reject('request_invalid', 'target: write owner/repository');
    return shown(target, await ask('POST', `/repos/${target}/issues`, { title, body }));
  },
};
