/** Proxies before a program: one with a path and nothing else on it, as nginx or Traefik have it, and one that loses answers. */
import { request as ask, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReverseProxy {
  /** Without a trailing slash, with the path. */
  url: string;
  close(): void;
}

/** Stands before a program that listens on `port`. Takes the path off on the way, or leaves it. */
export async function openProxy(port: number, path: string, takesOff: boolean): Promise<ReverseProxy> {
  const server = createServer((request, response) => {
    const { method, headers, url = '/' } = request;
    if (url !== path && !url.startsWith(`${path}/`) && !url.startsWith(`${path}?`)) {
      response.writeHead(404).end('This is the neighbour.');
      return;
    }
    const rest = url.slice(path.length);
    const target = takesOff ? rest.replace(/^(?!\/)/, '/') : url;
    const onward = ask({ host: '127.0.0.1', port, method, path: target, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  return listen(server, path);
}

/**
 * Stands before a program that listens on `port`, and cuts the connection instead of an answer that `loses` says so of.
 * `hears` is told the others.
 */
export async function openLossyProxy(
  port: number,
  loses: (path: string, method: string) => boolean | Promise<boolean>,
  hears: (path: string, body: string) => void = () => {},
): Promise<ReverseProxy> {
  const server = createServer((request, response) => {
    const { method = 'GET', headers, url: path = '/' } = request;
    const onward = ask({ host: '127.0.0.1', port, method, path, headers }, async (answer) => {
      // Its status says that the program is done with the request.
      if (await loses(path, method)) {
        answer.destroy();
        response.destroy();
        return;
      }
      const heard: Buffer[] = [];
      answer.on('data', (chunk) => heard.push(chunk));
      answer.on('end', () => hears(path, Buffer.concat(heard).toString()));
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  return listen(server, '');
}

/** A port that is free now: a proxy must know it before the program listens, and the program where the proxy is. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listen(server: Server, path: string): Promise<ReverseProxy> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
