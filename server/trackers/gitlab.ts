/** GitLab, theirs and one's own. https://docs.gitlab.com/api/issues/ */
import * as z from 'zod';
import { reject } from '#server/record/rejections.ts';
import type { TrackerKind } from './tracker-kind.ts';

const Issue = z.object({ web_url: z.string(), iid: z.number(), title: z.string(), state: z.string() });

const shown = (project: string, answer: unknown) => {
  const { web_url, iid, title, state } = Issue.parse(answer);
  return { url: web_url, name: `${project}#${iid}`, title, state };
};

export const gitlab: TrackerKind = {
  apiOf: (url) => `${url}/api/v4`,
  headers: ({ secret }) => ({ 'private-token': secret, accept: 'application/json' }),
  check: (ask) => ask('GET', '/user'),
  read(path) {
    const [, project, number] =
      /^\/([\w.-]+(?:\/[\w.-]+)+?)\/(?:-\/)?(?:issues|work_items)\/(\d{1,12})\/?$/.exec(path) ?? [];
    return project === undefined ? null : { project, number };
  },
  async find(ask, which) {
    const { project, number } = which as { project: string; number: string };
    return shown(project, await ask('GET', `/projects/${encodeURIComponent(project)}/issues/${number}`));
  },
  async create(ask, { target, title, body }) {
    if (!/^[\w.-]+(\/[\w.-]+)+$/.test(target)) throw reject('request_invalid', 'target: write group/project');
    const path = `/projects/${encodeURIComponent(target)}/issues`;
    return shown(target, await ask('POST', path, { title, description: body }));
  },
};
