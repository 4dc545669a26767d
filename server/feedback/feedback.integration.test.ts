/** Feedback through its API, with the files that came with it, on both metadata engines. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Feedback, FeedbackList } from '#contract/feedback.ts';
import { eventRoutes } from '#server/issues/event-routes.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { hex, NOON, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { applyFeedback, readFeedbackEvent, roomForFeedback } from '#server/process/feedback.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { feedbackRoutes } from './feedback-routes.ts';

const PNG = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('feedback on %s', (engine) => {
  let world: TestIssues;
  let app: TestApp;
  let issueId: number;

  beforeAll(async () => {
    world = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    world.viewer.scopes = [...world.viewer.scopes, 'event:write', 'event:admin'];
    world.stranger.scopes = [...world.stranger.scopes, 'event:write', 'event:admin'];
    app = await openTestApp(world, [feedbackRoutes(world), eventRoutes(world)]);
    const [result] = await world.happen({ event_id: hex('event'), project_id: 1 });
    issueId = result!.issueId;
    await write('one', { message: 'The cart is empty', name: 'Ann', url: 'https://shop.example/cart' });
    await write('two', {
      message: '100% broken_',
      contact_email: 'ben@example.com',
      associated_event_id: hex('event'),
    });
    await attach('one', 'screenshot.png', 'image/png', PNG);
    await attach('one', 'page.html', 'text/html', Buffer.from('<script>alert(1)</script>'));
  });
  afterAll(async () => {
    await app.close();
    await world.discard();
  });

  async function write(id: string, feedback: object) {
    const event = { contexts: { feedback, trace: { trace_id: hex('trace') } }, environment: 'production' };
    const request = { project: 1, key: 1, receivedAt: NOON, eventId: hex(id), records: [] };
    const draft = readFeedbackEvent(Buffer.from(JSON.stringify(event)), request);
    await world.metadata.transaction([1], (transaction) =>
      applyFeedback(transaction, [draft], () => issueId),
    );
  }
  async function attach(id: string, name: string, contentType: string, bytes: Buffer) {
    await world.metadata.db
      .insertInto('attachment')
      .values({
        ...{ project_id: 1, event_id: hex(id), name, content_type: contentType },
        ...{ attachment_type: 'event.attachment', bytes: bytes.length, created_at: NOON },
        blob: await world.blobs.put('attachments', bytes),
      })
      .execute();
  }
  const list = (query = '') => app.read<FeedbackList>(`/api/v1/feedback?${query}`);
  const words = async (query: string) => (await list(query)).items.map(({ message }) => message);

  it('lists all of it, newest first, with what it is about and what came with it', async () => {
    const { items, counts } = await list();
    expect(counts).toEqual({ unread: 2, read: 0, resolved: 0, spam: 0 });
    expect(items).toEqual([
      expect.objectContaining({
        message: '100% broken_',
        email: 'ben@example.com',
        eventId: hex('event'),
        issue: expect.objectContaining({ id: String(issueId), shortId: expect.any(String) }),
        attachments: [],
      }),
      expect.objectContaining({
        message: 'The cart is empty',
        status: 'unread',
        traceId: hex('trace'),
        environment: 'production',
        issue: null,
        attachments: [
          expect.objectContaining({ name: 'screenshot.png', preview: 'image' }),
          expect.objectContaining({ name: 'page.html', preview: 'text' }),
        ],
      }),
    ]);
  });

  it('finds it by its words, its page, its issue and its state, in pages', async () => {
    expect(await words('query=CART')).toEqual(['The cart is empty']);
    expect(await words('query=shop.example')).toEqual(['The cart is empty']);
    expect(await words('query=0%25 broken_')).toEqual(['100% broken_']);
    expect(await words('query=%25')).toEqual(['100% broken_']);
    expect(await words(`issue=${issueId}`)).toEqual(['100% broken_']);
    expect(await words('status=resolved')).toEqual([]);
    const { nextCursor } = await list('limit=1');
    expect(await words(`limit=1&cursor=${nextCursor}`)).toEqual(['The cart is empty']);
  });

  it('files are shown as what they are, and strangers see none', async () => {
    const { attachments } = (await list('query=cart')).items[0] as Feedback;
    const [picture, page] = attachments.map(({ url }) => url);
    const shown = await app.ask('GET', `${picture}/image`);
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect((await app.ask('GET', `${page}/image`)).status).toBe(422);
    const text = await app.ask('GET', `${page}/text`);
    expect(text.headers.get('content-type')).toContain('application/json');
    expect(await text.json()).toEqual({ text: '<script>alert(1)</script>', cutShort: false });
    for (const path of [`${picture}`, `${picture}/image`, `${page}/text`])
      expect((await app.askAsStranger('GET', path)).status).toBe(404);
    expect((await app.askAsStranger('DELETE', picture!)).status).toBe(404);
    expect((await app.ask('DELETE', page!)).status).toBe(204);
    expect((await app.ask('GET', page!)).status).toBe(404);
  });

  it('is marked and deleted by those whose it is, with its files', async () => {
    const [two, one] = (await list()).items as [Feedback, Feedback];
    const mark = { ids: [one.id, two.id, '999'], status: 'resolved' };
    expect((await app.askAsStranger('PATCH', '/api/v1/feedback', mark)).status).toBe(204);
    expect((await list()).counts.resolved).toBe(0);
    expect((await app.ask('PATCH', '/api/v1/feedback', { ...mark, status: 'gone' })).status).toBe(400);
    expect((await app.ask('PATCH', '/api/v1/feedback', mark)).status).toBe(204);
    expect((await list()).counts.resolved).toBe(2);
    await app.ask('PATCH', '/api/v1/feedback', { ids: [two.id], status: 'spam' });
    expect(await words('')).toEqual(['The cart is empty']);
    expect((await app.askAsStranger('DELETE', `/api/v1/feedback/${one.id}`)).status).toBe(404);
    expect((await app.ask('DELETE', `/api/v1/feedback/${one.id}`)).status).toBe(204);
    expect((await app.ask('GET', one.attachments[0]!.url)).status).toBe(404);
    expect(await world.metadata.db.selectFrom('attachment').selectAll().execute()).toEqual([]);
  });

  it('has room for so much an hour', async () => {
    const draft = readFeedbackEvent(Buffer.from('{}'), { project: 1, key: 1, receivedAt: NOON, records: [] });
    const hasRoom = await roomForFeedback(world.metadata.db, [draft], NOON);
    let kept = 0;
    while (hasRoom(1)) kept += 1;
    expect(kept).toBe(4_999);
    expect(hasRoom(1)).toBe(false);
  });
});
