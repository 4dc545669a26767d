/**
 * For tests: GitHub, GitLab and Jira on one local port, as far as links need them. Each takes what its documentation says and
 * nothing else, asks for its own kind of credential, and answers the fields it names.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

/** POST /repos/{owner}/{repo}/issues, https://docs.github.com/rest/issues/issues#create-an-issue */
const GithubIssue = z.strictObject({
  title: z.union([z.string(), z.int()]),
  body: z.string().optional(),
  milestone: z.union([z.string(), z.int()]).nullish(),
  labels: z.array(z.string()).optional(),
  assignees: z.array(z.string()).optional(),
  type: z.string().nullish(),
});
/** POST /projects/:id/issues, https://docs.gitlab.com/api/issues/#new-issue */
const GitlabIssue = z.strictObject({
  title: z.string(),
  description: z.string().max(1_048_576).optional(),
  labels: z.string().optional(),
  confidential: z.boolean().optional(),
  issue_type: z.enum(['issue', 'incident', 'test_case', 'task']).optional(),
});
/** POST /rest/api/2/issue: a summary is one line, a description text. */
const JiraIssue = z.strictObject({
  fields: z.object({
    project: z.strictObject({ key: z.string() }),
    issuetype: z.strictObject({ name: z.literal('Bug') }),
    summary: z
      .string()
      .max(255)
      .regex(/^[^\n]+$/),
    description: z.string().max(32_767),
  }),
});

export const SECRETS = {
  github: 'ghp_0123456789abcdef',
  gitlab: 'glpat-0123456789abcdef',
  jira: 'jira-0123456789abcdef',
} as const;
export const JIRA_ACCOUNT = 'ada@example.com';

export interface TestTrackers {
  url: string;
  /** What was asked, as `POST /api/v4/projects`. */
  asked: string[];
  close(): Promise<void>;
}

export async function startTestTrackers(): Promise<TestTrackers> {
  const asked: string[] = [];
  let base = '';

  type Answer = [status: number, body: unknown];
  const routes: [
    pattern: RegExp,
    is: (request: IncomingMessage) => boolean,
    answer: (match: RegExpExecArray, body: unknown) => Answer,
  ][] = [
    [/^GET \/api\/v3\/user$/, isGithub, () => [200, { login: 'ada', id: 1 }]],
    [
      /^POST \/api\/v3\/repos\/(acme\/shop)\/issues$/,
      isGithub,
      ([, repository], body) => [201, githubIssue(repository!, 12, GithubIssue.parse(body).title)],
    ],
    [
      /^GET \/api\/v3\/repos\/(acme\/shop)\/issues\/7$/,
      isGithub,
      ([, repository]) => [200, { ...githubIssue(repository!, 7, 'Pay fails'), state: 'closed' }],
    ],
    [/^GET \/api\/v4\/user$/, isGitlab, () => [200, { id: 1, username: 'ada' }]],
    [
      /^POST \/api\/v4\/projects\/acme%2Fweb%2Fshop\/issues$/,
      isGitlab,
      (_, body) => [201, gitlabIssue(3, GitlabIssue.parse(body).title)],
    ],
    [
      /^GET \/api\/v4\/projects\/acme%2Fweb%2Fshop\/issues\/4$/,
      isGitlab,
      () => [200, gitlabIssue(4, 'Slow')],
    ],
    [/^GET \/rest\/api\/2\/myself$/, isJira, () => [200, { accountId: '1', displayName: 'Ada' }]],
    [
      /^POST \/rest\/api\/2\/issue$/,
      isJira,
      (_, body) => {
        const { fields } = JiraIssue.parse(body);
        return fields.project.key === 'SHOP'
          ? [201, { id: '10000', key: 'SHOP-24', self: `${base}/rest/api/2/issue/10000` }]
          : [400, { errorMessages: [], errors: { project: 'valid project is required' } }];
      },
    ],
    [
      /^GET \/rest\/api\/2\/issue\/(SHOP-\d+)\?fields=summary,status$/,
      isJira,
      ([, key]) => [200, { id: '1', key, fields: { summary: 'Pay fails', status: { name: 'To Do' } } }],
    ],
  ];

  const githubIssue = (repository: string, number: number, title: string | number) => ({
    ...{ id: 1, number, title, state: 'open', html_url: `${base}/${repository}/issues/${number}` },
    ...{ user: { login: 'ada' }, labels: [], body: null },
  });
  const gitlabIssue = (iid: number, title: string) => ({
    ...{ id: 100, iid, project_id: 9, title, state: 'opened', labels: [] },
    web_url: `${base}/acme/web/shop/-/issues/${iid}`,
  });

  function answerTo(request: IncomingMessage, text: string): Answer {
    const line = `${request.method} ${request.url}`;
    asked.push(line);
    // GitHub answers 403 to programs without a name.
    if (!request.headers['user-agent'])
      return [403, { message: 'Request forbidden by administrative rules.' }];
    if (text !== '' && request.headers['content-type'] !== 'application/json') return [415, {}];
    for (const [pattern, isAllowed, answer] of routes) {
      const match = pattern.exec(line);
      if (!match) continue;
      if (!isAllowed(request)) return [401, { message: 'Bad credentials' }];
      try {
        return answer(match, text === '' ? undefined : JSON.parse(text));
      } catch (error) {
        return [422, { message: `Validation Failed: ${String(error)}` }];
      }
    }
    return [404, { message: 'Not Found' }];
  }

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const [status, body] = answerTo(request, Buffer.concat(parts).toString());
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: base,
    asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const isGithub = ({ headers }: IncomingMessage) =>
  headers.authorization === `Bearer ${SECRETS.github}` &&
  headers.accept === 'application/vnd.github+json' &&
  headers['x-github-api-version'] === '2022-11-28';
const isGitlab = ({ headers }: IncomingMessage) => headers['private-token'] === SECRETS.gitlab;
const isJira = ({ headers }: IncomingMessage) =>
  headers.authorization === `Basic ${btoa(`${JIRA_ACCOUNT}:${SECRETS.jira}`)}`;
