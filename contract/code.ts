/** Repositories, code mappings and ownership. */
import * as z from 'zod';
import { ReleaseCommit } from './releases.ts';
import { time } from './time.ts';

export const CODE_HOSTS = ['github', 'gitlab', 'bitbucket', 'gitea', 'template', ''] as const;
/** GET and POST /api/v1/repositories ; PATCH and DELETE /api/v1/repositories/:id */
export const RepositoryRequest = z.object({
  name: z.string().trim().min(1).max(250),
  /** Whose way of writing addresses it has; empty: as the address tells. */
  host: z.enum(CODE_HOSTS).default(''),
  /** Where people look at it. */
  url: z.string().trim().max(1000).default(''),
  /** For `template`: the address of a line, with {commit}, {path} and {line}. */
  template: z.string().trim().max(1000).default(''),
});
export type RepositoryRequest = z.input<typeof RepositoryRequest>;
export const Repository = z.object({
  id: z.string(),
  name: z.string(),
  host: z.enum(CODE_HOSTS),
  url: z.string(),
  template: z.string(),
});
export type Repository = z.infer<typeof Repository>;
export const Repositories = z.array(Repository);
export type Repositories = z.infer<typeof Repositories>;

/** GET and POST /api/v1/projects/:slug/code-mappings ; DELETE /api/v1/projects/:slug/code-mappings/:id */
export const CodeMappingRequest = z.object({
  repository: z.string().trim().min(1).max(250),
  stackRoot: z.string().max(1000),
  sourceRoot: z.string().max(1000),
  defaultBranch: z.string().trim().min(1).max(250).default('main'),
});
export type CodeMappingRequest = z.input<typeof CodeMappingRequest>;
export const CodeMapping = z.object({
  id: z.string(),
  repository: Repository,
  stackRoot: z.string(),
  sourceRoot: z.string(),
  defaultBranch: z.string(),
});
export type CodeMapping = z.infer<typeof CodeMapping>;
/** In the order in which they are tried: the longest stack root first. */
export const CodeMappings = z.array(CodeMapping);
export type CodeMappings = z.infer<typeof CodeMappings>;

/** GET and PUT /api/v1/projects/:slug/ownership */
export const OwnershipRequest = z.object({
  rules: z.string().max(100_000),
  codeowners: z.string().max(500_000),
  /** New issues are assigned to the owner. */
  assigns: z.boolean(),
});
export type OwnershipRequest = z.infer<typeof OwnershipRequest>;
const OwnershipProblem = z.object({
  in: z.enum(['rules', 'codeowners']),
  line: z.number(),
  message: z.string(),
});
export const Ownership = OwnershipRequest.extend({
  /** Owners that are no person and no team here, with the lines they stand in. */
  unknownOwners: z.array(
    z.object({ owner: z.string(), in: z.enum(['rules', 'codeowners']), line: z.number() }),
  ),
  updatedAt: time.nullable(),
});
export type Ownership = z.infer<typeof Ownership>;
/** POST /api/v1/projects/:slug/ownership/check : what is wrong with a text, line by line, before it is saved. */
export const OwnershipCheck = z.object({ problems: z.array(OwnershipProblem) });
export type OwnershipCheck = z.infer<typeof OwnershipCheck>;

const CodeOwner = z.object({
  /** As the rule names it. */
  name: z.string(),
  /** Null: no person here. */
  person: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Null: no team here. */
  team: z.object({ id: z.string(), name: z.string() }).nullable(),
});
/** GET /api/v1/issues/:id/events/:eventId/code : what the frames of an event lead to. */
export const EventCode = z.object({
  /** One for each in-app frame that can be linked. */
  links: z.array(z.object({ path: z.string(), line: z.number(), url: z.string(), repository: z.string() })),
  /** Commits of the release the issue began in that changed files of the stack, the most suspect first. */
  suspectCommits: z.array(
    ReleaseCommit.omit({ files: true }).extend({
      /** Those of the stack. */
      files: z.array(z.string()),
    }),
  ),
  /** The release the issue began in; empty: not known. */
  suspectRelease: z.string(),
  /** The rule that decides, and so the owners; null: no rule matches. */
  ownership: z
    .object({
      rule: z.string(),
      in: z.enum(['rules', 'codeowners']),
      line: z.number(),
      owners: z.array(CodeOwner),
    })
    .nullable(),
});
export type EventCode = z.infer<typeof EventCode>;
