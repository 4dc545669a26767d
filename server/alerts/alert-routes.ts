/** /api/v1/alerts: rules, what they would say and what they said, silences. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import {
  AlertFiringList,
  AlertPreview,
  AlertPreviewRequest,
  AlertRule,
  AlertRuleInput,
  AlertRuleList,
  AlertSilence,
  AlertSilenceInput,
  AlertSilences,
  AlertState,
} from '#contract/alerts.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import type { AlertStores } from './alerts.ts';
import { previewRule } from './preview.ts';
import { changeRule, createRule, createSilence, deleteRule, draftRule, endSilence } from './rule-changes.ts';
import { listFirings, listRules, listSilences, readOneRule } from './rule-queries.ts';

const tags = ['alerts'];
const params = z.object({ id: z.string().max(20) });
const filter = z.string().max(150).default('');

export function alertRoutes(stores: AlertStores): FastifyPluginAsync {
  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/alerts/rules',
      {
        schema: {
          tags,
          summary: 'Alert rules, those that fire first, each with its state and what it found lately',
          querystring: z.object({
            /** Slug or id; empty: all. */
            project: filter,
            /** Words of the name. */
            query: z.string().max(200).default(''),
            state: AlertState.or(z.literal('')).default(''),
          }),
          response: { 200: AlertRuleList },
        },
      },
      (request) => listRules(stores, requireViewer(request, 'alerts:read'), request.query),
    );

    app.post(
      '/api/v1/alerts/rules',
      {
        schema: { tags, summary: 'Make an alert rule', body: AlertRuleInput, response: { 201: AlertRule } },
      },
      async (request, reply) => {
        const viewer = requireViewer(request, 'alerts:write');
        const id = await createRule(stores, viewer, request.body);
        return reply.code(201).send(await readOneRule(stores, viewer, String(id)));
      },
    );

    app.get(
      '/api/v1/alerts/rules/:id',
      { schema: { tags, summary: 'One alert rule', params, response: { 200: AlertRule } } },
      (request) => readOneRule(stores, requireViewer(request, 'alerts:read'), request.params.id),
    );

    app.put(
      '/api/v1/alerts/rules/:id',
      {
        schema: {
          tags,
          summary: 'Write an alert rule anew; where its question changes, what fires of it ends',
          params,
          body: AlertRuleInput,
          response: { 200: AlertRule },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'alerts:write');
        await changeRule(stores, viewer, request.params.id, request.body);
        return readOneRule(stores, viewer, request.params.id);
      },
    );

    app.delete(
      '/api/v1/alerts/rules/:id',
      { schema: { tags, summary: 'Delete an alert rule with its history', params } },
      async (request, reply) => {
        await deleteRule(stores, requireViewer(request, 'alerts:write'), request.params.id);
        return reply.code(204).send();
      },
    );

    app.post(
      '/api/v1/alerts/preview',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'What a rule would have said of what is stored; nothing is kept',
          body: AlertPreviewRequest,
          response: { 200: AlertPreview },
        },
      },
      async (request) => {
        const rule = await draftRule(stores, requireViewer(request, 'alerts:read'), request.body.rule);
        return previewRule(stores, rule, request.body.period);
      },
    );

    app.get(
      '/api/v1/alerts/firings',
      {
        schema: {
          tags,
          summary: 'What fired, the newest first',
          querystring: z.object({
            rule: filter,
            issue: filter,
            project: filter,
            state: z.enum(['', 'firing', 'resolved']).default(''),
            cursor: z.string().max(300).default(''),
          }),
          response: { 200: AlertFiringList },
        },
      },
      (request) => listFirings(stores, requireViewer(request, 'alerts:read'), request.query),
    );

    app.get(
      '/api/v1/alerts/silences',
      { schema: { tags, summary: 'Silences that are not over', response: { 200: AlertSilences } } },
      (request) => listSilences(stores, requireViewer(request, 'alerts:read')),
    );

    app.post(
      '/api/v1/alerts/silences',
      {
        schema: {
          tags,
          summary: 'Tell nobody of what a rule, or labels, say until some time',
          body: AlertSilenceInput,
          response: { 201: AlertSilence },
        },
      },
      async (request, reply) => {
        const viewer = requireViewer(request, 'alerts:write');
        const id = await createSilence(stores, viewer, request.body);
        const silences = await listSilences(stores, viewer);
        return reply.code(201).send(silences.find((one) => one.id === String(id))!);
      },
    );

    app.delete(
      '/api/v1/alerts/silences/:id',
      { schema: { tags, summary: 'End a silence now', params } },
      async (request, reply) => {
        await endSilence(stores, requireViewer(request, 'alerts:write'), request.params.id);
        return reply.code(204).send();
      },
    );
  };
}
