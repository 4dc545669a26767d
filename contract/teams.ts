/** Teams: people who answer for the same things. Issues are assigned to one as to a person. */
import * as z from 'zod';

/** What stands after the # in `#payments`. */
const slug = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9_-]{0,49}$/, 'must be letters, digits, - and _, at most 50 of them');
const name = z.string().trim().min(1).max(100);

export const Team = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  members: z.array(z.object({ id: z.string(), name: z.string() })),
  /** What it works on: suggested first there. */
  projects: z.array(z.object({ id: z.string(), slug: z.string(), name: z.string() })),
});
export type Team = z.infer<typeof Team>;
/** GET and POST /api/v1/teams ; PATCH and DELETE /api/v1/teams/:id */
export const Teams = z.array(Team);
export type Teams = z.infer<typeof Teams>;
export const TeamRequest = z.object({ slug, name });
export type TeamRequest = z.input<typeof TeamRequest>;
export const TeamUpdate = TeamRequest.partial();
export type TeamUpdate = z.input<typeof TeamUpdate>;
/** PUT /api/v1/teams/:id/members and /api/v1/teams/:id/projects: all of them, by id. */
export const TeamMembers = z.object({ members: z.array(z.string().max(200)).max(500) });
export type TeamMembers = z.infer<typeof TeamMembers>;
export const TeamProjects = z.object({ projects: z.array(z.string().max(100)).max(500) });
export type TeamProjects = z.infer<typeof TeamProjects>;
