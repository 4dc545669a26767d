/** /api/v1/setup: the page behind the set-up link. Open to whoever holds the token. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { SetupRequest, SetupState } from '#contract/people.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { membersExist } from './account-queries.ts';
import type { Auth } from './auth.ts';
import { isSetupTokenValid, setUp } from './setup.ts';
import type { SignIn } from './sign-in.ts';

const tags = ['set-up'];

export function setupRoutes(options: {
  db: MetadataDb;
  auth: Auth;
  signIn: SignIn;
  clock: Clock;
}): FastifyPluginAsync {
  const { db, signIn } = options;

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/setup',
      {
        schema: {
          tags,
          summary: 'Whether the program still needs its first administrator, and whether the link is good',
          querystring: z.object({ token: z.string().max(200).default('') }),
          response: { 200: SetupState },
          security: [],
        },
      },
      async (request) => ({
        needed: !(await membersExist(db)),
        tokenValid: await isSetupTokenValid(db, request.query.token),
      }),
    );

    app.post(
      '/api/v1/setup',
      {
        schema: {
          tags,
          summary: 'Create the first administrator and sign in',
          body: SetupRequest,
          security: [],
        },
      },
      async (request, reply) => {
        await setUp(options, request.body);
        return reply
          .header('set-cookie', await signIn.signIn(request, request.body))
          .code(204)
          .send();
      },
    );
  };
}
