/** /api/v1/channels: ways out for notifications, what they were sent, and trying them. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import {
  Channel,
  ChannelKinds,
  ChannelList,
  ChannelRequest,
  ChannelTest,
  ChannelUpdate,
  Delivery,
  DeliveryDetail,
  DeliveryList,
  DeliveryListQuery,
  PersonalNotifications,
  PersonalNotificationsAnswer,
} from '#contract/channels.ts';
import type { Scope } from '#contract/people.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { reject } from '#server/record/rejections.ts';
import {
  addChannel,
  type ChannelStores,
  changeChannel,
  findChannel,
  readChannels,
  toChannels,
} from './channel-store.ts';
import { CHANNELS } from './channels.ts';
import { readDeliveries, readDelivery, retryDelivery } from './deliveries.ts';
import { fieldsOf } from './field.ts';
import type { DeliveryDeps } from './notify.ts';
import { readPersonal, writePersonal } from './personal.ts';
import { tryChannel } from './try-channel.ts';

const tags = ['channels'];
const one = z.object({ id: z.string().max(20) });
const ofDelivery = one.extend({ deliveryId: z.string().max(20) });

export type ChannelRouteDeps = ChannelStores &
  Pick<DeliveryDeps, 'way' | 'emailOf'> & { publicUrl(): string };

export function channelRoutes(stores: ChannelRouteDeps): FastifyPluginAsync {
  const { db } = stores.metadata;
  type Named = FastifyRequest<{ Params: { id: string } }>;

  const channel = async (request: Named, scope: Scope) => {
    const viewer = requireViewer(request, scope);
    return { viewer, channel: await findChannel(db, viewer.organization.id, request.params.id) };
  };
  const told = async (request: Named) => {
    const { channel: row } = await channel(request, 'org:read');
    const [shown] = await toChannels(stores, [row]);
    return shown!;
  };

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/channel-kinds',
      {
        schema: {
          tags,
          summary: 'Kinds of channels, with the fields of their forms',
          response: { 200: ChannelKinds },
        },
      },
      async (request) => {
        requireViewer(request, 'org:read');
        return {
          items: CHANNELS.map((kind) => ({
            ...{ kind: kind.kind, label: kind.label, fields: fieldsOf(kind), collapses: kind.collapses },
            unavailable:
              kind.kind === 'email' && !stores.way.mail
                ? 'Whoever runs this server sets TANDEM_SMTP_URL and TANDEM_MAIL_FROM first.'
                : null,
          })),
        };
      },
    );

    const person = async (request: FastifyRequest) => {
      const { organization, userId } = requireViewer(request, 'event:read');
      if (userId === null) throw reject('request_invalid', 'a token that no person owns has no mail');
      return { organizationId: organization.id, userId };
    };
    const personal = async (request: FastifyRequest) => {
      const { organizationId, userId } = await person(request);
      return {
        ...(await readPersonal(db, organizationId, userId)),
        email: stores.way.mail ? await stores.emailOf(organizationId, userId) : null,
      };
    };

    app.get(
      '/api/v1/personal-notifications',
      {
        schema: {
          tags,
          summary: 'What one is told by e-mail of issues that one follows',
          response: { 200: PersonalNotificationsAnswer },
        },
      },
      personal,
    );

    app.put(
      '/api/v1/personal-notifications',
      {
        schema: {
          tags,
          summary: 'Choose what one is told by e-mail, and when',
          body: PersonalNotifications,
          response: { 200: PersonalNotificationsAnswer },
        },
      },
      async (request) => {
        await writePersonal({ db, clock: stores.clock }, await person(request), request.body);
        return personal(request);
      },
    );

    app.get(
      '/api/v1/channels',
      { schema: { tags, summary: 'Channels for notifications, by name', response: { 200: ChannelList } } },
      async (request) => {
        const { organization } = requireViewer(request, 'org:read');
        return { items: await toChannels(stores, await readChannels(db, organization.id)) };
      },
    );

    app.post(
      '/api/v1/channels',
      {
        schema: {
          tags,
          summary: 'Add a channel; its secrets are kept sealed and never told again',
          body: ChannelRequest,
          response: { 201: Channel },
        },
      },
      async (request, reply) => {
        const viewer = requireViewer(request, 'org:admin');
        const [made] = await toChannels(stores, [await addChannel(stores, viewer, request.body)]);
        return reply.code(201).send(made!);
      },
    );

    app.get(
      '/api/v1/channels/:id',
      { schema: { tags, summary: 'One channel', params: one, response: { 200: Channel } } },
      told,
    );

    app.patch(
      '/api/v1/channels/:id',
      {
        schema: {
          tags,
          summary: 'Change a channel, pause it, or let it go on',
          params: one,
          body: ChannelUpdate,
          response: { 200: Channel },
        },
      },
      async (request) => {
        const { channel: row } = await channel(request, 'org:admin');
        await changeChannel(stores, row, request.body);
        return told(request);
      },
    );

    app.delete(
      '/api/v1/channels/:id',
      { schema: { tags, summary: 'Delete a channel, with what waits for it', params: one } },
      async (request, reply) => {
        const { channel: row } = await channel(request, 'org:admin');
        await db.deleteFrom('channel').where('id', '=', row.id).execute();
        return reply.code(204).send();
      },
    );

    app.post(
      '/api/v1/channels/:id/test',
      {
        schema: {
          tags,
          summary: 'Send a test message now, and tell what the other side answers',
          params: one,
          response: { 200: ChannelTest },
        },
      },
      async (request) => {
        const { viewer, channel: row } = await channel(request, 'org:admin');
        return tryChannel(stores, viewer, row);
      },
    );

    app.get(
      '/api/v1/channels/:id/deliveries',
      {
        schema: {
          tags,
          summary: 'What a channel was sent and what was answered, newest first',
          params: one,
          querystring: DeliveryListQuery,
          response: { 200: DeliveryList },
        },
      },
      async (request) => {
        const { channel: row } = await channel(request, 'org:read');
        return readDeliveries(db, row, request.query);
      },
    );

    app.get(
      '/api/v1/channels/:id/deliveries/:deliveryId',
      {
        schema: {
          tags,
          summary: 'One message with the notifications in it',
          params: ofDelivery,
          response: { 200: DeliveryDetail },
        },
      },
      async (request) => {
        const { channel: row } = await channel(request, 'org:read');
        return readDelivery(db, row, request.params.deliveryId);
      },
    );

    app.post(
      '/api/v1/channels/:id/deliveries/:deliveryId/retry',
      {
        schema: {
          tags,
          summary: 'Try a message again that was not delivered',
          params: ofDelivery,
          response: { 200: Delivery },
        },
      },
      async (request) => {
        const { channel: row } = await channel(request, 'org:admin');
        const { deliveryId } = request.params;
        return retryDelivery(stores.metadata, row, { deliveryId, now: stores.clock.now() });
      },
    );
  };
}
