// What the services of the shop need of HTTP: bodies and answers in JSON, and a place to listen at.
import { createServer } from 'node:http';

/** `routes`: `POST /checkout` to a function of the body, the user, the request and its query; it gives the answer. */
export function serve(name, routes, failed) {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams: query } = new URL(request.url, 'http://localhost');
    const answer = ({ status = 200, body = {} }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const route = routes[`${request.method} ${pathname}`];
    if (!route) return answer({ status: 404, body: { error: 'There is no such page.' } });
    try {
      answer(await route({ body: await bodyOf(request), query, request }));
    } catch (error) {
      failed?.(error, request);
      answer({ status: 500, body: { error: 'Something went wrong.' } });
    }
  });
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () =>
    console.log(`${name} is listening on http://127.0.0.1:${server.address().port}`),
  );
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
}
