/**
 * `/api/v1/openapi.json`: the routes of our own API as their zod schemas describe them. A noun writes its
 * schemas once, and they validate, serialise and document.
 */
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';

const OWN_API = '/api/v1/';

/** Must run before the routes of the scope are added. */
export async function describeApi(scope: FastifyInstance, version: string, prefix: string): Promise<void> {
  scope.setValidatorCompiler(validatorCompiler);
  scope.setSerializerCompiler(serializerCompiler);
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      servers: [{ url: `${prefix}/` }],
      info: { title: 'Tandem', description: 'Errors and logs, together.', version },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: (route) =>
      route.url.startsWith(OWN_API) && route.schema
        ? jsonSchemaTransform(route)
        : { url: route.url, schema: { ...route.schema, hide: true } },
  });
  scope.get(`${OWN_API}openapi.json`, () => scope.swagger());
}
