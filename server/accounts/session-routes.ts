/** /api/v1/session: who is signed in, signing in and out, and the change of one's password. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { PasswordChange, type ProjectSummary, Session, SignInRequest } from '#contract/people.ts';
import { reject } from '#server/record/rejections.ts';
import { requireViewer } from './accounts.ts';
import type { SignIn } from './sign-in.ts';
import type { Viewers } from './viewers.ts';

const tags = ['session'];

export function sessionRoutes(options: {
  signIn: SignIn;
  viewers: Viewers;
  listProjects: (organizationId: number) => Promise<ProjectSummary[]>;
  version: string;
  publicUrl: () => string;
}): FastifyPluginAsync {
  const { signIn, viewers, listProjects, version, publicUrl } = options;

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/session',
      { schema: { tags, summary: 'Who is signed in, and what they can see', response: { 200: Session } } },
      async (request) => {
        const viewer = requireViewer(request, 'org:read');
        return {
          user: { id: viewer.userId ?? '', name: viewer.name, email: viewer.email, role: viewer.role },
          scopes: [...viewer.scopes],
          organization: { slug: viewer.organization.slug, name: viewer.organization.name },
          projects: await listProjects(viewer.organization.id),
          version,
          publicUrl: publicUrl(),
        };
      },
    );

    app.post(
      '/api/v1/session',
      { schema: { tags, summary: 'Sign in', body: SignInRequest, security: [] } },
      async (request, reply) => {
        const cookies = await signIn.signIn(request, request.body);
        return reply.header('set-cookie', cookies).code(204).send();
      },
    );

    app.delete('/api/v1/session', { schema: { tags, summary: 'Sign out' } }, async (request, reply) => {
      const cookies = await signIn.signOut(request);
      viewers.forget();
      return reply.header('set-cookie', cookies).code(204).send();
    });

    app.post(
      '/api/v1/session/password',
      { schema: { tags, summary: 'Change one’s password; every other session ends', body: PasswordChange } },
      async (request, reply) => {
        if (requireViewer(request, 'org:read').by !== 'session')
          throw reject('not_allowed', 'needs a signed-in person');
        const cookies = await signIn.changePassword(request, request.body);
        viewers.forget();
        return reply.header('set-cookie', cookies).code(204).send();
      },
    );
  };
}
